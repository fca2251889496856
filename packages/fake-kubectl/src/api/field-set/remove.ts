/**
 * A value without the fields and items of a set.
 * Source: sigs.k8s.io/structured-merge-diff/v6/typed/remove.go; fieldpath/set.go, EnsureNamedFieldsAreMembers.
 */
import { isFields, type Fields } from '../meta.ts'
import type { Element } from './elements.ts'
import { asMember, below, hasMember, isEmpty, type FieldSet } from './field-set.ts'
import { elementOf, isNamed, placeOfField, relationOf, type ListPlace, type Place } from './place.ts'

/** @returns undefined where nothing is left */
export function remove(value: unknown, set: FieldSet, place: Place): unknown {
  const relation = relationOf(place, value)
  if (relation === 'items') return Array.isArray(value) ? removeItems(value, set, place as ListPlace) : undefined
  if (relation === 'fields') return isFields(value) ? removeFields(value, set, place) : undefined
  return isFields(value) || Array.isArray(value) ? undefined : value
}

function removeItems(list: readonly unknown[], set: FieldSet, place: ListPlace): unknown[] | undefined {
  const left = list.flatMap((item) => {
    const element = elementOf(item, place)
    if (hasMember(set, element)) return []
    const inner = below(set, element)
    return [isEmpty(inner) ? item : remove(item, inner, place.items)]
  })
  return left.length > 0 ? left : undefined
}

function removeFields(fields: Fields, set: FieldSet, place: Place): Fields | undefined {
  const left = Object.keys(fields).flatMap((name) => {
    const element = `f:${name}`
    if (hasMember(set, element)) return []
    const inner = below(set, element)
    return [[name, isEmpty(inner) ? fields[name] : remove(fields[name], inner, placeOfField(place, name))] as const]
  })
  return left.length > 0 ? Object.fromEntries(left) : undefined
}

/** The set with every field of a type that has members below it as a member too; keys of maps are none of them. */
export function withNamedFields(set: FieldSet, place: Place): FieldSet {
  const full: Record<Element, FieldSet> = {}
  for (const element of Object.keys(set)) {
    const node = set[element]!
    if (element === '.' || isEmpty(node)) full[element] = node
    else {
      const inner = withNamedFields(node, placeOf(place, element))
      full[element] = isNamed(place, element.slice(2)) && element.startsWith('f:') ? asMember(inner) : inner
    }
  }
  return full
}

function placeOf(place: Place, element: Element): Place {
  if (element.startsWith('f:')) return placeOfField(place, element.slice(2))
  return place?.kind === 'list' ? place.items : undefined
}
