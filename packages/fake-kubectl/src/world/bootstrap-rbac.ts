/**
 * The roles and bindings every cluster has from the start, from a table in which a rule is a line:
 * `read,update pods,services in core,apps named web`, where `read` and `write` stand for their verbs, or `get url:/healthz`.
 * Source: the facts are those of plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, with default feature gates.
 */
import type { Fields, KubeObject } from '../api/meta.ts'

export type BootstrapRbac = {
  readonly clusterRoles: Readonly<Record<string, readonly string[] | AggregatedRole>>
  readonly clusterRoleBindings: Readonly<Record<string, readonly string[]>>
  /** Rules of each controller: its role is `system:controller:NAME`, held by its account in kube-system. */
  readonly controllers: Readonly<Record<string, readonly string[]>>
  /** By namespace and name. */
  readonly roles: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  /** Subjects by namespace and name of a binding; its role has the same name unless it is said. */
  readonly roleBindings: Readonly<Record<string, Readonly<Record<string, readonly string[] | NamedBinding>>>>
}

/** `aggregates` gathers the rules of all roles that go `into` the same one. */
type AggregatedRole = { readonly aggregates?: string; readonly into?: string; readonly rules?: readonly string[] }
type NamedBinding = { readonly role: string; readonly subjects: readonly string[] }

export function bootstrapObjects(table: BootstrapRbac): KubeObject[] {
  const controllers = Object.entries(table.controllers).map(
    ([name, rules]) => [`system:controller:${name}`, rules, [`account kube-system/${name}`]] as const,
  )
  return [
    ...Object.entries(table.clusterRoles).map(([name, role]) => clusterRole(name, role)),
    ...controllers.map(([name, rules]) => clusterRole(name, rules)),
    ...Object.entries(table.clusterRoleBindings).map(([name, subjects]) => clusterRoleBinding(name, subjects)),
    ...controllers.map(([name, _rules, subjects]) => clusterRoleBinding(name, subjects)),
    ...inNamespaces(table.roles, (meta, rules) => object('Role', meta, { rules: rules.map(rule) })),
    ...inNamespaces(table.roleBindings, roleBinding),
  ]
}

const RBAC = 'rbac.authorization.k8s.io'

function clusterRole(name: string, role: readonly string[] | AggregatedRole): KubeObject {
  const { aggregates, into, rules = [] }: AggregatedRole = 'slice' in role ? { rules: role } : role
  const label = (target: string) => ({ [`${RBAC}/aggregate-to-${target}`]: 'true' })
  const aggregationRule = aggregates && { clusterRoleSelectors: [{ matchLabels: label(aggregates) }] }
  return object(
    'ClusterRole',
    { name, ...(into && { labels: label(into) }) },
    { ...(aggregationRule && { aggregationRule }), rules: rules.map(rule) },
  )
}

function clusterRoleBinding(name: string, subjects: readonly string[]): KubeObject {
  return object('ClusterRoleBinding', { name }, bound('ClusterRole', name, subjects))
}

function roleBinding(meta: Meta, binding: readonly string[] | NamedBinding): KubeObject {
  const { role, subjects } = 'slice' in binding ? { role: meta.name, subjects: binding } : binding
  return object('RoleBinding', meta, bound('Role', role, subjects))
}

function bound(kind: string, name: string, subjects: readonly string[]): Fields {
  return {
    roleRef: { apiGroup: RBAC, kind, name },
    ...(subjects.length > 0 && { subjects: subjects.map(subject) }),
  }
}

type Meta = { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> }

function inNamespaces<T>(
  table: Readonly<Record<string, Readonly<Record<string, T>>>>,
  make: (meta: Meta, it: T) => KubeObject,
) {
  return Object.entries(table).flatMap(([namespace, named]) =>
    Object.entries(named).map(([name, it]) => make({ name, namespace }, it)),
  )
}

function object(kind: string, meta: Meta, fields: Fields): KubeObject {
  const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...meta.labels }
  const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' }
  return { apiVersion: `${RBAC}/v1`, kind, metadata: { ...meta, labels, annotations }, ...fields }
}

const SHORT: Readonly<Record<string, readonly string[]>> = {
  read: ['get', 'list', 'watch'],
  write: ['create', 'delete', 'deletecollection', 'patch', 'update'],
}
const EVENTS = 'create,patch,update events in core,events.k8s.io'

function rule(line: string): Fields {
  const [verbs = '', what = '', ...rest] = (line === 'events' ? EVENTS : line).split(' ')
  const all = verbs.split(',').flatMap((verb) => SHORT[verb] ?? [verb])
  if (what.startsWith('url:')) return { verbs: all, nonResourceURLs: what.slice('url:'.length).split(',') }
  const after = (word: string) => (rest.includes(word) ? rest[rest.indexOf(word) + 1]?.split(',') : undefined)
  const names = after('named')
  return {
    verbs: all.toSorted(),
    apiGroups: (after('in') ?? ['core']).map((group) => (group === 'core' ? '' : group)),
    resources: what.split(','),
    ...(names && { resourceNames: names }),
  }
}

const KINDS: Readonly<Record<string, string>> = { user: 'User', group: 'Group' }

function subject(text: string): Fields {
  const [kind = '', name = ''] = text.split(' ')
  if (kind !== 'account') return { apiGroup: RBAC, kind: KINDS[kind], name }
  const [namespace, account] = name.split('/')
  return { kind: 'ServiceAccount', name: account, namespace }
}
