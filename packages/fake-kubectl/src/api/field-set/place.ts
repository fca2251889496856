/**
 * How a type tells the fields of a value apart: by name, by an item's keys or value, or not at all. A value for which no
 * type speaks (an unknown field of a custom resource) is taken as it is: objects by name, everything else as a whole.
 * Source: sigs.k8s.io/structured-merge-diff/v6/typed, helpers.go; kube-openapi/pkg/schemaconv.
 */
import { isFields, own, type Fields } from '../meta.ts'
import type { TypeSchema, ValueSchema } from '../schema.ts'
import { alwaysWritten, zeroOf } from '../zero-values.ts'
import { fieldElement, keyElement, valueElement, type Element } from './elements.ts'

export type Place = ValueSchema | undefined
export type ListPlace = ValueSchema & { readonly kind: 'list' }

/** A `leaf` is owned as a whole, `fields` one by one, `items` of a list too. */
export function relationOf(place: Place, value: unknown): 'leaf' | 'fields' | 'items' {
  if (!place || isAny(place)) return isFields(value) ? 'fields' : 'leaf'
  if (place.kind === 'list') return place.listType === 'atomic' ? 'leaf' : 'items'
  return place.kind === 'scalar' || place.atomic ? 'leaf' : 'fields'
}

export function placeOfField(place: Place, name: string): Place {
  if (place?.kind === 'struct') return place.type.fields.get(name)?.value
  return place?.kind === 'map' ? place.values : undefined
}

function isAny(place: ValueSchema): boolean {
  return place.kind === 'scalar' && place.scalar === 'any'
}

/** Has the type a field of this name, or is it but a key of a map? */
export function isNamed(place: Place, name: string): boolean {
  return place?.kind === 'struct' && place.type.fields.has(name)
}

/** Which item of the list this is. @throws ItemError */
export function elementOf(item: unknown, { items, listType, listMapKeys }: ListPlace): Element {
  if (listType === 'set') return setElement(item)
  if (item === null) throw new ItemError('associative list with keys may not have a null element')
  if (!isFields(item)) throw new ItemError('associative list with keys may not have non-map elements')
  const keys: Record<string, unknown> = {}
  for (const name of sortedNames(listMapKeys)) {
    const value = own(item, name) ?? defaultOf(items, name)
    if (value !== undefined) keys[name] = value
  }
  if (Object.keys(keys).length > 0) return keyElement(keys)
  const names = `[${listMapKeys.map((name) => JSON.stringify(name)).join(' ')}]`
  throw new ItemError(
    `associative list with keys has an element that omits all key fields ${names} (and doesn't have default values for any key fields)`,
  )
}

/** An item of a list that cannot be told from others. */
export class ItemError extends Error {}

function setElement(item: unknown): Element {
  if (isFields(item)) throw new ItemError("associative list without keys has an element that's a map type")
  if (Array.isArray(item)) throw new ItemError('not supported: associative list with lists as elements')
  if (item === null) throw new ItemError("associative list without keys has an element that's an explicit null")
  return valueElement(item)
}

const known = new WeakMap<readonly string[], readonly string[]>()

function sortedNames(names: readonly string[]): readonly string[] {
  const sorted = known.get(names) ?? names.toSorted()
  known.set(names, sorted)
  return sorted
}

/** What a key is where the item does not say: its default, or the zero that Go writes of a field without `omitempty`. */
function defaultOf(items: ValueSchema, name: string): unknown {
  if (items.kind !== 'struct') return undefined
  const { fields, name: type } = items.type
  const known = DEFAULTS[`${type.split('.').at(-1)}.${name}`]
  if (known !== undefined) return known
  return fieldsOf(items.type).find((field) => field.name === name)?.zero ?? fields.get(name)?.default
}

const DEFAULTS: Readonly<Record<string, string>> = {
  'ContainerPort.protocol': 'TCP',
  'ServicePort.protocol': 'TCP',
  'LocalObjectReference.name': '',
}

/** A field of a type as it is asked for most: with its path element, in the order in which those are written. */
export type PlacedField = {
  readonly name: string
  readonly element: Element
  readonly place: ValueSchema
  /** What Go writes though nobody gave it: such a field is never added or removed, it only changes. */
  readonly zero: unknown
}

const placed = new WeakMap<TypeSchema, readonly PlacedField[]>()

export function fieldsOf(type: TypeSchema): readonly PlacedField[] {
  const found = placed.get(type)
  if (found) return found
  const always = new Set(alwaysWritten(type))
  const made = [...type.fields.values()]
    .map((field) => ({
      name: field.name,
      element: fieldElement(field.name),
      place: field.value,
      zero: always.has(field) ? zeroOf(field) : undefined,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  placed.set(type, made)
  return made
}

/** Names in these objects that the type does not know: of an open type, or of a map. */
export function othersOf(place: Place, ...objects: readonly Fields[]): readonly string[] {
  const type = place?.kind === 'struct' ? place.type : undefined
  if (type && !type.open && type.fields.size > 0) return NONE
  return [...new Set(objects.flatMap((it) => Object.keys(it)))].filter((name) => !type?.fields.has(name))
}

const NONE: readonly string[] = []
