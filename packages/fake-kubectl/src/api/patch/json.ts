/**
 * JSON patch on a JSON value; the value itself is left alone.
 * Source: RFC 6902; error texts recorded from 1.36.
 */
import { jsonType } from '../go-format.ts'
import { copy, equal, isFields, own, type Fields } from '../meta.ts'
import { ApiError, badRequest, rejected } from '../status.ts'

type PatchOperation = { op?: string; path?: string; from?: string; value?: unknown }

const MAX_OPERATIONS = 10_000 // apiserver's maxJSONPatchOperations

/** RFC 6902. @throws ApiError 400 for what is no patch, 422 for one that does not apply */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  const operations = operationsOf(patch ?? [])
  if (operations.length > MAX_OPERATIONS) throw tooMany(operations.length)
  return operations.reduce(applyOperation, copy(target))
}

function operationsOf(patch: unknown): PatchOperation[] {
  if (!Array.isArray(patch)) throw undecodable(patch, 'Go value of type []handlers.jsonPatchOp')
  for (const operation of patch) {
    if (!isFields(operation)) throw undecodable(operation, 'Go value of type handlers.jsonPatchOp')
    for (const field of ['op', 'path', 'from']) {
      const value = own(operation, field) ?? ''
      if (typeof value !== 'string') throw undecodable(value, `Go struct field jsonPatchOp.${field} of type string`)
    }
  }
  return patch as PatchOperation[]
}

function undecodable(found: unknown, goType: string): ApiError {
  return badRequest(`error decoding patch: json: cannot unmarshal ${jsonType(found)} into ${goType}`)
}

function applyOperation(value: unknown, operation: PatchOperation): unknown {
  const path = pointer(operation.path)
  switch (operation.op) {
    case 'add':
      return put(value, path, copy(operation.value ?? null), 'insert')
    case 'replace':
      return put(value, path, copy(operation.value ?? null), 'replace')
    case 'remove':
      return remove(value, path)
    case 'move':
      return put(remove(value, pointer(operation.from)), path, read(value, pointer(operation.from)), 'insert')
    case 'copy':
      return put(value, path, copy(read(value, pointer(operation.from))), 'insert')
    case 'test':
      if (!equal(readOrNull(value, path), operation.value ?? null)) throw rejected()
      return value
    default:
      throw rejected()
  }
}

function pointer(text: unknown): string[] {
  if (text === '') return []
  if (typeof text !== 'string' || !text.startsWith('/')) throw rejected()
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function read(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const key of path) {
    found = Array.isArray(found) ? found[index(key, found.length - 1)] : own(container(found), key)
    if (found === undefined) throw rejected()
  }
  return found
}

/** What is not there is null to a test, as long as what would hold it is. */
function readOrNull(value: unknown, path: readonly string[]): unknown {
  const parent = path.length > 0 ? read(value, path.slice(0, -1)) : undefined
  return isFields(parent) && !Object.hasOwn(parent, path.at(-1)!) ? null : read(value, path)
}

function put(value: unknown, [key, ...rest]: readonly string[], item: unknown, how: 'insert' | 'replace'): unknown {
  if (key === undefined) return item
  if (Array.isArray(value)) return putInList(value, key, rest, item, how)
  const fields = new Map(Object.entries(container(value)))
  if (!fields.has(key) && (rest.length > 0 || how === 'replace')) throw rejected()
  fields.set(key, put(fields.get(key), rest, item, how))
  return Object.fromEntries(fields)
}

function putInList(
  list: unknown[],
  key: string,
  rest: readonly string[],
  item: unknown,
  how: 'insert' | 'replace',
): unknown[] {
  if (rest.length > 0)
    return list.with(index(key, list.length - 1), put(list[index(key, list.length - 1)], rest, item, how))
  if (how === 'replace') return list.with(index(key, list.length - 1), item)
  return list.toSpliced(key === '-' ? list.length : index(key, list.length), 0, item)
}

function remove(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return null
  if (Array.isArray(value)) {
    const i = index(key, value.length - 1)
    return rest.length > 0 ? value.with(i, remove(value[i], rest)) : value.toSpliced(i, 1)
  }
  const fields = new Map(Object.entries(container(value)))
  if (!fields.has(key)) throw rejected()
  if (rest.length > 0) fields.set(key, remove(fields.get(key), rest))
  else fields.delete(key)
  return Object.fromEntries(fields)
}

function container(value: unknown): Fields {
  if (!isFields(value)) throw rejected()
  return value
}

/** Counted from the end when it is negative, as Go's library does. */
function index(key: string, last: number): number {
  const number = /^[+-]?\d+$/.test(key) ? Number(key) : Number.NaN
  const found = number < 0 ? number + last + 1 : number
  if (found >= 0 && found <= last) return found
  throw rejected()
}

function tooMany(count: number): ApiError {
  const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${count}`
  return new ApiError(413, 'RequestEntityTooLarge', message)
}
