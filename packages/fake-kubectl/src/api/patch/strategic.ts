/**
 * Strategic merge patch: like a merge patch, but lists whose type says so merge item by item, and directives beside the
 * fields can delete, replace and order. The values themselves are left alone.
 * Source: apimachinery/pkg/util/strategicpatch/patch.go, StrategicMergeMapPatch.
 */
import { equal, isFields, type Fields } from '../meta.ts'
import type { TypeSchema, ValueSchema } from '../schema.ts'
import {
  asList,
  badOrder,
  badRetainKeys,
  DELETE_FROM_LIST,
  fieldOf,
  itemKind,
  PATCH,
  RETAIN_KEYS,
  SET_ORDER,
  unknownPatchType,
  withoutDirectives,
} from './directives.ts'
import { asOrdered, mergeLists, ordered } from './lists.ts'
import { withoutNulls } from './merge.ts'
import { strategyOf, type Strategy } from './strategy.ts'

/** An object of this type as the patch changes it. @throws ApiError */
export function strategicMergePatch(original: Fields, patch: Fields, type: TypeSchema): Fields {
  return mergeFields(original, patch, { kind: 'struct', type, atomic: false }, 'apply')
}

/** Two patches in one: what each of them removes and orders stays in it. @throws ApiError */
export function combinePatches(first: Fields, second: Fields, type: TypeSchema): Fields {
  return mergeFields(first, second, { kind: 'struct', type, atomic: false }, 'combine')
}

/** A patch is applied to an object, or combined with an earlier patch; then nulls and directives are kept. */
type Mode = 'apply' | 'combine'

type Draft = Map<string, unknown>

function mergeFields(original: Fields, patch: Fields, place: ValueSchema, mode: Mode): Fields {
  if (Object.hasOwn(patch, PATCH)) return whole(patch)
  const draft: Draft = new Map(Object.entries(original))
  const rest: Draft = new Map(Object.entries(patch))
  retainKeys(draft, rest, mode)
  orderLists(draft, rest, place, mode)
  for (const [key, value] of rest) mergeField(draft, key, value, place, mode)
  return Object.fromEntries(draft)
}

/** The patch takes the object's place, or leaves none of it. */
function whole({ [PATCH]: directive, ...patch }: Fields): Fields {
  if (directive === 'replace') return patch
  if (directive === 'delete') return {}
  throw unknownPatchType(directive, { [PATCH]: directive, ...patch })
}

function retainKeys(draft: Draft, rest: Draft, mode: Mode): void {
  if (!rest.has(RETAIN_KEYS)) return
  const keys = rest.get(RETAIN_KEYS)
  rest.delete(RETAIN_KEYS)
  if (mode === 'combine') return void draft.set(RETAIN_KEYS, keys)
  if (!Array.isArray(keys)) throw badRetainKeys()
  const retained = new Set<unknown>(keys)
  for (const [key, value] of rest) {
    const isDirective = key.startsWith(DELETE_FROM_LIST) || key.startsWith(SET_ORDER)
    if (value !== null && !isDirective && !retained.has(key)) throw badRetainKeys()
  }
  for (const key of draft.keys()) if (!retained.has(key)) draft.delete(key)
}

/** Lists with an order given are merged here, and no more of them is left in the patch. */
function orderLists(draft: Draft, rest: Draft, place: ValueSchema, mode: Mode): void {
  for (const [directive, order] of [...rest].filter(([key]) => key.startsWith(SET_ORDER))) {
    if (mode === 'combine') {
      if (draft.has(directive) && !equal(draft.get(directive), order)) throw badOrder()
      draft.set(directive, order)
    }
    rest.delete(directive)
    const key = fieldOf(directive, SET_ORDER)
    const merged = orderedList(draft, rest, { key, order: asList(order), place, mode })
    if (merged) draft.set(key, merged)
    rest.delete(key)
  }
}

type Ordering = { key: string; order: readonly unknown[]; place: ValueSchema; mode: Mode }

function orderedList(draft: Draft, rest: Draft, { key, order, place, mode }: Ordering): unknown[] | undefined {
  const present = draft.has(key) ? asList(draft.get(key)) : undefined
  const patch = rest.has(key) ? asList(rest.get(key)) : undefined
  const strategy = strategyOf(place, key)
  asOrdered(patch ?? [], order, strategy.mergeKey)
  if (!present && !patch) return undefined
  itemKind(present ?? [], patch ?? [])
  const merged =
    present && patch ? mergeList(present, patch, strategy, mode) : (present ?? (withoutDirectives(patch) as unknown[]))
  return ordered(merged, order, present ?? [], strategy.mergeKey)
}

function mergeList(
  before: readonly unknown[],
  patch: readonly unknown[],
  strategy: Strategy,
  mode: Mode,
): readonly unknown[] {
  if (strategy.how !== 'merge') return patch
  return mergeLists(before, patch, strategy, (item, change) => {
    if (item) return mergeFields(item, change, strategy.place, mode)
    return mode === 'apply' ? (withoutNulls(change) as Fields) : change
  })
}

function mergeField(draft: Draft, key: string, value: unknown, place: ValueSchema, mode: Mode): void {
  if (key.startsWith(DELETE_FROM_LIST)) return deleteFromList(draft, key, value, mode)
  const before = draft.get(key)
  if (value === null) {
    if (mode === 'apply') draft.delete(key)
    else draft.set(key, null)
  } else if (isFields(before) && isFields(value)) {
    const { place: inner, how } = strategyOf(place, key)
    draft.set(key, how === 'replace' ? value : mergeFields(before, value, inner, mode))
  } else if (Array.isArray(before) && Array.isArray(value)) {
    draft.set(key, mergeList(before, value, strategyOf(place, key), mode))
  } else {
    replaceField(draft, key, mode === 'apply' ? withoutNulls(value) : value)
  }
}

function replaceField(draft: Draft, key: string, value: unknown): void {
  const kept = withoutDirectives(value)
  if (kept === undefined) draft.delete(key)
  else draft.set(key, kept)
}

function deleteFromList(draft: Draft, directive: string, value: unknown, mode: Mode): void {
  if (mode === 'combine') return void draft.set(directive, value)
  const key = fieldOf(directive, DELETE_FROM_LIST)
  const before = draft.get(key)
  if (!Array.isArray(before) || !Array.isArray(value)) return
  const deleted = new Set<unknown>(value)
  draft.set(
    key,
    before.filter((item) => !deleted.has(item)),
  )
}
