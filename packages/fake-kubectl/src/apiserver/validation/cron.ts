/**
 * The schedules that a CronJob may have: five fields, or one of the names that begin with `@`; and what is wrong with others.
 * Source: github.com/robfig/cron v3, parser.go, ParseStandard; error texts likewise.
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
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']

class ScheduleError extends Error {}

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

function parse(schedule: string): void {
  if (schedule === '') throw new ScheduleError('empty spec string')
  if (schedule.startsWith('@')) return parseDescriptor(schedule)
  const fields = schedule.trim().split(/\s+/)
  if (fields.length !== FIELDS.length)
    throw new ScheduleError(`expected exactly ${FIELDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`)
  for (const [i, field] of fields.entries())
    for (const part of field.split(',').filter(Boolean)) parseRange(part, FIELDS[i]!)
}

function parseDescriptor(text: string): void {
  if (DESCRIPTORS.includes(text)) return
  if (!text.startsWith('@every ')) throw new ScheduleError(`unrecognized descriptor: ${text}`)
  const duration = text.slice('@every '.length)
  if (/^[-+]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(duration)) return
  throw new ScheduleError(`failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`)
}

function parseRange(text: string, bounds: Bounds): void {
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
