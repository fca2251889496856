/**
 * How a type tells the fields of a value apart: by name, by an item's keys or value, or not at all. A value for which no
 * type speaks (an unknown field of a custom resource) is taken as it is: objects by name, everything else as a whole.
 * Source: sigs.k8s.io/structured-merge-diff/v6/typed, helpers.go; kube-openapi/pkg/schemaconv.
 */
import { isFields, own } from '../meta.ts'
import type { TypeSchema, ValueSchema } from '../schema.ts'
import { alwaysWritten, zeroOf } from '../zero-values.ts'
import { keyElement, valueElement, type Element } from './elements.ts'

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
  return (
    known ?? zerosOf(items.type).get(name)?.value ?? (fields.get(name) as { default?: unknown } | undefined)?.default
  )
}

const DEFAULTS: Readonly<Record<string, string>> = {
  'ContainerPort.protocol': 'TCP',
  'ServicePort.protocol': 'TCP',
  'LocalObjectReference.name': '',
}

export type Zero = { readonly name: string; readonly place: ValueSchema; readonly value: unknown }

const zeros = new WeakMap<TypeSchema, ReadonlyMap<string, Zero>>()

/** What Go writes of a struct though nobody gave it: such a field is never added or removed, it only changes. */
export function zerosOf(type: TypeSchema): ReadonlyMap<string, Zero> {
  const found = zeros.get(type)
  if (found) return found
  const made = new Map(
    alwaysWritten(type).map((field) => [field.name, { name: field.name, place: field.value, value: zeroOf(field) }]),
  )
  zeros.set(type, made)
  return made
}
