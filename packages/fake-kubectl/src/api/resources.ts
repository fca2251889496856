/**
 * The table of kinds: one row for each resource the server has. Everything that differs between kinds and is a fact
 * rather than a behaviour stands here; nothing in the server asks for a kind by name where a row will do.
 * Source: kube-apiserver 1.36 discovery; field labels from pkg/apis/core/v1/conversion.go and the registries' strategies.
 */
import { formatApiVersion } from './meta.ts'
import type { NameRule } from './names.ts'

export type Subresource = { readonly name: string; readonly verbs: readonly string[]; readonly kind?: string }

/** A group, version and resource with all that is known about it: API machinery's gvr, as data. */
export type ResourceType = {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly nameRule: NameRule
  readonly subresources: readonly Subresource[]
  /** Fields a fieldSelector may name beside metadata.name and metadata.namespace; absent when there are none. */
  readonly fieldLabels?: readonly string[]
  /** Counts changes of the spec in metadata.generation. */
  readonly generation?: boolean
  /** May not change once set: [field, the server's words]. */
  readonly immutableFields?: readonly (readonly [string, string])[]
  /** Must be there: [field, the server's words]. */
  readonly requiredFields?: readonly (readonly [string, string])[]
}

const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const STATUS: Subresource = { name: 'status', verbs: ['get', 'patch', 'update'] }
const PROXY_VERBS = ['create', 'delete', 'get', 'patch', 'update']
const RBAC = { group: 'rbac.authorization.k8s.io', nameRule: 'path-segment' as const }
const REVIEW = { namespaced: false, verbs: ['create'] }
const POD_FIELDS = [
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'spec.hostNetwork',
  'status.phase',
  'status.podIP',
  'status.nominatedNodeName',
]
const EVENT_FIELDS = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'reportingComponent',
  'source',
  'type',
]
const ROLE_REF = ['roleRef', 'cannot change roleRef'] as const

export const RESOURCES: readonly ResourceType[] = [
  row('configmaps', 'ConfigMap', { shortNames: ['cm'] }),
  row('events', 'Event', {
    shortNames: ['ev'],
    fieldLabels: EVENT_FIELDS,
    requiredFields: [['involvedObject', '']],
  }),
  row('namespaces', 'Namespace', {
    namespaced: false,
    shortNames: ['ns'],
    nameRule: 'label',
    verbs: ALL_VERBS.filter((verb) => verb !== 'deletecollection'),
    subresources: [STATUS],
    fieldLabels: ['status.phase'],
  }),
  row('nodes', 'Node', {
    namespaced: false,
    shortNames: ['no'],
    subresources: [{ name: 'proxy', verbs: PROXY_VERBS, kind: 'NodeProxyOptions' }, STATUS],
    fieldLabels: ['spec.unschedulable'],
  }),
  row('pods', 'Pod', {
    shortNames: ['po'],
    categories: ['all'],
    subresources: [{ name: 'log', verbs: ['get'] }, STATUS],
    fieldLabels: POD_FIELDS,
    generation: true,
    requiredFields: [['spec.containers', '']],
  }),
  row('secrets', 'Secret', { fieldLabels: ['type'], immutableFields: [['type', 'field is immutable']] }),
  row('serviceaccounts', 'ServiceAccount', { shortNames: ['sa'] }),
  row('services', 'Service', {
    shortNames: ['svc'],
    categories: ['all'],
    nameRule: 'label',
    subresources: [STATUS],
    fieldLabels: ['spec.clusterIP', 'spec.type'],
  }),
  row('selfsubjectreviews', 'SelfSubjectReview', { group: 'authentication.k8s.io', ...REVIEW }),
  row('selfsubjectaccessreviews', 'SelfSubjectAccessReview', { group: 'authorization.k8s.io', ...REVIEW }),
  row('leases', 'Lease', { group: 'coordination.k8s.io' }),
  row('clusterrolebindings', 'ClusterRoleBinding', { ...RBAC, namespaced: false, immutableFields: [ROLE_REF] }),
  row('clusterroles', 'ClusterRole', { ...RBAC, namespaced: false }),
  row('rolebindings', 'RoleBinding', { ...RBAC, immutableFields: [ROLE_REF] }),
  row('roles', 'Role', RBAC),
]

/** Groups in the order in which discovery lists them; the core group has its own path. */
export const GROUPS: readonly string[] = [...new Set(RESOURCES.map(({ group }) => group))].filter(
  (group) => group !== '',
)

const byPath = new Map(RESOURCES.map((type) => [`${type.group}/${type.version}/${type.plural}`, type]))
const byKind = new Map(RESOURCES.map((type) => [`${apiVersionOf(type)}/${type.kind}`, type]))

export function findResource(group: string, version: string, plural: string): ResourceType | undefined {
  return byPath.get(`${group}/${version}/${plural}`)
}

/** The row for an object's `apiVersion` and `kind`. */
export function findKind(apiVersion: string, kind: string): ResourceType | undefined {
  return byKind.get(`${apiVersion}/${kind}`)
}

/** The row for a resource the simulator itself works with. */
export function resource(plural: string): ResourceType {
  const type = RESOURCES.find((row) => row.plural === plural)
  if (!type) throw new RangeError(`no resource ${plural} in the table of kinds (api/resources.ts)`)
  return type
}

export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return formatApiVersion(group, version)
}

function row(plural: string, kind: string, rest: Partial<ResourceType> = {}): ResourceType {
  return {
    group: '',
    version: 'v1',
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced: true,
    verbs: ALL_VERBS,
    nameRule: 'subdomain',
    subresources: [],
    ...rest,
  }
}
