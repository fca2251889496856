/**
 * Sessions of 2025-11-25 over HTTP: a client of that revision can be asked only while a stream to it is open, so each keeps
 * a server of its own until it leaves, or is quiet for too long.
 *
 * A session is no identity: each request brings its own, and a session answers only the one who began it.
 * Source: MCP specification 2025-11-25, basic/transports; its security best practices on session hijacking.
 */
import {
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
  type AuthInfo,
  type Server,
} from '@modelcontextprotocol/server'
import type { SetTimer } from '../deadline.ts'

export type SessionsOptions = {
  readonly create: () => Server
  readonly newSecret: () => string
  readonly setTimer: SetTimer
  readonly onFault: (fault: unknown) => void
}

export type Sessions = {
  /** Whether a request belongs to a session, or begins one; whoever sends single requests without one needs none. */
  has(request: Request): Promise<boolean>
  fetch(request: Request, options?: { readonly authInfo?: AuthInfo }): Promise<Response>
  close(): Promise<void>
}

type Session = {
  readonly transport: WebStandardStreamableHTTPServerTransport
  /** Whose token began it; empty without tokens. */
  readonly owner: string
  stopTimer: () => void
}

const MAX_SESSIONS = 500
const IDLE_MS = 30 * 60_000

export function createSessions({ create, newSecret, setTimer, onFault }: SessionsOptions): Sessions {
  const open = new Map<string, Session>()

  async function has(request: Request): Promise<boolean> {
    if (request.headers.has('mcp-session-id')) return true
    if (request.method !== 'POST' || !(await isLegacyRequest(request))) return false
    const message: unknown = await request
      .clone()
      .json()
      .catch(() => undefined)
    return typeof message === 'object' && message !== null && 'method' in message && message.method === 'initialize'
  }

  async function fetch(request: Request, options: { readonly authInfo?: AuthInfo } = {}): Promise<Response> {
    const id = request.headers.get('mcp-session-id')
    if (id === null) return begin(request, options)
    const session = open.get(id)
    if (session === undefined || session.owner !== ownerOf(options.authInfo)) return refusal(404, 'Session not found')
    stayOpen(id, session)
    return session.transport.handleRequest(request, options)
  }

  async function begin(request: Request, options: { readonly authInfo?: AuthInfo }): Promise<Response> {
    if (open.size >= MAX_SESSIONS) return refusal(503, 'Too many sessions are open; try again later')
    const session: Session = {
      owner: ownerOf(options.authInfo),
      stopTimer: () => {},
      transport: new WebStandardStreamableHTTPServerTransport({
        sessionIdGenerator: newSecret,
        onsessioninitialized: (id) => {
          open.set(id, session)
          stayOpen(id, session)
        },
        onsessionclosed: (id) => forget(id),
      }),
    }
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a transport has no other way
    session.transport.onerror = onFault
    const server = create()
    await server.connect(session.transport)
    const response = await session.transport.handleRequest(request, options)
    // Whoever began with something else than initialize was refused by the transport, and comes back anew.
    if (session.transport.sessionId === undefined) await server.close()
    return response
  }

  function stayOpen(id: string, session: Session): void {
    session.stopTimer()
    session.stopTimer = setTimer(() => void session.transport.close().finally(() => forget(id)), IDLE_MS)
  }

  function forget(id: string): void {
    open.get(id)?.stopTimer()
    open.delete(id)
  }

  async function close(): Promise<void> {
    const all = [...open]
    for (const [id] of all) forget(id)
    await Promise.all(all.map(([, { transport }]) => transport.close()))
  }

  return { has, fetch, close }
}

function ownerOf(auth: AuthInfo | undefined): string {
  return auth === undefined ? '' : JSON.stringify(auth.extra?.['identity'] ?? auth.clientId)
}

function refusal(status: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code: -32_001, message }, id: null }, { status })
}
