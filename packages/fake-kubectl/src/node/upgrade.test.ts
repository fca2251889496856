import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Cluster } from '../cluster.ts'
import { createCluster } from './create-cluster.ts'
import { listen, type Listening } from './listen.ts'

const open: Listening[] = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function served(cluster: Cluster = withPod()): Promise<Listening> {
  const server = await listen(cluster, { tls: false })
  open.push(server)
  return server
}

function withPod(): Cluster {
  const spec = { containers: [{ name: 'app', image: 'x/app:1' }] }
  return createCluster({ manifests: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec }] })
}

function execUrl({ url }: Listening, command: string, pod = 'web'): string {
  const words = command.split(' ').map((word) => `command=${word}`)
  return `${url}/api/v1/namespaces/default/pods/${pod}/exec?${words.join('&')}&stdout=true`
}

/** The answer to an upgrade that is refused. */
async function refusal(
  url: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<[IncomingMessage, string]> {
  const asking = request(url, { method, headers: { connection: 'Upgrade', ...headers } })
  asking.end()
  const [message] = (await once(asking, 'response')) as [IncomingMessage]
  return [message, await text(message)]
}

describe('a WebSocket', () => {
  test('carries a command and the close that ends it', async () => {
    const server = await served()
    const socket = new WebSocket(execUrl(server, 'echo hi'), ['v5.channel.k8s.io'])
    const heard: string[] = []
    socket.on('message', (data: Buffer) => heard.push(`${data[0]} ${data.subarray(1).toString()}`))

    const [code] = (await once(socket, 'close')) as [number]

    expect(heard).toEqual(['1 ', '1 hi\n', '3 {"metadata":{},"status":"Success"}'])
    expect([socket.protocol, code]).toEqual(['v5.channel.k8s.io', 1000])
  })

  test('that is refused gets an ordinary answer', async () => {
    const server = await served()
    const headers = {
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'x'.repeat(22) + '==',
      'sec-websocket-protocol': 'v5.channel.k8s.io',
    }

    const [message, body] = await refusal(execUrl(server, 'true', 'nope'), headers)

    expect([message.statusCode, message.headers['content-type']]).toEqual([404, 'application/json'])
    expect(JSON.parse(body).message).toBe('pods "nope" not found')
  })

  test('from a page of another origin is refused over plain HTTP', async () => {
    const server = await served()
    const socket = new WebSocket(execUrl(server, 'true'), ['v5.channel.k8s.io'], { origin: 'https://evil.example' })

    const [fault] = (await once(socket, 'error')) as [Error]

    expect(fault.message).toBe('Unexpected server response: 403')
  })

  test('ends when the server closes, and so does what it ran', async () => {
    const cluster = withPod()
    const server = await served(cluster)
    const timers = cluster.clock.pending
    const socket = new WebSocket(execUrl(server, 'sleep 1h'), ['v5.channel.k8s.io'])
    await once(socket, 'message')
    const closed = once(socket, 'close')

    await server.close()
    await closed
    await new Promise((resolve) => setImmediate(resolve))

    expect(cluster.clock.pending).toBe(timers)
  })

  test('of a client that vanishes takes its command along', async () => {
    const cluster = withPod()
    const server = await served(cluster)
    const timers = cluster.clock.pending
    const socket = new WebSocket(execUrl(server, 'sleep 1h'), ['v5.channel.k8s.io'])
    await once(socket, 'message')

    socket.terminate()
    for (let turn = 0; turn < 500 && cluster.clock.pending > timers; turn++)
      await new Promise((resolve) => setImmediate(resolve))

    expect(cluster.clock.pending).toBe(timers)
  })
})

describe('an upgrade', () => {
  test('to HTTP/2, as some clients offer it, gets a plain answer', async () => {
    const server = await served()

    const [message, body] = await refusal(`${server.url}/version`, { upgrade: 'h2c' })

    expect([message.statusCode, JSON.parse(body).major]).toEqual([200, '1'])
  })

  test('to SPDY is told so, and goes on in bytes', async () => {
    const server = await served()
    const socket: Socket = connect(server.port, '127.0.0.1')
    const { pathname, search } = new URL(execUrl(server, 'true'))
    socket.write(
      `POST ${pathname}${search} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\nx-stream-protocol-version: v4.channel.k8s.io\r\n\r\n`,
    )
    const [head] = (await once(socket, 'data')) as [Buffer]
    socket.write(Buffer.from('800300060000000400000001', 'hex'))
    const [ping] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()

    expect(head.toString()).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n',
    )
    expect(ping.toString('hex')).toBe('800300060000000400000001')
  })

  test('that says nonsense harms nobody', async () => {
    const server = await served()
    const socket: Socket = connect(server.port, '127.0.0.1')
    socket.write(
      `GET ${new URL(execUrl(server, 'true')).pathname} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n\u0000\u0001`,
    )
    await text(socket)

    const response = await fetch(`${server.url}/readyz`)

    expect(response.status).toBe(200)
  })
})
