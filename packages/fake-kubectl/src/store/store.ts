/**
 * The objects of the cluster: create, get, list, update, delete, one resourceVersion for all. Objects are copied and
 * frozen on the way in, so what it hands out can be shared but not edited. Knows no request, no kind and no time.
 * Source: apiserver/pkg/storage; API concepts, "Resource versions".
 */
import { equal, frozenCopy, type KubeObject } from '../api/meta.ts'
import { alreadyExists, conflict, notFound, type GroupResource } from '../api/status.ts'
import { WatchLog } from './watch-log.ts'

/** Of a resource the store knows only its shelf and what to call it in an error. */
export type Stored = GroupResource & { readonly storage: string }

export type StoredObjects = {
  readonly revision: number
  readonly objects: Readonly<Record<string, readonly KubeObject[]>>
}

type Shelf = { objects: Map<string, KubeObject>; sortedKeys: string[] | undefined; changedAt: number }

export class Store {
  readonly log: WatchLog = new WatchLog()
  /** By storage, made when first asked for: kinds come and go with their definitions. */
  readonly #shelves = new Map<string, Shelf>()
  #revision: number
  #restores = 0

  constructor(startRevision: number) {
    this.#revision = startRevision
    this.log.restart(startRevision)
  }

  /** The newest resourceVersion, as a number. */
  get revision(): number {
    return this.#revision
  }

  get(type: Stored, namespace: string, name: string): KubeObject {
    const object = this.find(type, namespace, name)
    if (!object) throw notFound(type, name)
    return object
  }

  find(type: Stored, namespace: string, name: string): KubeObject | undefined {
    return this.#shelf(type).objects.get(key(namespace, name))
  }

  /** When one of these objects last changed, as a revision; for caches of what was made from them. */
  changedAt(type: Stored): number {
    return this.#shelf(type).changedAt
  }

  /** In the order of their keys; all namespaces when `namespace` is `''`. */
  list(type: Stored, namespace = ''): KubeObject[] {
    return sorted(this.#shelf(type), namespace)
  }

  /** The list as it was at `revision`; undefined when the log does not reach back that far. */
  listAt(type: Stored, namespace: string, revision: number): KubeObject[] | undefined {
    const events = this.log.since(type, revision)
    if (!events || events.length === 0) return events && this.list(type, namespace)
    const objects = new Map(this.list(type, namespace).map((object) => [keyOf(object), object]))
    for (const { object, previous } of events.toReversed()) {
      if (namespace !== '' && object.metadata.namespace !== namespace) continue
      if (previous) objects.set(keyOf(object), previous)
      else objects.delete(keyOf(object))
    }
    return [...objects.keys()].sort(byBytes).map((it) => objects.get(it)!)
  }

  create(type: Stored, object: KubeObject): KubeObject {
    const shelf = this.#shelf(type)
    if (shelf.objects.has(keyOf(object))) throw alreadyExists(type, object.metadata.name)
    const stored = this.#stamp(type, object)
    shelf.objects.set(keyOf(stored), stored)
    shelf.sortedKeys = undefined
    this.log.append({ revision: this.#revision, type: 'ADDED', storage: type.storage, object: stored })
    return stored
  }

  /**
   * Replaces an object. One that carries a resourceVersion must carry the present one; one that changes nothing is no
   * write: no event, no new resourceVersion.
   */
  update(type: Stored, object: KubeObject): KubeObject {
    const { namespace = '', name, resourceVersion } = object.metadata
    const previous = this.get(type, namespace, name)
    if (resourceVersion && resourceVersion !== previous.metadata.resourceVersion) throw conflict(type, name)
    if (equal(withVersion(object, ''), withVersion(previous, ''))) return previous
    const stored = this.#stamp(type, object)
    this.#shelf(type).objects.set(keyOf(stored), stored)
    this.log.append({ revision: this.#revision, type: 'MODIFIED', storage: type.storage, object: stored, previous })
    return stored
  }

  delete(type: Stored, namespace: string, name: string): KubeObject {
    const previous = this.get(type, namespace, name)
    const shelf = this.#shelf(type)
    shelf.objects.delete(keyOf(previous))
    shelf.sortedKeys = undefined
    // The last event carries the version of the deletion, so that a watch can go on from it.
    const object = this.#stamp(type, previous)
    this.log.append({ revision: this.#revision, type: 'DELETED', storage: type.storage, object, previous })
    return object
  }

  snapshot(): StoredObjects {
    const shelves = [...this.#shelves].filter(([, { objects }]) => objects.size > 0)
    const objects = shelves.map(([storage, shelf]) => [storage, sorted(shelf)] as const)
    return { revision: this.#revision, objects: Object.fromEntries(objects) }
  }

  restore({ revision, objects }: StoredObjects): void {
    this.#restores += 1
    for (const storage of new Set([...this.#shelves.keys(), ...Object.keys(objects)])) {
      const list = objects[storage] ?? []
      const entries = list.map((object) => [keyOf(object), frozenCopy(object)] as const)
      this.#shelves.set(storage, { objects: new Map(entries), sortedKeys: undefined, changedAt: -this.#restores })
    }
    this.#revision = revision
    this.log.restart(revision)
  }

  #shelf({ storage }: Stored): Shelf {
    const shelf = this.#shelves.get(storage) ?? emptyShelf()
    this.#shelves.set(storage, shelf)
    return shelf
  }

  #stamp(type: Stored, object: KubeObject): KubeObject {
    this.#revision += 1
    this.#shelf(type).changedAt = this.#revision
    return frozenCopy(withVersion(object, String(this.#revision)))
  }
}

function sorted(shelf: Shelf, namespace = ''): KubeObject[] {
  shelf.sortedKeys ??= [...shelf.objects.keys()].sort(byBytes)
  const keys = namespace === '' ? shelf.sortedKeys : shelf.sortedKeys.filter((it) => it.startsWith(`${namespace}/`))
  return keys.map((it) => shelf.objects.get(it)!)
}

function emptyShelf(): Shelf {
  return { objects: new Map(), sortedKeys: [], changedAt: 0 }
}

function withVersion(object: KubeObject, resourceVersion: string): KubeObject {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object
  return { ...rest, metadata: { ...object.metadata, resourceVersion } }
}

export function keyOf({ metadata }: KubeObject): string {
  return key(metadata.namespace ?? '', metadata.name)
}

function key(namespace: string, name: string): string {
  return `${namespace}/${name}`
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
