/**
 * Connections that stop being HTTP: what a client asks for, and the conversation that follows. Messages are bytes; what
 * carries them, a socket or a test, is not known here.
 * Source: RFC 6455; apimachinery/pkg/util/httpstream.
 */
import { badRequest } from '../api/status.ts'
import type { ResourceCall } from './server.ts'

/** The server's side of a message stream: what it may do to the client. */
export type Wire = { send(message: Uint8Array): void; close(): void }

/** What happens on the wire, told to the conversation. */
export type Conversation = { receive(message: Uint8Array): void; closed(): void }

/** The server is ready to switch to this protocol; `begin` once the client has been told. */
export type Upgrade = { readonly protocol: string; begin(wire: Wire): Conversation }

/** The first protocol that both speak, in the client's order. @throws ApiError 400 */
export function negotiated(call: ResourceCall, spoken: readonly string[]): string {
  const { headers } = call.request
  const upgrade = headers.get('upgrade')?.toLowerCase()
  if (!call.upgradable || !upgrade) throw badRequest('Upgrade request required')
  if (upgrade !== 'websocket')
    throw badRequest(`unable to upgrade: this simulator speaks WebSocket here, not ${headers.get('upgrade')}`)
  const offered = (headers.get('sec-websocket-protocol') ?? '').split(',').map((it) => it.trim())
  const protocol = offered.find((it) => spoken.includes(it))
  if (protocol !== undefined) return protocol
  throw badRequest(
    `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${spoken.join(' ')}]`,
  )
}

/** Answers a call with a conversation; the call is over when the wire is closed. */
export function upgraded(
  call: ResourceCall,
  protocol: string,
  begin: (wire: Wire, signal: AbortSignal) => (message: Uint8Array) => void,
): Response {
  let resolve = () => {}
  call.ended = new Promise((settle) => (resolve = settle))
  call.upgrade = {
    protocol,
    begin(wire) {
      const gone = new AbortController()
      const closed = () => {
        gone.abort(new Error('the connection is closed'))
        resolve()
      }
      call.request.signal.addEventListener('abort', () => wire.close(), { once: true })
      return { receive: begin(wire, gone.signal), closed }
    },
  }
  return new Response(null)
}
