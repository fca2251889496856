/**
 * What columns are made of: short words for reading a field and for the ways in which kubectl writes it.
 * Source: kubernetes/pkg/printers/internalversion/printers.go of 1.36; apimachinery/pkg/apis/meta/v1/helpers.go.
 */
import { age } from '../../api/age.ts'
import { at, isFields, type KubeObject } from '../../api/meta.ts'
import type { Cell, Column, Seen } from './table.ts'

export const NONE = '<none>'
export const UNSET = '<unset>'

export const NAME: Column = { name: 'Name', format: 'name', cell: ({ metadata }) => metadata.name }
export const AGE: Column = { name: 'Age', cell: ({ metadata }, { nowMs }) => age(metadata.creationTimestamp, nowMs) }

export function column(name: string, cell: (object: KubeObject, seen: Seen) => Cell): Column {
  return { name, cell }
}

/** The text of a field. */
export function field(name: string, path: string, absent: string = NONE): Column {
  return { name, cell: (object) => text(object, path) || absent }
}

/** The number in a field; 0 when absent. */
export function amount(name: string, path: string): Column {
  return { name, type: 'integer', cell: (object) => number(object, path) }
}

/** How many entries the lists or maps have together. */
export function count(name: string, ...paths: string[]): Column {
  return { name, type: 'integer', cell: (object) => paths.reduce((sum, path) => sum + size(at(object, path)), 0) }
}

/** A boolean as JSON writes it. */
export function flag(name: string, path: string, absent = false): Column {
  return { name, type: 'boolean', cell: (object) => (at(object, path) as boolean | undefined) ?? absent }
}

export function wide(column: Column): Column {
  return { ...column, wide: true }
}

/** The three wide columns of everything that makes pods from a template. */
export function templateColumns(path: string, selectorPath?: string): Column[] {
  const containers = (object: KubeObject) => list(object, `${path}.spec.containers`)
  return [
    wide(
      column('Containers', (object) =>
        containers(object)
          .map((it) => text(it, 'name'))
          .join(','),
      ),
    ),
    wide(
      column('Images', (object) =>
        containers(object)
          .map((it) => text(it, 'image'))
          .join(','),
      ),
    ),
    ...(selectorPath ? [wide(column('Selector', (object) => selector(at(object, selectorPath))))] : []),
  ]
}

export function text(value: unknown, path: string): string {
  const found = at(value, path)
  return typeof found === 'string' ? found : ''
}

export function number(value: unknown, path: string): number {
  const found = at(value, path)
  return typeof found === 'number' ? found : 0
}

export function list(value: unknown, path: string): unknown[] {
  const found = at(value, path)
  return Array.isArray(found) ? found : []
}

/** `app=web,tier=front`, sorted. */
export function pairs(map: unknown): string {
  const entries = isFields(map) ? Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)) : []
  return entries.map(([key, value]) => `${key}=${String(value)}`).join(',') || NONE
}

/** A LabelSelector in the short form, requirements sorted by key. */
export function selector(value: unknown): string {
  if (!isFields(value)) return NONE
  const labels = Object.entries((at(value, 'matchLabels') ?? {}) as Record<string, string>)
  const terms = [
    ...labels.map(([key, label]) => ({ key, term: `${key}=${label}` })),
    ...list(value, 'matchExpressions').map((it) => ({ key: text(it, 'key'), term: expression(it) })),
  ]
  return (
    terms
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ term }) => term)
      .join(',') || NONE
  )
}

function expression(requirement: unknown): string {
  const key = text(requirement, 'key')
  const values = `(${(list(requirement, 'values') as string[]).toSorted().join(',')})`
  switch (text(requirement, 'operator')) {
    case 'Exists':
      return key
    case 'DoesNotExist':
      return `!${key}`
    case 'In':
      return `${key} in ${values}`
    default:
      return `${key} notin ${values}`
  }
}

/** At most `shown` items, then how many more there are. */
export function some(items: readonly string[], shown: number, absent: string): string {
  if (items.length === 0) return absent
  const more = items.length > shown ? ` + ${items.length - shown} more...` : ''
  return items.slice(0, shown).join(',') + more
}

function size(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}
