/**
 * Objects of one kind by something they say: a pod's node, an object's owner. Kept by the store's log, so it is never
 * behind. What it hands out is in the order of namespace and name, whatever came first.
 */
import type { KubeObject } from '../api/meta.ts'
import { keyOf, type Store, type Stored } from './store.ts'

export class Index {
  readonly #keysOf: (object: KubeObject) => readonly string[]
  readonly #entries = new Map<string, Entry>()

  /** @param keysOf under which keys an object is found */
  constructor(store: Store, type: Stored, keysOf: (object: KubeObject) => readonly string[]) {
    this.#keysOf = keysOf
    const fill = () => {
      this.#entries.clear()
      for (const object of store.list(type)) this.#add(object)
    }
    store.log.subscribe(type, {
      event: ({ type: change, object, previous }) => {
        if (previous) this.#remove(previous)
        if (change !== 'DELETED') this.#add(object)
      },
      reset: fill,
    })
    fill()
  }

  get(key: string): readonly KubeObject[] {
    const entry = this.#entries.get(key)
    if (!entry) return NONE
    entry.sorted ??= [...entry.objects.keys()].sort().map((it) => entry.objects.get(it)!)
    return entry.sorted
  }

  /** How many there are under a key, without putting them in order. */
  count(key: string): number {
    return this.#entries.get(key)?.objects.size ?? 0
  }

  #add(object: KubeObject): void {
    for (const key of this.#keysOf(object)) {
      const entry = this.#entries.get(key) ?? { objects: new Map<string, KubeObject>(), sorted: undefined }
      this.#entries.set(key, entry)
      entry.objects.set(keyOf(object), object)
      entry.sorted = undefined
    }
  }

  #remove(object: KubeObject): void {
    for (const key of this.#keysOf(object)) {
      const entry = this.#entries.get(key)
      if (!entry) continue
      entry.objects.delete(keyOf(object))
      entry.sorted = undefined
      if (entry.objects.size === 0) this.#entries.delete(key)
    }
  }
}

type Entry = { readonly objects: Map<string, KubeObject>; sorted: readonly KubeObject[] | undefined }

const NONE: readonly KubeObject[] = []
