/**
 * Whose a bearer token is: one of the table, or a service account's. A request shows it to be let in, a TokenReview to ask.
 * Source: plugin tokenfile; pkg/serviceaccount/jwt.go (AuthenticateToken).
 */
import type { Server, User } from '../../server.ts'
import { ISSUER, LEGACY_ISSUER, userOfBound, userOfLegacy, type Issuer } from './account-token.ts'
import { claimsOf, isSignedBy } from './jwt.ts'

export type TokenVerdict =
  | { readonly kind: 'known'; readonly user: User; readonly audiences: readonly string[] }
  | { readonly kind: 'bad'; readonly error: string }

/** @param wanted for whom the token must be good; one is enough */
export function verifyToken(
  server: Issuer & Pick<Server, 'tokens'>,
  token: string,
  wanted: readonly string[] = [ISSUER],
): TokenVerdict {
  const known = server.tokens.get(token)
  if (known) return { kind: 'known', user: { ...known, groups: known.groups ?? [] }, audiences: wanted }
  const claims = claimsOf(token)
  const issuer = claims?.['iss']
  if (!claims || (issuer !== ISSUER && issuer !== LEGACY_ISSUER)) return bad('invalid bearer token')
  if (!isSignedBy(server.signingKey(), token)) return bad('go-jose/go-jose: error in cryptographic primitive')
  // Only the API server's own audience is allowed for legacy tokens, which name none.
  const named = issuer === LEGACY_ISSUER ? [ISSUER] : texts(claims['aud'])
  const audiences = named.filter((audience) => wanted.includes(audience))
  if (audiences.length === 0) {
    return bad(`token audiences ${quoted(named)} is invalid for the target audiences ${quoted(wanted)}`)
  }
  const user = issuer === ISSUER ? userOfBound(server, claims) : userOfLegacy(server, claims, token)
  return typeof user === 'string' ? bad(user) : { kind: 'known', user, audiences }
}

function bad(error: string): TokenVerdict {
  return { kind: 'bad', error }
}

function texts(value: unknown): string[] {
  return [value].flat().filter((it) => typeof it === 'string')
}

function quoted(values: readonly string[]): string {
  return `[${values.map((it) => JSON.stringify(it)).join(' ')}]`
}
