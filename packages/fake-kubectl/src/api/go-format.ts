/** Values as Go's errors name and print them. Source: Go's packages fmt and encoding/json. */
import { isFields } from './meta.ts'

/** As `%v` prints it: `map[a:1 b:[x y]]`, `<nil>`; keys sorted. */
export function goFormat(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map((item) => goFormat(item)).join(' ')}]`
  if (!isFields(value)) return String(value)
  const keys = Object.keys(value).sort()
  return `map[${keys.map((key) => `${key}:${goFormat(value[key])}`).join(' ')}]`
}

/** What Go's decoder calls a JSON value. */
export function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return value === null ? 'null' : typeof value
}
