/**
 * Asking through the client: the state that goes out with a question and must come back with the answer.
 *
 * A client can send an answer to a question nobody asked, or an old answer again, so what counts is not the answer but the
 * state beside it: sealed by this process, for this caller and this exact change, for two minutes, once.
 * Source: MCP specification 2026-07-28, basic/patterns/mrtr; reference notes on the trap.
 */
import {
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  type InputRequest,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Reply } from '../call.ts'

export type Elicitations = {
  /**
   * @param digest of the caller and of exactly what is asked for
   * @param memory what is to come back beside it; the client can read it
   */
  ask(digest: string, memory?: unknown): Promise<string>
  /**
   * Takes an answer's state; it counts once.
   *
   * @returns whether it was sealed here for this digest, and not used before; undefined for what was never sealed here, or
   *          long ago
   */
  take(state: string, digest: string): Promise<Taken | undefined>
}

export type Taken = {
  readonly isOurs: boolean
  /** Null when it is not ours. */
  readonly memory: unknown
}

const TTL_SECONDS = 120

type Sealed = { readonly digest: string; readonly nonce: string; readonly memory: unknown }

export function createElicitations(key: Uint8Array, newNonce: () => string): Elicitations {
  const codec = createRequestStateCodec<Sealed>({ key, ttlSeconds: TTL_SECONDS })
  const open = new Set<string>()
  return {
    async ask(digest, memory = null) {
      const nonce = newNonce()
      remember(open, nonce)
      return codec.mint({ digest, nonce, memory })
    },
    async take(state, digest) {
      const sealed = await unsealed(codec, state)
      if (sealed === undefined) return undefined
      const isOurs = open.delete(sealed.nonce) && sealed.digest === digest
      return { isOurs, memory: isOurs ? sealed.memory : null }
    },
  }
}

async function unsealed(codec: ReturnType<typeof createRequestStateCodec<Sealed>>, state: string) {
  // The codec reads its context only to bind to it, which this one does not.
  return codec.verify(state, {} as ServerContext).catch(() => undefined)
}

const MAX_OPEN = 10_000 // questions nobody answered; the oldest are forgotten, so their answers ask again

function remember(open: Set<string>, nonce: string): void {
  open.add(nonce)
  const [oldest] = open
  if (open.size > MAX_OPEN && oldest !== undefined) open.delete(oldest)
}

const KEY = 'approval'

/** The form by which a person at the client says yes to a change. */
export function approvalRequest(message: string): Readonly<Record<string, InputRequest>> {
  const confirm = { type: 'boolean', title: 'Do it', default: false } as const
  const requestedSchema = { type: 'object' as const, properties: { confirm }, required: ['confirm'] }
  return { [KEY]: inputRequired.elicit({ message, requestedSchema }) }
}

export type ReplyDecision = 'accept' | 'decline' | 'cancel' | 'missing'

/** What the form came back with. A yes is a yes only with its box ticked. */
export function decisionIn({ responses }: Reply): ReplyDecision {
  const response = inputResponse(responses, KEY)
  if (response.kind !== 'elicit') return 'missing'
  if (response.action !== 'accept') return response.action
  return response.content?.['confirm'] === true ? 'accept' : 'decline'
}
