/**
 * Sockets of the connections that stop being HTTP: exec, attach, port-forward. Which protocol, and whether at all, says
 * the cluster; here are only WebSocket frames, and the plain bytes of SPDY.
 * Source: RFC 6455, by the `ws` package; apimachinery/pkg/util/httpstream/spdy/upgrade.go.
 */
import { ServerResponse, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Upgrade } from '../apiserver/remote/upgrade.ts'
import type { Cluster } from '../cluster.ts'
import { isLocal } from './local-only.ts'
import { peerOf } from './peer.ts'
import { requestOf, send } from './serve.ts'

/** A message from a client: what `kubectl cp` sends at once, and more. */
const MAX_MESSAGE_BYTES = 16 * 2 ** 20
/** What may wait for a client that reads slowly. */
const MAX_BUFFERED_BYTES = 2 ** 20
const GOODBYE_MS = 1000

type Door = {
  /** Brings the clock to the present. */
  catchUp(): void
  /** Whether any page in a browser may knock: plain HTTP must not answer to it. */
  readonly localOnly: boolean
  /** Aborts when the server closes. */
  readonly closing: AbortSignal
}

/** Answers every request of the server that asks for an upgrade. */
export function serveUpgrades(server: Server, cluster: Pick<Cluster, 'connect'>, door: Door): void {
  const upgrades = new WeakMap<IncomingMessage, Upgrade>()
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES })
  sockets.on('headers', (lines, message) => lines.push(`Sec-WebSocket-Protocol: ${upgrades.get(message)?.protocol}`))
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A client that vanishes has its say at the stream that it leaves.
    socket.on('error', () => socket.destroy())
    const response = new ServerResponse(message)
    response.assignSocket(message.socket)
    response.shouldKeepAlive = false
    if (door.localOnly && !isLocal(message, response)) return void socket.end()
    door.catchUp()
    const greet = async (): Promise<void> => {
      const found = await knock(cluster, message, door.closing)
      if (found instanceof Response) {
        await send(found, response)
        return void socket.end()
      }
      response.detachSocket(message.socket)
      if (found.transport === 'spdy') return converseInBytes(socket, head, found)
      upgrades.set(message, found)
      // `SPDY/3.1+portforward.k8s.io` is not what RFC 6455 calls a protocol, and ws would refuse it.
      delete message.headers['sec-websocket-protocol']
      sockets.handleUpgrade(message, socket, head, (client) => converse(client, found))
    }
    greet().catch(() => socket.destroy())
  })
  door.closing.addEventListener('abort', () => hangUp(sockets), { once: true })
}

function knock(
  cluster: Pick<Cluster, 'connect'>,
  message: IncomingMessage,
  closing: AbortSignal,
): Promise<Response | Upgrade> {
  const gone = new AbortController()
  message.socket.once('close', () => gone.abort(new Error('the client has gone')))
  return cluster.connect(requestOf(message, AbortSignal.any([gone.signal, closing])), peerOf(message.socket))
}

/** Whoever does not answer the goodbye is cut off. */
function hangUp(sockets: WebSocketServer): void {
  sockets.close()
  for (const client of sockets.clients) setTimeout(() => client.terminate(), GOODBYE_MS).unref()
}

function converse(client: WebSocket, { begin }: Upgrade): void {
  client.binaryType = 'nodebuffer'
  const conversation = begin({
    send: (bytes) => client.send(bytes),
    close: () => client.close(1000),
    drained: () => (client.bufferedAmount > MAX_BUFFERED_BYTES ? drained(client) : undefined),
  })
  client.on('message', (data: Buffer) => conversation.receive(data))
  client.on('close', () => conversation.closed())
  client.on('error', () => client.terminate())
}

/** A ping leaves after all that waits before it. */
function drained(client: WebSocket): Promise<void> {
  return new Promise((resolve) => client.ping('', false, () => resolve()))
}

function converseInBytes(socket: Duplex, head: Buffer, { protocol, begin }: Upgrade): void {
  const lines = ['Connection: Upgrade', 'Upgrade: SPDY/3.1', `X-Stream-Protocol-Version: ${protocol}`]
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
  const conversation = begin({
    send: (bytes) => void socket.write(bytes),
    close() {
      socket.end()
      setTimeout(() => socket.destroy(), GOODBYE_MS).unref()
    },
    drained: () =>
      socket.writableLength > MAX_BUFFERED_BYTES
        ? new Promise((resolve) => socket.write('', () => resolve()))
        : undefined,
  })
  socket.on('data', (data: Buffer) => conversation.receive(data))
  socket.on('end', () => socket.end())
  socket.on('close', () => conversation.closed())
  if (head.length > 0) conversation.receive(head)
}
