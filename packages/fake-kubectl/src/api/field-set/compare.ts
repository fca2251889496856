/**
 * Which fields differ between two values of a type: what was added, removed, modified.
 * Source: sigs.k8s.io/structured-merge-diff/v6/typed/compare.go.
 */
import { equal, isFields, own, type Fields } from '../meta.ts'
import { fieldElement, type Element } from './elements.ts'
import { asMember, EMPTY, type FieldSet } from './field-set.ts'
import { elementOf, fieldsOf, othersOf, placeOfField, relationOf, type ListPlace, type Place } from './place.ts'

export type Comparison = { readonly added: FieldSet; readonly removed: FieldSet; readonly modified: FieldSet }

export function compare(before: unknown, after: unknown, place: Place): Comparison {
  const found = compareValues(before, after, place)
  return { added: found?.added ?? EMPTY, removed: found?.removed ?? EMPTY, modified: found?.modified ?? EMPTY }
}

/** The nodes of the field itself; undefined where nothing differs. */
type Difference = { added?: FieldSet; removed?: FieldSet; modified?: FieldSet }

const MODIFIED: Difference = { modified: EMPTY }

function compareValues(before: unknown, after: unknown, place: Place): Difference | undefined {
  if (before === after) return undefined
  if (before === undefined) return { added: allOf(after, place) }
  if (after === undefined) return { removed: allOf(before, place) }
  const relation = relationOf(place, isFields(after) ? after : before)
  const isLeaf = relation === 'leaf' || (isVoid(before) && isVoid(after)) || !isGranular(before) || !isGranular(after)
  if (isLeaf) return equal(before, after) ? undefined : MODIFIED
  if (relation === 'items') return compareItems(asItems(before), asItems(after), place as ListPlace)
  return compareFields(asFields(before), asFields(after), place)
}

function compareFields(before: Fields, after: Fields, place: Place): Difference | undefined {
  const draft = new Draft()
  if (place?.kind === 'struct') {
    for (const { name, element, place: inner, zero } of fieldsOf(place.type)) {
      const [mine, theirs] = [before[name] ?? zero, after[name] ?? zero]
      if (mine !== theirs) draft.add(element, compareValues(mine, theirs, inner))
    }
  }
  for (const name of othersOf(place, before, after)) {
    draft.add(fieldElement(name), compareValues(own(before, name), own(after, name), placeOfField(place, name)))
  }
  return draft.difference
}

function compareItems(before: readonly unknown[], after: readonly unknown[], place: ListPlace): Difference | undefined {
  const [earlier, later] = [byElement(before, place), byElement(after, place)]
  const draft = new Draft()
  for (const element of new Set([...earlier.keys(), ...later.keys()])) {
    draft.add(element, compareEquals(earlier.get(element) ?? [], later.get(element) ?? [], place))
  }
  return draft.difference
}

/** Items with the same element: one each as a rule; more than one are taken as a whole. */
function compareEquals(
  before: readonly unknown[],
  after: readonly unknown[],
  place: ListPlace,
): Difference | undefined {
  if (before.length <= 1 && after.length <= 1) return compareValues(before[0], after[0], place.items)
  if (before.length > 1 && after.length > 1) return equal(before, after) ? undefined : MODIFIED
  if (before.length > 1) {
    return { removed: EMPTY, ...(after.length > 0 && { added: allOf(after[0], place.items) }) }
  }
  return { added: EMPTY, ...(before.length > 0 && { removed: allOf(before[0], place.items) }) }
}

/** Every field of a value that is on one side only, the value itself included. */
function allOf(value: unknown, place: Place): FieldSet {
  const relation = relationOf(place, value)
  if (relation === 'leaf' || isVoid(value)) return EMPTY
  const node: Record<Element, FieldSet> = { '.': EMPTY }
  if (relation === 'items') {
    for (const [element, items] of byElement(asItems(value), place as ListPlace)) {
      node[element] = items.length > 1 ? EMPTY : asMember(allOf(items[0], (place as ListPlace).items))
    }
    return node
  }
  const fields = asFields(value)
  if (place?.kind === 'struct') {
    for (const { name, element, place: inner, zero } of fieldsOf(place.type)) {
      const found = fields[name] ?? zero
      if (found !== undefined) node[element] = allOf(found, inner)
    }
  }
  for (const name of othersOf(place, fields).toSorted()) {
    if (fields[name] !== undefined) node[fieldElement(name)] = allOf(fields[name], placeOfField(place, name))
  }
  return node
}

function byElement(list: readonly unknown[], place: ListPlace): ReadonlyMap<Element, unknown[]> {
  const found = new Map<Element, unknown[]>()
  for (const item of list) {
    const element = elementOf(item, place)
    const equals = found.get(element)
    if (equals) equals.push(item)
    else found.set(element, [item])
  }
  return found
}

/** The differences of a value's fields, put together. */
class Draft {
  readonly #sets: {
    added?: Record<Element, FieldSet>
    removed?: Record<Element, FieldSet>
    modified?: Record<Element, FieldSet>
  } = {}
  #isEmpty = true

  add(element: Element, found: Difference | undefined): void {
    if (!found) return
    this.#isEmpty = false
    for (const kind of ['added', 'removed', 'modified'] as const) {
      const node = found[kind]
      if (node) (this.#sets[kind] ??= {})[element] = node
    }
  }

  get difference(): Difference | undefined {
    return this.#isEmpty ? undefined : this.#sets
  }
}

function isVoid(value: unknown): boolean {
  if (value === null) return true
  return Array.isArray(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0
}

function isGranular(value: unknown): boolean {
  return typeof value === 'object'
}

function asFields(value: unknown): Fields {
  return isFields(value) ? value : {}
}

function asItems(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
