/**
 * Who asks: a bearer token from the table, or nobody; then, where the headers say so, who the caller acts as.
 * Whether the caller may act as somebody else is asked of the authorizer like anything else.
 * Source: apiserver/pkg/authentication; pkg/endpoints/filters/impersonation.
 */
import { ApiError, unauthorized } from '../api/status.ts'
import { allow } from './authorize.ts'
import type { Call, Server, User } from './server.ts'

const AUTHENTICATED = 'system:authenticated'
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/
const BEARER = /^Bearer\s+(\S+)$/i

export function authenticate(request: Request, server: Server): User {
  const header = request.headers.get('authorization')
  if (header === null || header.trim() === '') return server.anonymous
  const token = BEARER.exec(header.trim())?.[1]
  // A scheme the server does not know is no credential at all.
  if (token === undefined) return /^Bearer/i.test(header.trim()) ? refuse() : server.anonymous
  const user = server.tokens.get(token)
  return user ? withGroup(user, AUTHENTICATED) : refuse()
}

/** @returns the user to act as, or undefined when the request asks for nobody else */
export function impersonate(call: Call): User | undefined {
  const { headers } = call.request
  const user = headers.get('impersonate-user')
  const groups = list(headers.get('impersonate-group'))
  const uid = headers.get('impersonate-uid')
  if (!user) {
    if (groups.length > 0 || uid) throw withoutUser(call)
    return undefined
  }
  mayImpersonateUser(call, user)
  for (const group of groups) mayImpersonate(call, 'groups', '', group)
  if (uid) mayImpersonate(call, 'uids', 'authentication.k8s.io', uid)
  return impersonatedUser(user, groups, uid)
}

function mayImpersonateUser(call: Call, user: string): void {
  const [, namespace, name] = SERVICE_ACCOUNT.exec(user) ?? []
  if (namespace && name) mayImpersonate(call, 'serviceaccounts', '', name, namespace)
  else mayImpersonate(call, 'users', '', user)
}

function mayImpersonate(call: Call, resource: string, apiGroup: string, name: string, namespace = ''): void {
  allow(call, call.user, { verb: 'impersonate', apiGroup, resource, name, ...(namespace && { namespace }) })
}

function impersonatedUser(user: string, groups: string[], uid: string | null): User {
  const named: User = { user, groups, ...(uid && { uid }) }
  if (user === 'system:anonymous') return withGroup(named, 'system:unauthenticated')
  const [, namespace] = SERVICE_ACCOUNT.exec(user) ?? []
  const implied =
    namespace && groups.length === 0 ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : []
  return withGroup({ ...named, groups: [...groups, ...implied] }, AUTHENTICATED)
}

function withGroup(user: User, group: string): User {
  return user.groups.includes(group) ? user : { ...user, groups: [...user.groups, group] }
}

/** `fetch` joins repeated headers with commas; `node/listen`, which sees them apart, quotes one that holds a comma. */
function list(header: string | null): string[] {
  const items = (header ?? '').match(/"(?:[^"\\]|\\["\\])*"(?=\s*(?:,|$))|[^,]+/g) ?? []
  return items.map((item) => unquoted(item.trim())).filter((item) => item !== '')
}

function unquoted(item: string): string {
  return item.startsWith('"') ? item.replaceAll(/^"|"$|\\(?=["\\])/g, '') : item
}

function refuse(): never {
  throw unauthorized()
}

function withoutUser({ url }: Call): ApiError {
  return new ApiError(
    500,
    'InternalError',
    `Internal Server Error: "${url.pathname}": requested impersonation without impersonating a user`,
  )
}
