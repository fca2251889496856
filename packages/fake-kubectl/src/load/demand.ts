/**
 * How many requests come from outside, over time: so many a second at the start, more by day than by night, more each day.
 */

/** Who asks a Service, how often. */
export type LoadSpec = {
  /** `NAMESPACE/NAME`. */
  readonly service: string
  /** On the day of the start, taken over the whole day. */
  readonly requestsPerSecond: number
  /** So much of it more at 15:00 UTC, and less at 3:00; 0 when absent. */
  readonly dailySwing?: number | undefined
  /** So much of it more each day; 0 when absent. */
  readonly growthPerDay?: number | undefined
}

const DAY_MS = 86_400_000
const PEAK_MS = 15 * 3_600_000
const TURN = 2 * Math.PI

/** Requests a second. @param startMs the day on which the load is what it says */
export function demandAt(load: LoadSpec, startMs: number, atMs: number): number {
  const { requestsPerSecond, dailySwing = 0, growthPerDay = 0 } = load
  const days = (atMs - startMs) / DAY_MS
  const wave = 1 + dailySwing * Math.cos(TURN * dayFraction(atMs))
  return Math.max(0, requestsPerSecond * (1 + growthPerDay * days) * wave)
}

/** Requests from one moment to another, where the load never falls to nothing. */
export function demandBetween(load: LoadSpec, startMs: number, fromMs: number, toMs: number): number {
  return Math.max(0, integral(load, startMs, toMs) - integral(load, startMs, fromMs)) * (DAY_MS / 1000)
}

/** In days, of (1 + g·t)·(1 + s·cos(2π·(t + p))), from the start. */
function integral(
  { requestsPerSecond, dailySwing: s = 0, growthPerDay: g = 0 }: LoadSpec,
  startMs: number,
  atMs: number,
): number {
  const t = (atMs - startMs) / DAY_MS
  const angle = TURN * (t + dayFraction(startMs))
  const steady = t + (g * t * t) / 2
  const swinging = (Math.sin(angle) * (1 + g * t)) / TURN + (g * Math.cos(angle)) / TURN ** 2
  return requestsPerSecond * (steady + s * swinging)
}

/** How far the day has turned since its peak. */
function dayFraction(atMs: number): number {
  return (((atMs - PEAK_MS) % DAY_MS) + DAY_MS) / DAY_MS
}
