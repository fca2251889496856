/**
 * Who owns whom, kept up to date from the watch log of all kinds. Events own nothing and are owned by nothing.
 * Source: kubernetes/pkg/controller/garbagecollector/graph_builder.go.
 */
import type { ResourceType } from '../api/kinds/row.ts'
import type { KubeObject } from '../api/meta.ts'
import type { WatchEvent } from '../store/watch-log.ts'
import type { Recorder } from './events.ts'

export type Item = { readonly type: ResourceType; readonly object: KubeObject }

export type OwnerGraph = {
  /** Takes note of a change. @returns false when it concerns nobody */
  see(event: WatchEvent): boolean
  /** Reads everything anew. @returns the uids of all that have an owner or are being deleted */
  reset(): string[]
  /** The object as it is now; undefined when it is gone. */
  find(uid: string): Item | undefined
  /** The uids of those that name it as an owner. */
  dependents(uid: string): string[]
}

type Place = { readonly storage: string; readonly namespace: string; readonly name: string }

const IGNORED = 'events'

export function ownerGraph({ store, kinds }: Pick<Recorder, 'store' | 'kinds'>): OwnerGraph {
  const places = new Map<string, Place>()
  const dependents = new Map<string, Set<string>>()

  const tie = (storage: string, { metadata }: KubeObject) => {
    const { uid = '', namespace = '', name, ownerReferences = [] } = metadata
    places.set(uid, { storage, namespace, name })
    for (const owner of ownerReferences) dependents.set(owner.uid, (dependents.get(owner.uid) ?? new Set()).add(uid))
  }
  const untie = ({ metadata }: KubeObject) => {
    for (const owner of metadata.ownerReferences ?? []) {
      const others = dependents.get(owner.uid)
      if (others?.delete(metadata.uid ?? '') && others.size === 0) dependents.delete(owner.uid)
    }
  }
  return {
    see({ type, storage, object, previous }) {
      if (storage === IGNORED) return false
      if (previous) untie(previous)
      if (type === 'DELETED') places.delete(object.metadata.uid ?? '')
      else tie(storage, object)
      return true
    },
    reset() {
      places.clear()
      dependents.clear()
      const all = kinds.stored
        .filter(({ storage }) => storage !== IGNORED)
        .flatMap((type) => store.list(type).map((object) => ({ type, object })))
      for (const { type, object } of all) tie(type.storage, object)
      const tied = all.filter(({ object: { metadata } }) => metadata.ownerReferences || metadata.deletionTimestamp)
      return tied.map(({ object }) => object.metadata.uid ?? '')
    },
    find(uid) {
      const place = places.get(uid)
      const type = place && kinds.findStored(place.storage)
      const object = type && store.find(type, place.namespace, place.name)
      return type && object?.metadata.uid === uid ? { type, object } : undefined
    },
    dependents: (uid) => [...(dependents.get(uid) ?? [])],
  }
}
