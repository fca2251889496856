/**
 * Durations as Prometheus writes them, `1h30m`, and the numbers that may stand in their place, in seconds.
 */

const UNIT_MS: Readonly<Record<string, number>> = {
  y: 365 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
}
const SHAPE = /^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/

/** In milliseconds; undefined for what is no duration. */
export function durationMs(text: string): number | undefined {
  if (text === '' || !SHAPE.test(text)) return text === '0' ? 0 : undefined
  const parts = [...text.matchAll(/(\d+)(ms|[ywdhms])/g)]
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNIT_MS[unit!]!, 0)
}

/** `90000` → `1m30s`; without fraction of a millisecond. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s'
  let left = Math.abs(ms)
  let text = ''
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const count = Math.floor(left / UNIT_MS[unit]!)
    left -= count * UNIT_MS[unit]!
    if (count > 0) text += `${count}${unit}`
  }
  return ms < 0 ? `-${text}` : text
}
