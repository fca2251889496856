/**
 * The schedules that a CronJob may have: five fields, or one of the names that begin with `@`; when they are due, and what
 * is wrong with others.
 * Source: github.com/robfig/cron v3, {parser,spec,constantdelay}.go, ParseStandard; error texts likewise.
 */
type Bounds = { readonly low: number; readonly high: number; readonly names?: readonly string[] }

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const FIELDS: readonly Bounds[] = [
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  { low: 1, high: 12, names: MONTHS },
  { low: 0, high: 6, names: DAYS },
]
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}
/** 29 February falls on a given weekday once in 28 years, and the Gregorian calendar leaves some out. */
const LAST_DAY = 366 * 41
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

class ScheduleError extends Error {}

/** A field's values in their order, and whether it is `*`: of day and weekday one that is does not count. */
type Field = { readonly values: ReadonlySet<number>; readonly isAny: boolean }
type Spec = { readonly fields: readonly Field[] } | { readonly everyMs: number }

/** What is wrong with a schedule, in the parser's words; undefined when nothing is. */
export function scheduleError(schedule: string): string | undefined {
  try {
    parse(schedule)
    return undefined
  } catch (fault) {
    if (fault instanceof ScheduleError) return fault.message
    throw fault
  }
}

/**
 * The first moment after `afterMs` at which the schedule is due; undefined where it never is, or cannot be read.
 *
 * @param timeZone an IANA name; UTC when absent
 */
export function nextDueMs(schedule: string, afterMs: number, timeZone = 'UTC'): number | undefined {
  const spec = specOf(schedule)
  if (!spec) return undefined
  if ('everyMs' in spec) return Math.floor(afterMs / 1000) * 1000 + spec.everyMs
  const [minutes, hours, ...date] = spec.fields
  const zone = zoneOf(timeZone)
  const firstDay = Math.floor((afterMs + zone.offsetMs(afterMs)) / DAY_MS)
  for (let day = firstDay; day < firstDay + LAST_DAY; day++) {
    if (!isDay(day * DAY_MS, date)) continue
    for (const hour of hours!.values) {
      for (const minute of minutes!.values) {
        const dueMs = zone.instant(day * DAY_MS + (hour * 60 + minute) * MINUTE_MS)
        if (dueMs !== undefined && dueMs > afterMs) return dueMs
      }
    }
  }
  return undefined
}

/** A CronJob's schedule is asked for again and again. */
const known = new Map<string, Spec | undefined>()
const MOST_KNOWN = 1000

function specOf(schedule: string): Spec | undefined {
  if (known.has(schedule)) return known.get(schedule)
  const spec = scheduleError(schedule) === undefined ? parse(schedule) : undefined
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(schedule, spec)
  return spec
}

function isDay(localMs: number, [days, months, weekdays]: readonly Field[]): boolean {
  const date = new Date(localMs)
  if (!months!.values.has(date.getUTCMonth() + 1)) return false
  const [isOfMonth, isOfWeek] = [days!.values.has(date.getUTCDate()), weekdays!.values.has(date.getUTCDay())]
  return days!.isAny || weekdays!.isAny ? isOfMonth && isOfWeek : isOfMonth || isOfWeek
}

type Zone = {
  /** By how much its clocks are ahead of UTC. */
  offsetMs(atMs: number): number
  /** When its clocks show this; undefined when they skip it. */
  instant(localMs: number): number | undefined
}

function zoneOf(timeZone: string): Zone {
  if (timeZone === 'UTC') return { offsetMs: () => 0, instant: (localMs) => localMs }
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  const offsetMs = (atMs: number): number => {
    const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]))
    const shown = Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'])
    return shown - Math.floor(atMs / MINUTE_MS) * MINUTE_MS
  }
  return {
    offsetMs,
    instant(localMs) {
      const candidates = [localMs - offsetMs(localMs - DAY_MS), localMs - offsetMs(localMs + DAY_MS)]
      return candidates.sort((a, b) => a - b).find((ms) => ms + offsetMs(ms) === localMs)
    },
  }
}

function parse(schedule: string): Spec {
  if (schedule === '') throw new ScheduleError('empty spec string')
  if (schedule.startsWith('@')) return parseDescriptor(schedule)
  const fields = schedule.trim().split(/\s+/)
  if (fields.length !== FIELDS.length)
    throw new ScheduleError(`expected exactly ${FIELDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`)
  return { fields: fields.map((field, i) => parseField(field, FIELDS[i]!)) }
}

function parseField(text: string, bounds: Bounds): Field {
  const ranges = text
    .split(',')
    .filter(Boolean)
    .map((part) => parseRange(part, bounds))
  const values = ranges.flatMap((range) => range.values).sort((a, b) => a - b)
  return { values: new Set(values), isAny: ranges.some(({ isAny }) => isAny) }
}

function parseDescriptor(text: string): Spec {
  const fields = DESCRIPTORS[text]
  if (fields !== undefined) return parse(fields)
  if (!text.startsWith('@every ')) throw new ScheduleError(`unrecognized descriptor: ${text}`)
  const duration = text.slice('@every '.length)
  if (/^[-+]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(duration)) return { everyMs: everyMs(duration) }
  throw new ScheduleError(`failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`)
}

/** Whole seconds, one at least. */
function everyMs(duration: string): number {
  const parts = duration.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)
  const ms = [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * UNIT_MS[unit!]!, 0)
  return Math.max(1000, Math.floor((duration.startsWith('-') ? -ms : ms) / 1000) * 1000)
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: MINUTE_MS,
  h: 60 * MINUTE_MS,
}

function parseRange(text: string, bounds: Bounds): { values: number[]; isAny: boolean } {
  const [range = '', step, ...more] = text.split('/')
  const [low = '', high, ...rest] = range.split('-')
  if (rest.length > 0) throw new ScheduleError(`too many hyphens: ${text}`)
  const isStar = low === '*' || low === '?'
  const start = isStar ? bounds.low : numberOf(low, bounds)
  const end = isStar
    ? bounds.high
    : high !== undefined
      ? numberOf(high, bounds)
      : step !== undefined
        ? bounds.high
        : start
  if (more.length > 0) throw new ScheduleError(`too many slashes: ${text}`)
  const every = step === undefined ? 1 : mustParse(step)
  if (start < bounds.low)
    throw new ScheduleError(`beginning of range (${start}) below minimum (${bounds.low}): ${text}`)
  if (end > bounds.high) throw new ScheduleError(`end of range (${end}) above maximum (${bounds.high}): ${text}`)
  if (start > end) throw new ScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${text}`)
  if (every === 0) throw new ScheduleError(`step of range should be a positive number: ${text}`)
  const values = Array.from({ length: Math.floor((end - start) / every) + 1 }, (_, i) => start + i * every)
  return { values, isAny: isStar && every === 1 }
}

function numberOf(text: string, { names, low }: Bounds): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1
  return named >= 0 ? named + low : mustParse(text)
}

function mustParse(text: string): number {
  if (!/^[-+]?\d+$/.test(text))
    throw new ScheduleError(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  if (Number(text) < 0) throw new ScheduleError(`negative number (${Number(text)}) not allowed: ${text}`)
  return Number(text)
}
