/**
 * The words a strategic merge patch may hold beside fields, and what is asked of whoever uses them.
 * Source: apimachinery/pkg/util/strategicpatch/patch.go, pkg/util/mergepatch/errors.go.
 */
import { isFields, own, type Fields } from '../meta.ts'
import { badRequest, rejected, type ApiError } from '../status.ts'
import { goFormat } from '../go-format.ts'
import { unexpected } from './strategy.ts'

/** `replace`, `delete` or `merge`: what to do with the object, or with the list's item, that holds it. */
export const PATCH = '$patch'
/** All the fields that may stay in the object that holds it. */
export const RETAIN_KEYS = '$retainKeys'
/** Before a slash and the field's name: what to remove from a list of scalars. */
export const DELETE_FROM_LIST = '$deleteFromPrimitiveList'
/** Before a slash and the field's name: the order of the list's items. */
export const SET_ORDER = '$setElementOrder'

/** `$setElementOrder/ports` → `ports`. @throws ApiError 400 */
export function fieldOf(key: string, directive: string): string {
  const slash = key.indexOf('/')
  if (slash === directive.length) return key.slice(slash + 1)
  throw directive === SET_ORDER ? badOrder() : badRequest('invalid patch format of primitive list')
}

export function isDeleted(item: unknown): boolean {
  return isFields(item) && own(item, PATCH) === 'delete'
}

/** A value without the directives in it; undefined when the value is itself one. */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutDirectives(item)).filter((item) => item !== undefined)
  if (!isFields(value)) return value
  if (Object.hasOwn(value, PATCH)) return undefined
  const entries = Object.entries(value).map(([key, item]) => [key, withoutDirectives(item)] as const)
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined))
}

/** An item's value of the merge key; the item itself where there is none. @throws ApiError 500 */
export function keyOf(item: unknown, mergeKey: string | undefined): unknown {
  if (mergeKey === undefined) return item
  const fields = asFields(item)
  if (!Object.hasOwn(fields, mergeKey)) throw noMergeKey(fields, mergeKey)
  return fields[mergeKey]
}

export function asFields(value: unknown): Fields {
  if (!isFields(value)) throw wrongType('map[string]interface {}', value)
  return value
}

export function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongType('[]interface {}', value)
  return value
}

export function noMergeKey(item: Fields, mergeKey: string): ApiError {
  return unexpected(`map: ${goFormat(item)} does not contain declared merge key: ${mergeKey}`)
}

export function unknownPatchType(directive: unknown, patch: Fields): ApiError {
  return unexpected(`unknown patch type: ${goFormat(directive)} in map: ${goFormat(patch)}`)
}

export function badRetainKeys(): ApiError {
  return badRequest('invalid patch format of retainKeys')
}

export function badOrder(): ApiError {
  return badRequest('invalid patch format of setElementOrder list')
}

function wrongType(expected: string, found: unknown): ApiError {
  return unexpected(`expected a ${expected}, but received a ${goType(found)}`)
}

/** What all items of these lists are; undefined when there are none. @throws ApiError 422 for lists of lists, 500 for a mixture */
export function itemKind(...lists: readonly (readonly unknown[])[]): 'map' | 'scalar' | undefined {
  const types = new Set(lists.flat().map((item) => goType(item)))
  if (types.has('[]interface {}')) throw rejected()
  if (types.size > 1) throw unexpected(`list element types are not identical: ${goFormat(lists)}`)
  const [type] = types
  return type === undefined ? undefined : type.startsWith('map') ? 'map' : 'scalar'
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}'
  if (isFields(value)) return 'map[string]interface {}'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return value === null ? '%!s(<nil>)' : 'string'
}
