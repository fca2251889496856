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

/** The objects of one kind, by namespace and name; `''` where there are no namespaces. */
type Shelf = { readonly drawers: Map<string, Drawer>; namespaces: string[] | undefined; changedAt: number }
type Drawer = { readonly objects: Map<string, KubeObject>; sorted: KubeObject[] | undefined }

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
    return this.#shelf(type).drawers.get(namespace)?.objects.get(name)
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
    const { namespace = '', name } = object.metadata
    if (this.find(type, namespace, name)) throw alreadyExists(type, name)
    const stored = this.#stamp(type, object)
    put(this.#shelf(type), stored)
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
    put(this.#shelf(type), stored)
    this.log.append({ revision: this.#revision, type: 'MODIFIED', storage: type.storage, object: stored, previous })
    return stored
  }

  delete(type: Stored, namespace: string, name: string): KubeObject {
    const previous = this.get(type, namespace, name)
    remove(this.#shelf(type), namespace, name)
    // The last event carries the version of the deletion, so that a watch can go on from it.
    const object = this.#stamp(type, previous)
    this.log.append({ revision: this.#revision, type: 'DELETED', storage: type.storage, object, previous })
    return object
  }

  snapshot(): StoredObjects {
    const shelves = [...this.#shelves].filter(([, { drawers }]) => drawers.size > 0)
    const objects = shelves.map(([storage, shelf]) => [storage, sorted(shelf)] as const)
    return { revision: this.#revision, objects: Object.fromEntries(objects) }
  }

  restore({ revision, objects }: StoredObjects): void {
    this.#restores += 1
    for (const storage of new Set([...this.#shelves.keys(), ...Object.keys(objects)])) {
      const shelf = emptyShelf(-this.#restores)
      for (const object of objects[storage] ?? []) put(shelf, frozenCopy(object))
      this.#shelves.set(storage, shelf)
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

function emptyShelf(changedAt = 0): Shelf {
  return { drawers: new Map(), namespaces: undefined, changedAt }
}

function put(shelf: Shelf, object: KubeObject): void {
  const { namespace = '', name } = object.metadata
  let drawer = shelf.drawers.get(namespace)
  if (!drawer) {
    drawer = { objects: new Map(), sorted: undefined }
    shelf.drawers.set(namespace, drawer)
    shelf.namespaces = undefined
  }
  drawer.objects.set(name, object)
  drawer.sorted = undefined
}

/** A namespace that holds nothing any more leaves nothing behind. */
function remove(shelf: Shelf, namespace: string, name: string): void {
  const drawer = shelf.drawers.get(namespace)!
  drawer.objects.delete(name)
  drawer.sorted = undefined
  if (drawer.objects.size > 0) return
  shelf.drawers.delete(namespace)
  shelf.namespaces = undefined
}

function sorted(shelf: Shelf, namespace = ''): KubeObject[] {
  if (namespace !== '') return sortedDrawer(shelf.drawers.get(namespace))
  // As keys of etcd, where `a-b/x` stands before `a/x`.
  shelf.namespaces ??= [...shelf.drawers.keys()].sort((a, b) => byBytes(`${a}/`, `${b}/`))
  return shelf.namespaces.flatMap((it) => sortedDrawer(shelf.drawers.get(it)))
}

/** A copy: callers may sort or cut it. */
function sortedDrawer(drawer: Drawer | undefined): KubeObject[] {
  if (!drawer) return []
  drawer.sorted ??= [...drawer.objects.values()].sort((a, b) => byBytes(a.metadata.name, b.metadata.name))
  return [...drawer.sorted]
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
