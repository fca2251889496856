/**
 * A small client of the Kubernetes API over a `fetch` that is handed in.
 *
 * It owns paths, queries, paging, deadlines and the way from a Status to a KubeError. Credentials are headers given once;
 * they go to one origin and into no message.
 * Sources: Kubernetes API concepts (chunked lists), apimachinery Status, client-go rest/request.go.
 */
import type { Subject } from '@mcp-lab/rbac'
import { within, type SetTimer } from '../deadline.ts'
import { KubeError, ToolError } from '../errors.ts'
import type { Guard, Method } from './guard.ts'
import { kubeUrl, type Query } from './path.ts'

export type KubeClient = {
  /** One object, or one page of a list as the API answers it. */
  get<T>(path: string, options?: KubeOptions): Promise<T>
  /** All items of a list, page by page. */
  list<T>(path: string, options?: KubeOptions): Promise<T[]>
  /** An answer that is no JSON, such as a log. */
  text(path: string, options?: KubeOptions): Promise<string>
  /** Makes an object; on a subresource such as `eviction` or `token`, asks for what it does. */
  create<T>(path: string, object: unknown, options?: KubeOptions): Promise<T>
  /** Replaces an object; with its resourceVersion, only if nobody changed it since. */
  update<T>(path: string, object: unknown, options?: KubeOptions): Promise<T>
  patch<T>(path: string, patch: Patch, options?: KubeOptions): Promise<T>
  /** `options.body` holds DeleteOptions. */
  delete<T>(path: string, options?: KubeOptions & { readonly body?: unknown }): Promise<T>
}

/** A change to an object, in one of the four languages that the API reads. */
export type Patch = {
  /** `apply` makes the object when there is none. */
  readonly type: keyof typeof PATCH_TYPES
  readonly body: unknown
  /** Of `apply`: take over fields that others manage. */
  readonly force?: boolean
}

export type KubeOptions = {
  readonly query?: Query
  readonly signal?: AbortSignal
  /** The media type to ask for, such as a Table. */
  readonly accept?: string
  /** For this request alone; the call's own deadline holds besides. */
  readonly deadlineMs?: number
}

/** Where the cluster is, and how to speak to it. */
export type Kube = {
  readonly fetch: (request: Request) => Promise<Response>
  /** `https://10.0.0.1:6443`; the default is a name no network resolves. */
  readonly origin?: string
  /** The server's own credentials. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * Act as the caller, so that the cluster's RBAC and audit see the person (Impersonate-User, -Group).
   *
   * With an `origin`, a caller may have one group: the global fetch joins repeated headers with a comma, and an API server
   * takes "a, b" for the name of one group. A fetch without an origin must take them apart, as the simulator's does.
   */
  readonly impersonate?: boolean
}

export type KubeClientOptions = {
  readonly subject: Subject
  readonly setTimer: SetTimer
  /** The call's signal: it ends every request. */
  readonly signal: AbortSignal
  /** Sees each request before it leaves; throws to stop it. */
  readonly guard?: Guard
}

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml', // YAML holds JSON
} as const

/** What the cluster's audit log shows, and what its fieldManager defaults to. */
const USER_AGENT = 'mcp-lab'

const DEFAULT_ORIGIN = 'http://kubernetes.invalid'
const PAGE_SIZE = 500 // kubectl's --chunk-size
const REQUEST_DEADLINE_MS = 15_000
const MAX_BODY_BYTES = 32 * 1024 * 1024
const MAX_ERROR_TEXT = 500

/**
 * @param kube    the cluster
 * @param options who asks, and what ends the asking
 * @returns       a client; every method throws KubeError for an answer that is no success, ToolError for a bad path
 */
export function createKubeClient(kube: Kube, options: KubeClientOptions): KubeClient {
  const client: KubeClient = {
    get: (path, more) => json({ method: 'GET', path, ...more }),
    text: (path, more) => send(kube, options, { method: 'GET', path, accept: 'text/plain, */*', ...more }),
    list: (path, more) => listAll(client, path, more),
    create: (path, body, more) => json({ method: 'POST', path, body, ...more }),
    update: (path, body, more) => json({ method: 'PUT', path, body, ...more }),
    patch: (path, { type, body, force }, more) =>
      json({
        method: 'PATCH',
        path,
        body,
        contentType: PATCH_TYPES[type],
        ...more,
        query: { ...more?.query, ...(force && { force }) },
      }),
    delete: (path, more) => json({ method: 'DELETE', path, ...more }),
  }
  return client

  async function json<T>(ask: Ask): Promise<T> {
    return parse(ask.path, await send(kube, options, ask)) as T
  }
}

type Page<T> = { items?: T[]; metadata?: { continue?: string } }
type Ask = KubeOptions & {
  readonly method: Method
  readonly path: string
  readonly body?: unknown
  readonly contentType?: string
}

async function listAll<T>(client: KubeClient, path: string, options: KubeOptions = {}): Promise<T[]> {
  const items: T[] = []
  let token: string | undefined
  do {
    const query = { limit: PAGE_SIZE, ...options.query, continue: token }
    const page: Page<T> = await client.get(path, { ...options, query })
    if (!Array.isArray(page.items)) throw new ToolError(`${path}: expected a list, found one object; use kube.get`)
    items.push(...page.items)
    token = page.metadata?.continue || undefined
  } while (token !== undefined)
  return items
}

async function send(kube: Kube, options: KubeClientOptions, ask: Ask): Promise<string> {
  const url = kubeUrl(kube.origin ?? DEFAULT_ORIGIN, ask.path, ask.query)
  options.guard?.(ask.method, ask.path)
  const limit = {
    what: `${ask.method} ${ask.path}`,
    deadlineMs: ask.deadlineMs ?? REQUEST_DEADLINE_MS,
    setTimer: options.setTimer,
    signals: ask.signal ? [options.signal, ask.signal] : [options.signal],
  }
  return within(limit, async (signal) => {
    const response = await kube.fetch(requestOf(url, ask, { headers: headersFor(kube, options.subject, ask), signal }))
    const body = await bodyOf(response, ask.path)
    if (!response.ok) throw kubeError(response, body)
    return body
  })
}

function requestOf(url: URL, { method, body }: Ask, init: { headers: Headers; signal: AbortSignal }): Request {
  // A redirect would carry the credentials to wherever it points.
  return new Request(url, {
    method,
    redirect: 'manual',
    ...init,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

function headersFor(kube: Kube, subject: Subject, ask: Ask): Headers {
  const { accept = 'application/json', body, contentType = 'application/json' } = ask
  const headers = new Headers({ accept, 'user-agent': USER_AGENT, ...kube.headers })
  if (body !== undefined) headers.set('content-type', contentType)
  if (!kube.impersonate) return headers
  headers.set('impersonate-user', subject.user)
  for (const group of sendable(kube, subject)) headers.append('impersonate-group', group)
  return headers
}

/** A group that arrives as another one would be another caller: what cannot be sent as it is, is not sent. */
function sendable({ origin }: Kube, { user, groups }: Subject): readonly string[] {
  if (groups.some((group) => group.includes(',')))
    throw new ToolError(`cannot act for ${user}: a group with a comma would arrive as two; rename it`)
  if (groups.length > 1 && origin !== undefined)
    throw new ToolError(
      `cannot act for ${user}: fetch would join ${groups.length} groups in one header, which the API server reads as one group; identify the caller with one group, or give kube a fetch that sends each by itself, and no origin`,
    )
  return groups
}

async function bodyOf(response: Response, path: string): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new ToolError(`${path}: more than ${MAX_BODY_BYTES >> 20} MiB; ask for less`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function parse(path: string, body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new ToolError(`${path}: expected JSON from the API; kube.text reads what is no JSON`)
  }
}

function kubeError(response: Response, body: string): KubeError {
  const status = statusOf(body)
  if (status) return new KubeError(status.code ?? response.status, status.reason ?? '', status.message ?? '')
  const text = body.trim().slice(0, MAX_ERROR_TEXT) || response.statusText || `HTTP status ${response.status}`
  return new KubeError(response.status, '', text)
}

type Status = { kind: 'Status'; message?: string; reason?: string; code?: number }

function statusOf(body: string): Status | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Status'
      ? (value as Status)
      : undefined
  } catch {
    return undefined
  }
}
