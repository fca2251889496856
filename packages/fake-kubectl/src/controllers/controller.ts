/**
 * The frame of every controller: changed objects go into a work queue, and each key is reconciled when the clock next
 * moves, never in the middle of a request. A reconcile may ask to look at its key again later.
 * Source: client-go/util/workqueue; controller-runtime's Reconciler.
 */
import type { KubeObject } from '../api/meta.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import { ApiError } from '../api/status.ts'
import type { TimerOptions, VirtualClock } from '../clock/virtual-clock.ts'
import type { Store } from '../store/store.ts'

/** When to look again; in the background where nobody waits for it (a deadline, an expiry far away). */
export type Again = number | { readonly atMs: number; readonly background: boolean } | undefined

/**
 * Compares desired with observed and writes the difference. What the API server refuses it may throw: the key is looked
 * at again, later each time.
 */
export type Reconcile = (object: KubeObject) => Again

export type ObjectKey = { readonly namespace: string; readonly name: string }

/** Objects of another kind that matter to this controller: whenever one changes, the keys it names are looked at. */
export type Watch = {
  readonly type: ResourceType
  /** Whom a change concerns; of an update it is asked for the object as it is and as it was. */
  readonly concerns: (object: KubeObject) => readonly ObjectKey[]
  /** Whether an update is of interest at all; every one is when absent. */
  readonly matters?: (object: KubeObject, previous: KubeObject) => boolean
}

export type ControllerOptions = {
  readonly watches?: readonly Watch[]
  /** Told when an object of its kind is gone, for what a controller remembers of it. */
  readonly gone?: (object: KubeObject) => void
}

/** Source: client-go/util/workqueue/default_rate_limiters.go. */
const FIRST_RETRY_MS = 5
const LAST_RETRY_MS = 1_000_000
/** Nobody waits any longer for what has failed so often. */
const PATIENCE_MS = 5_000

/**
 * Looks at every object of `type` now, at each that changes, and at those that its watches name.
 *
 * Later looks for which nobody waits must be in the background: `settle` and `drive` would run to them, and run a
 * program's deadlines out.
 *
 * @returns a function that puts a key into the queue
 */
export function runController(
  store: Store,
  clock: VirtualClock,
  type: ResourceType,
  reconcile: Reconcile,
  { watches = [], gone }: ControllerOptions = {},
): (namespace: string, name: string) => void {
  const queued = new Map<string, () => void>()
  const failures = new Map<string, number>()

  const attempt = (key: string, object: KubeObject): Again => {
    try {
      const again = reconcile(object)
      failures.delete(key)
      return again
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault
      const failed = failures.get(key) ?? 0
      failures.set(key, failed + 1)
      const waitMs = Math.min(FIRST_RETRY_MS * 2 ** failed, LAST_RETRY_MS)
      return { atMs: clock.now() + waitMs, background: waitMs > PATIENCE_MS }
    }
  }
  const look = (namespace: string, name: string, dueAtMs: number, options: TimerOptions = {}) => {
    const key = `${namespace}/${name}`
    queued.get(key)?.()
    const work = () => {
      queued.delete(key)
      const object = store.find(type, namespace, name)
      if (!object) return failures.delete(key)
      const { revision } = store
      const again = attempt(key, object)
      // What it wrote itself may have queued the key already; the earlier look is the one that counts.
      if (again === undefined || queued.has(key)) return
      const { atMs, background } = typeof again === 'number' ? { atMs: again, background: false } : again
      if (atMs <= clock.now() && store.revision === revision)
        throw new Error(
          `The controller of ${type.plural} wants to look at ${key} again at once, and has changed nothing: time would stand still.`,
        )
      look(namespace, name, atMs, { background: background && atMs > clock.now() })
    }
    queued.set(key, clock.at(dueAtMs, work, options))
  }
  const lookAt = ({ namespace, name }: ObjectKey) => look(namespace, name, clock.now())
  const lookNow = ({ metadata }: KubeObject) => look(metadata.namespace ?? '', metadata.name, clock.now())

  store.log.subscribe(type, {
    event: ({ type: change, object }) => (change === 'DELETED' ? gone?.(object) : lookNow(object)),
    reset: () => {
      for (const cancel of queued.values()) cancel()
      queued.clear()
      failures.clear()
      for (const object of store.list(type)) lookNow(object)
    },
  })
  for (const { type: other, concerns, matters = () => true } of watches) {
    store.log.subscribe(other, {
      event({ type: change, object, previous }) {
        if (change === 'MODIFIED' && previous && !matters(object, previous)) return
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
