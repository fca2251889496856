import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster, type KubeObject } from '../src/index.ts'
import { ask, pod } from './kit.ts'
import { dialUp, refusal } from './terminal.ts'

const ROUTES = {
  '8080': {
    '/': 'hello from {pod}\n',
    '/echo/*': '{method} {path}\n',
    '/moved': { status: 302, headers: { location: '/there' } },
    '/json': { status: 503, body: '{"ok":false}' },
  },
}

function service(name: string, spec: object): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec }
}

/** One pod that answers on 8080, and a few Services. */
async function shop(): Promise<{ cluster: Cluster; name: string }> {
  const app = {
    name: 'web',
    namespace: 'default',
    image: 'x/web:1',
    routes: ROUTES,
    container: { ports: [{ name: 'http', containerPort: 8080 }] },
  }
  const ports = [{ name: 'main', port: 80, targetPort: 'http' }]
  const manifests = [
    service('web', { selector: { app: 'web' }, ports }),
    service('plain', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] }),
    service('nobody', { selector: { app: 'x' }, ports: [{ port: 80 }] }),
    service('unready', { selector: { app: 'broken' }, ports: [{ port: 80 }] }),
  ]
  const broken = { name: 'broken', namespace: 'default', image: 'x/web:1', stage: 'crash-loop' }
  const cluster = createCluster({ world: { nodes: 1, apps: [app, broken] }, manifests })
  const { body } = await ask(cluster, '/api/v1/namespaces/default/pods?labelSelector=app%3Dweb')
  return { cluster, name: body.items[0].metadata.name }
}

describe('a proxy', () => {
  const at = (kind: string, name: string, path = '/') => `/api/v1/namespaces/default/${kind}/${name}/proxy${path}`

  test.each([
    ['services', 'web:main'],
    ['services', 'web:80'],
    ['services', 'http:web:80'],
    ['services', 'plain'],
  ])('to %s/%s reaches a ready pod', async (kind, target) => {
    const { cluster, name } = await shop()

    const { code, text } = await ask(cluster, at(kind, target))

    expect([code, text]).toEqual([200, `hello from ${name}\n`])
  })

  test('to a pod takes the port it declares, or another', async () => {
    const { cluster, name } = await shop()

    const declared = await ask(cluster, at('pods', name))
    const other = await ask(cluster, at('pods', `${name}:81`))

    expect(declared.text).toBe(`hello from ${name}\n`)
    expect([other.code, other.body.message]).toEqual([
      503,
      expect.stringMatching(/^error trying to reach service: dial tcp 10\.[0-9.]+:81: connect: connection refused$/),
    ])
  })

  test('hands on method, path and query, and brings back status and body as they are', async () => {
    const { cluster, name } = await shop()

    const posted = await ask(cluster, at('pods', name, '/echo/a%20b?c=d'), { method: 'POST', body: 'x' })
    const failed = await ask(cluster, at('pods', name, '/json'))

    expect(posted.text).toBe('POST /echo/a%20b\n')
    expect([failed.code, failed.body]).toEqual([503, { ok: false }])
  })

  test('sends the caller on: to the root with its slash, and where the answer leads', async () => {
    const { cluster } = await shop()

    const bare = await ask(cluster, at('services', 'web:80', ''))
    const moved = await ask(cluster, at('services', 'web:80', '/moved'))

    expect([bare.code, bare.headers.get('location')]).toEqual([301, at('services', 'web:80')])
    expect([moved.code, moved.headers.get('location')]).toEqual([302, at('services', 'web:80', '/there')])
  })

  test.each([
    ['services', 'nobody', 503, 'no endpoints available for service "nobody"'],
    ['services', 'http:unready:80', 503, 'no endpoints available for service "http:unready:80"'],
    ['services', 'web:81', 503, 'no service port 81 found for service "web"'],
    ['services', 'nope', 404, 'endpoints "nope" not found'],
    ['services', 'nope:80', 404, 'services "nope" not found'],
    ['services', 'ftp:web:80', 400, 'invalid service request "ftp:web:80"'],
    ['services', 'https:web:80', 503, 'error trying to reach service: http: server gave HTTP response to HTTPS client'],
    ['pods', 'nope', 404, 'pods "nope" not found'],
    ['pods', 'a:b:c:d', 400, 'invalid pod request "a:b:c:d"'],
  ])('to %s/%s is refused with %d', async (kind, target, code, message) => {
    const { cluster } = await shop()

    const answer = await ask(cluster, at(kind, target))

    expect([answer.code, answer.body.message]).toEqual([code, message])
  })
})

/** What a client hears on each channel of a port-forward. */
async function forward(cluster: Cluster, name: string, query: string, protocol = 'v4.channel.k8s.io') {
  const heard: Record<number, Uint8Array[]> = {}
  const path = `/api/v1/namespaces/default/pods/${name}/portforward${query}`
  const answer = await cluster.connect(
    new Request(`https://cluster${path}`, { headers: { upgrade: 'websocket', 'sec-websocket-protocol': protocol } }),
  )
  if (answer instanceof Response) throw new Error(await answer.text())
  const state = { closed: false }
  const conversation = answer.begin({
    send: (bytes) => void (heard[bytes[0]!] ??= []).push(bytes.subarray(1)),
    close: () => (state.closed = true),
  })
  const text = (channel: number) => Buffer.concat((heard[channel] ?? []).slice(1)).toString()
  const say = async (channel: number, request: string) => {
    conversation.receive(Uint8Array.from([channel, ...Buffer.from(request)]))
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  return { heard, text, say, state }
}

describe('a port-forward by channels', () => {
  test('begins each with its port, and answers HTTP, one request after the other', async () => {
    const { cluster, name } = await shop()
    const { heard, text, say } = await forward(cluster, name, '?ports=8080')

    await say(0, 'GET / HTTP/1.1\r\nhost: x\r\n\r\nPOST /echo/b HTTP/1.1\r\nhost: x\r\ncontent-le')
    await say(0, 'ngth: 3\r\n\r\nabc')

    expect([heard[0]![0], heard[1]![0]]).toEqual([Uint8Array.from([0x90, 0x1f]), Uint8Array.from([0x90, 0x1f])])
    expect(text(0)).toBe(
      `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${12 + name.length}\r\n\r\nhello from ${name}\n` +
        'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 13\r\n\r\nPOST /echo/b\n',
    )
  })

  test('reads chunked bodies, and refuses what is no HTTP', async () => {
    const { cluster, name } = await shop()
    const { text, say, state } = await forward(cluster, name, '?ports=8080')

    await say(0, 'POST /echo/c HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n')
    await say(0, 'NONSENSE\r\n\r\n')

    expect(text(0)).toContain('POST /echo/c\n')
    expect(text(0)).toContain('HTTP/1.1 400 Bad Request\r\n')
    expect(state.closed).toBe(true)
  })

  test('says on the error channel that nobody listens', async () => {
    const { cluster, name } = await shop()

    const { text, state } = await forward(cluster, name, '?ports=81')

    expect(text(1)).toMatch(
      /^error forwarding port 81 to pod [0-9a-f]{64}, uid : failed to execute portforward in network namespace "\/var\/run\/netns\/cni-[0-9a-f-]+": failed to connect to localhost:81 inside namespace "[0-9a-f]+", IPv4: dial tcp4 127\.0\.0\.1:81: connect: connection refused /,
    )
    expect(state.closed).toBe(true)
  })

  test('ends when its pod goes', async () => {
    const { cluster, name } = await shop()
    const { state } = await forward(cluster, name, '?ports=8080')

    await cluster.fetch(`https://cluster/api/v1/namespaces/default/pods/${name}?gracePeriodSeconds=0`, {
      method: 'DELETE',
    })
    cluster.advance('10s')

    expect(state.closed).toBe(true)
  })

  test.each([
    ['', 'you must specify at least one port'],
    ['?ports=http', 'invalid value for ports: strconv.ParseInt: parsing "http": invalid syntax'],
  ])('with %j is refused', async (query, message) => {
    const { cluster, name } = await shop()
    const path = `/api/v1/namespaces/default/pods/${name}/portforward${query}`

    expect(await refusal(cluster, path)).toEqual([400, message])
  })
})

describe('a port-forward in SPDY frames', () => {
  /** Recorded from kubectl 1.36: an error stream, its end, and a data stream, for port 80. */
  const SYN_ERROR =
    '800300010000003d0000000100000000000078f9e3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45a024cc6461c0c0c0c0590489c44c50e2663400000000ffff'
  const FIN_ERROR = '0000000101000000'
  const SYN_DATA = '800300010000001800000003000000000000c2aa15540a2512d209000000ffff'
  const PING = '800300060000000400000001'

  async function tunnel() {
    const nginx = pod('web', 'default', { spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] } })
    const cluster = createCluster({ world: { nodes: 1 }, manifests: [nginx] })
    const answer = await cluster.connect(
      new Request('https://cluster/api/v1/namespaces/default/pods/web/portforward', {
        headers: { upgrade: 'websocket', 'sec-websocket-protocol': 'SPDY/3.1+portforward.k8s.io' },
      }),
    )
    if (answer instanceof Response) throw new Error(await answer.text())
    const frames: Buffer[] = []
    const state = { closed: false }
    const conversation = answer.begin({
      send: (bytes) => void frames.push(Buffer.from(bytes)),
      close: () => (state.closed = true),
    })
    const say = async (hex: string) => {
      conversation.receive(Uint8Array.from(Buffer.from(hex, 'hex')))
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    }
    return { frames, say, state, protocol: answer.protocol }
  }

  const data = (stream: number, text: string, flags = '00') =>
    stream.toString(16).padStart(8, '0') +
    flags +
    text.length.toString(16).padStart(6, '0') +
    Buffer.from(text).toString('hex')

  test('takes the streams kubectl opens, and answers HTTP on them', async () => {
    const { frames, say, protocol } = await tunnel()

    // Cut anywhere, as the network may.
    await say(SYN_ERROR.slice(0, 20))
    await say(SYN_ERROR.slice(20) + FIN_ERROR + SYN_DATA)
    await say(data(3, 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'))

    expect(protocol).toBe('SPDY/3.1+portforward.k8s.io')
    expect(frames.slice(0, 2).map((frame) => frame.subarray(0, 12).toString('hex'))).toEqual([
      '800300020000001400000001',
      '800300020000001200000003',
    ])
    expect(frames[2]!.subarray(0, 4).toString('hex')).toBe('00000003')
    expect(frames[2]!.subarray(8).toString()).toMatch(/^HTTP\/1\.1 200 OK[^]*Welcome to nginx/)
    expect(frames.slice(3).map((frame) => frame.toString('hex'))).toEqual(['0000000301000000', '0000000101000000'])
  })

  test('answers pings, and ends at what is no SPDY', async () => {
    const { frames, say, state } = await tunnel()

    await say(PING)
    await say('8003000100000010000000010000000000000000ffffffffffff')

    expect(frames.map((frame) => frame.toString('hex'))).toEqual([PING])
    expect(state.closed).toBe(true)
  })
})

test('a port-forward needs the right to create, like every connection', async () => {
  const { cluster, name } = await shop()

  const answer = await dialUp(cluster, `/api/v1/namespaces/default/pods/${name}/portforward?ports=1`, {
    'impersonate-user': 'nobody',
  })

  expect(answer instanceof Response && answer.status).toBe(403)
})
