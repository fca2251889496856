/**
 * How strategic merge patch merges and orders lists: items of objects by their merge key, scalars as a set.
 * Source: apimachinery/pkg/util/strategicpatch/patch.go, mergeSlice and normalizeElementOrder.
 */
import type { Fields } from '../meta.ts'
import { goFormat } from '../go-format.ts'
import { asFields, isDeleted, itemKind, keyOf, noMergeKey, PATCH, SET_ORDER, unknownPatchType } from './directives.ts'
import { unexpected, type Strategy } from './strategy.ts'

type List = readonly unknown[]

/** An item as a change makes it; `before` is absent for one that is new. */
type MergeItem = (before: Fields | undefined, change: Fields) => Fields

/** Both lists in one: the patch's items in its order, the others where they stood between them. @throws ApiError */
export function mergeLists(original: List, patch: List, { mergeKey }: Strategy, merge: MergeItem): unknown[] {
  const kind = itemKind(original, patch)
  if (kind === undefined) return [...original]
  if (kind === 'scalar') return ordered([...new Set([...original, ...patch])], patch, original, undefined)
  if (mergeKey === undefined) throw unexpected('cannot merge lists without merge key for struct')
  const { kept, changes } = withSpecialItems(original, patch, mergeKey)
  return ordered(mergeItems(kept, changes, mergeKey, merge), changes, kept, mergeKey)
}

/** What `$patch: delete` and `$patch: replace` in the patch leave of the list, and the items to merge into it. */
function withSpecialItems(original: List, patch: List, mergeKey: string): { kept: List; changes: List } {
  let kept = original
  let replaces = false
  for (const item of patch.map((it) => asFields(it)).filter((it) => Object.hasOwn(it, PATCH))) {
    if (item[PATCH] === 'delete') {
      if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey)
      kept = kept.filter((it) => asFields(it)[mergeKey] !== item[mergeKey])
    } else if (item[PATCH] === 'replace') replaces = true
    else if (item[PATCH] === 'merge') throw unexpected('merging lists cannot yet be specified in the patch')
    else throw unknownPatchType(item[PATCH], item)
  }
  const changes = patch.filter((item) => !Object.hasOwn(item as Fields, PATCH))
  return replaces ? { kept: changes, changes: [] } : { kept, changes }
}

function mergeItems(original: List, patch: List, mergeKey: string, merge: MergeItem): unknown[] {
  const merged = [...original]
  for (const change of patch.map((it) => asFields(it))) {
    const key = keyOf(change, mergeKey)
    const i = merged.findIndex((item) => asFields(item)[mergeKey] === key)
    if (i < 0) merged.push(merge(undefined, change))
    else merged[i] = merge(asFields(merged[i]), change)
  }
  return merged
}

/** Items that `order` names stand in its order, the others in that of the `present` list, between them where they stood. */
export function ordered(merged: List, order: List, present: List, mergeKey: string | undefined): unknown[] {
  const place = placesOf(order, mergeKey)
  const placeBefore = placesOf(present, mergeKey)
  const named = merged.filter((item) => place.has(keyOf(item, mergeKey)))
  const others = merged.filter((item) => !place.has(keyOf(item, mergeKey)))
  return interleaved(sorted(others, placeBefore, mergeKey), sorted(named, place, mergeKey), placeBefore, mergeKey)
}

type Places = ReadonlyMap<unknown, number>

function placesOf(list: List, mergeKey: string | undefined): Places {
  return new Map(list.map((item, i) => [keyOf(item, mergeKey), i] as const).toReversed()) // the first of equals counts
}

/** What is to be deleted goes last. */
function sorted(list: List, places: Places, mergeKey: string | undefined): unknown[] {
  const placeOf = (item: unknown) => places.get(keyOf(item, mergeKey)) ?? places.size
  const left = list.filter((item) => !isDeleted(item)).sort((a, b) => placeOf(a) - placeOf(b))
  return [...left, ...list.filter((item) => isDeleted(item))]
}

/** One of `others` goes before the first of `named` that stood behind it. */
function interleaved(others: List, named: List, placeBefore: Places, mergeKey: string | undefined): unknown[] {
  const placeOf = (item: unknown) => placeBefore.get(keyOf(item, mergeKey))
  const all: unknown[] = []
  let next = 0
  for (const item of named) {
    const place = placeOf(item) ?? -1
    while (next < others.length && (placeOf(others[next]) ?? Infinity) < place) all.push(others[next++])
    all.push(item)
  }
  return [...all, ...others.slice(next)]
}

/** A patch's items must stand in the order it gives. @throws ApiError 500 */
export function asOrdered(patch: List, order: List, mergeKey: string | undefined): void {
  if (patch.length === 0 || order.length === 0) return
  const items = patch.filter((item) => mergeKey === undefined || !Object.hasOwn(asFields(item), PATCH))
  let i = 0
  for (const named of order) {
    if (i < items.length && keyOf(items[i], mergeKey) === keyOf(named, mergeKey)) i += 1
  }
  if (i === items.length) return
  throw unexpected(
    `The order in patch list:\n${goFormat(patch)}\n doesn't match ${SET_ORDER} list:\n${goFormat(order)}\n`,
  )
}

/** Do both lists have the same keys in the same order? */
export function isOrderSame(a: List, b: List, mergeKey: string): boolean {
  return a.length === b.length && a.every((item, i) => keyOf(item, mergeKey) === keyOf(b[i], mergeKey))
}
