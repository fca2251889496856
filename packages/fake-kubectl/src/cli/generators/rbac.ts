/** `kubectl create role|clusterrole|rolebinding|clusterrolebinding`. Source: kubectl/pkg/cmd/create. */
import type { Context } from '../command.ts'
import type { Resource } from '../discovery.ts'
import { BareFault, CliFault } from '../errors.ts'
import type { FlagRow } from '../flags.ts'
import type { Wire } from '../wire.ts'
import type { Generator } from './generator.ts'

const GROUP = 'rbac.authorization.k8s.io'
const where = (plural: string, namespaced: boolean): Generator['resource'] => ({
  group: GROUP,
  version: 'v1',
  plural,
  namespaced,
})

const VERBS = [
  'get',
  'delete',
  'list',
  'create',
  'update',
  'patch',
  'watch',
  'proxy',
  'deletecollection',
  'use',
  'bind',
  'escalate',
  'impersonate',
  '*',
]
const URL_VERBS = ['*', 'get', 'post', 'put', 'delete', 'patch', 'head', 'options']
/** Verbs that only some resources have. Source: create_role.go, specialVerbs. */
const SPECIAL: Record<string, readonly string[]> = {
  use: ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'],
  bind: ['roles.rbac.authorization.k8s.io', 'clusterroles.rbac.authorization.k8s.io'],
  escalate: ['roles.rbac.authorization.k8s.io', 'clusterroles.rbac.authorization.k8s.io'],
  impersonate: ['users', 'serviceaccounts', 'groups', 'userextras.authentication.k8s.io'],
}

const RULE_FLAGS: readonly FlagRow[] = [
  ['resource', '', 'strings', '', 'Resources: pods, deployments.apps, pods/log.'],
  ['resource-name', '', 'array', '', 'Names of objects; may be repeated.'],
  ['verb', '', 'strings', '', 'What may be done: get, list, watch, create …'],
]

export const role: Generator = {
  name: 'role',
  short: 'Create a role with single rule',
  usage: 'NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename]',
  flags: RULE_FLAGS,
  resource: where('roles', true),
  async make(context, name) {
    const verbs = verbsOf(context)
    return { apiVersion: `${GROUP}/v1`, kind: 'Role', metadata: { name }, rules: await rulesOf(context, verbs) }
  },
}

export const clusterRole: Generator = {
  name: 'clusterrole',
  short: 'Create a cluster role',
  usage: 'NAME --verb=verb --resource=resource.group [--resource-name=resourcename]',
  flags: [
    ...RULE_FLAGS,
    ['aggregation-rule', '', 'strings', '', 'Labels of cluster roles to take the rules of.'],
    ['non-resource-url', '', 'strings', '', 'Paths: /metrics, /logs/*.'],
  ],
  resource: where('clusterroles', false),
  async make(context, name) {
    const { flags } = context
    const head = { apiVersion: `${GROUP}/v1`, kind: 'ClusterRole', metadata: { name } }
    const urls = flags.list('non-resource-url')
    if (flags.list('aggregation-rule').length > 0) {
      if (urls.length > 0 || ['verb', 'resource', 'resource-name'].some((flag) => flags.given(flag))) {
        throw new CliFault(
          'aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames',
        )
      }
      const matchLabels = Object.fromEntries(
        flags.list('aggregation-rule').map((pair) => pair.split(/=(.*)/s).slice(0, 2)),
      )
      return { ...head, aggregationRule: { clusterRoleSelectors: [{ matchLabels }] }, rules: null }
    }
    const verbs = verbsOf(context)
    const wrong = urls.length > 0 && verbs.find((verb) => !URL_VERBS.includes(verb))
    if (wrong) throw new CliFault(`invalid verb: '${wrong}' for nonResourceURL`)
    if (urls.length === 0 && !flags.given('resource'))
      throw new CliFault('one of resource or nonResourceURL must be specified')
    const resourceRules = flags.given('resource') ? await rulesOf(context, verbs) : []
    return {
      ...head,
      rules: [...resourceRules, ...(urls.length > 0 ? [{ nonResourceURLs: checkedUrls(urls), verbs }] : [])],
    }
  },
}

function checkedUrls(urls: readonly string[]): readonly string[] {
  for (const url of urls) {
    if (url === '*') return urls
    if (!url.startsWith('/')) throw new CliFault('nonResourceURL should start with /')
    if (url.slice(0, -1).includes('*'))
      throw new CliFault("nonResourceURL only supports wildcard matches when '*' is at the end")
  }
  return urls
}

function verbsOf({ flags, err }: Context): readonly string[] {
  const verbs = [...new Set(flags.list('verb'))]
  if (verbs.includes('*')) return ['*']
  if (verbs.length === 0) throw new CliFault('at least one verb must be specified')
  const onResources = flags.given('resource')
  for (const verb of verbs)
    if (onResources && !VERBS.includes(verb)) err(`Warning: '${verb}' is not a standard resource verb\n`)
  return verbs
}

/** One rule a group, in the order in which the groups are first named. */
async function rulesOf(context: Context, verbs: readonly string[]): Promise<Wire[]> {
  const { flags } = context
  const asked = flags.list('resource')
  if (asked.length === 0) throw new CliFault('at least one resource must be specified')
  const resourceNames = [...new Set(flags.list('resource-name'))]
  const byGroup = new Map<string, string[]>()
  for (const text of asked.includes('*') ? ['*'] : asked) {
    const { group, name } = await resolved(context, text, verbs)
    byGroup.set(group, [...(byGroup.get(group) ?? []), name])
  }
  return [...byGroup].map(([group, resources]) => ({
    verbs,
    apiGroups: [group],
    resources,
    ...(resourceNames.length > 0 && { resourceNames }),
  }))
}

async function resolved(
  { discovery }: Context,
  text: string,
  verbs: readonly string[],
): Promise<{ group: string; name: string }> {
  const [type = '', subresource] = text.split(/\/(.*)/s)
  const [plural = '', group = ''] = type.split(/\.(.*)/s)
  if (plural === '') throw new CliFault('resource must be specified if apiGroup/subresource specified')
  if (plural === '*') return { group: group === '' ? '*' : group, name: text.includes('/') ? `*/${subresource}` : '*' }
  const found = await discovery.resolve(type).catch((fault: Error) => Promise.reject(new BareFault(fault.message)))
  for (const verb of verbs) checkSpecial(verb, found)
  return { group: found.group, name: subresource === undefined ? found.plural : `${found.plural}/${subresource}` }
}

function checkSpecial(verb: string, { plural, group }: Pick<Resource, 'group' | 'plural'>): void {
  const only = SPECIAL[verb]
  if (only === undefined || only.includes(group === '' ? plural : `${plural}.${group}`)) return
  throw new CliFault(`can not perform '${verb}' on '${plural}' in group '${group}'`)
}

const SUBJECT_FLAGS: readonly FlagRow[] = [
  ['clusterrole', '', 'string', '', 'ClusterRole to bind.'],
  ['group', '', 'array', '', 'Group; may be repeated.'],
  ['serviceaccount', '', 'array', '', 'ServiceAccount as namespace:name; may be repeated.'],
  ['user', '', 'array', '', 'User; may be repeated.'],
]

export const roleBinding: Generator = {
  name: 'rolebinding',
  short: 'Create a role binding for a particular role or cluster role',
  usage:
    'NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]',
  flags: [...SUBJECT_FLAGS, ['role', '', 'string', '', 'Role to bind.']],
  resource: where('rolebindings', true),
  failure: 'failed to create rolebinding: ',
  make(context, name) {
    const [own, cluster] = [context.flags.text('role'), context.flags.text('clusterrole')]
    if ((own === '') === (cluster === '')) throw new CliFault('exactly one of clusterrole or role must be specified')
    return bindingOf(context, 'RoleBinding', name, own === '' ? 'ClusterRole' : 'Role', own || cluster)
  },
}

export const clusterRoleBinding: Generator = {
  name: 'clusterrolebinding',
  short: 'Create a cluster role binding for a particular cluster role',
  usage:
    'NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]',
  flags: SUBJECT_FLAGS,
  resource: where('clusterrolebindings', false),
  failure: 'failed to create clusterrolebinding: ',
  make(context, name) {
    if (!context.flags.given('clusterrole')) throw new CliFault('required flag(s) "clusterrole" not set')
    return bindingOf(context, 'ClusterRoleBinding', name, 'ClusterRole', context.flags.text('clusterrole'))
  },
}

function bindingOf({ flags }: Context, kind: string, name: string, roleKind: string, roleName: string): Wire {
  const subjects = [
    ...flags.list('user').map((user) => ({ kind: 'User', apiGroup: GROUP, name: user })),
    ...flags.list('group').map((group) => ({ kind: 'Group', apiGroup: GROUP, name: group })),
    ...flags.list('serviceaccount').map(accountOf),
  ]
  const roleRef = { apiGroup: GROUP, kind: roleKind, name: roleName }
  return { apiVersion: `${GROUP}/v1`, kind, metadata: { name }, ...(subjects.length > 0 && { subjects }), roleRef }
}

function accountOf(text: string): Wire {
  const [namespace, name, more] = text.split(':')
  if (!namespace || !name || more !== undefined) throw new CliFault('serviceaccount must be <namespace>:<name>')
  return { kind: 'ServiceAccount', name, namespace }
}
