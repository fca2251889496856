/**
 * Who asks: a client certificate, a bearer token, or nobody. The first credential that is good decides; a bad one is 401
 * only where no other is good.
 * Source: apiserver/pkg/authentication/request/{x509,bearertoken,union,websocket}.
 */
import { unauthorized } from '../../api/status.ts'
import type { Call, Peer, User } from '../server.ts'
import { verifyToken } from './tokens/verify-token.ts'

/** Who a caller is that shows no credentials. */
export const NOBODY: User = { user: 'system:anonymous', groups: ['system:unauthenticated'] }

/** @throws ApiError 401 */
export function authenticate(call: Call): User {
  const verdicts = [byCertificate(call.peer), byToken(call)]
  const user = verdicts.find((verdict) => verdict !== BAD && verdict !== undefined)
  if (user) return withGroup(user as User, 'system:authenticated')
  if (verdicts.includes(BAD)) throw unauthorized()
  return call.peer.encrypted ? NOBODY : call.server.anonymous
}

const BAD = 'bad credential'

type Verdict = User | typeof BAD | undefined

function byCertificate({ certificate }: Peer): Verdict {
  if (!certificate) return undefined
  const { verified, commonName, organizations, uids, sha256 } = certificate
  if (!verified) return BAD
  if (commonName === '') return undefined
  if (uids.length > 1 || uids[0] === '') return BAD
  const extra = { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${sha256}`] }
  return { user: commonName, groups: organizations, ...(uids[0] && { uid: uids[0] }), extra }
}

function byToken({ request, server }: Call): Verdict {
  const token = bearerToken(request.headers)
  if (!token) return undefined
  const verdict = verifyToken(server, token)
  return verdict.kind === 'known' ? verdict.user : BAD
}

/** A scheme the server does not know is no credential at all. A WebSocket in a browser has no header but its protocols. */
function bearerToken(headers: Headers): string | undefined {
  const [scheme = '', token] = (headers.get('authorization') ?? '').trim().split(' ', 3)
  if (scheme.toLowerCase() === 'bearer') return token
  const protocols = (headers.get('sec-websocket-protocol') ?? '').split(',').map((it) => it.trim())
  const encoded = protocols.find((it) => it.startsWith(WEBSOCKET_BEARER))?.slice(WEBSOCKET_BEARER.length)
  return encoded && Buffer.from(encoded, 'base64url').toString()
}

const WEBSOCKET_BEARER = 'base64url.bearer.authorization.k8s.io.'

export function withGroup(user: User, group: string): User {
  return user.groups.includes(group) ? user : { ...user, groups: [...user.groups, group] }
}
