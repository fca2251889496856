/**
 * HTTP/1.1 over a stream of bytes: requests are read off it, handed to a `fetch`, and their answers written back, one
 * after the other.
 * Source: RFC 9112.
 */
import { bytesOf, concat, textOf } from '../containers/pipe.ts'
import type { Fetch } from './routes.ts'

const MAX_HEAD_BYTES = 64 * 1024
const MAX_BODY_BYTES = 16 * 2 ** 20
const HEAD_END = bytesOf('\r\n\r\n')

export type HttpConnection = {
  receive(bytes: Uint8Array): void
  /** The client will send no more. */
  end(): void
}

export type HttpPeer = { send(bytes: Uint8Array): void; close(): void; readonly signal: AbortSignal }

/** Serves `fetch` on a connection. What is no HTTP is answered with 400 and the end of the connection. */
export function serveHttp(fetch: Fetch, peer: HttpPeer): HttpConnection {
  let unread: Uint8Array = new Uint8Array(0)
  let busy = false
  let ended = false
  const next = () => {
    if (busy) return
    const read = readRequest(unread)
    if (read === undefined) return ended ? peer.close() : undefined
    if (read === 'malformed') {
      peer.send(bytesOf('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'))
      return peer.close()
    }
    busy = true
    unread = unread.subarray(read.length)
    void answer(fetch, read, peer).then((keep) => {
      busy = false
      if (keep) next()
      else peer.close()
    })
  }
  return {
    receive(bytes) {
      unread = unread.length === 0 ? bytes : concat([unread, bytes])
      next()
    },
    end() {
      ended = true
      next()
    },
  }
}

type Read = {
  readonly method: string
  readonly path: string
  readonly headers: Headers
  readonly body: Uint8Array
  readonly length: number
  readonly keep: boolean
}

/** The first whole request; undefined when it is not all there yet. */
function readRequest(bytes: Uint8Array): Read | 'malformed' | undefined {
  const headEnd = indexOf(bytes, HEAD_END)
  if (headEnd < 0) return bytes.length > MAX_HEAD_BYTES ? 'malformed' : undefined
  const [line = '', ...lines] = textOf(bytes.subarray(0, headEnd)).split('\r\n')
  const [, method = '', path = '', version] = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(line) ?? []
  const headers = headersOf(lines)
  if (version === undefined || !headers) return 'malformed'
  const start = headEnd + HEAD_END.length
  const body = headers.get('transfer-encoding')?.includes('chunked')
    ? chunked(bytes.subarray(start))
    : sized(bytes.subarray(start), Number(headers.get('content-length') ?? 0))
  if (body === undefined || body === 'malformed') return body
  const keep = version === '1' ? headers.get('connection') !== 'close' : headers.get('connection') === 'keep-alive'
  return { method, path, headers, body: body.content, length: start + body.length, keep }
}

function headersOf(lines: readonly string[]): Headers | undefined {
  const headers = new Headers()
  for (const line of lines) {
    const [, name, value] = /^([^\s:]+):\s*(.*?)\s*$/.exec(line) ?? []
    if (name === undefined) return undefined
    headers.append(name, value ?? '')
  }
  return headers
}

type Body = { readonly content: Uint8Array; readonly length: number }

function sized(bytes: Uint8Array, length: number): Body | 'malformed' | undefined {
  if (!Number.isInteger(length) || length < 0 || length > MAX_BODY_BYTES) return 'malformed'
  return bytes.length < length ? undefined : { content: bytes.subarray(0, length), length }
}

function chunked(bytes: Uint8Array): Body | 'malformed' | undefined {
  const chunks: Uint8Array[] = []
  for (let at = 0; ;) {
    const lineEnd = indexOf(bytes.subarray(at), bytesOf('\r\n'))
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(textOf(bytes.subarray(at, at + lineEnd)), 16)
    if (Number.isNaN(size) || at + size > MAX_BODY_BYTES) return 'malformed'
    const start = at + lineEnd + 2
    if (bytes.length < start + size + 2) return undefined
    chunks.push(bytes.subarray(start, start + size))
    at = start + size + 2
    if (size === 0) return { content: concat(chunks), length: at }
  }
}

/** @returns whether the connection stays open */
async function answer(fetch: Fetch, { method, path, headers, body, keep }: Read, peer: HttpPeer): Promise<boolean> {
  try {
    const url = new URL(path, `http://${headers.get('host') ?? 'localhost'}`)
    const sends = body.length > 0 && method !== 'GET' && method !== 'HEAD'
    const request = new Request(url, {
      method,
      headers,
      signal: peer.signal,
      ...(sends && { body: body as Uint8Array<ArrayBuffer> }),
    })
    const response = await fetch(request)
    const content = new Uint8Array(await response.arrayBuffer())
    peer.send(concat([headOf(response, content.length, keep), content]))
    return keep
  } catch {
    return false // Whoever serves has gone, or nobody listens any more: the connection ends.
  }
}

function headOf(response: Response, length: number, keep: boolean): Uint8Array {
  const lines = [...response.headers]
    .filter(([name]) => name !== 'content-length')
    .map(([name, value]) => `${name}: ${value}`)
  const size = [204, 304].includes(response.status) ? [] : [`content-length: ${length}`]
  const status = `HTTP/1.1 ${response.status} ${response.statusText || REASONS[response.status] || ''}`.trimEnd()
  return bytesOf(`${[status, ...lines, ...size, ...(keep ? [] : ['connection: close'])].join('\r\n')}\r\n\r\n`)
}

export const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = bytes.indexOf(part[0]!); at >= 0; at = bytes.indexOf(part[0]!, at + 1)) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at
  }
  return -1
}
