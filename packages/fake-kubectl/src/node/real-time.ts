/**
 * Lets a virtual clock run with real time. Whoever advances the clock by hand jumps ahead of it; from then on what is
 * shown is shifted by so much less, and virtual now stays the wall's now for every client.
 */
import type { VirtualClock } from '../clock/virtual-clock.ts'

const LONGEST_NAP_MS = 1000

export type RealTime = {
  /** Brings the clock to the present; called before each request. */
  catchUp(): void
  stop(): void
}

export function coupleToRealTime(clock: VirtualClock): RealTime {
  let lastWallMs = Date.now()
  let lastVirtualMs = clock.now()
  clock.shownOffsetMs = wholeSeconds(lastWallMs - lastVirtualMs)
  let timer: NodeJS.Timeout

  const catchUp = () => {
    const wallMs = Date.now()
    const elapsedMs = Math.max(0, wallMs - lastWallMs)
    lastWallMs = wallMs
    const jumped = clock.now() !== lastVirtualMs
    if (elapsedMs > 0) clock.advance(elapsedMs)
    if (jumped) clock.shownOffsetMs = wholeSeconds(wallMs - clock.now())
    lastVirtualMs = clock.now()
  }
  const nap = () => {
    const dueInMs = (clock.nextDueAtMs() ?? Infinity) - clock.now()
    timer = setTimeout(wake, Math.min(Math.max(1, dueInMs), LONGEST_NAP_MS))
    timer.unref()
  }
  const wake = () => {
    catchUp()
    nap()
  }
  nap()
  return { catchUp, stop: () => clearTimeout(timer) }
}

/** Times of objects have no fractions of a second; an offset without any leads there and back. Rounded down: never ahead of the client. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}
