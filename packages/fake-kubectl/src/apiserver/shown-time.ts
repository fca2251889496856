/**
 * Clients that print ages subtract from their own wall clock, so what is served over a socket is shifted until virtual now
 * is their now. Only fields that hold a time are shifted; labels, annotations and other text of clients never are.
 */
import { formatTime, isFields } from '../api/meta.ts'

const TIME_FIELD = /(?:Time|Timestamp|At|timeAdded|^time|^timestamp)$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const CLIENT_TEXT = new Set(['annotations', 'labels', 'data', 'binaryData', 'stringData', 'matchLabels', 'env'])

/** A copy with every time moved by `offsetMs`; the same value when there is nothing to move. */
export function shiftTimes<T>(value: T, offsetMs: number): T {
  return offsetMs === 0 ? value : (shift(value, offsetMs) as T)
}

function shift(value: unknown, offsetMs: number): unknown {
  if (Array.isArray(value)) return value.map((item) => shift(item, offsetMs))
  if (!isFields(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shiftField(key, item, offsetMs)]))
}

function shiftField(key: string, value: unknown, offsetMs: number): unknown {
  if (CLIENT_TEXT.has(key)) return value
  if (typeof value === 'string') return TIME_FIELD.test(key) && TIME.test(value) ? shiftTime(value, offsetMs) : value
  return shift(value, offsetMs)
}

/** Keeps the precision it finds: whole seconds stay whole seconds. */
export function shiftTime(time: string, offsetMs: number): string {
  const ms = Date.parse(time) + offsetMs
  const fraction = /\.(\d+)Z$/.exec(time)?.[1]
  if (fraction === undefined) return formatTime(ms)
  const millis = String(((ms % 1000) + 1000) % 1000)
    .padStart(3, '0')
    .slice(0, 3)
  return `${formatTime(ms).slice(0, -1)}.${millis}${fraction.slice(3)}Z`
}
