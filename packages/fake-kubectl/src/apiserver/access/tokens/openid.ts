/**
 * What others need to check our service accounts' tokens: who issues them, and with which key.
 * Source: pkg/serviceaccount/openidmetadata.go; pkg/routes/openidmetadata.go; OpenID Connect Discovery 1.0 §3.
 */
import type { Call } from '../../server.ts'
import { ISSUER } from './account-token.ts'
import { publicJwk } from './jwt.ts'

const JWKS = '/openid/v1/jwks'

/** The document a path names, if it is one of these. */
export function openid(call: Call): Response | undefined {
  if (call.request.method !== 'GET') return undefined
  switch (call.info.path) {
    case '/.well-known/openid-configuration':
      return document(configuration(call), 'application/json')
    case JWKS:
      return document({ keys: [publicJwk(call.server.signingKey())] }, 'application/jwk-set+json')
    default:
      return undefined
  }
}

function configuration({ request }: Call): object {
  const host = request.headers.get('host')
  return {
    issuer: ISSUER,
    jwks_uri: `${host ? `https://${host}` : ISSUER}${JWKS}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  }
}

function document(body: object, contentType: string): Response {
  const headers = { 'content-type': contentType, 'cache-control': 'public, max-age=3600' }
  return new Response(JSON.stringify(body), { headers })
}
