/**
 * An object with what is applied to it: the applied value counts where both have one, nothing is removed.
 * Source: sigs.k8s.io/structured-merge-diff/v6/typed/merge.go.
 */
import { isFields, own } from '../meta.ts'
import type { Element } from './elements.ts'
import { elementOf, placeOfField, relationOf, type ListPlace, type Place } from './place.ts'

export function merge(live: unknown, applied: unknown, place: Place): unknown {
  if (applied === undefined) return live
  if (live === undefined || (isVoid(live) && isVoid(applied))) return applied
  const relation = relationOf(place, isFields(applied) ? applied : live)
  if (relation === 'leaf') return applied
  if (relation === 'items') return mergeItems(asItems(live), asItems(applied), place as ListPlace)
  const [fields, changes] = [isFields(live) ? live : {}, isFields(applied) ? applied : {}]
  const names = new Set([...Object.keys(fields), ...Object.keys(changes)])
  return Object.fromEntries(
    [...names].map((name) => [name, merge(own(fields, name), own(changes, name), placeOfField(place, name))]),
  )
}

/**
 * The items of both: the applied ones in their order, the others where they stand in the live list. An item that both have
 * is where the live list has it, unless the applied one wants it after an item that comes later there.
 */
function mergeItems(live: readonly unknown[], applied: readonly unknown[], place: ListPlace): unknown[] {
  const [present, asked] = [indexed(live, place), indexed(applied, place)]
  const shared = asked.elements.filter((element) => present.at.has(element))
  const merged: unknown[] = []
  let [taken, next] = [0, 0]
  const take = () => {
    const element = asked.elements[taken++]!
    // What is there more than once is not merged but replaced.
    const before = present.at.get(element)
    merged.push(merge(before?.length === 1 ? before[0] : undefined, asked.at.get(element)![0], place.items))
    return element
  }
  for (const [i, element] of present.elements.entries()) {
    if (!asked.at.has(element)) merged.push(live[i])
    else if (element === shared[next]) {
      while (take() !== element);
      next += 1
    }
  }
  while (taken < asked.elements.length) take()
  return merged
}

function indexed(list: readonly unknown[], place: ListPlace): { elements: Element[]; at: Map<Element, unknown[]> } {
  const elements = list.map((item) => elementOf(item, place))
  const at = new Map<Element, unknown[]>()
  for (const [i, element] of elements.entries()) at.set(element, [...(at.get(element) ?? []), list[i]])
  return { elements, at }
}

function isVoid(value: unknown): boolean {
  if (value === null) return true
  return Array.isArray(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0
}

function asItems(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
