/**
 * Stock kubectl inside containers: exec, cp, attach, logs, port-forward, proxies. A row is a command and what it answers.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createCluster, listen, type Listening } from '../packages/fake-kubectl/src/index.ts'
import { stockKubectl, type Kubectl } from './stock-kubectl.ts'

let server: Listening
let kubectl: Kubectl
let folder: string

const container = (name: string, image: string, more: object = {}) => ({ name, image, ...more })
const pod = (name: string, containers: object[], metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { containers },
})

beforeAll(async () => {
  const log = { everyMs: 200, lines: ['line {n}'] }
  const app = { name: 'printer', namespace: 'default', image: 'x/printer:1', age: '1h', log }
  const manifests = [
    pod('web', [container('nginx', 'nginx:1.27', { ports: [{ containerPort: 80 }] })], { labels: { app: 'web' } }),
    pod('tools', [container('tools', 'x/tools:1', { env: [{ name: 'COLOUR', value: 'blue' }] })]),
    pod('box', [container('box', 'busybox:1.37', { command: ['sh'], stdin: true })]),
    pod('two', [container('a', 'x/a:1'), container('b', 'x/b:1', { env: [{ name: 'ME', value: 'b' }] })], {
      annotations: { 'kubectl.kubernetes.io/default-container': 'b' },
    }),
    pod('dns', [container('dns', 'registry.k8s.io/coredns/coredns:v1.12.4')]),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    },
  ]
  server = await listen(createCluster({ world: { nodes: 1, apps: [app], manifests } }))
  folder = mkdtempSync(path.join(os.tmpdir(), 'containers-'))
  writeFileSync(path.join(folder, 'kubeconfig'), server.kubeconfig())
  kubectl = stockKubectl(path.join(folder, 'kubeconfig'))
})

afterAll(() => server.close())

type Row = { args: string[]; stdin?: string; code?: number; out?: string | RegExp; err?: string | RegExp }

/** Over WebSockets, as kubectl does by itself, and over SPDY, as older ones do. */
const TRANSPORTS = [
  ['WebSockets', {}],
  ['SPDY', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
] as const

const ROWS: Row[] = [
  { args: ['exec', 'tools', '--', 'echo', 'hi'], out: 'hi\n' },
  { args: ['exec', 'tools', '--', 'printenv', 'COLOUR', 'HOSTNAME'], out: 'blue\ntools\n' },
  { args: ['exec', '-i', 'tools', '--', 'tr', 'a-z', 'A-Z'], stdin: 'loud', out: 'LOUD' },
  { args: ['exec', '-i', 'tools', '--', 'sh'], stdin: 'x=1\necho $x\nexit 4\n', code: 4, out: '1\n' },
  { args: ['exec', 'tools', '--', 'sh', '-c', 'echo o; echo e >&2; exit 3'], code: 3, out: 'o\n', err: /^e\n/ },
  { args: ['exec', 'tools', '--', 'sh', '-c', 'nope'], code: 127, err: /^sh: 1: nope: not found\n/ },
  { args: ['exec', 'tools', '--', 'nope'], code: 1, err: /exec: "nope": executable file not found in \$PATH/ },
  { args: ['exec', 'dns', '--', 'sh'], code: 1, err: /exec: "sh": executable file not found in \$PATH/ },
  { args: ['exec', 'nope', '--', 'ls'], code: 1, err: 'Error from server (NotFound): pods "nope" not found\n' },
  { args: ['exec', 'two', '--', 'printenv', 'ME'], out: 'b\n' },
  { args: ['exec', 'two', '-c', 'a', '--', 'printenv', 'ME'], code: 1 },
  {
    args: ['exec', 'two', '-c', 'c', '--', 'ls'],
    code: 1,
    err: 'error: container c is not valid for pod two out of: a, b\n',
  },
  { args: ['exec', 'svc/web', '--', 'hostname'], out: 'web\n' },
  { args: ['exec', 'tools', '--', 'curl', '-s', 'http://web'], out: /Welcome to nginx!/ },
  { args: ['exec', 'tools', '--', 'nslookup', 'web'], out: /Name:\tweb\.default\.svc\.cluster\.local/ },
  { args: ['exec', 'tools', '--', 'curl', 'http://nope'], code: 6, err: /Could not resolve host: nope/ },
  { args: ['attach', '-i', 'box'], stdin: 'echo attached\nexit\n', out: 'attached\n' },
  { args: ['logs', 'two', '-c', 'c'], code: 1, err: 'error: container c is not valid for pod two out of: a, b\n' },
  { args: ['logs', 'web', '-p'], code: 1, err: /previous terminated container "nginx" in pod "web" not found/ },
  { args: ['logs', '-l', 'app=printer', '--tail=2'], out: /^line \d+\nline \d+\n$/ },
  { args: ['logs', '-l', 'app=printer', '--tail=1', '--prefix'], out: /^\[pod\/printer-\S+\/printer\] line \d+\n$/ },
  { args: ['logs', '-l', 'app=printer', '--tail=1', '--timestamps'], out: /^\d{4}-\d\d-\d\dT[\d:.]+Z line \d+\n$/ },
  { args: ['get', '--raw', '/api/v1/namespaces/default/services/web:80/proxy/'], out: /Welcome to nginx!/ },
  {
    args: ['get', '--raw', '/api/v1/namespaces/default/pods/web:81/proxy/'],
    code: 1,
    err: /error trying to reach service: dial tcp 10\.[0-9.]+:81: connect: connection refused/,
  },
]

describe.each(TRANSPORTS)('over %s', (_, env) => {
  test.each(ROWS.map((row) => ({ name: row.args.join(' '), row })))('kubectl $name', async ({ row }) => {
    const { args, stdin = '', code = 0, out, err } = row

    const answer = await kubectl.in({ env, stdin })(...args)

    expect(answer.code, answer.stderr).toBe(code)
    if (out !== undefined) expect(answer.stdout).toEqual(typeof out === 'string' ? out : expect.stringMatching(out))
    if (err !== undefined) expect(answer.stderr).toEqual(typeof err === 'string' ? err : expect.stringMatching(err))
  })

  test('kubectl cp, there and back', async () => {
    const there = path.join(mkdtempSync(path.join(folder, 'cp-')), 'there')
    const back = `${there}-back`
    mkdirSync(path.join(there, 'sub'), { recursive: true })
    writeFileSync(path.join(there, 'sub', 'big'), 'x'.repeat(300_000))

    await kubectl.in({ env })('cp', there, 'web:/srv')
    const { code } = await kubectl.in({ env })('cp', 'web:/srv/there', back)

    expect(code).toBe(0)
    expect(readFileSync(path.join(back, 'sub', 'big'), 'utf8')).toHaveLength(300_000)
  })

  test('kubectl exec -it, in a terminal', async () => {
    const command = [kubectl.binary, '--kubeconfig', kubectl.kubeconfig, 'exec', '-it', 'tools', '--', 'bash'].join(' ')
    const child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...kubectl.env, ...env } })
    let screen = ''
    child.stdout.on('data', (chunk: Buffer) => void (screen += chunk.toString()))
    const shows = (text: string) => vi.waitFor(() => expect(screen).toContain(text), 10_000)

    await shows('root@tools:/# ')
    child.stdin.write('sleep 1h\r')
    await shows('sleep 1h')
    child.stdin.write('\u0003')
    await shows('^C')
    child.stdin.write('exit 5\r')
    const [code] = (await once(child, 'exit')) as [number]

    expect(code).toBe(5)
    expect(screen).toContain('command terminated with exit code 5')
  })

  test('kubectl port-forward', async () => {
    const args = ['--kubeconfig', kubectl.kubeconfig, 'port-forward', 'svc/web', ':80']
    const child: ChildProcess = spawn(kubectl.binary, args, { env: { ...kubectl.env, ...env } })
    const [greeting] = (await once(child.stdout!, 'data')) as [Buffer]
    const port = /127\.0\.0\.1:(\d+)/.exec(greeting.toString())?.[1]

    const pages = await Promise.all([1, 2, 3].map(async () => (await fetch(`http://127.0.0.1:${port}/`)).text()))
    child.kill()
    await once(child, 'exit')

    expect(pages.every((page) => page.includes('Welcome to nginx!'))).toBe(true)
  })
})
