/**
 * Making strategic merge patches: from two states of an object, or from the three that `kubectl apply` knows.
 * Source: apimachinery/pkg/util/strategicpatch/patch.go, CreateTwoWayMergePatch and CreateThreeWayMergePatch.
 */
import { equal, isFields, own, type Fields } from '../meta.ts'
import type { TypeSchema, ValueSchema } from '../schema.ts'
import { asFields, DELETE_FROM_LIST, itemKind, keyOf, PATCH, RETAIN_KEYS, SET_ORDER } from './directives.ts'
import { isOrderSame } from './lists.ts'
import { createThreeWayMergePatch } from './merge.ts'
import { combinePatches } from './strategic.ts'
import { strategyOf, type Strategy } from './strategy.ts'

/** The patch that turns `original` into `modified`. @throws ApiError */
export function createTwoWayPatch(original: Fields, modified: Fields, type: TypeSchema): Fields {
  return diffFields(original, modified, { kind: 'struct', type, atomic: false }, { changes: true, deletions: true })
}

/** What was applied last, what is to be applied now, and what is there. */
export type ThreeStates = { readonly original: Fields; readonly modified: Fields; readonly current: Fields }

/**
 * The patch of `kubectl apply`: it sets what `modified` has and `current` has not, and removes what `original` had and
 * `modified` has no longer; what others added stays. A strategic merge patch, or a merge patch without a type.
 * @throws ApiError
 */
export function createThreeWayPatch(states: ThreeStates, type: TypeSchema | undefined): Fields {
  const { original, modified, current } = states
  if (!type) return createThreeWayMergePatch(original, modified, current)
  const place: ValueSchema = { kind: 'struct', type, atomic: false }
  const changes = diffFields(current, modified, place, { changes: true, deletions: false })
  const deletions = diffFields(original, modified, place, { changes: false, deletions: true })
  return combinePatches(deletions, changes, type)
}

/** Which differences a patch is to hold. */
type Wanted = { readonly changes: boolean; readonly deletions: boolean }
type Diff = Wanted & { readonly retainsKeys?: boolean }

function diffFields(original: Fields, modified: Fields, place: ValueSchema, diff: Diff): Fields {
  const patch = new Map<string, unknown>()
  for (const [key, value] of Object.entries(modified)) {
    const before = own(original, key)
    if (isFields(before) && isFields(value)) diffObject(patch, key, [before, value], place, diff)
    else if (Array.isArray(before) && Array.isArray(value)) diffList(patch, key, [before, value], place, diff)
    else if (diff.changes && (before === undefined || !equal(before, value))) patch.set(key, value)
  }
  const gone = Object.keys(original).filter((key) => !Object.hasOwn(modified, key))
  if (diff.deletions) for (const key of gone) patch.set(key, null)
  const kept = Object.keys(modified).filter((key) => modified[key] !== null)
  const isChanged = patch.size > 0 || gone.some((key) => original[key] !== null)
  if (diff.retainsKeys && kept.length > 0 && isChanged) patch.set(RETAIN_KEYS, kept.sort())
  return Object.fromEntries(patch)
}

function diffObject(
  patch: Map<string, unknown>,
  key: string,
  [before, value]: [Fields, Fields],
  place: ValueSchema,
  { changes, deletions }: Wanted,
): void {
  const { place: inner, how, retainsKeys } = strategyOf(place, key)
  if (how === 'replace') {
    if (changes)
      // as the real one does, even when they are equal
      patch.set(key, value)
    return
  }
  const difference = diffFields(before, value, inner, { changes, deletions, retainsKeys })
  if (Object.keys(difference).length > 0) patch.set(key, difference)
}

function diffList(
  patch: Map<string, unknown>,
  key: string,
  [before, value]: [readonly unknown[], readonly unknown[]],
  place: ValueSchema,
  wanted: Wanted,
): void {
  if (equal(before, value)) return
  const strategy = strategyOf(place, key)
  if (strategy.how !== 'merge' || before.length === 0) {
    if (wanted.changes) patch.set(key, value)
    return
  }
  if (itemKind(before, value) === 'map') diffItems(patch, key, [before, value], strategy, wanted)
  else diffScalars(patch, key, [before, value], wanted)
}

function diffItems(
  patch: Map<string, unknown>,
  key: string,
  [before, value]: [readonly unknown[], readonly unknown[]],
  { mergeKey = '', place, retainsKeys }: Strategy,
  wanted: Wanted,
): void {
  const earlier = new Map(before.map((item) => [keyOf(item, mergeKey), asFields(item)]))
  const later = new Map(value.map((item) => [keyOf(item, mergeKey), asFields(item)]))
  const changed = [...later].flatMap(([name, item]) => {
    const known = earlier.get(name)
    if (!known) return wanted.changes ? [item] : []
    const difference = diffFields(known, item, place, { ...wanted, retainsKeys })
    return Object.keys(difference).length > 0 ? [{ ...difference, [mergeKey]: name }] : []
  })
  const gone = wanted.deletions ? [...earlier.keys()].filter((name) => !later.has(name)) : []
  const list = [...changed, ...gone.sort(byText).map((name) => ({ [PATCH]: 'delete', [mergeKey]: name }))]
  if (list.length > 0) patch.set(key, list)
  if (list.length > 0 || (wanted.changes && !isOrderSame(before, value, mergeKey)))
    patch.set(
      `${SET_ORDER}/${key}`,
      value.map((item) => ({ [mergeKey]: keyOf(item, mergeKey) })),
    )
}

function diffScalars(
  patch: Map<string, unknown>,
  key: string,
  [before, value]: [readonly unknown[], readonly unknown[]],
  { changes, deletions }: Wanted,
): void {
  const added = value.filter((item) => !before.includes(item))
  const gone = [...new Set(before.filter((item) => !value.includes(item)))].sort(byText)
  if (changes && added.length > 0) patch.set(key, added)
  if (deletions && gone.length > 0) patch.set(`${DELETE_FROM_LIST}/${key}`, gone)
  if (changes || (deletions && gone.length > 0)) patch.set(`${SET_ORDER}/${key}`, value)
}

function byText(a: unknown, b: unknown): number {
  return String(a) < String(b) ? -1 : 1
}
