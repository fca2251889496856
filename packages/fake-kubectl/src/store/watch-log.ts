/**
 * What happened to the objects, one event a write, append-only within a window: watches read on from a resourceVersion,
 * lists look back to one, and what has left the window is answered with 410. Knows no HTTP.
 * Source: API concepts, "Efficient detection of changes".
 */
import type { KubeObject } from '../api/meta.ts'

export type WatchEvent = {
  readonly revision: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** The shelf it stands on. */
  readonly storage: string
  readonly object: KubeObject
  /** As it was before; absent for ADDED. */
  readonly previous?: KubeObject
}

type Shelved = { readonly storage: string }

export type Subscriber = {
  event(event: WatchEvent): void
  /** Everything is different now. */
  reset(): void
  /** Its resource is no longer served. */
  end?(): void
}

/** Events kept for one resource; a noisy resource must not push out the others' history. */
const WINDOW = 1000

export class WatchLog {
  readonly #events = new Map<string, WatchEvent[]>()
  readonly #subscribers = new Map<string, Set<Subscriber>>()
  readonly #observers = new Set<Subscriber>()
  /** The newest revision of which history is no longer complete, for each resource. */
  readonly #forgotten = new Map<string, number>()
  #startRevision = 0

  append(event: WatchEvent): void {
    const events = this.#events.get(event.storage) ?? []
    this.#events.set(event.storage, events)
    events.push(event)
    if (events.length >= 2 * WINDOW) this.#forget(event.storage, events)
    for (const subscriber of this.#subscribers.get(event.storage) ?? []) subscriber.event(event)
    for (const observer of this.#observers) observer.event(event)
  }

  /** Events after `revision`, oldest first; undefined when the log no longer holds all of them. */
  since({ storage }: Shelved, revision: number): WatchEvent[] | undefined {
    if (revision < (this.#forgotten.get(storage) ?? this.#startRevision)) return undefined
    return (this.#events.get(storage) ?? []).filter((event) => event.revision > revision)
  }

  /** Calls the subscriber with every later event. @returns a function that ends it */
  subscribe({ storage }: Shelved, subscriber: Subscriber): () => void {
    const subscribers = this.#subscribers.get(storage) ?? new Set()
    this.#subscribers.set(storage, subscribers.add(subscriber))
    return () => void subscribers.delete(subscriber)
  }

  /** Calls the observer with every later event of every kind. */
  observe(observer: Subscriber): void {
    this.#observers.add(observer)
  }

  /** How many watches are open. */
  get subscriptions(): number {
    return [...this.#subscribers.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** Forgets everything up to `revision` and tells every subscriber that its view is void. */
  restart(revision: number): void {
    this.#events.clear()
    this.#forgotten.clear()
    this.#startRevision = revision
    for (const subscriber of [...this.#subscribers.values()].flatMap((set) => [...set])) subscriber.reset()
    for (const observer of this.#observers) observer.reset()
  }

  /** Tells those who watch a resource that it is served no more. */
  end({ storage }: Shelved): void {
    for (const subscriber of this.#subscribers.get(storage) ?? []) subscriber.end?.()
  }

  #forget(storage: string, events: WatchEvent[]): void {
    const dropped = events.splice(0, events.length - WINDOW)
    this.#forgotten.set(storage, dropped.at(-1)!.revision)
  }
}
