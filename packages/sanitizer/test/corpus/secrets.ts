/** Secrets as clusters show them: in objects, files, commands, logs, errors, sentences. */
import { gzipSync } from 'node:zlib'
import type { Random } from './random.ts'

/** Something that holds secrets; `keeps` is text around them that must still be there. */
export type SecretCase = {
  readonly about: string
  readonly value: unknown
  readonly secrets: readonly string[]
  readonly keeps?: readonly string[]
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const yaml = (lines: readonly string[]) => lines.join('\n')

/** Vendor tokens, by name. */
export function tokens(r: Random): Record<string, string> {
  const jwt = [
    base64('{"alg":"RS256","kid":"x"}'),
    base64(`{"sub":"system:serviceaccount:${r.word()}:web"}`),
    r.alnum(86),
  ]
  return {
    'github classic': 'ghp_' + r.alnum(36),
    'github app': 'ghs_' + r.alnum(36),
    'github fine': `github_pat_${r.alnum(22)}_${r.alnum(59)}`,
    gitlab: 'glpat-' + r.alnum(20),
    'gitlab runner': 'glrt-' + r.alnum(20),
    slack: `xoxb-${r.digits(12)}-${r.digits(12)}-${r.alnum(24)}`,
    'slack app': `xapp-1-A${r.alnum(10)}-${r.digits(13)}-${r.hex(64)}`,
    openai: 'sk-proj-' + r.alnum(48),
    anthropic: `sk-ant-api03-${r.alnum(93)}AA`,
    stripe: 'sk_live_' + r.alnum(24),
    'stripe restricted': 'rk_live_' + r.alnum(24),
    'aws id': 'AKIA' + r.of('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16),
    google: 'AIza' + r.alnum(35),
    'google oauth': 'ya29.' + r.alnum(80),
    'google client': 'GOCSPX-' + r.alnum(28),
    npm: 'npm_' + r.alnum(36),
    pypi: 'pypi-AgEIcHlwaS5vcmc' + r.alnum(120),
    'docker hub': 'dckr_pat_' + r.alnum(27),
    vault: 'hvs.' + r.alnum(90),
    terraform: `${r.alnum(14)}.atlasv1.${r.alnum(64)}`,
    digitalocean: 'dop_v1_' + r.hex(64),
    sendgrid: `SG.${r.alnum(22)}.${r.alnum(43)}`,
    twilio: 'SK' + r.hex(32),
    mailgun: 'key-' + r.hex(32),
    mailchimp: r.hex(32) + '-us' + r.int(1, 20),
    telegram: `${r.digits(10)}:AA${r.alnum(33)}`,
    'hugging face': 'hf_' + r.alnum(34),
    groq: 'gsk_' + r.alnum(52),
    databricks: 'dapi' + r.hex(32),
    'new relic': 'NRAK-' + r.of('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 27),
    grafana: `glsa_${r.alnum(32)}_${r.hex(8)}`,
    shopify: 'shpat_' + r.hex(32),
    square: 'sq0atp-' + r.alnum(22),
    supabase: 'sbp_' + r.hex(40),
    linear: 'lin_api_' + r.alnum(40),
    postman: `PMAK-${r.hex(24)}-${r.hex(34)}`,
    atlassian: 'ATATT3xFfGF0' + r.alnum(180),
    tailscale: `tskey-auth-k${r.alnum(10)}-${r.alnum(32)}`,
    doppler: 'dp.pt.' + r.alnum(43),
    pulumi: 'pul-' + r.hex(40),
    rubygems: 'rubygems_' + r.hex(48),
    age: 'AGE-SECRET-KEY-1' + r.of('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58),
    jwt: jwt.join('.').replaceAll('=', ''),
    bootstrap: `token ${r.of('abcdefghij0123456789', 6)}.${r.lower(5)}${r.digits(5)}${r.lower(6)}`.slice(6),
    'unknown vendor': `${r.word()}_live_${r.alnum(32)}`,
    'unknown pat': `${r.lower(3)}_pat_${r.alnum(36)}`,
    'unknown key': `${r.word()}-key-${r.alnum(40)}`,
    'unknown hex': `${r.lower(4)}_secret_${r.hex(40)}`,
  }
}

/** Every template once, with fresh values. */
export function secretCases(r: Random): SecretCase[] {
  const cases: SecretCase[] = []
  const add = (about: string, value: unknown, secrets: readonly string[], keeps: readonly string[] = []) =>
    void cases.push({ about, value, secrets, keeps })
  for (const [vendor, token] of Object.entries(tokens(r))) {
    if (vendor === 'bootstrap')
      add(
        'kubeadm join',
        `kubeadm join 10.0.0.1:6443 --token ${token} --discovery`,
        [token],
        ['kubeadm join 10.0.0.1:6443'],
      )
    else {
      const frame = r.pick<(it: string) => string>([
        (it) => `2026-11-26T10:00:00Z ERROR upstream refused ${it} for tenant 7`,
        (it) => `using ${it}`,
        (it) => `{"level":"error","msg":"call failed","detail":"got ${it}"}`,
        (it) => `http://x.example/cb?code=1&t=${it}&page=2`,
        (it) => `[${it}]`,
        (it) => `"${it}",`,
      ])
      add(`${vendor} in a log`, frame(token), [token])
    }
  }
  objects(r, add)
  texts(r, add)
  commands(r, add)
  logs(r, add)
  sentences(r, add)
  return cases
}

type Add = (about: string, value: unknown, secrets: readonly string[], keeps?: readonly string[]) => void

function objects(r: Random, add: Add): void {
  const [a, b, c] = [r.password(), r.password(), `${r.word()} ${r.word()} ${r.word()}`]
  const data = { username: base64('app'), password: base64(a), motto: base64(c) }
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, type: 'Opaque', data }
  const hidden = [data.password, data.motto]
  add('Secret', secret, hidden, ['"name":"db"'])
  add('SecretList', { kind: 'SecretList', items: [{ metadata: { name: 'db' }, data }] }, hidden)
  add('Secret in a List', { kind: 'List', items: [{ kind: 'ConfigMap', data: { a: 'plain' } }, secret] }, hidden, [
    'plain',
  ])
  add('stringData', { kind: 'Secret', stringData: { note: b } }, [b])
  add('watch event', { type: 'MODIFIED', object: secret }, hidden)
  add('Secret as JSON text', JSON.stringify(secret, null, 2), hidden, ['"db"'])
  add('Secret as compact JSON', JSON.stringify(secret), hidden)
  const copy = JSON.stringify({ ...secret, metadata: { name: 'db' } })
  add(
    'last-applied',
    { kind: 'Secret', metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': copy } } },
    hidden,
  )
  add(
    'last-applied as YAML',
    `metadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      ${copy}\n  name: db`,
    hidden,
  )
  add(
    'Secret as YAML',
    yaml([
      'apiVersion: v1',
      'data:',
      `  password: ${data.password}`,
      `  motto: ${data.motto}`,
      'kind: Secret',
      'metadata:',
      '  name: db',
    ]),
    hidden,
    ['name: db'],
  )
  add('Secret as flow YAML', `kind: Secret\ndata: {password: ${data.password}, motto: ${data.motto}}`, hidden)
  add(
    'block scalar',
    yaml([
      'kind: Secret',
      'stringData:',
      '  app.conf: |',
      `    user=app`,
      `    phrase=${c}`,
      'metadata:',
      '  name: db',
    ]),
    [c],
    ['name: db'],
  )
  add(
    'tls secret',
    { kind: 'Secret', type: 'kubernetes.io/tls', data: { 'tls.key': r.base64(64) + 'AAAA', 'tls.crt': r.base64(30) } },
    [],
  )
  add(
    'dockerconfigjson',
    { auths: { 'r.example': { username: 'ann', password: a, auth: base64(`ann:${a}`) } } },
    [a, base64(`ann:${a}`)],
    ['r.example', 'ann'],
  )
  add('dockerconfigjson text', JSON.stringify({ auths: { 'r.example': { auth: base64(`ann:${a}`) } } }), [
    base64(`ann:${a}`),
  ])
  add(
    'dockerconfigjson in base64',
    `.dockerconfigjson: ${base64(JSON.stringify({ auths: { 'r.example': { username: 'ann', password: a } } }))}`,
    [base64(JSON.stringify({ auths: { 'r.example': { username: 'ann', password: a } } }))],
  )
  const release = base64(
    base64('x') &&
      gzipSync(
        JSON.stringify({
          name: 'shop',
          config: { db: { password: a } },
          manifest: `kind: Secret\ndata:\n  p: ${base64(a)}`,
        }),
      ).toString('base64'),
  )
  add('helm release', { kind: 'Secret', type: 'helm.sh/release.v1', data: { release } }, [release])
  add('helm release alone', `release: ${release}`, [release], ['release: '])
  add(
    'helm values',
    yaml(['auth:', `  rootPassword: ${a}`, '  username: app', `  replicationPassword: "${b}"`]),
    [a, b],
    ['username: app'],
  )
  const kubeconfig = [
    'apiVersion: v1',
    'kind: Config',
    'users:',
    '- name: admin',
    '  user:',
    `    client-key-data: ${r.base64(60)}`,
    `    token: ${r.alnum(40)}`,
  ]
  add('kubeconfig', yaml(kubeconfig), [kubeconfig[5]!.split(': ')[1]!, kubeconfig[6]!.split(': ')[1]!], ['name: admin'])
  add('kubeconfig password', { users: [{ user: { username: 'admin', password: a } }] }, [a], ['admin'])
  for (const name of [
    'DB_PASSWORD',
    'API_TOKEN',
    'STRIPE_SECRET',
    'JWT_SIGNING_KEY',
    'REDIS_PASS',
    'SESSION_SECRET',
    'ENCRYPTION_KEY',
    'MYSQL_ROOT_PASSWORD',
    'SMTP_PASSWD',
    'GH_TOKEN',
    'APP_CREDENTIALS',
    'PGPASSWORD',
  ]) {
    const value = r.password()
    add(
      `env ${name}`,
      {
        env: [
          { name: 'PORT', value: '8080' },
          { name, value },
        ],
      },
      [value],
      ['8080', name],
    )
    const shown = r.password()
    add(
      `env ${name} as YAML`,
      yaml(['env:', '- name: PORT', '  value: "8080"', `- name: ${name}`, `  value: ${JSON.stringify(shown)}`]),
      [shown],
      ['8080'],
    )
  }
  add('env, value first', { env: [{ value: a, name: 'API_KEY' }] }, [a])
  add('args', { args: ['serve', '--db-password', a, `--token=${b}`, '--port=80'] }, [a, b], ['--port=80'])
  for (const key of [
    'password',
    'clientSecret',
    'apiKey',
    'accessToken',
    'private_key',
    'auth_token',
    'secretAccessKey',
    'refreshToken',
    'dbPassword',
    'api-key',
    'connectionString',
    'webhookSecret',
    'masterKey',
    'passphrase',
  ]) {
    const value = r.password()
    add(`member ${key}`, { config: { [key]: value, timeout: 30 } }, [value], ['30'])
    const text = r.password().replace(/["\\]/g, 'x')
    add(`member ${key} in JSON text`, JSON.stringify({ config: { [key]: text, timeout: 30 } }), [text], ['30'])
  }
}

function texts(r: Random, add: Add): void {
  const p = () => r.password()
  const pem = (label: string) => [
    `-----BEGIN ${label} KEY-----`,
    ...Array.from({ length: 6 }, () => r.base64(48)),
    `-----END ${label} KEY-----`,
  ]
  for (const label of ['RSA PRIVATE', 'PRIVATE', 'EC PRIVATE', 'OPENSSH PRIVATE', 'ENCRYPTED PRIVATE']) {
    const key = pem(label)
    add(`${label} key`, `loading\n${key.join('\n')}\ndone`, key.slice(1, -1), ['loading', 'done'])
    const json = pem(label)
    add(
      `${label} key in JSON`,
      JSON.stringify({ type: 'service_account', private_key: json.join('\n'), client_email: 'a@b.example' }),
      json.slice(1, -1),
      ['service_account'],
    )
    const packed = base64(pem(label).join('\n'))
    add(`${label} key in base64`, `tls.key: ${packed}`, [packed], ['tls.key'])
  }
  for (const [scheme, rest] of [
    ['postgres', 'db:5432/shop'],
    ['mysql', 'db/shop'],
    ['mongodb+srv', 'c.example/x'],
    ['redis', 'cache:6379/0'],
    ['amqp', 'mq:5672'],
    ['https', 'git.example/a.git'],
    ['ldap', 'ad:389'],
    ['ftp', 'files.example'],
  ]) {
    const secret = r.alnum(r.int(8, 16))
    add(`${scheme} URL`, `connecting to ${scheme}://app:${secret}@${rest}`, [secret], [`@${rest}`, `${scheme}://app:`])
  }
  const [a, b, c, d, e, f, g, h] = Array.from({ length: 8 }, () => r.alnum(14))
  add(
    'ADO connection string',
    `Server=db;Database=shop;User Id=app;Password=${a};Encrypt=true`,
    [a!],
    ['Server=db', 'Encrypt=true'],
  )
  add('jdbc', `jdbc:postgresql://db:5432/shop?user=app&password=${b}&ssl=true`, [b!], ['ssl=true', 'user=app'])
  add(
    'azure storage',
    `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${r.base64(64)};EndpointSuffix=x`.replace(
      /AccountKey=([^;]*)/,
      (_, key: string) => `AccountKey=${(azure = key)}`,
    ),
    [azure],
    ['AccountName=shop'],
  )
  add('.env', `PORT=80\nSECRET_KEY=${c}\nDEBUG=false`, [c!], ['PORT=80', 'DEBUG=false'])
  add('ini', `[db]\nuser = app\npassword = ${d}\nhost = db`, [d!], ['user = app', 'host = db'])
  add('properties', `spring.datasource.password=${e}\nspring.datasource.url=x`, [e!], ['spring.datasource.url=x'])
  add('xml', `<add key="x"/><password>${f}</password><host>db</host>`, [f!], ['<host>db</host>'])
  add('toml', `[auth]\ntoken = "${g}"\nretries = 3`, [g!], ['retries = 3'])
  add('netrc', `machine git.example login ann password ${h}`, [h!], ['git.example'])
  const [n1, n2] = [p(), r.alnum(20)]
  add('pgpass', `db.example:5432:shop:app:${n2}`, [n2], ['db.example'])
  add(
    'npmrc',
    `//registry.example/:_authToken=${r.hex(36)}`.replace(/=(.*)/, (_, it: string) => `=${(azure = it)}`),
    [azure],
    ['registry.example'],
  )
  add(
    'htpasswd',
    `ann:$apr1$${r.alnum(8)}$${r.alnum(22)}`.replace(/(\$apr1.*)/, (it: string) => (azure = it)),
    [azure],
    ['ann'],
  )
  add(
    'bcrypt',
    `hash=$2b$12$${r.alnum(53)}`.replace(/(\$2b.*)/, (it: string) => (azure = it)),
    [azure],
  )
  add(
    'aws credentials',
    `[default]\naws_access_key_id = AKIA${r.of('ABCDEFGHIJ234567', 16)}\naws_secret_access_key = ${(azure = r.alnum(40))}\nregion = eu`,
    [azure],
    ['region = eu'],
  )
  add(
    'describe env',
    `    Environment:\n      PORT:         8080\n      DB_PASSWORD:  ${n1}\n    Mounts:`,
    [n1],
    ['PORT:         8080', 'Mounts:'],
  )
  add('gcp key file', JSON.stringify({ private_key_id: r.hex(40), private_key: (azure = r.base64(200)) }), [azure])
  add(
    'wireguard',
    `[Interface]\nPrivateKey = ${(azure = r.base64(32))}\nAddress = 10.0.0.1`,
    [azure],
    ['Address = 10.0.0.1'],
  )
  add(
    'alertmanager',
    `slack_api_url: https://hooks.slack.com/services/T${r.alnum(8)}/B${r.alnum(8)}/${(azure = r.alnum(24))}`,
    [azure],
    ['hooks.slack.com'],
  )
}

let azure = ''

function commands(r: Random, add: Add): void {
  const form = (about: string, make: (secret: string) => string, keeps: readonly string[] = []) => {
    const secret = r.alnum(r.int(9, 16))
    add(about, make(secret), [secret], keeps)
  }
  form('mysql -p', (it) => `mysql -h db -u root -p${it} shop`, ['mysql -h db -u root'])
  form('curl -u', (it) => `curl -s -u admin:${it} https://api.example/x`, ['https://api.example/x'])
  form('curl bearer', (it) => `curl -H "Authorization: Bearer ${it}" https://api.example`, ['https://api.example'])
  form('curl key header', (it) => `curl -H 'X-API-Key: ${it}' https://api.example`, ['https://api.example'])
  form('redis-cli', (it) => `redis-cli -h cache -a ${it} ping`, ['redis-cli -h cache'])
  form('sshpass', (it) => `sshpass -p ${it} ssh root@host`, ['ssh root@host'])
  form('docker login', (it) => `docker login -u ann -p ${it} registry.example`, ['registry.example'])
  form('docker login --password', (it) => `docker login --username ann --password ${it} registry.example`, [
    'registry.example',
  ])
  form('kubectl literal', (it) => `kubectl create secret generic db --from-literal=password=${it}`, [
    'kubectl create secret generic db',
  ])
  form('kubectl token', (it) => `kubectl --token=${it} get pods`, ['get pods'])
  form('helm set', (it) => `helm install db ./db --set auth.rootPassword=${it} --wait`, ['--wait'])
  form('export', (it) => `export DB_PASSWORD='${it}'; ./run`, ['./run'])
  form('psql env', (it) => `PGPASSWORD=${it} psql -h db`, ['psql -h db'])
  form('vault kv', (it) => `vault kv put secret/db password=${it}`, ['vault kv put'])
  form('ldapsearch', (it) => `ldapsearch -D cn=admin -w ${it} -b dc=x`, ['-b dc=x'])
  form('openssl', (it) => `openssl rsa -passin pass:${it} -in k.pem`, ['-in k.pem'])
  form('mongosh', (it) => `mongosh --username root --password ${it} --host db`, ['--host db'])
  form('java', (it) => `java -Djavax.net.ssl.keyStorePassword=${it} -jar app.jar`, ['-jar app.jar'])
  form('sql', (it) => `ALTER USER app WITH PASSWORD '${it}';`, ['ALTER USER app'])
  form('mysql identified', (it) => `CREATE USER 'app'@'%' IDENTIFIED BY '${it}';`, ['CREATE USER'])
}

function logs(r: Random, add: Add): void {
  const form = (about: string, make: (secret: string) => string, keeps: readonly string[] = []) => {
    const secret = r.password().replace(/["'`\\&;,<>=%+?^*]/g, '7')
    add(about, make(secret), [secret], keeps)
  }
  form('logfmt', (it) => `ts=2026 level=info msg="login" user=ann password=${it} took=3ms`, ['user=ann', 'took=3ms'])
  form('logfmt quoted', (it) => `level=info api_key="${it}" took=3ms`, ['took=3ms'])
  form('json log', (it) => `{"level":"info","user":"ann","token":"${it}","n":3}`, ['"ann"', '"n":3'])
  form('json in json', (it) => JSON.stringify({ msg: JSON.stringify({ password: it, n: 3 }) }), ['msg'])
  form('python dict', (it) => `config: {'user': 'ann', 'password': '${it}', 'port': 80}`, ["'port': 80"])
  form('go struct', (it) => `cfg={User:ann Password:${it} Port:80}`, ['User:ann', 'Port:80'])
  form('query', (it) => `GET /login?user=ann&access_token=${it}&next=/ 200`, ['next=/', 'user=ann'])
  form('header dump', (it) => `> Host: api\n> X-Auth-Token: ${it}\n> Accept: */*`, ['Accept: */*'])
  form(
    'basic header',
    (it) => `authorization: Basic ${Buffer.from(`ann:${it}`).toString('base64')}`.replace(it, it),
    [],
  )
  form('cookie', (it) => `Cookie: theme=dark; sessionid=${it}77; lang=en`, ['lang=en'])
  form('exception', (it) => `java.sql.SQLException: Access denied (using password: ${it})`, ['Access denied'])
  form('yaml line', (it) => `  admin_password: ${it}`, ['admin_password'])
  form('arrow', (it) => `secret_key => ${it}`, ['secret_key'])
  form('go map', (it) => `map[password:${it} user:ann]`, ['user:ann'])
  form('shell trace', (it) => `+ export API_TOKEN=${it}`, ['+ export'])
  form('ruby hash', (it) => `{:user=>"ann", :password=>"${it}"}`, ['"ann"'])
  form('url-encoded form', (it) => `POST body: user=ann&password=${encodeURIComponent(it)}&remember=1`, ['remember=1'])
}

function sentences(r: Random, add: Add): void {
  const form = (make: (secret: string) => string, keeps: readonly string[] = []) => {
    const secret = r.alnum(r.int(9, 14))
    add('sentence', make(secret), [secret], keeps)
  }
  form((it) => `The admin password is ${it}, please rotate it.`, ['please rotate it'])
  form((it) => `password for the staging db: ${it}`)
  form((it) => `Temporary password: ${it}`)
  form((it) => `log in with ann / ${it}`, ['ann'])
  form((it) => `credentials: admin/${it}`, ['admin'])
  form((it) => `Use the token ${it} for the API`, ['for the API'])
  form((it) => `API key is "${it}"`)
  form((it) => `We changed the root password to ${it} yesterday`, ['yesterday'])
  form((it) => `# TODO remove: pass=${it}`, ['# TODO remove'])
  form((it) => `Passwort: ${it}`)
  form((it) => `contraseña: ${it}`)
  form((it) => `mot de passe : ${it}`)
  form((it) => `пароль: ${it}`)
  form((it) => `密码：${it}`)
  form((it) => `senha=${it}`)
}
