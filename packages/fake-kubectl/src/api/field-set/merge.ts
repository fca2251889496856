/**
 * An object with what is applied to it: the applied value counts where both have one, nothing is removed.
 * Source: sigs.k8s.io/structured-merge-diff/v6/typed/merge.go.
 */
import { isFields } from '../meta.ts'
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
    [...names].map((name) => [name, merge(fields[name], changes[name], placeOfField(place, name))]),
  )
}

/** The items of both in an order that keeps to the applied one, and the others where they stood between them. */
function mergeItems(live: readonly unknown[], applied: readonly unknown[], place: ListPlace): unknown[] {
  const [present, asked] = [indexed(live, place), indexed(applied, place)]
  const merged: unknown[] = []
  const take = (element: Element) => {
    // What is there more than once is not merged but replaced.
    const before = present.at.get(element)
    merged.push(merge(before?.length === 1 ? before[0] : undefined, asked.at.get(element)![0], place.items))
    taken.add(element)
  }
  const taken = new Set<Element>()
  const shared = asked.elements.filter((element) => present.at.has(element))
  let [l, a, s] = [0, 0, 0]
  while (l < present.elements.length || a < asked.elements.length) {
    const [mine, wanted] = [present.elements[l], asked.elements[a]]
    if (mine !== undefined && mine === wanted) {
      take(mine)
      ;[l, a, s] = [l + 1, a + 1, s + 1]
      continue
    }
    if (
      mine !== undefined &&
      wanted !== undefined &&
      asked.at.has(mine) &&
      shared[s] !== undefined &&
      shared[s] !== mine
    ) {
      l += 1 // It is asked for, but later.
      continue
    }
    if (mine !== undefined && !asked.at.has(mine)) {
      merged.push(live[l])
      l += 1
      continue
    }
    if (mine !== undefined && taken.has(mine)) l += 1
    if (wanted === undefined) continue
    take(wanted)
    a += 1
    if (shared[s] === wanted) s += 1
  }
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
