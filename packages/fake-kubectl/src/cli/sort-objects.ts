/**
 * `--sort-by`: the order of what is shown, by one field. Source: kubectl/pkg/cmd/get/sorter.go.
 */
import { parseQuantity } from '../api/quantity.ts'
import { CliFault } from './errors.ts'
import { find } from './printers/jsonpath.ts'
import { relaxed } from './printers/jsonpath-parse.ts'
import { byBytes, type Wire } from './wire.ts'

/** @throws CliFault when no object has the field, or it cannot be compared */
export function sortedBy<T>(items: readonly T[], field: string, objectOf: (item: T) => Wire): T[] {
  const path = relaxed(field)
  const keyed = items.map((item) => ({ item, key: find(path, objectOf(item))[0]?.[0] }))
  if (items.length > 0 && keyed.every(({ key }) => key === undefined)) {
    throw new CliFault(`couldn't find any field with path ${JSON.stringify(path)} in the list of objects`)
  }
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ item }) => item)
}

/** What lacks the field comes first. */
function compare(a: Wire, b: Wire): number {
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : -1
  if (b === undefined || b === null) return 1
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  throw new CliFault(
    `unsortable type: ${Array.isArray(a) ? '[]interface {}' : typeof a === 'boolean' ? 'bool' : 'map[string]interface {}'}`,
  )
}

function compareText(a: string, b: string): number {
  const [left, right] = [parseQuantity(a), parseQuantity(b)]
  return left !== undefined && right !== undefined ? left - right : byBytes(a, b)
}
