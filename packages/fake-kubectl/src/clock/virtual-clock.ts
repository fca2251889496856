/**
 * Virtual time: it stands still until somebody advances it, then runs everything due, in order of time, ties in the
 * order they were asked for. Knows nothing of real time; `node/` couples it where it is wanted.
 */
import { isBefore, Timers, type Timer } from './timers.ts'

/** `background` work (heartbeats, bookmarks) happens when time passes, but nobody waits for it. */
export type TimerOptions = { background?: boolean }

export class VirtualClock {
  /** What a client's wall clock shows less virtual time; 0 unless the cluster is served over a socket. */
  shownOffsetMs = 0
  #nowMs: number
  #sequence = 0
  readonly #foreground = new Timers()
  readonly #background = new Timers()

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
    const timers = background ? this.#background : this.#foreground
    const timer: Timer = { dueAtMs, sequence: this.#sequence++, run }
    timers.add(timer)
    return () => timers.cancel(timer)
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
    for (let queue = this.#next(); queue && queue.first()!.dueAtMs <= targetMs; queue = this.#next()) {
      const { dueAtMs, run } = queue.take()!
      this.#nowMs = Math.max(this.#nowMs, dueAtMs)
      run!()
    }
    this.#nowMs = Math.max(this.#nowMs, targetMs)
  }

  /** When the next timer is due; `foreground` leaves out work for which nobody waits. */
  nextDueAtMs({ foreground = false }: { foreground?: boolean } = {}): number | undefined {
    const next = (foreground ? this.#foreground : this.#next())?.first()
    return next && Number.isFinite(next.dueAtMs) ? next.dueAtMs : undefined
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#foreground.size + this.#background.size
  }

  /** Sets time, also backwards, and drops background work: for restoring a snapshot. */
  reset(nowMs: number): void {
    this.#nowMs = nowMs
    this.#background.clear()
  }

  /** Where the next timer waits. */
  #next(): Timers | undefined {
    const [foreground, background] = [this.#foreground.first(), this.#background.first()]
    if (!foreground || !background) return foreground ? this.#foreground : background && this.#background
    return isBefore(foreground, background) ? this.#foreground : this.#background
  }
}
