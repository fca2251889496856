import { describe, expect, test } from 'vitest'
import { createCluster, loadWorld, type Cluster, type KubeObject } from '../src/index.ts'
import { ask, configMap, pod, send } from './kit.ts'
import { run, session, execPath, settled, sh } from './terminal.ts'

function withPod(spec: object, ...manifests: KubeObject[]): Cluster {
  const { containers: [container = {}] = [], ...rest } = spec as { containers?: object[] }
  const containers = [{ name: 'app', image: 'registry.example/app:1', ...container }]
  const made = pod('web', 'default', { spec: { ...rest, containers } })
  return createCluster({ world: { nodes: 1 }, manifests: [...manifests, made] })
}

function secret(name: string, data: Record<string, string>): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: data }
}

function service(name: string, spec: object): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec }
}

async function out(cluster: Cluster, script: string): Promise<string> {
  const { stdout, stderr } = await sh(cluster, 'web', script)
  return stdout + stderr
}

describe('a container knows', () => {
  test('its environment: literal, from ConfigMaps, Secrets, fields and resources', async () => {
    const ref = (source: object) => ({ valueFrom: source })
    const env = [
      { name: 'PLAIN', value: 'one' },
      { name: 'BASED', value: 'on $(PLAIN), $$(PLAIN), $(NOT)' },
      { name: 'CONFIG', ...ref({ configMapKeyRef: { name: 'settings', key: 'level' } }) },
      { name: 'SECRET', ...ref({ secretKeyRef: { name: 'login', key: 'password' } }) },
      { name: 'POD', ...ref({ fieldRef: { fieldPath: 'metadata.name' } }) },
      { name: 'TIER', ...ref({ fieldRef: { fieldPath: "metadata.labels['tier']" } }) },
      { name: 'CPU', ...ref({ resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } }) },
    ]
    const envFrom = [{ prefix: 'ALL_', configMapRef: { name: 'settings' } }]
    const resources = { limits: { cpu: '250m' } }
    const cluster = withPod(
      { containers: [{ env, envFrom, resources }] },
      { ...configMap('settings', { level: 'debug' }) },
      secret('login', { password: 'hunter2' }),
    )

    const { stdout } = await run(cluster, 'web', ['env'])

    const names = ['ALL_level', 'PLAIN', 'BASED', 'CONFIG', 'SECRET', 'POD', 'TIER', 'CPU']
    const lines = stdout.split('\n').filter((line) => names.includes(line.split('=')[0]!))
    expect(lines).toEqual([
      'ALL_level=debug',
      'PLAIN=one',
      'BASED=on one, $(PLAIN), $(NOT)',
      'CONFIG=debug',
      'SECRET=hunter2',
      'POD=web',
      'TIER=',
      'CPU=250',
    ])
  })

  test('its name, its user and the Services there were when it started', async () => {
    const cluster = withPod({}, service('my-db', { clusterIP: '10.96.7.7', ports: [{ port: 5432 }] }))
    await send(cluster, 'POST', '/api/v1/namespaces/default/services', service('late', { ports: [{ port: 80 }] }))

    expect(await out(cluster, 'hostname; whoami; id -u; pwd; echo $HOME')).toBe('web\nroot\n0\n/\n/root\n')
    expect(await out(cluster, 'echo $MY_DB_SERVICE_HOST:$MY_DB_PORT_5432_TCP_PORT $KUBERNETES_SERVICE_HOST')).toBe(
      '10.96.7.7:5432 10.96.0.1\n',
    )
    expect(await out(cluster, 'env | grep -c LATE')).toBe('0\n')
  })

  test('a changed ConfigMap in its files at once, in its environment never', async () => {
    const env = [{ name: 'K', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }]
    const volumeMounts = [{ name: 'v', mountPath: '/etc/c' }]
    const cluster = withPod(
      { containers: [{ env, volumeMounts }], volumes: [{ name: 'v', configMap: { name: 'c' } }] },
      configMap('c', { k: 'old' }),
    )

    await send(cluster, 'PUT', '/api/v1/namespaces/default/configmaps/c', configMap('c', { k: 'new' }))

    expect(await out(cluster, 'cat /etc/c/k; echo; echo $K')).toBe('new\nold\n')
  })

  test('mounts: ConfigMaps as the kubelet writes them, Secrets, subPaths, the downward API, its token directory', async () => {
    const volumeMounts = [
      { name: 'config', mountPath: '/etc/config' },
      { name: 'secret', mountPath: '/etc/secret', readOnly: true },
      { name: 'config', mountPath: '/etc/app.conf', subPath: 'app.conf' },
      { name: 'me', mountPath: '/etc/me' },
    ]
    const volumes = [
      { name: 'config', configMap: { name: 'c' } },
      { name: 'secret', secret: { secretName: 's', items: [{ key: 'k', path: 'deep/key', mode: 0o400 }] } },
      { name: 'me', downwardAPI: { items: [{ path: 'ns', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ]
    const cluster = withPod(
      { containers: [{ volumeMounts }], volumes },
      configMap('c', { 'app.conf': 'a=1\n' }),
      secret('s', { k: 'x' }),
    )

    expect(await out(cluster, 'readlink /etc/config/app.conf; cat /etc/config/app.conf /etc/app.conf')).toBe(
      '..data/app.conf\na=1\na=1\n',
    )
    expect(await out(cluster, 'cat /etc/secret/deep/key /etc/me/ns; ls -lL /etc/secret/deep | tail -1')).toMatch(
      /^xdefault-r-------- 1 root root 1 .* key\n$/,
    )
    expect(await out(cluster, 'ls /var/run/secrets/kubernetes.io/serviceaccount')).toBe('ca.crt\nnamespace\ntoken\n')
    expect(await out(cluster, 'echo x > /etc/config/app.conf')).toBe(
      'sh: 1: cannot create /etc/config/app.conf: Read-only file system\n',
    )
  })

  test('the directory it shares with its neighbour, and its own files alone', async () => {
    const containers = ['a', 'b'].map((name) => ({
      name,
      image: 'x/y:1',
      volumeMounts: [{ name: 'd', mountPath: '/data' }],
    }))
    const cluster = createCluster({
      world: { nodes: 1 },
      manifests: [pod('two', 'default', { spec: { containers, volumes: [{ name: 'd', emptyDir: {} }] } })],
    })
    const at = async (container: string, script: string) => {
      const it = await session(cluster, execPath('two', ['sh', '-c', script], `&container=${container}`))
      await settled(it)
      return it.stdout
    }

    await at('a', 'echo shared > /data/f; echo own > /tmp/f')

    expect(await at('b', 'cat /data/f; ls /tmp')).toBe('shared\n')
  })

  test('its pod network: hosts, resolv.conf', async () => {
    const cluster = withPod({ hostAliases: [{ ip: '10.1.2.3', hostnames: ['db.local'] }] })

    expect(await out(cluster, 'tail -3 /etc/hosts')).toBe('\n# Entries added by HostAliases.\n10.1.2.3\tdb.local\n')
    expect(await out(cluster, 'cat /etc/resolv.conf')).toBe(
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    )
  })

  test('that it may not write where its securityContext forbids', async () => {
    const readOnly = withPod({ containers: [{ securityContext: { readOnlyRootFilesystem: true } }] })
    const user = withPod({ securityContext: { runAsUser: 1000 } })

    expect(await out(readOnly, 'touch /tmp/x')).toBe("touch: cannot touch '/tmp/x': Read-only file system\n")
    expect(await out(user, 'id; touch /etc/x; touch /tmp/x; ls -l /tmp | tail -1')).toMatch(
      /^uid=1000 gid=0\(root\) groups=0\(root\)\n-rw-r--r-- 1 1000 1000 0 .* x\ntouch: cannot touch '\/etc\/x': Permission denied\n$/,
    )
  })

  test('what was written, also after a snapshot and a restore', async () => {
    const cluster = withPod({})
    await out(cluster, 'mkdir -p /srv/a; echo kept > /srv/a/f; rm /etc/os-release')
    const snapshot = structuredClone(cluster.snapshot())
    await out(cluster, 'rm -r /srv/a')

    cluster.restore(snapshot)

    expect(await out(cluster, 'cat /srv/a/f; ls /etc | grep os-')).toBe('kept\n')
  })
})

describe('a shell', () => {
  test.each([
    ['echo a b  "c  d" \'$x\'', 'a b c  d $x\n'],
    ['x=1; echo $x ${x}2 "${y:-none}" ${#x}', '1 12 none 1\n'],
    ['f=a/b.tar.gz; echo ${f##*/} ${f%%.*} ${f%.gz}', 'b.tar.gz a/b a/b.tar\n'],
    ['echo $((2 * (3 + 4) % 5)) $((1 < 2 && 3 > 4))', '4 0\n'],
    ['echo $(echo in $(echo deep)) `echo old`', 'in deep old\n'],
    ['true && echo yes || echo no; false && echo yes || echo no', 'yes\nno\n'],
    ['false; echo $?; ! false; echo $?', '1\n0\n'],
    ['for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done', '1\n3\n'],
    ['i=0; while [ $i -lt 5 ]; do i=$((i+1)); [ $i -eq 3 ] && break; done; echo $i', '3\n'],
    ['if [ -d /nope ]; then echo a; elif [ -d /etc ]; then echo b; else echo c; fi', 'b\n'],
    ['(cd /tmp; pwd); pwd', '/tmp\n/\n'],
    ['{ echo a; echo b; } | sort -r', 'b\na\n'],
    ['printf "%s-%03d\\n" a 7 b 8', 'a-007\nb-008\n'],
    ['echo one > /tmp/f; echo two >> /tmp/f; wc -l < /tmp/f', '2\n'],
    ['ls /nope 2>/dev/null; echo $?', '2\n'],
    ['ls /nope 2>&1 | cat', "ls: cannot access '/nope': No such file or directory\n"],
    ['cat <<EOF\nhi $((1+1))\nEOF', 'hi 2\n'],
    ["cat <<'EOF'\nhi $x\nEOF", 'hi $x\n'],
    ['cd /etc; echo host*', 'hostname hosts\n'],
    ['printf "b 2\\na 10\\n" | sort -k2 -n | head -1 | cut -d" " -f1', 'b\n'],
    ['echo hello | tr a-z A-Z | tee /tmp/t | grep -o L | uniq -c', '      2 L\n'],
    ['set -e; false; echo unreachable', ''],
    ['echo "a b" | while read x y; do echo $y-$x; done', 'b-a\n'],
    ['set -- p q; echo $# $2 "$@"', '2 q p q\n'],
    ['echo "#!/bin/sh\necho run \\$1" > /tmp/s; chmod +x /tmp/s; /tmp/s me', 'run me\n'],
    ['seq 3 | xargs echo n:', 'n: 1 2 3\n'],
    ['seq 9 | head -n -7; seq 9 | tail -n +8; seq 9 | tail -2 | head -c 1', '1\n2\n8\n9\n8'],
    ['find /etc -name "host*" -type f', '/etc/hostname\n/etc/hosts\n'],
    ['mkdir -p /tmp/a/b; touch /tmp/a/b/c; mv /tmp/a /tmp/z; find /tmp/z', '/tmp/z\n/tmp/z/b\n/tmp/z/b/c\n'],
    ['tar cf /tmp/x.tar -C /etc hosts; tar tf /tmp/x.tar', 'hosts\n'],
    ['echo hi | base64; echo aGk= | base64 -d; echo', 'aGkK\nhi\n'],
    ['echo -n abc | md5sum; echo -n abc | sha256sum | cut -c1-8', '900150983cd24fb0d6963f7d28e17f72  -\nba7816bf\n'],
    ['printf "a=1\\nb=2\\nc=3\\n" | sed "s/=/: /; 2d; s/[[:digit:]]/<&>/"', 'a: <1>\nc: <3>\n'],
    ['seq 9 | sed -n "2,3p;/7/p;\\$p"', '2\n3\n7\n9\n'],
    ['echo "k v" | sed -E "s#(k) (v)#\\2/\\1#"; echo x > /tmp/i; sed -i s/x/y/ /tmp/i; cat /tmp/i', 'v/k\ny\n'],
    ['timeout 5 echo in time; timeout 1 nope; echo $?', 'in time\n127\n'],
    ['ln -s /etc/hostname /tmp/l; cat /tmp/l; [ -L /tmp/l ] && echo link', 'web\nlink\n'],
  ])('%s', async (script, expected) => {
    const { stdout } = await sh(withPod({}), 'web', script)

    expect(stdout).toBe(expected)
  })

  test.each([
    ['echo "open', 2, 'sh: 1: Syntax error: Unterminated quoted string\n'],
    ['if true', 2, 'sh: 1: Syntax error: end of file unexpected (expecting "then")\n'],
    ['echo a; done', 2, 'sh: 1: Syntax error: "done" unexpected\n'],
    ['case x in x) ;; esac', 2, 'sh: 1: Syntax error: "case" is not simulated\n'],
    ['sleep 1 &', 2, 'sh: 1: Syntax error: "&": background jobs are not simulated\n'],
    ['cd /nope', 2, "sh: 1: cd: can't cd to /nope\n"],
    ['nope', 127, 'sh: 1: nope: not found\n'],
    ['/etc/passwd', 126, 'sh: 1: /etc/passwd: Permission denied\n'],
    ['cat /nope', 1, 'cat: /nope: No such file or directory\n'],
    ['rm /tmp', 1, "rm: cannot remove '/tmp': Is a directory\n"],
    ['set -u; echo $nope', 2, 'sh: 1: nope: parameter not set\n'],
  ])('fails at %j with %d', async (script, code, stderr) => {
    const ran = await sh(withPod({}), 'web', script)

    expect([ran.code, ran.stderr]).toEqual([code, stderr])
  })

  test('gives a command no more virtual time than it has', async () => {
    const cluster = withPod({})
    const it = await session(cluster, execPath('web', ['sh', '-c', 'timeout 5 sleep 1h; echo $?']))
    await settled(it, 50)

    cluster.advance('5s')
    await settled(it)

    expect(it.stdout).toBe('124\n')
  })

  test('of each image speaks its own words', async () => {
    const words = async (image: string, command: string) =>
      (await run(withPod({ containers: [{ image }] }), 'web', [command, '-c', 'nope'])).stderr

    expect(await words('busybox:1.36', 'sh')).toBe('sh: nope: not found\n')
    expect(await words('debian:12', 'bash')).toBe('bash: line 1: nope: command not found\n')
  })

  test('in a loop without end does not stop the cluster', async () => {
    const cluster = withPod({})
    const it = await session(cluster, execPath('web', ['sh', '-c', 'while true; do :; done']))

    const other = await sh(cluster, 'web', 'echo alive')
    it.hangUp()

    expect(other.stdout).toBe('alive\n')
  })

  test.each([
    [
      'a script that starts itself',
      'echo "#!/bin/sh\n/tmp/s" > /tmp/s; chmod +x /tmp/s; /tmp/s 2>&1 | tail -1',
      'Cannot fork',
    ],
    [
      'links that lead in circles',
      'cd /tmp; ln -s . a; ln -s . b; grep -r x .; cp -r /tmp /srv/c; ls /srv/c',
      'a\nb\n',
    ],
    ['a number without end', 'seq 1 1000000000 | head -1', '1\n'],
    ['a loop whose reader has gone', 'while true; do echo x; done | head -2; echo $?', 'x\nx\n0\n'],
    ['a width without end', 'printf "%999999999d" 1 | wc -c', '4096\n'],
  ])('survives %s', async (_, script, expected) => {
    const cluster = withPod({})
    const it = await session(cluster, execPath('web', ['sh', '-c', script]))

    await settled(it)

    expect(it.stdout).toContain(expected)
  })

  test('writes no more than a container may', async () => {
    const { stderr } = await sh(
      withPod({}),
      'web',
      'echo 0123456789abcdef > /tmp/a; for i in $(seq 40); do cat /tmp/a /tmp/a > /tmp/b || break; mv /tmp/b /tmp/a; done',
    )

    expect(stderr).toContain('No space left on device')
  })
})

describe('ps and df', () => {
  test('show the processes, and the disk of the machine', async () => {
    const app = { containers: [{ command: ['/app'], args: ['--port', '80'] }] }
    const cluster = withPod(app)
    const sleeping = await session(cluster, execPath('web', ['sleep', '1h']))
    await settled(sleeping, 50)
    const [kubelet] = cluster.kubelets.values()
    Object.assign(kubelet!.disk, { capacityBytes: 100 * 2 ** 30, usedBytes: 95 * 2 ** 30 })

    const processes = await out(cluster, 'ps -ef')
    expect(processes).toMatch(/ 1 +0 .* \/app --port 80\n/)
    expect(processes).toMatch(/ sleep 1h\n/)
    expect(await out(cluster, 'df -h /')).toBe(
      'Filesystem      Size  Used Avail Use% Mounted on\noverlay         100G   95G  5.0G  95% /\n',
    )
    sleeping.hangUp()
  })
})

describe('the network of the cluster', () => {
  const client = pod('client', 'default', {
    spec: { containers: [{ name: 'app', image: 'registry.example/tools:1' }] },
  })
  const routes = {
    '8080': {
      '/': '{"pod":"{pod}"}\n',
      '/broken': { status: 500, body: 'no\n' },
      '/slow': { delayMs: 5000, body: 'late\n' },
      '/api/*': '{method} {path}\n',
      '/env': '{env:COLOUR}\n',
    },
  }

  function shop(replicas = 1): Cluster {
    const container = { ports: [{ name: 'http', containerPort: 8080 }], env: [{ name: 'COLOUR', value: 'blue' }] }
    const app = { name: 'shop', namespace: 'default', image: 'x/shop:1', replicas, container, routes }
    const manifests = [
      client,
      service('shop', { selector: { app: 'shop' }, clusterIP: '10.96.5.5', ports: [{ port: 80, targetPort: 'http' }] }),
      service('empty', { selector: { app: 'nobody' }, clusterIP: '10.96.5.6', ports: [{ port: 80 }] }),
      service('headless', { selector: { app: 'shop' }, clusterIP: 'None', ports: [{ port: 8080 }] }),
      service('alias', { type: 'ExternalName', externalName: 'shop.default.svc.cluster.local' }),
    ]
    return createCluster({ world: { nodes: 1, apps: [app], manifests } })
  }

  const from = async (cluster: Cluster, script: string) => {
    const { stdout, stderr, code } = await sh(cluster, 'client', script)
    return { text: stdout + stderr, code }
  }

  test.each([
    ['curl -s http://shop', /^\{"pod":"shop-.*"\}\n$/],
    ['curl -s shop.default.svc.cluster.local/api/x', /^GET \/api\/x\n$/],
    ['curl -s 10.96.5.5/env', /^blue\n$/],
    ['curl -s http://headless:8080/env', /^blue\n$/],
    ['curl -s -X POST -d a=1 http://alias/api/y', /^POST \/api\/y\n$/],
    ['curl -s -o /dev/null -w "%{http_code}\\n" http://shop/broken', /^500\n$/],
    ['curl -sI http://shop/env | head -1', /^HTTP\/1.1 200/],
    ['wget -qO- http://shop/env', /^blue\n$/],
    ['nslookup shop', /Name:\tshop\.default\.svc\.cluster\.local\nAddress: 10\.96\.5\.5\n/],
    ['getent hosts shop', /^10\.96\.5\.5 +shop\n$/],
    ['nc -zv shop 80', /^Connection to shop \(10\.96\.5\.5\) 80 port \[tcp\/\*\] succeeded!\n$/],
    ['nc -zv empty 80', /failed: Connection refused\n$/],
    ['curl -sk https://kubernetes.default.svc/version | grep gitVersion', /v1\.36/],
  ])('answers %s', async (script, expected) => {
    expect((await from(shop(), script)).text).toMatch(expected)
  })

  test.each([
    ['curl http://nope', 6, 'curl: (6) Could not resolve host: nope\n'],
    ['curl http://empty', 7, 'curl: (7) Failed to connect to empty port 80 after 0 ms: Could not connect to server\n'],
    ['curl -sSf http://shop/broken', 22, 'curl: (22) The requested URL returned error: 500\n'],
    [
      'curl https://kubernetes.default.svc',
      60,
      'curl: (60) SSL certificate problem: unable to get local issuer certificate\n',
    ],
    ['curl https://shop:80', 35, 'curl: (35) TLS connect error: error:0A00010B:SSL routines::wrong version number\n'],
    ['wget -q http://nope', 1, "wget: bad address 'nope'\n"],
    ['wget -q http://empty', 1, "wget: can't connect to remote host (10.96.5.6): Connection refused\n"],
    ['wget -q http://shop/broken', 1, 'wget: server returned error: HTTP/1.1 500 Internal Server Error\n'],
  ])('says why %s fails', async (script, code, text) => {
    expect(await from(shop(), script)).toEqual({ code, text })
  })

  test('knows a pod at the API server by its token', async () => {
    const token = '-H "Authorization: Bearer $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)"'
    const ca = '--cacert /var/run/secrets/kubernetes.io/serviceaccount/ca.crt'
    const { text } = await from(
      shop(),
      `curl -s ${ca} ${token} https://kubernetes.default.svc/api/v1/namespaces/default/secrets`,
    )

    expect(JSON.parse(text).message).toBe(
      'secrets is forbidden: User "system:serviceaccount:default:default" cannot list resource "secrets" in API group "" in the namespace "default"',
    )
  })

  test('has no such name, says nslookup', async () => {
    const { text, code } = await from(shop(), 'nslookup nope')

    expect(code).toBe(1)
    expect(text).toContain("** server can't find nope: NXDOMAIN")
  })

  test('loses what goes to a port a Service does not have, until the caller gives up in virtual time', async () => {
    const cluster = shop()
    const it = await session(cluster, execPath('client', ['curl', '-m', '5', 'http://shop:81']))
    await settled(it, 60)
    const early = it.closed

    cluster.advance('5s')
    await settled(it)

    expect([early, it.stderr]).toEqual([false, 'curl: (28) Connection timed out after 5000 milliseconds\n'])
  })

  test('takes its time where a route says so', async () => {
    const cluster = shop()
    const it = await session(cluster, execPath('client', ['curl', '-s', 'http://shop/slow']))
    await settled(it, 60)

    cluster.advance('5s')
    await settled(it)

    expect(it.stdout).toBe('late\n')
  })

  test('spreads connections over the ready pods of a Service', async () => {
    const { text } = await from(shop(3), 'for i in $(seq 30); do curl -s http://shop; done | sort -u')

    expect(text.trim().split('\n')).toHaveLength(3)
  })

  test('of the healthy world is a shop that works', async () => {
    const cluster = createCluster({ world: loadWorld('healthy') })
    const { body } = await ask(cluster, '/api/v1/namespaces/shop/pods?labelSelector=app%3Dcheckout')

    const { stdout } = await sh(cluster, `shop/${body.items[0].metadata.name}`, 'curl -s http://storefront')

    expect(stdout).toMatch(/^Welcome to the shop\. This is storefront-/)
  })

  test('is without names when the pods of kube-dns are not ready', async () => {
    const dns = {
      ...service('kube-dns', { selector: { 'k8s-app': 'kube-dns' }, clusterIP: '10.96.0.10', ports: [{ port: 53 }] }),
    }
    const cluster = createCluster({
      world: { nodes: 1 },
      manifests: [client, { ...dns, metadata: { name: 'kube-dns', namespace: 'kube-system' } }],
    })

    expect((await from(cluster, 'nslookup kubernetes')).text).toContain('no servers could be reached')
  })

  test('shows the page of an nginx, also a changed one', async () => {
    const cluster = createCluster({
      world: { nodes: 1 },
      manifests: [client, pod('web', 'default', { spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] } })],
    })
    const { body } = await ask(cluster, '/api/v1/namespaces/default/pods/web')

    await sh(cluster, 'web', 'echo changed > /usr/share/nginx/html/index.html')

    expect((await from(cluster, `curl -s ${body.status.podIP}`)).text).toBe('changed\n')
  })
})
