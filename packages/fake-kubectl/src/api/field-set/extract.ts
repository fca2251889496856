/**
 * The fields that a value has: what a manager owns that applies it.
 * Source: sigs.k8s.io/structured-merge-diff/v6/typed/tofieldset.go.
 */
import { isFields } from '../meta.ts'
import type { Element } from './elements.ts'
import { asMember, EMPTY, type FieldSet } from './field-set.ts'
import { elementOf, isNamed, placeOfField, relationOf, type ListPlace, type Place } from './place.ts'

export function fieldSetOf(value: unknown, place: Place): FieldSet {
  return nodeOf(value, place) ?? EMPTY
}

/** Undefined for a value in which nothing is owned. */
function nodeOf(value: unknown, place: Place): FieldSet | undefined {
  const relation = relationOf(place, value)
  if (relation === 'leaf') return EMPTY
  if (relation === 'items') return Array.isArray(value) ? nodeOfItems(value, place as ListPlace) : undefined
  if (!isFields(value)) return undefined
  const node: Record<Element, FieldSet> = {}
  for (const name of Object.keys(value)) {
    const item = value[name]
    const inner = nodeOf(item, placeOfField(place, name))
    const isOwned = item === null || isEmptyObject(item) || !isNamed(place, name)
    if (isOwned || inner) node[`f:${name}`] = isOwned ? asMember(inner) : inner!
  }
  return Object.keys(node).length > 0 ? node : undefined
}

/** Items that cannot be told apart are owned together. */
function nodeOfItems(list: readonly unknown[], place: ListPlace): FieldSet | undefined {
  const node: Record<Element, FieldSet> = {}
  for (const item of list) {
    const element = elementOf(item, place)
    node[element] = element in node ? EMPTY : asMember(nodeOf(item, place.items))
  }
  return Object.keys(node).length > 0 ? node : undefined
}

function isEmptyObject(value: unknown): boolean {
  return isFields(value) && Object.keys(value).length === 0
}
