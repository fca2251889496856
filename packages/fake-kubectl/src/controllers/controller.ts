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

/**
 * @param options `background` when nobody waits for a later look, as for an event that expires
 * @returns a function that queues a key for another reason than a change of its own object
 */
export function runController(
  store: Store,
  clock: VirtualClock,
  type: ResourceType,
  reconcile: Reconcile,
  { background = false }: TimerOptions = {},
): (namespace: string, name: string) => void {
  const queued = new Map<string, () => void>()

  const look = (namespace: string, name: string, dueAtMs: number) => {
    const key = `${namespace}/${name}`
    queued.get(key)?.()
    const work = () => {
      queued.delete(key)
      const object = store.find(type, namespace, name)
      const againAtMs = object && reconcile(object)
      if (againAtMs !== undefined) look(namespace, name, againAtMs)
    }
    const cancel = clock.at(dueAtMs, work, { background: background && dueAtMs > clock.now() })
    queued.set(key, cancel)
  }
  const lookNow = ({ metadata }: KubeObject) => look(metadata.namespace ?? '', metadata.name, clock.now())

  store.log.subscribe(type, {
    event: ({ type: change, object }) => (change === 'DELETED' ? undefined : lookNow(object)),
    reset: () => {
      for (const cancel of queued.values()) cancel()
      queued.clear()
      for (const object of store.list(type)) lookNow(object)
    },
  })
  for (const object of store.list(type)) lookNow(object)
  return (namespace, name) => look(namespace, name, clock.now())
}
