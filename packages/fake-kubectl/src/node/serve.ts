/**
 * One HTTP message to one Request and its Response back, through Node's streams. Streams leave as they come, and whoever
 * goes away takes what it was waiting for along.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { textOf } from '../apiserver/encoding/encode.ts'
import { sourceOf, type Reader } from '../apiserver/stream.ts'
import type { Cluster } from '../cluster.ts'
import { peerOf } from './peer.ts'

/** @param closing aborts when the server closes; open answers then end */
export async function serve(
  cluster: Pick<Cluster, 'serve'>,
  [message, response]: readonly [IncomingMessage, ServerResponse],
  closing: AbortSignal,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort(new Error('the client has gone')))
  try {
    const request = requestOf(message, AbortSignal.any([gone.signal, closing]))
    const arrivedMs = performance.now()
    const elapsedMs = () => performance.now() - arrivedMs
    await send(await cluster.serve(request, { ...peerOf(message.socket), elapsedMs }), response)
  } catch (fault) {
    breakOff(response, fault)
  }
}

/** @throws TypeError for a method or URL that fetch cannot say */
export function requestOf(message: IncomingMessage, signal: AbortSignal): Request {
  if (!message.url?.startsWith('/')) throw new TypeError('a server is asked for paths')
  const url = new URL(`https://cluster${message.url}`)
  const headers = new Headers()
  for (let i = 0; i < message.rawHeaders.length; i += 2) {
    const [name, value] = [message.rawHeaders[i]!, message.rawHeaders[i + 1]!]
    headers.append(name, /^impersonate-(group|extra-)/i.test(name) ? quoted(value) : value)
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

/** Sends an answer, as it comes. */
export async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.statusCode = answer.status
  response.setHeaders(answer.headers)
  const whole = textOf(answer)
  if (whole !== undefined) return void response.end(whole)
  // A watch may have nothing to say for minutes; kubectl waits for the headers.
  response.flushHeaders()
  const source = sourceOf(answer)
  if (source) return source(readerFor(response))
  if (!answer.body) return void response.end()
  await pipeline(Readable.fromWeb(answer.body as never), response)
}

function readerFor(response: ServerResponse): Reader {
  return {
    write(text) {
      response.write(text)
      return response.writableLength
    },
    end: () => void response.end(),
    fail: () => void response.destroy(),
  }
}

/** What cannot be answered any more is broken off; what cannot be understood is a bad request. */
function breakOff(response: ServerResponse, fault: unknown): void {
  if (response.headersSent || response.destroyed || !(fault instanceof TypeError)) return void response.destroy()
  if (fault.name === 'Dropped') return void response.destroy()
  response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end('400 Bad Request\n')
}
