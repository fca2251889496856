/**
 * JSON as Go writes it: keys sorted by their bytes, `<`, `>` and `&` escaped.
 * Source: encoding/json; cli-runtime/pkg/printers/json.go.
 */
import { byBytes, type Wire } from '../wire.ts'

/** Four spaces a level, with a line end: `-o json`. What Go has as a struct is not sorted. */
export function jsonText(value: Wire, { sorted = true } = {}): string {
  return `${indented(value, '\n', sorted)}\n`
}

/** In one line: what a jsonpath prints of a map or list. */
export function compactJson(value: Wire): string {
  if (Array.isArray(value)) return `[${value.map(compactJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return leaf(value)
  return `{${keysOf(value, true)
    .map((key) => `${leaf(key)}:${compactJson(value[key])}`)
    .join(',')}}`
}

function indented(value: Wire, lineEnd: string, sorted: boolean): string {
  const inner = `${lineEnd}    `
  if (Array.isArray(value)) {
    return value.length === 0
      ? '[]'
      : `[${inner}${value.map((item) => indented(item, inner, sorted)).join(`,${inner}`)}${lineEnd}]`
  }
  if (typeof value !== 'object' || value === null) return leaf(value)
  const fields = keysOf(value, sorted).map((key) => `${leaf(key)}: ${indented(value[key], inner, sorted)}`)
  return fields.length === 0 ? '{}' : `{${inner}${fields.join(`,${inner}`)}${lineEnd}}`
}

function keysOf(fields: Wire, sorted: boolean): string[] {
  const keys = Object.keys(fields).filter((key) => fields[key] !== undefined)
  return sorted ? keys.sort(byBytes) : keys
}

function leaf(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
