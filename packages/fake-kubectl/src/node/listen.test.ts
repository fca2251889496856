import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { CoreV1Api, KubeConfig, makeInformer, type V1ConfigMap } from '@kubernetes/client-node'
import { afterEach, describe, expect, test } from 'vitest'
import type { Cluster } from '../cluster.ts'
import { createCluster, loadWorld } from './create-cluster.ts'
import { listen, type Listening, type ListenOptions } from './listen.ts'

const JSON_BODY = { 'content-type': 'application/json' }

const open: Listening[] = []

/** Over plain HTTP, which the global fetch speaks without being told whom to believe; tls.test.ts is about the rest. */
async function served(cluster: Cluster = createCluster(), options: ListenOptions = { tls: false }): Promise<Listening> {
  const server = await listen(cluster, options)
  open.push(server)
  return server
}

afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

function clientFor(server: Listening): { config: KubeConfig; core: CoreV1Api } {
  const config = new KubeConfig()
  config.loadFromString(server.kubeconfig())
  return { config, core: config.makeApiClient(CoreV1Api) }
}

describe.each([{ tls: true }, { tls: false }])('client-node with %j', (options) => {
  test('lists nodes and pods', async () => {
    const { core } = clientFor(await served(createCluster({ world: loadWorld('disk-pressure') }), options))

    const nodes = await core.listNode()
    const pods = await core.listNamespacedPod({ namespace: 'shop' })

    expect(nodes.items).toHaveLength(3)
    expect(pods.items.every((pod) => pod.status?.phase === 'Running')).toBe(true)
  })

  test("tells a 404 in the server's words", async () => {
    const { core } = clientFor(await served(createCluster(), options))

    await expect(core.readNamespacedPod({ name: 'nope', namespace: 'default' })).rejects.toThrow(
      /pods .*nope.* not found/,
    )
  })

  test('an informer hears of what is created after it started', async () => {
    const { config, core } = clientFor(await served(createCluster(), options))
    const informer = makeInformer<V1ConfigMap>(config, '/api/v1/namespaces/default/configmaps', () =>
      core.listNamespacedConfigMap({ namespace: 'default' }),
    )
    const heard = new Promise<string>((resolve) => {
      informer.on('add', ({ metadata }) => (metadata?.name === 'news' ? resolve(metadata.name) : undefined))
    })
    informer.on('error', () => {}) // stop() below surfaces as one

    await informer.start()
    await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'news' } } })

    expect(await heard).toBe('news')
    await informer.stop()
  })
})

describe('time over HTTP', () => {
  test("is the client's time, also after the clock was advanced by hand", async () => {
    const cluster = createCluster()
    const server = await served(cluster)
    const ageMs = async () => {
      const body: any = await (await fetch(`${server.url}/api/v1/namespaces/default/configmaps/young`)).json()
      return Date.now() - Date.parse(body.metadata.creationTimestamp)
    }

    await fetch(`${server.url}/api/v1/namespaces/default/configmaps`, {
      method: 'POST',
      headers: JSON_BODY,
      body: '{"metadata":{"name":"young"}}',
    })
    const fresh = await ageMs()
    cluster.advance('1h')
    const aged = await ageMs()

    expect(fresh).toBeGreaterThanOrEqual(0)
    expect(aged - fresh).toBeGreaterThanOrEqual(3_600_000 - 1000)
    expect(aged - fresh).toBeLessThan(3_660_000)
  })

  test('a time that a client writes comes back as it wrote it', async () => {
    const { url } = await served()
    const renewTime = '2026-05-05T05:05:05.123456Z'
    const leases = `${url}/apis/coordination.k8s.io/v1/namespaces/default/leases`

    const response = await fetch(leases, {
      method: 'POST',
      headers: JSON_BODY,
      body: JSON.stringify({ metadata: { name: 'l' }, spec: { renewTime } }),
    })

    expect(((await response.json()) as any).spec.renewTime).toBe(renewTime)
  })
})

describe('listen', () => {
  test('takes each Impersonate-Group header as one group, as a real server does, whatever commas are in it', async () => {
    const cluster = createCluster()
    const { port } = await served(cluster)
    const ask = `GET /api/v1/nodes HTTP/1.1\r\nHost: localhost\r\nImpersonate-User: ada\r\nConnection: close\r\n`

    const repeated = await spoken(port, `${ask}Impersonate-Group: ops\r\nImpersonate-Group: system:masters\r\n\r\n`)
    const joined = await spoken(port, `${ask}Impersonate-Group: ops, system:masters\r\n\r\n`)

    expect([repeated, joined].map((answer) => answer.split(' ')[1])).toEqual(['200', '403'])
    const groups = cluster.apiLog.map(({ impersonatedUser }) => impersonatedUser?.groups)
    expect(groups).toEqual([
      ['ops', 'system:masters', 'system:authenticated'],
      ['ops, system:masters', 'system:authenticated'],
    ])
  })

  test('sends the headers of a watch before anything happens', async () => {
    const { url } = await served()
    const controller = new AbortController()

    const response = await fetch(`${url}/api/v1/pods?watch=true&resourceVersion=0`, { signal: controller.signal })

    expect(response.status).toBe(200)
    controller.abort()
  })

  test('says which port is in use and what to do', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo

    await expect(listen(createCluster(), { port })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is in use; stop what listens there, or choose another port (0 takes any free one)`,
    )
    await new Promise((resolve) => other.close(resolve))
  })

  test('refuses every host but loopback', async () => {
    await expect(listen(createCluster(), { host: '0.0.0.0' })).rejects.toThrow('a cluster is served on loopback only')
  })

  test('close ends open watches and leaves no watcher', async () => {
    const cluster = createCluster()
    const server = await listen(cluster, { tls: false })
    const watches = await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`${server.url}/api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=0`),
      ),
    )
    const opened = cluster.clock.pending

    await server.close()

    const ends = await Promise.allSettled(watches.map((it) => it.text()))
    expect(ends).toHaveLength(20)
    expect(opened - cluster.clock.pending).toBe(40)
  })

  test('a client that goes away takes its watch along', async () => {
    const cluster = createCluster()
    const { url } = await served(cluster)
    const controller = new AbortController()
    const idle = cluster.clock.pending
    await fetch(`${url}/api/v1/pods?watch=true&resourceVersion=0`, { signal: controller.signal })

    controller.abort()

    await expect.poll(() => cluster.clock.pending).toBe(idle)
  })

  test('1,000 idle watches are one timer each, and all are gone when their clients are', async () => {
    const cluster = createCluster()
    const { url } = await served(cluster)
    const agent = new Agent({ keepAlive: true })
    const idle = cluster.clock.pending
    const watching = Array.from(
      { length: 1000 },
      () =>
        new Promise<IncomingMessage>((resolve, reject) => {
          get(`${url}/api/v1/pods?watch=true&resourceVersion=0`, { agent }, resolve).on('error', reject)
        }),
    )

    const answers = await Promise.all(watching)
    const opened = cluster.clock.pending
    for (const answer of answers) answer.on('error', () => {}).destroy()

    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true)
    expect(opened - idle).toBe(1000)
    await expect.poll(() => cluster.clock.pending).toBe(idle)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })

  test.each([
    ['never finishes its headers', 'GET /api HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
    [
      'never sends the body it promised',
      'POST /api/v1/namespaces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{',
    ],
  ])('a client that %s is hung up on', async (_what, words) => {
    const { port } = await served(createCluster(), { tls: false, limits: { headersMs: 100, requestMs: 100 } })

    expect(await spoken(port, words)).toMatch(/^(HTTP\/1\.1 408 |$)/)
  })

  test('a watch outlives the time a request may take to arrive', async () => {
    const { port } = await served(createCluster(), { tls: false, limits: { headersMs: 100, requestMs: 100 } })
    const watch = connect(port, '127.0.0.1', () =>
      watch.write('GET /api/v1/pods?watch=true&resourceVersion=0 HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    )
    await once(watch, 'data')

    // By the time the server has hung up on this one it has looked at the watch, too.
    await spoken(port, 'GET /api HTTP/1.1\r\nX-Slow: ')

    expect(watch.readyState).toBe('open')
    watch.destroy()
  })

  test('a client that shuts its half of the connection ends its watch', async () => {
    const cluster = createCluster()
    const { port } = await served(cluster)
    const idle = cluster.clock.pending
    const watch = connect(port, '127.0.0.1', () =>
      watch.write('GET /api/v1/pods?watch=true&resourceVersion=0 HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    )
    await once(watch, 'data')

    watch.end()

    await expect.poll(() => cluster.clock.pending).toBe(idle)
  })

  test('one connection carries many requests, HEAD and unread bodies among them', async () => {
    const { port } = await served()
    const head = 'HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const refused = 'POST /api/v1/nosuch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}'
    const last = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'

    const answers = await spoken(port, head + refused + last)

    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200'])
    expect(answers.match(/ok/g)).toHaveLength(1)
  })

  test('headers of more than a megabyte are 431', async () => {
    const { port } = await served()

    const answer = await spoken(port, `GET /api HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(2 ** 20)}\r\n\r\n`)

    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })

  test.each([
    'Host: evil.example',
    'Host: localhost\r\nOrigin: https://evil.example',
    'Host: 127.0.0.1.evil.example:80',
  ])('over plain HTTP a web page is refused: %j', async (headers) => {
    const cluster = createCluster()
    const { port } = await served(cluster)

    const answer = await spoken(port, `GET /api/v1/secrets HTTP/1.1\r\n${headers}\r\n\r\n`)

    expect(answer).toMatch(/^HTTP\/1\.1 403 [\s\S]*this server answers to this machine's names only/)
    expect(cluster.apiLog).toEqual([])
  })

  test.each([
    'GET / HTTP/9.9\r\n\r\n',
    'nonsense\r\n\r\n',
    'TRACE /api HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n',
  ])('survives %j', async (text) => {
    const server = await served()

    const answer = await rawRequest(server.port, text)

    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })
})

function rawRequest(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => {
      answer += String(chunk)
      socket.end()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

/** What a server answers to these bytes until it hangs up, and nothing of what a client library would do to them. */
function spoken(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk) => (answer += String(chunk)))
    socket.on('error', () => {}) // A reset is a hang-up, too, and may overtake the answer.
    socket.on('close', () => resolve(answer))
  })
}
