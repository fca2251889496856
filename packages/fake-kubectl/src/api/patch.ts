/**
 * JSON merge patch and JSON patch on a JSON value; the value itself is left alone.
 * Strategic merge needs the kinds' merge keys and is refused for now (SCOPE.md, patch:strategic).
 * Source: RFC 7386, RFC 6902; error texts recorded from 1.36.
 */
import { copy, equal, isFields, own, type Fields } from './meta.ts'
import { ApiError, badRequest } from './status.ts'

/** RFC 7386: null deletes, objects merge, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return copy(patch)
  const merged = new Map(Object.entries(isFields(target) ? target : {}))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, mergePatch(merged.get(key), value))
  }
  return Object.fromEntries(merged)
}

export type PatchOperation = { op: string; path: string; from?: string; value?: unknown }

const MAX_OPERATIONS = 10_000 // apiserver's maxJSONPatchOperations

/** RFC 6902. @throws ApiError 400 for what is no patch, 422 for one that does not apply */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    const found = isFields(patch) ? 'object' : typeof patch
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${found} into Go value of type []handlers.jsonPatchOp`,
    )
  }
  if (patch.length > MAX_OPERATIONS) throw tooMany(patch.length)
  return patch.reduce((value: unknown, operation) => applyOperation(value, operation as PatchOperation), copy(target))
}

function applyOperation(value: unknown, operation: PatchOperation): unknown {
  if (!isFields(operation) || typeof operation.path !== 'string') throw inapplicable()
  const path = pointer(operation.path)
  switch (operation.op) {
    case 'add':
      return put(value, path, copy(operation.value), 'insert')
    case 'replace':
      return put(value, path, copy(operation.value), 'replace')
    case 'remove':
      return remove(value, path)
    case 'move':
      return put(remove(value, pointer(operation.from)), path, read(value, pointer(operation.from)), 'insert')
    case 'copy':
      return put(value, path, copy(read(value, pointer(operation.from))), 'insert')
    case 'test':
      if (!equal(read(value, path), operation.value)) throw inapplicable()
      return value
    default:
      throw inapplicable()
  }
}

function pointer(text: unknown): string[] {
  if (text === '') return []
  if (typeof text !== 'string' || !text.startsWith('/')) throw inapplicable()
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function read(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const key of path) {
    found = Array.isArray(found) ? found[index(key, found.length - 1)] : own(container(found), key)
    if (found === undefined) throw inapplicable()
  }
  return found
}

function put(value: unknown, [key, ...rest]: readonly string[], item: unknown, how: 'insert' | 'replace'): unknown {
  if (key === undefined) return item
  if (Array.isArray(value)) return putInList(value, key, rest, item, how)
  const fields = new Map(Object.entries(container(value)))
  if (!fields.has(key) && (rest.length > 0 || how === 'replace')) throw inapplicable()
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
  if (!fields.has(key)) throw inapplicable()
  if (rest.length > 0) fields.set(key, remove(fields.get(key), rest))
  else fields.delete(key)
  return Object.fromEntries(fields)
}

function container(value: unknown): Fields {
  if (!isFields(value)) throw inapplicable()
  return value
}

function index(key: string, last: number): number {
  const number = /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1
  if (number < 0 || number > last) throw inapplicable()
  return number
}

/** The real server says no more than this about a failing test or a missing path. */
function inapplicable(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
}

function tooMany(count: number): ApiError {
  const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${count}`
  return new ApiError(413, 'RequestEntityTooLarge', message)
}
