/**
 * Serves a cluster over plain HTTP on this machine, and lets its clock run with real time. Times in what is served are
 * shifted so that virtual now is the client's now, since kubectl computes ages from its own clock.
 * It is for loopback alone: there is no TLS, and without credentials a caller is the cluster's `anonymous` user.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Cluster } from '../cluster.ts'
import { coupleToRealTime } from './real-time.ts'

export type ListenOptions = {
  /** Any free port when absent or 0. */
  port?: number
  /** `127.0.0.1` when absent; another name of this machine is all it may be. */
  host?: string
  /** Closes the server when it aborts. */
  signal?: AbortSignal
}

export type Listening = { readonly url: string; readonly port: number; close(): Promise<void> }

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

/**
 * @throws RangeError for a host that is not loopback; Error, with what to do, when the port cannot be had
 */
export async function listen(
  cluster: Cluster,
  { port = 0, host = '127.0.0.1', signal }: ListenOptions = {},
): Promise<Listening> {
  if (!LOOPBACK.has(host)) {
    throw new RangeError(`host ${JSON.stringify(host)}: plain HTTP is served on loopback only; use 127.0.0.1`)
  }
  const closing = new AbortController()
  const time = coupleToRealTime(cluster.clock)
  const server = createServer(
    (message, response) => void serve(cluster, time.catchUp, message, response, closing.signal),
  )
  try {
    await bind(server, port, host)
  } catch (fault) {
    time.stop()
    throw fault
  }
  const close = () => shut(server, closing, time.stop)
  signal?.addEventListener('abort', () => void close(), { once: true })
  if (signal?.aborted) await close()
  const bound = (server.address() as AddressInfo | null)?.port ?? port
  return { url: `http://${host === '::1' ? '[::1]' : host}:${bound}`, port: bound, close }
}

function bind(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (fault: NodeJS.ErrnoException) => reject(bindFault(fault, port, host)))
    server.listen(port, host, resolve)
  })
}

function bindFault(fault: NodeJS.ErrnoException, port: number, host: string): Error {
  switch (fault.code) {
    case 'EADDRINUSE':
      return new Error(
        `port ${port} on ${host} is in use; stop what listens there, or choose another port (0 takes any free one)`,
        { cause: fault },
      )
    case 'EACCES':
      return new Error(`port ${port} on ${host} may not be opened by this user; choose one above 1023`, {
        cause: fault,
      })
    default:
      return new Error(`cannot listen on ${host}:${port}: ${fault.message}`, { cause: fault })
  }
}

/** Ends watches and idle connections alike, so that nothing keeps the process alive. */
function shut(server: Server, closing: AbortController, stopTime: () => void): Promise<void> {
  stopTime()
  closing.abort(new Error('the server is closing'))
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function serve(
  cluster: Cluster,
  catchUp: () => void,
  message: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort(new Error('the client has gone')))
  try {
    catchUp()
    const request = requestOf(message, AbortSignal.any([gone.signal, closing]))
    await send(await cluster.fetch(request), response)
  } catch (fault) {
    breakOff(response, fault)
  }
}

/** @throws TypeError for a method or URL that fetch cannot say */
function requestOf(message: IncomingMessage, signal: AbortSignal): Request {
  if (!message.url?.startsWith('/')) throw new TypeError('a server is asked for paths')
  const url = new URL(`http://cluster${message.url}`)
  const headers = new Headers()
  for (let i = 0; i < message.rawHeaders.length; i += 2) {
    const [name, value] = [message.rawHeaders[i]!, message.rawHeaders[i + 1]!]
    headers.append(name, /^impersonate-group$/i.test(name) ? quoted(value) : value)
  }
  const method = message.method ?? 'GET'
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal })
  const body = Readable.toWeb(message) as ReadableStream<Uint8Array>
  return new Request(url, { method, headers, body, duplex: 'half', signal } as RequestInit)
}

/** One header is one group, as for a real server; where headers are joined, only quotes tell. */
function quoted(group: string): string {
  return /[",]/.test(group) ? JSON.stringify(group) : group
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  // What has its length is whole: sent in one piece, it costs no stream.
  if (answer.headers.has('content-length')) return void response.end(new Uint8Array(await answer.arrayBuffer()))
  // A watch may have nothing to say for minutes; kubectl waits for the headers.
  response.flushHeaders()
  if (!answer.body) return void response.end()
  await pipeline(Readable.fromWeb(answer.body as never), response)
}

/** What cannot be answered any more is broken off; what cannot be understood is a bad request. */
function breakOff(response: ServerResponse, fault: unknown): void {
  if (response.headersSent || response.destroyed || !(fault instanceof TypeError)) return void response.destroy()
  if (fault.name === 'Dropped') return void response.destroy()
  response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end('400 Bad Request\n')
}
