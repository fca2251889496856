/**
 * JSON merge patch on JSON values, and how to make one; the values themselves are left alone.
 * Source: RFC 7386; evanphx/json-patch, which the server applies them with; apimachinery/pkg/util/jsonmergepatch.
 */
import { copy, equal, isFields, own, type Fields } from '../meta.ts'

/** Null deletes, objects merge, everything else replaces; no null is left in what is new. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return withoutNulls(patch)
  if (!isFields(target)) return withoutNulls(patch)
  const merged = new Map(Object.entries(target))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, mergePatch(merged.get(key), value))
  }
  return Object.fromEntries(merged)
}

/** A copy in which no object, however deep, has a field that is null. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item))
  if (!isFields(value)) return value
  const entries = Object.entries(value).filter(([, item]) => item !== null)
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]))
}

/** The patch that turns `original` into `modified`. */
export function createMergePatch(original: Fields, modified: Fields): Fields {
  const gone = Object.keys(original).filter((key) => !Object.hasOwn(modified, key))
  const changed = Object.entries(modified).filter(([key, value]) => !equal(own(original, key), value))
  return Object.fromEntries([
    ...changed.map(([key, value]) => [key, change(own(original, key), value)] as const),
    ...gone.map((key) => [key, null] as const),
  ])
}

/** What `kubectl apply` sends where no schema says how lists merge: what is wanted and differs, and null for what is no longer wanted. */
export function createThreeWayMergePatch(original: Fields, modified: Fields, current: Fields): Fields {
  const removals = filtered(createMergePatch(original, modified), (value) => value === null)
  const changes = filtered(createMergePatch(current, modified), (value) => value !== null)
  return combined(removals, changes)
}

function change(before: unknown, value: unknown): unknown {
  return isFields(before) && isFields(value) ? createMergePatch(before, value) : copy(value)
}

/** The patch without the leaves that `keep` turns down; an object that was empty from the start is a leaf. */
function filtered(patch: Fields, keep: (value: unknown) => boolean): Fields {
  const entries = Object.entries(patch).flatMap(([key, value]) => {
    if (!isFields(value) || isEmpty(value)) return keep(value) ? [[key, value] as const] : []
    const inner = filtered(value, keep)
    return isEmpty(inner) ? [] : [[key, inner] as const]
  })
  return Object.fromEntries(entries)
}

/** Both patches in one, nulls kept. */
function combined(first: Fields, second: Fields): Fields {
  const merged = new Map(Object.entries(first))
  for (const [key, value] of Object.entries(second)) {
    const before = merged.get(key)
    merged.set(key, isFields(before) && isFields(value) ? combined(before, value) : value)
  }
  return Object.fromEntries(merged)
}

function isEmpty(value: Fields): boolean {
  return Object.keys(value).length === 0
}
