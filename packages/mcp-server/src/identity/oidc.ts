/**
 * Who a bearer token names, as an OpenID Connect issuer vouches for it: signature, issuer, audience and time are checked,
 * and nothing else that a caller says of themselves counts. Groups come from a claim, so a directory behind the issuer works.
 *
 * Sources: RFC 9068 and RFC 7519 for the token, RFC 8693 §4.1 for the actor, OpenID Connect Discovery 1.0 for the keys.
 */
import { OAuthError, OAuthErrorCode, type AuthInfo } from '@modelcontextprotocol/server'
import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import type { Identity } from '../call.ts'

export type OidcOptions = {
  /** `https://login.example.com`, exactly as its own metadata and tokens spell it. */
  readonly issuer: string
  /** What a token for this server has in `aud`: its URL, by default of RFC 8707. */
  readonly audience: string
  /** `sub` by default. */
  readonly userClaim?: string
  /** `groups` by default; a list of texts, or one text. */
  readonly groupsClaim?: string
  readonly fetch?: (url: string, init?: RequestInit) => Promise<Response>
}

export type Oidc = {
  /**
   * @returns who it names, with what the protocol's own checks need
   * @throws  OAuthError that says nothing of the token
   */
  verify(token: string): Promise<AuthInfo & { readonly identity: Identity }>
  /** The issuer's own metadata, read once. */
  metadata(): Promise<IssuerMetadata>
}

export type IssuerMetadata = { readonly issuer: string; readonly jwks_uri: string; readonly [field: string]: unknown }

/** Symmetric ones would make every server that verifies an issuer. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const CLOCK_TOLERANCE = '5s'

export function createOidc(options: OidcOptions): Oidc {
  const fetch = options.fetch ?? globalThis.fetch
  let known: Promise<{ metadata: IssuerMetadata; keys: JWTVerifyGetKey }> | undefined

  function issuer(): NonNullable<typeof known> {
    known ??= discovered(options.issuer, fetch).catch((fault: unknown) => {
      // An issuer that was away is asked again.
      known = undefined
      throw fault
    })
    return known
  }

  return {
    metadata: async () => (await issuer()).metadata,
    async verify(token) {
      const { keys } = await issuer()
      const payload = await payloadOf(token, keys, options)
      const identity = identityOf(payload, options)
      const scopes = typeof payload['scope'] === 'string' ? payload['scope'].split(' ').filter(Boolean) : []
      const clientId = String(payload['client_id'] ?? payload['azp'] ?? '')
      return { token, clientId, scopes, expiresAt: payload.exp!, resource: new URL(options.audience), identity }
    },
  }
}

async function discovered(
  issuer: string,
  fetch: NonNullable<OidcOptions['fetch']>,
): Promise<{ metadata: IssuerMetadata; keys: JWTVerifyGetKey }> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const response = await fetch(url, { redirect: 'error' })
  if (!response.ok) throw new Error(`${url}: expected the issuer's metadata, found HTTP status ${response.status}`)
  const metadata = (await response.json()) as IssuerMetadata
  if (metadata.issuer !== issuer)
    throw new Error(`${url}: expected the issuer "${issuer}", found "${metadata.issuer}"; write it exactly so`)
  const { createRemoteJWKSet, customFetch } = await jose()
  return { metadata, keys: createRemoteJWKSet(new URL(metadata.jwks_uri), { [customFetch]: fetch }) }
}

async function payloadOf(token: string, keys: JWTVerifyGetKey, { issuer, audience }: OidcOptions): Promise<JWTPayload> {
  const { errors, jwtVerify } = await jose()
  const checks = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_TOLERANCE, requiredClaims: ['exp'] }
  try {
    return (await jwtVerify(token, keys, checks)).payload
  } catch (fault) {
    if (fault instanceof errors.JOSEError && !(fault instanceof errors.JWKSTimeout)) throw invalid(fault.code)
    throw fault
  }
}

/** Loaded with the first token: a server of one subject does without. */
function jose(): Promise<typeof import('jose')> {
  return import('jose')
}

function identityOf(payload: JWTPayload, { userClaim = 'sub', groupsClaim = 'groups' }: OidcOptions): Identity {
  const user = payload[userClaim]
  if (typeof user !== 'string' || user === '') throw invalid(`no claim ${userClaim}`)
  const { act, acr, amr } = payload as { act?: { sub?: unknown }; acr?: unknown; amr?: unknown }
  return {
    user,
    groups: [payload[groupsClaim] ?? []].flat().filter((group) => typeof group === 'string'),
    ...(typeof act?.sub === 'string' && { actor: act.sub }),
    ...(typeof acr === 'string' && { acr }),
    ...(Array.isArray(amr) && { amr: amr.filter((method) => typeof method === 'string') }),
  }
}

function invalid(why: string): OAuthError {
  return new OAuthError(OAuthErrorCode.InvalidToken, `the token is not good for this server (${why})`)
}
