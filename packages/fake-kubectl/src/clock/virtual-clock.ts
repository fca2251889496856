/**
 * Virtual time: it stands still until somebody advances it, then runs everything due, in order of time, ties in the
 * order they were asked for. Knows nothing of real time; `node/` couples it where it is wanted.
 */

/** `background` work (heartbeats, bookmarks) happens when time passes, but nobody waits for it. */
export type TimerOptions = { background?: boolean }

type Timer = { dueAtMs: number; sequence: number; run: () => void; background: boolean }

export class VirtualClock {
  /** What a client's wall clock shows less virtual time; 0 unless the cluster is served over a socket. */
  shownOffsetMs = 0
  #nowMs: number
  #sequence = 0
  #timers: Timer[] = []

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  /** Milliseconds since 1970, in virtual time. */
  now(): number {
    return this.#nowMs
  }

  /**
   * Runs `run` when the clock reaches `dueAtMs`; a time that has passed means at the next advance.
   *
   * @returns a function that cancels it
   */
  at(dueAtMs: number, run: () => void, { background = false }: TimerOptions = {}): () => void {
    const timer = { dueAtMs, sequence: this.#sequence++, run, background }
    this.#timers.splice(this.#position(timer), 0, timer)
    return () => {
      const index = this.#timers.indexOf(timer)
      if (index >= 0) this.#timers.splice(index, 1)
    }
  }

  /**
   * Resolves when `durationMs` of virtual time have passed.
   *
   * @throws the signal's reason, at once, when it aborts; the timer is then gone
   */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      if (durationMs <= 0) return resolve()
      const abort = () => {
        cancel()
        reject(signal?.reason as Error)
      }
      const wake = () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const cancel = this.at(this.#nowMs + durationMs, wake)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  /** Moves time forward and runs everything due on the way, including what that work puts on the clock. */
  advance(durationMs: number): void {
    this.advanceTo(this.#nowMs + durationMs)
  }

  advanceTo(targetMs: number): void {
    for (let next = this.#timers[0]; next && next.dueAtMs <= targetMs; next = this.#timers[0]) {
      this.#timers.shift()
      this.#nowMs = Math.max(this.#nowMs, next.dueAtMs)
      next.run()
    }
    this.#nowMs = Math.max(this.#nowMs, targetMs)
  }

  /** When the next timer is due; `foreground` leaves out work for which nobody waits. */
  nextDueAtMs({ foreground = false }: { foreground?: boolean } = {}): number | undefined {
    const next = foreground ? this.#timers.find(({ background }) => !background) : this.#timers[0]
    return next && Number.isFinite(next.dueAtMs) ? next.dueAtMs : undefined
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.length
  }

  /** Sets time, also backwards, and drops background work: for restoring a snapshot. */
  reset(nowMs: number): void {
    this.#nowMs = nowMs
    this.#timers = this.#timers.filter(({ background }) => !background)
  }

  #position(timer: Timer): number {
    let low = 0
    let high = this.#timers.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#timers[middle]!.dueAtMs <= timer.dueAtMs) low = middle + 1
      else high = middle
    }
    return low
  }
}
