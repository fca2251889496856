/**
 * JSON Web Tokens in their compact form, signed with an elliptic key (ES256). What a token claims is not looked at here.
 * Source: RFC 7515 §3.1 and §7.1, RFC 7518 §3.4, RFC 7638's idea of a key id as Kubernetes has it: pkg/serviceaccount/jwt.go.
 */
import { createHash, sign, verify, type KeyObject } from 'node:crypto'
import { isFields, type Fields } from '../../../api/meta.ts'

/** A P-256 pair. */
export type SigningKey = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

const ALGORITHM = 'ES256'
/** The signature is the two numbers side by side, not the DER that certificates have. */
const ENCODING = 'ieee-p1363'

export function signJwt(claims: Fields, { publicKey, privateKey }: SigningKey): string {
  const said = `${base64url({ alg: ALGORITHM, kid: keyId(publicKey) })}.${base64url(claims)}`
  const signature = sign('sha256', Buffer.from(said), { key: privateKey, dsaEncoding: ENCODING })
  return `${said}.${signature.toString('base64url')}`
}

/** What a token claims, whoever signed it; undefined for what is no token. */
export function claimsOf(token: string): Fields | undefined {
  const parts = token.split('.')
  if (parts.length !== 3) return undefined
  const [header, claims] = parts.slice(0, 2).map((part) => parsed(part))
  return header && header['alg'] === ALGORITHM ? claims : undefined
}

export function isSignedBy({ publicKey }: SigningKey, token: string): boolean {
  const end = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  return verify('sha256', Buffer.from(token.slice(0, end)), { key: publicKey, dsaEncoding: ENCODING }, signature)
}

/** The public key as a JSON Web Key. */
export function publicJwk({ publicKey }: SigningKey): Fields {
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' })
  return { use: 'sig', kty, kid: keyId(publicKey), crv, alg: ALGORITHM, x, y }
}

function keyId(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
}

function base64url(value: Fields): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function parsed(part: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return isFields(value) ? value : undefined
  } catch {
    return undefined // Anything may stand behind `Bearer`; what is no JSON is no token of ours.
  }
}
