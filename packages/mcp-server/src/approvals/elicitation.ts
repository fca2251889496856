/**
 * Asking through the client: the state that goes out with a question and must come back with the answer.
 *
 * A client can send an answer to a question nobody asked, or an old answer again, so what counts is not the answer but the
 * state beside it: sealed by this process, for this caller and this exact change, for two minutes, once.
 * Source: MCP specification 2026-07-28, basic/patterns/mrtr; reference notes on the trap.
 */
import { createRequestStateCodec, type ServerContext } from '@modelcontextprotocol/server'

export type Elicitations = {
  /** @param digest of the caller and the exact change */
  ask(digest: string): Promise<string>
  /**
   * Takes an answer's state; it counts once.
   *
   * @returns whether it was sealed here for this digest, and not used before; undefined for what was never sealed here, or
   *          long ago
   */
  take(state: string, digest: string): Promise<boolean | undefined>
}

const TTL_SECONDS = 120

type Sealed = { readonly digest: string; readonly nonce: string }

export function createElicitations(key: Uint8Array, newNonce: () => string): Elicitations {
  const codec = createRequestStateCodec<Sealed>({ key, ttlSeconds: TTL_SECONDS })
  const open = new Set<string>()
  return {
    async ask(digest) {
      const nonce = newNonce()
      remember(open, nonce)
      return codec.mint({ digest, nonce })
    },
    async take(state, digest) {
      const sealed = await unsealed(codec, state)
      if (sealed === undefined) return undefined
      return open.delete(sealed.nonce) && sealed.digest === digest
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
