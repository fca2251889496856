/**
 * Times of what has no type in the schema (what kubelets report, answers to reviews), moved until virtual now is the
 * client's now: by the names of their fields. Objects are moved by their types, see written-form.ts.
 */
import { formatMicroTime, formatTime, type Fields } from '../../api/meta.ts'

const TIME_FIELD = /(?:Time|Timestamp|At|timeAdded|^time|^timestamp)$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const CLIENT_TEXT = new Set(['annotations', 'labels', 'data', 'binaryData', 'stringData', 'matchLabels', 'env'])

/** The value with every time moved by `offsetMs`; what holds no time is the same value, not a copy. */
export function shiftTimes<T>(value: T, offsetMs: number): T {
  return offsetMs === 0 ? value : (shift(value, offsetMs) as T)
}

function shift(value: unknown, offsetMs: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? shiftList(value, offsetMs) : shiftFields(value as Fields, offsetMs)
}

function shiftList(list: readonly unknown[], offsetMs: number): readonly unknown[] {
  let shifted: unknown[] | undefined
  for (const [i, item] of list.entries()) {
    const moved = shift(item, offsetMs)
    if (moved !== item) (shifted ??= [...list])[i] = moved
  }
  return shifted ?? list
}

/** Whatever passes the door passes here, hence the loop and the late copy. */
function shiftFields(fields: Fields, offsetMs: number): Fields {
  let shifted: Record<string, unknown> | undefined
  for (const key of Object.keys(fields)) {
    const value = fields[key]
    const moved = typeof value === 'string' ? shiftText(key, value, offsetMs) : shiftNested(key, value, offsetMs)
    // A spread keeps a key `__proto__` an ordinary key, and that one never holds a time.
    if (moved !== value) (shifted ??= { ...fields })[key] = moved
  }
  return shifted ?? fields
}

function shiftNested(key: string, value: unknown, offsetMs: number): unknown {
  return CLIENT_TEXT.has(key) || key === '__proto__' ? value : shift(value, offsetMs)
}

function shiftText(key: string, value: string, offsetMs: number): string {
  // Almost no text is a time, and its end tells so at once.
  if (!value.endsWith('Z') || key === '__proto__' || !TIME_FIELD.test(key) || !TIME.test(value)) return value
  return shiftTime(value, offsetMs)
}

/** Keeps the precision it finds: whole seconds stay whole seconds. */
export function shiftTime(time: string, offsetMs: number): string {
  if (offsetMs === 0) return time
  const ms = Date.parse(time) + offsetMs
  if (Number.isNaN(ms)) return time
  const fraction = /\.(\d+)Z$/.exec(time)?.[1]
  return fraction === undefined ? formatTime(ms) : `${formatMicroTime(ms).slice(0, -4)}${fraction.slice(3)}Z`
}
