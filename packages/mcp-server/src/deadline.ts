/**
 * A limit in time on work that waits, and a way out when somebody else stops it first.
 *
 * Time comes from a timer that is handed in: real seconds in a server, virtual ones beside the simulator.
 */
import { ToolError } from './errors.ts'

/** Runs `fn` once, `delayMs` from now; the result takes it back. */
export type SetTimer = (fn: () => void, delayMs: number) => () => void

export class DeadlineError extends ToolError {
  override readonly name: string = 'DeadlineError'
}

export type Limit = {
  readonly deadlineMs: number
  readonly setTimer: SetTimer
  readonly signals: readonly AbortSignal[]
  /** What is being waited for, for the message: `kubernetes_get`. */
  readonly what: string
}

/**
 * Runs `work` until it settles, the deadline passes or one of the signals aborts; whichever is first decides.
 *
 * @returns what `work` returns
 * @throws  DeadlineError, the reason of the aborted signal, or what `work` throws
 */
export async function within<T>(limit: Limit, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const stops = limit.signals.map((signal) => follow(signal, controller))
  const { deadlineMs, what } = limit
  stops.push(limit.setTimer(() => controller.abort(passed(what, deadlineMs)), deadlineMs))
  try {
    return await Promise.race([rejection(controller.signal), start(work, controller.signal)])
  } finally {
    for (const stop of stops) stop()
    // Whatever `work` left running has no reader any more.
    controller.abort(new DeadlineError(`${what} is over`))
  }
}

function passed(what: string, deadlineMs: number): DeadlineError {
  return new DeadlineError(`${what}: no answer within ${deadlineMs / 1000} s`)
}

function follow(signal: AbortSignal, controller: AbortController): () => void {
  const abort = () => controller.abort(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  return () => signal.removeEventListener('abort', abort)
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

async function start<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return work(signal)
}
