/**
 * How long to wait before something is tried again that fails and fails: twice as long each time, and from the beginning
 * when it went well for long enough.
 * Source: client-go/util/flowcontrol/backoff.go, as the DaemonSet controller uses it.
 */
const FIRST_MS = 1000
const LAST_MS = 900_000

type Entry = { readonly waitMs: number; readonly sinceMs: number }

/** What a controller remembers; lost when it is started anew. */
export class BackOff {
  readonly #entries = new Map<string, Entry>()

  /** When the next attempt may be made. Asked at or after that time, it counts as made. */
  dueAtMs(key: string, nowMs: number): number {
    const known = this.#entries.get(key)
    if (known && nowMs < known.sinceMs + known.waitMs) return known.sinceMs + known.waitMs
    const isFresh = !known || nowMs - known.sinceMs > 2 * LAST_MS
    const waitMs = isFresh ? FIRST_MS : Math.min(known.waitMs * 2, LAST_MS)
    this.#entries.set(key, { waitMs, sinceMs: nowMs })
    return nowMs
  }

  clear(): void {
    this.#entries.clear()
  }
}
