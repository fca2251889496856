/**
 * The garbage collector: dependents whose owners are all gone go, too; an owner that is deleted in the foreground waits
 * for the dependents that block it; one that is deleted as an orphan's parent lets go of them first. Level-triggered:
 * whatever may be concerned by a change is looked at as it is now.
 * Source: kubernetes/pkg/controller/garbagecollector/garbagecollector.go.
 */
import { equal, type KubeObject, type OwnerReference } from '../api/meta.ts'
import { deleteObject, FOREGROUND, ORPHAN, type Propagation } from '../apiserver/verbs/deletion.ts'
import type { WatchEvent } from '../store/watch-log.ts'
import type { Recorder } from './events.ts'
import { ownerGraph, type Item, type OwnerGraph } from './owner-graph.ts'
import { write, withoutFinalizer } from './release.ts'

export function runGarbageCollector(server: Recorder): void {
  const { store, clock } = server
  const graph = ownerGraph(server)
  const queue = new Set<string>()
  let isDue = false

  // Writes made here come back as changes and join the queue.
  const work = () => {
    isDue = false
    for (const uid of queue) {
      queue.delete(uid)
      for (const next of look(server, graph, uid)) queue.add(next)
    }
  }
  const add = (uids: Iterable<string>) => {
    for (const uid of uids) queue.add(uid)
    if (isDue || queue.size === 0) return
    isDue = true
    clock.at(clock.now(), work)
  }
  const reset = () => {
    isDue = false
    queue.clear()
    add(graph.reset())
  }
  store.log.observe({ event: (event) => add(concerned(graph, event)), reset })
  reset()
}

/** Whom a change may concern: the object, owners that wait for it, and its dependents when it is gone. */
function concerned(graph: OwnerGraph, event: WatchEvent): string[] {
  const { object, previous, type } = event
  if (!graph.see(event)) return []
  const uid = object.metadata.uid ?? ''
  if (type === 'DELETED') return [...owners(object), ...graph.dependents(uid)]
  if (previous && equal(ties(object), ties(previous))) return []
  return [uid, ...owners(object), ...(previous ? owners(previous) : [])]
}

function owners({ metadata }: KubeObject): string[] {
  return (metadata.ownerReferences ?? []).map(({ uid }) => uid)
}

function ties({ metadata: { ownerReferences, finalizers, deletionTimestamp } }: KubeObject): unknown {
  return { ownerReferences, finalizers, deletionTimestamp }
}

/** Does to one object what is to be done now. @returns what is to be looked at next */
function look(server: Recorder, graph: OwnerGraph, uid: string): readonly string[] {
  const item = graph.find(uid)
  if (!item) return []
  if (item.object.metadata.deletionTimestamp === undefined) return collect(server, graph, item)
  if (hasFinalizer(item.object, ORPHAN)) return orphan(server, graph, item)
  return isWaiting(item.object) ? finishWaiting(server, graph, item) : []
}

/** Deletes it unless an owner keeps it. */
function collect(server: Recorder, graph: OwnerGraph, item: Item): [] {
  const { type, object } = item
  const references = object.metadata.ownerReferences ?? []
  if (references.length === 0) return []
  const found = references.map((reference) => ({ reference, owner: ownerOf(server, item, reference) }))
  const solid = found.filter(({ owner }) => owner === 'unknown' || (owner && !isWaiting(owner)))
  if (solid.length > 0) {
    if (solid.length < found.length)
      write(
        server,
        type,
        withOwners(
          object,
          solid.map(({ reference }) => reference),
        ),
      )
    return []
  }
  const waits = found.some(({ owner }) => owner !== undefined)
  const dependents = graph.dependents(object.metadata.uid ?? '').flatMap((uid) => graph.find(uid) ?? [])
  if (!waits || dependents.length === 0) {
    deleteObject(server, type, object, { propagationPolicy: ownPolicy(object) })
    return []
  }
  // Owners that wait for each other in a circle would wait for ever.
  const circle = dependents.some((dependent) => isWaiting(dependent.object))
  const next = circle
    ? write(
        server,
        type,
        withOwners(
          object,
          references.map((it) => unblocked(it)),
        ),
      )
    : object
  if (next) deleteObject(server, type, next, { propagationPolicy: 'Foreground' })
  return []
}

/** Nothing is left that blocks its deletion: it goes. Otherwise those that do are looked at. */
function finishWaiting(server: Recorder, graph: OwnerGraph, { type, object }: Item): string[] {
  const uid = object.metadata.uid ?? ''
  const blocking = graph
    .dependents(uid)
    .flatMap((it) => graph.find(it) ?? [])
    .filter((it) => it.object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion))
  if (blocking.length === 0) write(server, type, withoutFinalizer(object, FOREGROUND))
  return blocking.filter((it) => !it.object.metadata.deletionTimestamp).map((it) => it.object.metadata.uid ?? '')
}

/** Its dependents forget it, then it goes. */
function orphan(server: Recorder, graph: OwnerGraph, { type, object }: Item): [] {
  const uid = object.metadata.uid ?? ''
  for (const dependent of graph.dependents(uid).flatMap((it) => graph.find(it) ?? [])) {
    const others = (dependent.object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid)
    write(server, dependent.type, withOwners(dependent.object, others))
  }
  write(server, type, withoutFinalizer(object, ORPHAN))
  return []
}

/** The owner as it is; undefined when there is none, `unknown` when nobody can tell. */
function ownerOf(
  { store, kinds }: Recorder,
  item: Item,
  reference: OwnerReference,
): KubeObject | 'unknown' | undefined {
  const type = kinds.findKind(reference.apiVersion, reference.kind)
  // Neither a kind that is not served nor an owner in some other namespace is proof of its absence.
  if (!type || (type.namespaced && !item.type.namespaced)) return 'unknown'
  const owner = store.find(type, type.namespaced ? (item.object.metadata.namespace ?? '') : '', reference.name)
  return owner?.metadata.uid === reference.uid ? owner : undefined
}

function isWaiting(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && hasFinalizer(object, FOREGROUND)
}

function hasFinalizer({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.finalizers?.includes(finalizer) ?? false
}

function ownPolicy(object: KubeObject): Propagation {
  if (hasFinalizer(object, ORPHAN)) return 'Orphan'
  return hasFinalizer(object, FOREGROUND) ? 'Foreground' : 'Background'
}

function unblocked(reference: OwnerReference): OwnerReference {
  return { ...reference, blockOwnerDeletion: false }
}

function withOwners(object: KubeObject, ownerReferences: OwnerReference[]): KubeObject {
  const { ownerReferences: _owners, ...metadata } = object.metadata
  return { ...object, metadata: { ...metadata, ...(ownerReferences.length > 0 && { ownerReferences }) } }
}
