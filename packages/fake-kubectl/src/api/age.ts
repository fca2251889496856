/**
 * Durations as kubectl prints them: `8s`, `4m12s`, `3h5m`, `2d`, and the other way, `5m` from a person.
 * Source: apimachinery/pkg/util/duration/duration.go, HumanDuration.
 */

const SECOND_MS = 1000
const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400
const YEAR_D = 365

/** The age of something that happened at `since` (RFC 3339), seen at `nowMs`; `<unknown>` without a time. */
export function age(since: string | null | undefined, nowMs: number): string {
  if (!since) return '<unknown>'
  return humanDuration(nowMs - Date.parse(since))
}

export function humanDuration(elapsedMs: number): string {
  const seconds = Math.trunc(elapsedMs / SECOND_MS)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 2 * MINUTE_S) return `${seconds}s`
  const minutes = Math.trunc(seconds / MINUTE_S)
  if (minutes < 10) return pair(minutes, 'm', seconds % MINUTE_S, 's')
  if (minutes < 3 * 60) return `${minutes}m`
  const hours = Math.trunc(seconds / HOUR_S)
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.trunc(seconds / DAY_S)
  if (hours < 192) return pair(days, 'd', hours % 24, 'h')
  if (days < 2 * YEAR_D) return `${days}d`
  const years = Math.trunc(days / YEAR_D)
  if (days < 8 * YEAR_D) return pair(years, 'y', days % YEAR_D, 'd')
  return `${years}y`
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`
}

const UNIT_MS: Record<string, number> = { ms: 1, s: SECOND_MS, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * `'1h30m'` → milliseconds.
 *
 * @throws RangeError that says what was expected
 */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/gy)]
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text) {
    throw new RangeError(`duration ${JSON.stringify(text)}: expected a number and a unit (ms, s, m, h, d), like "5m"`)
  }
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNIT_MS[unit ?? ''] ?? 0), 0)
}
