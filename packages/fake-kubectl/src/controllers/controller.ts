/**
 * The frame of every controller: changed objects go into a work queue, and each key is reconciled when the clock next
 * moves, never in the middle of a request. A reconcile may ask to look at its key again later.
 * Source: client-go/util/workqueue; controller-runtime's Reconciler.
 */
import type { KubeObject } from '../api/meta.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import type { TimerOptions, VirtualClock } from '../clock/virtual-clock.ts'
import type { Store } from '../store/store.ts'

/** Compares desired with observed and writes the difference. @returns when to look again, if at all */
export type Reconcile = (object: KubeObject) => number | undefined

export type ObjectKey = { readonly namespace: string; readonly name: string }

/** Objects of another kind that matter to this controller: whenever one changes, the keys it names are looked at. */
export type Watch = {
  readonly type: ResourceType
  /** Whom a change concerns; of an update it is asked for the object as it is and as it was. */
  readonly concerns: (object: KubeObject) => readonly ObjectKey[]
}

export type ControllerOptions = TimerOptions & {
  readonly watches?: readonly Watch[]
  /** Told when an object of its kind is gone, for what a controller remembers of it. */
  readonly gone?: (object: KubeObject) => void
}

/**
 * Looks at every object of `type` now, at each that changes, and at those that its watches name.
 *
 * Later looks for which nobody waits (a resync, an expiry far away) must be `background`: `drive` would run a program's
 * deadlines out on them.
 *
 * @returns a function that puts a key into the queue
 */
export function runController(
  store: Store,
  clock: VirtualClock,
  type: ResourceType,
  reconcile: Reconcile,
  { background = false, watches = [], gone }: ControllerOptions = {},
): (namespace: string, name: string) => void {
  const queued = new Map<string, () => void>()

  const look = (namespace: string, name: string, dueAtMs: number) => {
    const key = `${namespace}/${name}`
    queued.get(key)?.()
    const work = () => {
      queued.delete(key)
      const object = store.find(type, namespace, name)
      const againAtMs = object && reconcile(object)
      // What it wrote itself may have queued the key already; the earlier look is the one that counts.
      if (againAtMs !== undefined && !queued.has(key)) look(namespace, name, againAtMs)
    }
    const cancel = clock.at(dueAtMs, work, { background: background && dueAtMs > clock.now() })
    queued.set(key, cancel)
  }
  const lookAt = ({ namespace, name }: ObjectKey) => look(namespace, name, clock.now())
  const lookNow = ({ metadata }: KubeObject) => look(metadata.namespace ?? '', metadata.name, clock.now())

  store.log.subscribe(type, {
    event: ({ type: change, object }) => (change === 'DELETED' ? gone?.(object) : lookNow(object)),
    reset: () => {
      for (const cancel of queued.values()) cancel()
      queued.clear()
      for (const object of store.list(type)) lookNow(object)
    },
  })
  for (const { type: other, concerns } of watches) {
    store.log.subscribe(other, {
      event({ object, previous }) {
        for (const key of concerns(object)) lookAt(key)
        if (previous) for (const key of concerns(previous)) lookAt(key)
      },
      // Its own kind is reset at the same time.
      reset: () => {},
    })
  }
  for (const object of store.list(type)) lookNow(object)
  return (namespace, name) => look(namespace, name, clock.now())
}
