/**
 * The kinds one cluster serves: the built-in table and what CustomResourceDefinitions add while it runs. Knows which
 * group stands where in discovery, and counts its changes, so that whoever made something from it can tell it is old.
 * Source: kube-aggregator's APIService priorities (kubernetes/pkg/controlplane/apiserver/aggregator.go).
 */
import { apiVersionOf, type ResourceType } from './kinds/row.ts'
import { compareVersions } from './versions.ts'

export type ApiGroup = { readonly name: string; readonly versions: readonly string[] }

export type Registry = {
  find(group: string, version: string, plural: string): ResourceType | undefined
  /** The row for an object's `apiVersion` and `kind`. */
  findKind(apiVersion: string, kind: string): ResourceType | undefined
  /** `pods` or `deployments.apps`, in its preferred version. @throws RangeError */
  resource(name: string): ResourceType
  /** In the order of discovery, the core group (`''`) first; a group's preferred version first. */
  readonly groups: readonly ApiGroup[]
  readonly all: readonly ResourceType[]
  /** The row whose objects stand on a shelf, in the version in which they are stored. */
  findStored(storage: string): ResourceType | undefined
  /** One row for each kind of stored object, however many versions show it. */
  readonly stored: readonly ResourceType[]
  /** Grows with each change. */
  readonly changes: number
  /** Adds a row, or replaces the one with the same group, version and plural. */
  add(row: ResourceType): void
  remove(row: ResourceType): void
}

export function createRegistry(rows: readonly ResourceType[]): Registry {
  const byPath = new Map(rows.map((row) => [pathOf(row), row]))
  let changes = 0
  let index = indexOf([...byPath.values()])
  const changed = () => {
    changes += 1
    index = indexOf([...byPath.values()])
  }
  return {
    find: (group, version, plural) => byPath.get(`${group}/${version}/${plural}`),
    findKind: (apiVersion, kind) => index.byKind.get(`${apiVersion}/${kind}`),
    findStored: (storage) => index.byName.get(storage),
    resource(name) {
      const row = index.byName.get(name)
      if (!row) throw new RangeError(`this cluster has no resource ${name}`)
      return row
    },
    get groups() {
      return index.groups
    },
    get all() {
      return index.rows
    },
    get stored() {
      return index.stored
    },
    get changes() {
      return changes
    },
    add(row) {
      byPath.set(pathOf(row), row)
      changed()
    },
    remove(row) {
      if (byPath.delete(pathOf(row))) changed()
    },
  }
}

type Index = {
  rows: readonly ResourceType[]
  stored: readonly ResourceType[]
  groups: readonly ApiGroup[]
  byKind: ReadonlyMap<string, ResourceType>
  byName: ReadonlyMap<string, ResourceType>
}

/** All that can be looked up, made again with each change: changes are rare, look-ups are not. */
function indexOf(rows: readonly ResourceType[]): Index {
  const groups = groupsOf(rows)
  const sorted = groups.flatMap(({ name, versions }) =>
    versions.flatMap((version) => rows.filter((row) => row.group === name && row.version === version)),
  )
  const names = sorted
    .toReversed()
    .map((row) => [row.group === '' ? row.plural : `${row.plural}.${row.group}`, row] as const)
  const byName = new Map(names)
  return {
    rows: sorted,
    stored: sorted.filter((row) => row.verbs.includes('list') && !row.computed && byName.get(row.storage) === row),
    groups,
    byKind: new Map(sorted.map((row) => [`${apiVersionOf(row)}/${row.kind}`, row])),
    byName,
  }
}

function groupsOf(rows: readonly ResourceType[]): ApiGroup[] {
  const versions = new Map<string, Set<string>>()
  for (const { group, version } of rows) versions.set(group, (versions.get(group) ?? new Set()).add(version))
  return [...versions]
    .map(([name, set]) => ({ name, versions: [...set].sort(compareVersions) }))
    .sort((a, b) => rank(b.name) - rank(a.name) || (a.name < b.name ? -1 : 1))
}

function pathOf({ group, version, plural }: ResourceType): string {
  return `${group}/${version}/${plural}`
}

const CUSTOM_PRIORITY = 1000

/** The core group has a path of its own, before all others. */
function rank(group: string): number {
  return group === '' ? Infinity : groupPriority(group)
}

/** An APIService's groupPriorityMinimum. */
export function groupPriority(group: string): number {
  return PRIORITIES[group] ?? CUSTOM_PRIORITY
}

const PRIORITIES: Readonly<Record<string, number>> = {
  '': 18_000,
  'apiregistration.k8s.io': 18_000,
  apps: 17_800,
  'events.k8s.io': 17_750,
  'authentication.k8s.io': 17_700,
  'authorization.k8s.io': 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  'certificates.k8s.io': 17_300,
  'networking.k8s.io': 17_200,
  policy: 17_100,
  'rbac.authorization.k8s.io': 17_000,
  'storage.k8s.io': 16_800,
  'admissionregistration.k8s.io': 16_700,
  'apiextensions.k8s.io': 16_700,
  'scheduling.k8s.io': 16_600,
  'coordination.k8s.io': 16_500,
  'node.k8s.io': 16_300,
  'discovery.k8s.io': 16_200,
  'flowcontrol.apiserver.k8s.io': 16_100,
  'resource.k8s.io': 15_900,
  'metrics.k8s.io': 100,
}
