/**
 * Pods that wait to be scheduled: some are to be tried now, some back off after a try, some wait for something to change.
 * Source: pkg/scheduler/backend/queue/scheduling_queue.go.
 */
import type { Pod } from '../api/types.ts'
import type { VirtualClock } from '../clock/virtual-clock.ts'
import { PLUGINS } from './plugins/all.ts'
import type { ClusterEvent } from './plugins/plugin.ts'
import { priorityOf } from './node-info.ts'

const FIRST_BACK_OFF_MS = 1000
const LAST_BACK_OFF_MS = 10_000
/** What nothing has woken is tried all the same. */
const FLUSH_MS = 300_000

const WAKES = new Map(PLUGINS.map(({ name, wakes }) => [name, wakes]))
const EVERYTHING = [...new Set(PLUGINS.flatMap(({ wakes }) => wakes))]

type Entry = {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  priority: number
  readonly sequence: number
  attempts: number
  triedMs: number
  /** Takes its next try off the clock. */
  cancel(): void
}

export class SchedulingQueue {
  readonly #clock: VirtualClock
  readonly #wake: () => void
  readonly #entries = new Map<string, Entry>()
  readonly #active = new Set<Entry>()
  readonly #parked = new Map<ClusterEvent, Set<Entry>>()
  #sequence = 0

  /** @param wake called whenever there is something to try */
  constructor(clock: VirtualClock, wake: () => void) {
    this.#clock = clock
    this.#wake = wake
  }

  clear(): void {
    for (const { cancel } of this.#entries.values()) cancel()
    this.#entries.clear()
    this.#active.clear()
    this.#parked.clear()
  }

  /** A pod to be tried: a new one, or one that has changed. */
  add(pod: Pod): void {
    this.#activate(this.#of(pod))
  }

  /** A pod of which it is known that it has been tried in vain. */
  addTried(pod: Pod): void {
    const entry = this.#of(pod)
    entry.attempts = 1
    entry.triedMs = this.#clock.now()
    this.#park(entry, EVERYTHING)
  }

  has({ metadata }: Pod): boolean {
    return this.#entries.has(metadata.uid ?? '')
  }

  remove({ metadata }: Pod): void {
    const entry = this.#entries.get(metadata.uid ?? '')
    if (!entry) return
    this.#leave(entry)
    this.#entries.delete(entry.uid)
  }

  /** Everything that is to be tried now, the most important first, then who has waited longest. */
  take(): Entry[] {
    const entries = [...this.#active].sort((a, b) => b.priority - a.priority || a.sequence - b.sequence)
    this.#active.clear()
    return entries
  }

  /** It was tried in vain. @param plugins those that rejected it */
  failed(pod: Pod, plugins: ReadonlySet<string>): void {
    const entry = this.#of(pod)
    entry.attempts += 1
    entry.triedMs = this.#clock.now()
    this.#park(
      entry,
      [...plugins].flatMap((name) => WAKES.get(name) ?? []),
    )
  }

  /** Something has happened that may let some of those in who wait. */
  happened(event: ClusterEvent): void {
    const woken = this.#parked.get(event)
    if (!woken || woken.size === 0) return
    for (const entry of woken) this.#backOff(entry)
  }

  #of(pod: Pod): Entry {
    const { uid = '', namespace = '', name } = pod.metadata
    const known = this.#entries.get(uid)
    if (known) {
      known.priority = priorityOf(pod)
      return known
    }
    const entry: Entry = {
      uid,
      namespace,
      name,
      priority: priorityOf(pod),
      sequence: this.#sequence++,
      attempts: 0,
      triedMs: -Infinity,
      cancel: () => {},
    }
    this.#entries.set(uid, entry)
    return entry
  }

  #activate(entry: Entry): void {
    this.#leave(entry)
    this.#active.add(entry)
    this.#wake()
  }

  #backOff(entry: Entry): void {
    const delayMs = Math.min(FIRST_BACK_OFF_MS * 2 ** (entry.attempts - 1), LAST_BACK_OFF_MS)
    const dueAtMs = entry.triedMs + delayMs
    if (dueAtMs <= this.#clock.now()) return this.#activate(entry)
    this.#leave(entry)
    entry.cancel = this.#clock.at(dueAtMs, () => this.#activate(entry))
  }

  #park(entry: Entry, events: readonly ClusterEvent[]): void {
    this.#leave(entry)
    for (const event of events) {
      const waiting = this.#parked.get(event) ?? new Set<Entry>()
      this.#parked.set(event, waiting)
      waiting.add(entry)
    }
    entry.cancel = this.#clock.at(entry.triedMs + FLUSH_MS, () => this.#activate(entry), { background: true })
  }

  #leave(entry: Entry): void {
    entry.cancel()
    entry.cancel = () => {}
    this.#active.delete(entry)
    for (const waiting of this.#parked.values()) waiting.delete(entry)
  }
}
