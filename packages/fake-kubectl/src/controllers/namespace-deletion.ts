/**
 * The end of a namespace: everything in it is deleted, pods first; while something is left its conditions say what and
 * why; when nothing is, the namespace goes.
 * Source: kubernetes/pkg/controller/namespace/deletion/{namespaced_resources_deleter,status_condition_utils}.go.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import { formatTime, isFields, type KubeObject } from '../api/meta.ts'
import type { Condition } from '../api/types.ts'
import { deleteObject } from '../apiserver/verbs/deletion.ts'
import type { Recorder } from './events.ts'
import { write } from './release.ts'

const NAMESPACES = builtIn('namespaces')
const KUBERNETES = 'kubernetes'

/** Empties a namespace that is being deleted, as far as that goes now. */
export function emptyNamespace(server: Recorder, namespace: KubeObject): void {
  const { name } = namespace.metadata
  const types = server.kinds.stored.filter(({ namespaced }) => namespaced)
  const pods = types.filter(({ storage }) => storage === 'pods')
  if (deleteAll(server, pods, name)) deleteAll(server, types, name)
  const left = types.flatMap((type) => server.store.list(type, name).map((object) => ({ type, object })))
  const told = withConditions(namespace, left, server.clock.now())
  write(server, NAMESPACES, left.length > 0 ? told : finalized(told))
}

/** @returns is nothing left? */
function deleteAll(server: Recorder, types: readonly ResourceType[], namespace: string): boolean {
  for (const type of types) {
    for (const { metadata } of server.store.list(type, namespace)) {
      // As it is now: the deletion of one may have changed the other.
      const object = server.store.find(type, namespace, metadata.name)
      if (object) deleteObject(server, type, object, { propagationPolicy: 'Background' })
    }
  }
  return types.every((type) => server.store.list(type, namespace).length === 0)
}

type Left = readonly { readonly type: ResourceType; readonly object: KubeObject }[]

function finalized(namespace: KubeObject): KubeObject {
  const spec = isFields(namespace['spec']) ? namespace['spec'] : {}
  const finalizers = ((spec['finalizers'] ?? []) as string[]).filter((it) => it !== KUBERNETES)
  return { ...namespace, spec: { ...spec, ...(finalizers.length > 0 ? { finalizers } : { finalizers: undefined }) } }
}

function withConditions(namespace: KubeObject, left: Left, nowMs: number): KubeObject {
  const status = isFields(namespace['status']) ? namespace['status'] : {}
  const before = (status['conditions'] ?? []) as Condition[]
  const now = conditions(left)
  const conditionsNow = now.map((condition) => {
    const earlier = before.find(({ type }) => type === condition.type)
    const since = earlier?.status === condition.status ? earlier.lastTransitionTime : undefined
    return { ...condition, lastTransitionTime: since ?? formatTime(nowMs) }
  })
  const others = before.filter(({ type }) => !now.some((it) => it.type === type))
  return { ...namespace, status: { ...status, conditions: [...others, ...conditionsNow] } }
}

/** In the order and the words of the real controller. */
function conditions(left: Left): Condition[] {
  const resources = counted(left.map(({ type }) => `${type.plural}.${type.group}`))
  const finalizers = counted(left.flatMap(({ object }) => object.metadata.finalizers ?? []))
  const content = resources.map(([name, count]) => `${name} has ${count} resource instances`)
  const holders = finalizers.map(([name, count]) => `${name} in ${count} resource instances`)
  const removed = ['ContentRemoved', 'All content successfully removed'] as const
  return [
    fine('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
    fine('NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', PARSED),
    fine('NamespaceDeletionContentFailure', 'ContentDeleted', DELETED),
    content.length > 0
      ? trouble(
          'NamespaceContentRemaining',
          'SomeResourcesRemain',
          `Some resources are remaining: ${content.join(', ')}`,
        )
      : fine('NamespaceContentRemaining', ...removed),
    holders.length > 0
      ? trouble(
          'NamespaceFinalizersRemaining',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${holders.join(', ')}`,
        )
      : fine('NamespaceFinalizersRemaining', ...removed),
  ]
}

const PARSED = 'All legacy kube types successfully parsed'
const DELETED = 'All content successfully deleted, may be waiting on finalization'

function fine(type: string, reason: string, message: string): Condition {
  return { type, status: 'False', reason, message }
}

function trouble(type: string, reason: string, message: string): Condition {
  return { type, status: 'True', reason, message }
}

function counted(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
}
