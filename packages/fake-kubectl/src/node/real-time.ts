/**
 * Lets a virtual clock run with real time, at any speed, or stand still. Whatever the clock does, what is shown is shifted
 * so that virtual now is the wall's now for every client: a jump ahead makes objects older, not clients' clocks wrong.
 */
import type { VirtualClock } from '../clock/virtual-clock.ts'

const LONGEST_NAP_MS = 1000

export type RealTime = {
  /** Brings the clock to the present; called before each request. */
  catchUp(): void
  /** Virtual seconds a real second; 0 while it is paused. */
  readonly speed: number
  /** @throws RangeError for a negative or infinite speed */
  setSpeed(speed: number): void
  /** Time stands still until it goes on; steps and jumps still move it. */
  pause(): void
  resume(): void
  /** Goes to the next thing that is due, and lets it happen. @returns the milliseconds that passed; undefined when nothing is due */
  step(): number | undefined
  /** Jumps ahead, and lets happen what is due on the way. */
  fastForward(durationMs: number): void
  stop(): void
}

export function coupleToRealTime(clock: VirtualClock, { speed = 1 }: { speed?: number } = {}): RealTime {
  let lastWallMs = Date.now()
  let running = checked(speed)
  let isPaused = false
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const show = () => (clock.shownOffsetMs = wholeSeconds(lastWallMs - clock.now()))
  const current = () => (isPaused ? 0 : running)
  const catchUp = () => {
    const wallMs = Date.now()
    const elapsedMs = Math.max(0, wallMs - lastWallMs) * current()
    lastWallMs = wallMs
    if (elapsedMs > 0) clock.advance(elapsedMs)
    show()
  }
  const nap = () => {
    clearTimeout(timer)
    if (isStopped) return
    const dueInMs = current() === 0 ? Infinity : ((clock.nextDueAtMs() ?? Infinity) - clock.now()) / current()
    timer = setTimeout(wake, Math.min(Math.max(1, dueInMs), LONGEST_NAP_MS))
    timer.unref()
  }
  const wake = () => {
    catchUp()
    nap()
  }
  /** What was before counts at the old speed. */
  const change = (apply: () => void) => {
    catchUp()
    apply()
    show()
    nap()
  }
  show()
  nap()
  return {
    catchUp,
    get speed() {
      return current()
    },
    setSpeed: (next) => change(() => ((running = checked(next)), (isPaused = false))),
    pause: () => change(() => (isPaused = true)),
    resume: () => change(() => (isPaused = false)),
    step() {
      const before = clock.now()
      const dueAtMs = clock.nextDueAtMs()
      if (dueAtMs === undefined) return undefined
      change(() => clock.advanceTo(Math.max(dueAtMs, clock.now())))
      return clock.now() - before
    },
    fastForward: (durationMs) => change(() => clock.advance(durationMs)),
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

function checked(speed: number): number {
  if (Number.isFinite(speed) && speed >= 0) return speed
  throw new RangeError(
    `speed ${speed}: expected a number from 0 (time stands still) up; 1 is real time, 60 a minute a second`,
  )
}

/** Times of objects have no fractions of a second; an offset without any leads there and back. Rounded down: never ahead of the client. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}
