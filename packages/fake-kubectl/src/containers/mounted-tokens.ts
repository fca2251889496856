/**
 * The service-account tokens in pods: asked for when a container first looks, and again when four fifths of a token's life
 * are over, as the kubelet does it.
 * Source: pkg/kubelet/token/token_manager.go.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import type { Pod } from '../api/types.ts'
import { ISSUER, issueToken } from '../apiserver/access/tokens/account-token.ts'
import type { Server } from '../apiserver/server.ts'
import { createRandom, hashFraction } from '../clock/random.ts'

export type TokenRequest = { audience?: string; expirationSeconds?: number }

const LIFETIME_SECONDS = 3607 // what the ServiceAccount plugin asks for
const RENEWED_AFTER = 0.8

export class MountedTokens {
  readonly #known = new Map<string, { token: string; untilMs: number }>()

  /** undefined when the pod's account is not there. */
  read(
    server: Server,
    pod: Pod,
    { audience = ISSUER, expirationSeconds = LIFETIME_SECONDS }: TokenRequest,
  ): string | undefined {
    const { store, clock, signingKey } = server
    const now = clock.now() + clock.shownOffsetMs
    const key = `${pod.metadata.uid}/${audience}/${expirationSeconds}`
    const known = this.#known.get(key)
    if (known && known.untilMs > now) return known.token
    const account = store.find(
      builtIn('serviceaccounts'),
      pod.metadata.namespace ?? '',
      pod.spec.serviceAccountName ?? 'default',
    )
    const node = store.find(builtIn('nodes'), '', pod.spec.nodeName ?? '')
    if (!account) return undefined
    // Looking into a container must not change what the cluster draws next.
    const issuer = { store, clock, signingKey, random: createRandom(hashFraction(`${key}/${now}`) * 2 ** 32) }
    const bound = { audiences: [audience], seconds: expirationSeconds, pod, ...(node && { node }) }
    const { token } = issueToken(issuer, account, bound)
    this.#known.set(key, { token, untilMs: now + expirationSeconds * 1000 * RENEWED_AFTER })
    return token
  }

  forget(uid: string): void {
    for (const key of this.#known.keys()) if (key.startsWith(`${uid}/`)) this.#known.delete(key)
  }

  clear(): void {
    this.#known.clear()
  }
}
