/**
 * Connections that stop being HTTP: what a client asks for, and the conversation that follows. Messages are bytes; what
 * carries them, a socket or a test, is not known here.
 * Source: RFC 6455; apimachinery/pkg/util/httpstream.
 */
import { badRequest } from '../../api/status.ts'
import type { ResourceCall } from '../server.ts'

/** The server's side of a message stream: what it may do to the client. */
export type Wire = {
  send(message: Uint8Array): void
  close(): void
  /** Settles when the client has read enough for more to be sent; nothing when it has. */
  drained?(): Promise<void> | undefined
}

/** What happens on the wire, told to the conversation. */
export type Conversation = { receive(message: Uint8Array): void; closed(): void }

/** The server is ready to switch to this protocol; `begin` once the client has been told. */
export type Upgrade = {
  readonly transport: 'websocket' | 'spdy'
  /** What is spoken on top of it. */
  readonly protocol: string
  begin(wire: Wire): Conversation
}

/** What a call may become, by transport: protocols it speaks there. */
export type Spoken = Readonly<Record<Upgrade['transport'], readonly string[]>>

const OFFERS = { websocket: 'sec-websocket-protocol', spdy: 'x-stream-protocol-version' } as const

/** The first protocol that both speak, in the client's order. @throws ApiError 400 */
export function negotiated(call: ResourceCall, spoken: Spoken): Pick<Upgrade, 'transport' | 'protocol'> {
  const { headers } = call.request
  const asked = headers.get('upgrade')?.toLowerCase()
  const transport = asked === 'websocket' ? asked : asked === 'spdy/3.1' ? 'spdy' : undefined
  if (!call.upgradable || !transport) throw badRequest('Upgrade request required')
  const offered = (headers.get(OFFERS[transport]) ?? '').split(',').map((it) => it.trim())
  const protocol = offered.find((it) => spoken[transport].includes(it))
  if (protocol !== undefined) return { transport, protocol }
  throw badRequest(
    `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${spoken[transport].join(' ')}]`,
  )
}

/** Answers a call with a conversation; the call is over when the wire is closed. */
export function upgraded(
  call: ResourceCall,
  chosen: Pick<Upgrade, 'transport' | 'protocol'>,
  begin: (wire: Wire, signal: AbortSignal) => (message: Uint8Array) => void,
): Response {
  let resolve = () => {}
  call.ended = new Promise((settle) => (resolve = settle))
  call.upgrade = {
    ...chosen,
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
