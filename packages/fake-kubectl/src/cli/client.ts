/**
 * Requests to the Kubernetes API and its answers: JSON in, JSON out, refusals as StatusFault, warnings on stderr.
 * Source: client-go/rest/request.go; apimachinery/pkg/api/errors (NewGenericServerResponse).
 */
import type { Status } from '../api/status.ts'
import { ConnectionFault, StatusFault } from './errors.ts'
import type { Fetch } from './ports.ts'
import type { Wire } from './wire.ts'

export type Ask = {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | URLSearchParams
  readonly body?: Wire
  readonly contentType?: string
  readonly accept?: string
}

export type Client = {
  readonly server: string
  /** The answer's JSON. */
  json(method: string, path: string, ask?: Ask): Promise<Wire>
  /** The answer itself, for what is text or a stream. */
  raw(method: string, path: string, ask?: Ask): Promise<Response>
  /** The events of a watch, until the server ends it or `signal` aborts. */
  watch(path: string, ask: Ask, signal?: AbortSignal): AsyncGenerator<{ type: string; object: Wire }>
}

export type ClientOptions = {
  readonly server: string
  readonly fetch: Fetch
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** Told each warning of the server once. */
  warn(text: string): void
}

const USER_AGENT = 'kubectl/v1.36.3 (mcp-lab fake-kubectl)'

export function createClient({ server, fetch, signal, timeoutMs, warn }: ClientOptions): Client {
  const warned = new Set<string>()
  const raw: Client['raw'] = async (method, path, ask = {}) => {
    const response = await fetch(requestOf(server, method, path, ask, until(signal, timeoutMs)))
    for (const warning of warningsOf(response)) {
      if (!warned.has(warning)) warn(warning)
      warned.add(warning)
    }
    if (!response.ok) throw await refusal(response)
    return response
  }
  return {
    server,
    raw,
    json: async (method, path, ask) => {
      const response = await raw(method, path, ask)
      const text = await response.text()
      return text === '' ? undefined : JSON.parse(text)
    },
    async *watch(path, ask, ended) {
      const response = await raw('GET', path, ask)
      yield* eventsOf(response, ended)
    },
  }
}

function until(signal: AbortSignal, timeoutMs: number): AbortSignal {
  if (timeoutMs <= 0) return signal
  const reason = new ConnectionFault('net/http: request canceled (Client.Timeout exceeded while awaiting headers)')
  const timeout = new AbortController()
  setTimeout(() => timeout.abort(reason), timeoutMs).unref()
  return AbortSignal.any([signal, timeout.signal])
}

function requestOf(server: string, method: string, path: string, ask: Ask, signal: AbortSignal): Request {
  const [pathname, search] = path.split(/\?(.*)/s)
  const query = new URLSearchParams(search)
  const more = ask.query instanceof URLSearchParams ? [...ask.query] : Object.entries(ask.query ?? {})
  for (const [name, value] of more) {
    if (value !== undefined && value !== '') query.append(name, String(value))
  }
  const asked = query.size > 0 ? `?${query}` : ''
  const headers: Record<string, string> = { accept: ask.accept ?? 'application/json', 'user-agent': USER_AGENT }
  if (ask.body === undefined) return new Request(`${server}${pathname}${asked}`, { method, headers, signal })
  headers['content-type'] = ask.contentType ?? 'application/json'
  const body = typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body)
  return new Request(`${server}${pathname}${asked}`, { method, headers, body, signal })
}

function warningsOf({ headers }: Response): string[] {
  const found = (headers.get('warning') ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)
  return [...found].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'))
}

/** What an answer that is no success says. */
export async function refusal(response: Response): Promise<StatusFault> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  const status = isJson ? (JSON.parse(text) as Wire) : undefined
  return new StatusFault(status?.kind === 'Status' ? status : unexplained(response.status, text))
}

const REASONS: Record<number, readonly [reason: string, message: string]> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  409: ['Conflict', 'the server reported a conflict'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
}

function unexplained(code: number, text: string): Status {
  const known = REASONS[code]
  const head = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code } as const
  if (known) return { ...head, reason: known[0], message: known[1] }
  const said = text.trim() === '' ? 'unknown' : text.trim()
  if (code < 500) return { ...head, reason: code === 403 ? 'Forbidden' : '', message: said }
  const message = `an error on the server (${JSON.stringify(said)}) has prevented the request from succeeding`
  return { ...head, reason: 'InternalError', message }
}

async function* eventsOf(response: Response, ended?: AbortSignal): AsyncGenerator<{ type: string; object: Wire }> {
  const reader = response
    .body!.pipeThrough(new TextDecoderStream() as never)
    .getReader() as ReadableStreamDefaultReader<string>
  const stop = (): void => void reader.cancel().catch(() => undefined)
  ended?.addEventListener('abort', stop, { once: true })
  try {
    let text = ''
    for (;;) {
      if (ended?.aborted) return
      const { value, done } = await reader.read()
      if (done) return
      const lines = (text + value).split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) if (line !== '') yield JSON.parse(line)
    }
  } finally {
    ended?.removeEventListener('abort', stop)
    stop()
  }
}
