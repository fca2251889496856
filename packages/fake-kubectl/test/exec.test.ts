import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster, type KubeObject } from '../src/index.ts'
import { ask, pod } from './kit.ts'
import { execPath, refusal, run, session, settled, sh, WEBSOCKET } from './terminal.ts'

const RBAC = 'rbac.authorization.k8s.io'

function withPods(...manifests: KubeObject[]): Cluster {
  return createCluster({ world: { nodes: 1 }, manifests: [pod('web'), ...manifests] })
}

function image(name: string, image: string, more: object = {}): KubeObject {
  return pod(name, 'default', { spec: { containers: [{ name: 'app', image, ...more }] } })
}

/** A reader who may `get pods/exec`, and one who may create it, too. */
function withReaders(): Cluster {
  const role = (name: string, verbs: string[]): KubeObject[] => [
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name },
      rules: [{ apiGroups: [''], resources: ['pods/exec', 'pods/attach', 'pods/portforward'], verbs }],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
      subjects: [{ kind: 'User', name }],
    },
  ]
  return withPods(...role('reader', ['get']), ...role('operator', ['get', 'create']))
}

describe('exec', () => {
  test('runs a command and brings its output, its errors and its exit code', async () => {
    const cluster = withPods()

    const { code, stdout, stderr, status } = await sh(cluster, 'web', 'echo out; echo err >&2; exit 3')

    expect([code, stdout, stderr]).toEqual([3, 'out\n', 'err\n'])
    expect(status).toEqual({
      metadata: {},
      status: 'Failure',
      message: 'command terminated with non-zero exit code: command terminated with exit code 3',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    })
  })

  test('that succeeds ends with Success', async () => {
    const { status } = await run(withPods(), 'web', ['true'])

    expect(status).toEqual({ metadata: {}, status: 'Success' })
  })

  test('streams standard input, and sees its end', async () => {
    const cluster = withPods()
    const it = await session(cluster, execPath('web', ['cat'], '&stdin=true'))

    it.send('first')
    await settled(it, 50)
    const early = it.stdout
    it.send(', second')
    it.end()
    await settled(it)

    expect([early, it.stdout, it.status.status]).toEqual(['first', 'first, second', 'Success'])
  })

  test('does not read what it was not to read', async () => {
    const it = await session(withPods(), execPath('web', ['cat']))
    await settled(it)

    expect([it.stdout, it.status.status]).toEqual(['', 'Success'])
  })

  test.each([
    ['nope', 'exec: "nope": executable file not found in $PATH: unknown'],
    ['/bin/nope', 'exec: "/bin/nope": stat /bin/nope: no such file or directory: unknown'],
    ['/etc/passwd', 'exec: "/etc/passwd": permission denied: unknown'],
  ])('of %s, which cannot be started, fails in the words of the runtime', async (command, why) => {
    const { status } = await run(withPods(), 'web', [command])

    expect(status.code).toBe(500)
    expect(status.message).toMatch(
      /^Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: /,
    )
    expect(status.message.endsWith(why)).toBe(true)
  })

  test('finds no shell in an image that has none', async () => {
    const { status } = await run(withPods(image('dns', 'registry.k8s.io/coredns/coredns:v1.12.4')), 'dns', ['sh'])

    expect(status.message).toContain('exec: "sh": executable file not found in $PATH')
  })

  test('sleeps in virtual time', async () => {
    const cluster = withPods()
    const it = await session(cluster, execPath('web', ['sh', '-c', 'sleep 90; date +%T']))

    await settled(it, 50)
    const early = it.closed
    cluster.advance('90s')
    await settled(it)

    expect([early, it.stdout]).toEqual([false, '09:01:30\n'])
  })

  test('ends what it runs when the client hangs up', async () => {
    const cluster = withPods()
    const timers = cluster.clock.pending
    const it = await session(cluster, execPath('web', ['sleep', '1h']))
    await settled(it, 50)
    const during = cluster.clock.pending

    it.hangUp()
    await settled(it, 50)

    expect([during - timers, cluster.clock.pending - timers]).toEqual([1, 0])
  })

  test('is killed with its container', async () => {
    const cluster = withPods()
    const it = await session(cluster, execPath('web', ['sh', '-c', 'sleep 1h; echo never']))

    await cluster.fetch('https://cluster/api/v1/namespaces/default/pods/web', { method: 'DELETE' })
    cluster.advance('1m')
    await settled(it)

    expect([it.stdout, it.status.details.causes[0].message]).toEqual(['', '137'])
  })

  test('of a client that does not read stops writing', async () => {
    const path = execPath('web', ['sh', '-c', 'while true; do echo line; done'])
    const answer = await withPods().connect(new Request(`https://cluster${path}`, { headers: WEBSOCKET }))
    if (answer instanceof Response) throw new Error(`refused: ${answer.status}`)
    let sent = 0

    const never = new Promise<void>(() => {})
    const conversation = answer.begin({
      send: () => (sent += 1),
      close: () => {},
      drained: () => (sent < 100 ? undefined : never),
    })
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    conversation.closed()

    expect(sent).toBe(100)
  })

  test('takes a container of several by its name', async () => {
    const containers = ['a', 'b'].map((name) => ({ name, image: `x/${name}:1`, env: [{ name: 'ME', value: name }] }))
    const cluster = withPods(pod('two', 'default', { spec: { containers } }))

    const b = await session(cluster, execPath('two', ['printenv', 'ME'], '&container=b'))
    await settled(b)
    const none = await refusal(cluster, execPath('two', ['true']))
    const wrong = await refusal(cluster, execPath('two', ['true'], '&container=zz'))

    expect(b.stdout).toBe('b\n')
    expect(none).toEqual([400, 'a container name must be specified for pod two, choose one of: [a b]'])
    expect(wrong).toEqual([400, 'container zz is not valid for pod two'])
  })
})

describe('a connection', () => {
  test('to a pod that is nowhere, or not there, is refused before it is upgraded', async () => {
    const cluster = withPods()
    await cluster.fetch('https://cluster/api/v1/namespaces/default/pods', {
      method: 'POST',
      body: JSON.stringify(pod('pend')),
      headers: { 'content-type': 'application/json' },
    })

    const pending = await refusal(cluster, execPath('pend', ['true']))
    const absent = await refusal(cluster, execPath('nope', ['true']))

    expect(pending).toEqual([400, 'pod pend does not have a host assigned'])
    expect(absent).toEqual([404, 'pods "nope" not found'])
  })

  test('to a container that does not run is told so on the error channel', async () => {
    const app = { name: 'app', namespace: 'default', image: 'x/app:1', stage: 'crash-loop' }
    const cluster = createCluster({ world: { nodes: 1, apps: [app] } })
    const { body } = await ask(cluster, '/api/v1/namespaces/default/pods')

    const { status } = await run(cluster, body.items[0].metadata.name, ['true'])

    expect(status.message).toBe('Internal error occurred: unable to upgrade connection: container not found ("app")')
  })

  test('behind a kubelet that is down says who did not answer', async () => {
    const cluster = withPods()
    for (const kubelet of cluster.kubelets.values()) kubelet.state = 'down'

    const { status } = await run(cluster, 'web', ['true'])
    const v4 = await refusal(cluster, execPath('web', ['true']), { 'sec-websocket-protocol': 'v4.channel.k8s.io' })

    expect(status.message).toMatch(/: dial tcp 10\.20\.0\.1:10250: connect: connection refused$/)
    expect(v4).toEqual([
      500,
      'Internal error occurred: error dialing backend: dial tcp 10.20.0.1:10250: connect: connection refused',
    ])
  })

  test('needs an upgrade, to a protocol that both speak', async () => {
    const cluster = withPods()

    const plain = await ask(cluster, execPath('web', ['true']))
    const unknown = await refusal(cluster, execPath('web', ['true']), {
      'sec-websocket-protocol': 'base64.channel.k8s.io',
    })

    expect([plain.code, plain.body.message]).toEqual([400, 'Upgrade request required'])
    expect(unknown).toEqual([
      400,
      'unable to upgrade: unable to negotiate protocol: client supports [base64.channel.k8s.io], server accepts [v5.channel.k8s.io v4.channel.k8s.io]',
    ])
  })

  test('speaks v4, where a message cannot end standard input', async () => {
    const it = await session(withPods(), execPath('web', ['echo', 'hi']), {
      'sec-websocket-protocol': 'v4.channel.k8s.io',
    })
    await settled(it)

    expect([it.protocol, it.stdout, it.status.status]).toEqual(['v4.channel.k8s.io', 'hi\n', 'Success'])
  })

  test('over a WebSocket is a get, and still needs the right to create', async () => {
    const cluster = withReaders()

    const reader = await refusal(cluster, execPath('web', ['true']), { 'impersonate-user': 'reader' })
    const nobody = await refusal(cluster, execPath('web', ['true']), { 'impersonate-user': 'nobody' })
    const operator = await session(cluster, execPath('web', ['true']), { 'impersonate-user': 'operator' })
    await settled(operator)

    expect(reader).toEqual([403, 'pods "web" is forbidden: '])
    expect(nobody).toEqual([
      403,
      'pods "web" is forbidden: User "nobody" cannot get resource "pods/exec" in API group "" in the namespace "default"',
    ])
    expect(operator.status.status).toBe('Success')
  })

  test('is in the API log when it has ended, as 101', async () => {
    const cluster = withPods()

    await run(cluster, 'web', ['true'])

    expect(cluster.apiLog.at(-1)).toMatchObject({
      verb: 'get',
      objectRef: { resource: 'pods', name: 'web', subresource: 'exec' },
      responseStatus: { code: 101 },
    })
  })

  test('meets faults like any other request', async () => {
    const cluster = withPods()
    const effect = { kind: 'error' as const, code: 503, reason: 'ServiceUnavailable', message: 'not now' }
    cluster.faults.push({ when: { subresource: 'exec' }, effect })

    const answer = await refusal(cluster, execPath('web', ['true']))

    expect(answer).toEqual([503, 'not now'])
  })
})

describe('a terminal', () => {
  async function terminal(command: string[], cluster = withPods()) {
    const it = await session(cluster, execPath('web', command, '&stdin=true&tty=true'))
    await settled(it, 60)
    const type = async (text: string) => {
      it.send(text)
      await settled(it, 200)
    }
    return { it, type }
  }

  test('shows a prompt, echoes what is typed, and edits the line', async () => {
    const { it, type } = await terminal(['bash'])

    await type('echo hx\u007Fi\r')

    expect(it.stdout).toBe('root@web:/# echo hx\b \bi\r\nhi\r\nroot@web:/# ')
  })

  test('ends the command with Ctrl-C, and the shell with Ctrl-D', async () => {
    const { it, type } = await terminal(['sh'])

    await type('sleep 1h\r')
    await type('\u0003')
    await type('echo $?\r')
    await type('\u0004')

    expect(it.stdout).toBe('# sleep 1h\r\n^C\r\n# echo $?\r\n130\r\n# \r\n')
    expect(it.status.status).toBe('Success')
  })

  test('mixes output and errors, and tells its type to the command', async () => {
    const { it } = await terminal(['sh', '-c', 'echo $TERM; nope'])

    expect([it.stdout, it.stderr]).toEqual(['xterm\r\nsh: 1: nope: not found\r\n', ''])
    expect(it.status.details.causes).toEqual([{ reason: 'ExitCode', message: '127' }])
  })

  test('is closed when its container ends, also while it waits', async () => {
    const cluster = withPods()
    const { it } = await terminal(['bash'], cluster)

    await cluster.fetch('https://cluster/api/v1/namespaces/default/pods/web', { method: 'DELETE' })
    cluster.advance('1m')
    await settled(it)

    expect([it.closed, it.status.details.causes[0].message]).toEqual([true, '137'])
  })

  test('has the size that the client says', async () => {
    const { it, type } = await terminal(['sh'])
    it.resize(40, 132)

    await type('stty size\r')

    expect(it.stdout).toContain('40 132\r\n')
  })

  test('goes on with the next line where a command is not finished', async () => {
    const { it, type } = await terminal(['sh'])

    await type('for i in 1 2\r')
    await type('do echo $i; done\r')

    expect(it.stdout).toContain('> do echo $i; done\r\n1\r\n2\r\n# ')
  })
})

describe('exec in SPDY frames', () => {
  /** Opens a stream; headers are a zlib stream of stored blocks, of which only the first piece has a header. */
  function synStream(id: number, headers: Record<string, string>): Uint8Array {
    const word = (value: number, bytes = 4) => Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex')
    const text = (value: string) => Buffer.concat([word(value.length), Buffer.from(value)])
    const pairs = Object.entries(headers).flatMap(([name, value]) => [text(name), text(value)])
    const block = Buffer.concat([word(pairs.length / 2), ...pairs])
    const [length, complement] = [Buffer.alloc(2), Buffer.alloc(2)]
    length.writeUInt16LE(block.length)
    complement.writeUInt16LE(0xff_ff - block.length)
    const zlib = Buffer.concat([
      ...(id === 1 ? [Buffer.from('7801', 'hex')] : []),
      Buffer.from([0]),
      length,
      complement,
      block,
    ])
    const payload = Buffer.concat([word(id), word(0), word(0, 2), zlib])
    return Buffer.concat([Buffer.from('80030001', 'hex'), word(payload.length), payload])
  }

  /** What came on each stream, without the frames. */
  function dataIn(frames: readonly Buffer[]): Record<number, string> {
    const data: Record<number, string> = {}
    for (const frame of frames)
      if ((frame[0]! & 0x80) === 0)
        data[frame.readUInt32BE(0)] = (data[frame.readUInt32BE(0)] ?? '') + frame.subarray(8).toString()
    return data
  }

  test('runs once all streams are there, and tells the outcome on the error stream', async () => {
    const headers = { upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io, v3.channel.k8s.io' }
    const path = `${execPath('web', ['sh', '-c', 'cat; echo oops >&2; exit 5'])}&stdin=true`
    const answer = await withPods().connect(new Request(`https://cluster${path}`, { method: 'POST', headers }))
    if (answer instanceof Response) throw new Error(`refused: ${answer.status}`)
    const frames: Buffer[] = []
    const conversation = answer.begin({ send: (bytes) => void frames.push(Buffer.from(bytes)), close: () => {} })

    for (const [i, streamtype] of ['error', 'stdin', 'stdout', 'stderr'].entries())
      conversation.receive(synStream(2 * i + 1, { streamType: streamtype }))
    conversation.receive(Buffer.from(`0000000301000002${Buffer.from('in').toString('hex')}`, 'hex'))
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))

    const data = dataIn(frames)
    expect([answer.transport, answer.protocol]).toEqual(['spdy', 'v4.channel.k8s.io'])
    expect([data[5], data[7]]).toEqual(['in', 'oops\n'])
    expect(JSON.parse(data[1]!)).toMatchObject({ reason: 'NonZeroExitCode', details: { causes: [{ message: '5' }] } })
  })
})

describe('attach', () => {
  const attachPath = (name: string, more = '') =>
    `/api/v1/namespaces/lab/pods/${name}/attach?stdout=true&stderr=true${more}`

  async function printing(container: object = {}): Promise<{ cluster: Cluster; name: string }> {
    const log = { everyMs: 10_000, lines: ['line {n}'] }
    const app = { name: 'app', namespace: 'lab', image: 'busybox:1.36', age: '1h', log, container: { ...container } }
    const cluster = createCluster({ world: { nodes: 1, apps: [app] } })
    const { body } = await ask(cluster, '/api/v1/namespaces/lab/pods')
    return { cluster, name: body.items[0].metadata.name }
  }

  test('shows what the container prints from now on, until it ends', async () => {
    const { cluster, name } = await printing()
    const it = await session(cluster, attachPath(name))

    cluster.advance('20s')
    await cluster.fetch(`https://cluster/api/v1/namespaces/lab/pods/${name}`, { method: 'DELETE' })
    cluster.advance('1m')
    await settled(it)

    expect(it.stdout).toMatch(/^line \d+\nline \d+\n/)
    expect(it.status).toEqual({ metadata: {}, status: 'Success' })
  })

  test('talks to a shell that is the first process', async () => {
    const { cluster, name } = await printing({ command: ['sh'], stdin: true })
    const it = await session(cluster, attachPath(name, '&stdin=true'))

    it.send('echo $((6*7))\nexit\n')
    await settled(it)

    expect([it.stdout, it.status.status]).toEqual(['42\n', 'Success'])
  })
})
