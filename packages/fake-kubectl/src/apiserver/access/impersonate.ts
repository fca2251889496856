/**
 * Whom a caller acts as. Each part of the wanted identity is asked of the authorizer: first in the constrained modes,
 * which allow single verbs only (`impersonate-on:user-info:list`), at last in the old one, which allows everything.
 * Source: apiserver/pkg/endpoints/filters/impersonation (constrained_impersonation.go, mode.go); KEP-5284, beta in 1.36.
 */
import type { Attributes } from '@mcp-lab/rbac'
import { nameErrors } from '../../api/names.ts'
import { badRequest } from '../../api/status.ts'
import { withGroup } from './authenticate.ts'
import { ask, questionOf, refusal } from './authorize.ts'
import type { Call, User } from '../server.ts'

/** Whom the headers name, as they stand. */
type Wanted = { user: string; uid: string; groups: string[]; extra: Record<string, string[]> }

type Mode = { readonly verb: string; readonly on?: string; readonly applies: (wanted: Wanted, caller: User) => boolean }

/** @returns the user to act as, or undefined when the request asks for nobody else. @throws ApiError 403 of the first mode that applies */
export function impersonate(call: Call): User | undefined {
  const wanted = readHeaders(call.request.headers)
  if (!wanted) return undefined
  const faults: unknown[] = []
  for (const mode of MODES.filter(({ applies }) => applies(wanted, call.user))) {
    try {
      const user = actAs(call, wanted, mode)
      if (mode.on) call.impersonationConstraint = mode.verb
      return user
    } catch (fault) {
      faults.push(fault)
    }
  }
  throw faults[0]
}

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/
const NODE = 'system:node:'
const NODE_NAME = 'authentication.kubernetes.io/node-name'

const constrained = (mode: string, applies: Mode['applies']): Mode => ({
  verb: `impersonate:${mode}`,
  on: `impersonate-on:${mode}`,
  applies,
})

const MODES: readonly Mode[] = [
  constrained('associated-node', (wanted, { user, extra }) => {
    const [name, ...more] = extra?.[NODE_NAME] ?? []
    return isNode(wanted) && SERVICE_ACCOUNT.test(user) && more.length === 0 && wanted.user === NODE + name
  }),
  constrained('arbitrary-node', isNode),
  constrained('serviceaccount', (wanted) => SERVICE_ACCOUNT.test(wanted.user) && isNameOnly(wanted)),
  constrained('user-info', ({ user }) => !SERVICE_ACCOUNT.test(user) && !nodeName(user)),
  { verb: 'impersonate', applies: () => true },
]

function isNode(wanted: Wanted): boolean {
  return isNameOnly(wanted) && nodeName(wanted.user) !== undefined
}

function isNameOnly({ uid, groups, extra }: Wanted): boolean {
  return uid === '' && groups.length === 0 && Object.keys(extra).length === 0
}

function nodeName(user: string): string | undefined {
  const name = user.startsWith(NODE) ? user.slice(NODE.length) : ''
  return name !== '' && nameErrors(name, 'subdomain').length === 0 ? name : undefined
}

function actAs(call: Call, wanted: Wanted, mode: Mode): User {
  const request = questionOf(call.info)
  const questions = mode.on ? [{ ...request, verb: `${mode.on}:${request.verb}` }] : []
  for (const question of [...questions, ...partsOf(wanted, mode)]) {
    const decision = ask(call, call.user, question)
    if (decision.verdict !== 'allow') throw refusal(call.user, question, decision.unresolved)
  }
  if (mode.on && wanted.groups.includes('system:masters')) {
    const group = { ...partOf(mode, 'groups', 'system:masters') }
    throw refusal(call.user, group, 'impersonating the system:masters group is not allowed')
  }
  return actualUser(wanted, mode)
}

type Question = Omit<Attributes, 'subject'>

/** One question for each part of the wanted identity. */
function partsOf(wanted: Wanted, mode: Mode): Question[] {
  return [
    userPart(wanted, mode),
    ...(wanted.uid ? [partOf(mode, 'uids', wanted.uid)] : []),
    ...wanted.groups.map((group) => partOf(mode, 'groups', group)),
    ...Object.entries(wanted.extra).flatMap(([subresource, values]) =>
      values.map((value) => ({ ...partOf(mode, 'userextras', value), subresource })),
    ),
  ]
}

function userPart({ user }: Wanted, mode: Mode): Question {
  const [, namespace, account] = SERVICE_ACCOUNT.exec(user) ?? []
  if (namespace && account) return { ...partOf(mode, 'serviceaccounts', account), namespace }
  const node = mode.on && nodeName(user)
  // Whoever may act as its own node may do so on every node.
  if (node) return partOf(mode, 'nodes', mode.verb.endsWith('associated-node') ? '*' : node)
  return partOf(mode, 'users', user)
}

/** Users and groups were in the core group once, and are so in the old mode. */
function partOf({ verb, on }: Mode, resource: string, name: string): Question {
  const isOld = !on && ['users', 'groups', 'serviceaccounts'].includes(resource)
  return { verb, apiGroup: isOld ? '' : 'authentication.k8s.io', resource, name }
}

function actualUser({ user, uid, groups, extra }: Wanted, mode: Mode): User {
  const [, namespace] = SERVICE_ACCOUNT.exec(user) ?? []
  const isNamedNode = mode.on !== undefined && nodeName(user) !== undefined
  const fixed = isNamedNode ? ['system:nodes'] : namespace ? accountGroups(namespace) : []
  const named: User = {
    user,
    groups: groups.length === 0 ? fixed : groups,
    ...(uid && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  }
  if (user === 'system:anonymous') return withGroup(named, 'system:unauthenticated')
  return groups.includes('system:unauthenticated') ? named : withGroup(named, 'system:authenticated')
}

/** The groups every service account of a namespace is in. */
export function accountGroups(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
}

const EXTRA = 'impersonate-extra-'

function readHeaders(headers: Headers): Wanted | undefined {
  const wanted: Wanted = {
    user: headers.get('impersonate-user') ?? '',
    uid: headers.get('impersonate-uid') ?? '',
    groups: list(headers.get('impersonate-group')),
    extra: extraOf(headers),
  }
  if (wanted.user !== '') return wanted
  if (isNameOnly(wanted)) return undefined
  throw badRequest(`requested ${goText(wanted)} without impersonating a user name`)
}

function extraOf(headers: Headers): Record<string, string[]> {
  const named = [...headers].filter(([name]) => name.startsWith(EXTRA))
  return Object.fromEntries(named.map(([name, values]) => [unescaped(name.slice(EXTRA.length)), list(values)]))
}

/** `acme.io%2fproject`: a header's name has no slash. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key // Recorded as it came, like the real server does.
  }
}

/** `fetch` joins repeated headers with commas; `node/serve`, which sees them apart, quotes one that holds a comma. */
function list(header: string | null): string[] {
  const items = (header ?? '').match(/\s*"(?:[^"\\]|\\["\\])*"(?=\s*(?:,|$))|[^,]+/g) ?? []
  return items.map((item) => unquoted(item.trim())).filter((item) => item !== '')
}

function unquoted(item: string): string {
  return item.startsWith('"') ? item.replaceAll(/^"|"$|\\(?=["\\])/g, '') : item
}

/** Go's `%#v` of a user.DefaultInfo. */
function goText({ uid, groups, extra }: Wanted): string {
  const strings = (values: readonly string[]) => `{${values.map((it) => JSON.stringify(it)).join(', ')}}`
  const keys = Object.entries(extra).map(([key, values]) => `${JSON.stringify(key)}:[]string${strings(values)}`)
  const groupsText = groups.length > 0 ? `[]string${strings(groups)}` : '[]string(nil)'
  const extraText = keys.length > 0 ? `map[string][]string{${keys.join(', ')}}` : 'map[string][]string(nil)'
  return `&user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, Groups:${groupsText}, Extra:${extraText}}`
}
