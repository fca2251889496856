/**
 * Is what is applied of its type? Applying is stricter than any other write: no unknown field, no item twice.
 * Source: sigs.k8s.io/structured-merge-diff/v6/typed/validate.go; its texts.
 */
import { goFormat } from '../go-format.ts'
import { isFields, type Fields } from '../meta.ts'
import type { Scalar, TypeSchema, ValueSchema } from '../schema.ts'
import { printElement, type Element } from './elements.ts'
import { elementOf, ItemError, placeOfField, type ListPlace, type Place } from './place.ts'

/** What is wrong, each with its path: `.spec.foo: field not declared in schema`. */
export function typeErrors(value: unknown, place: Place, path = ''): string[] {
  if (!place || value === null) return []
  if (place.kind === 'scalar') return scalarErrors(value, place.scalar, path)
  if (place.kind !== 'list') return isFields(value) ? fieldErrors(value, place, path) : [wrong(path, 'map', value)]
  if (!Array.isArray(value)) return [wrong(path, 'list', value)]
  return place.listType === 'atomic' ? atomicErrors(value, place, path) : itemErrors(value, place, path)
}

/** All of them in one, as the real server tells them. */
export function joinErrors(errors: readonly string[]): string {
  return errors.length === 1 ? errors[0]! : ['errors:', ...errors.map((error) => `  ${error}`)].join('\n')
}

function fieldErrors(fields: Fields, place: ValueSchema & { kind: 'struct' | 'map' }, path: string): string[] {
  const errors: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    const at = `${path}.${name}`
    const isKnown = place.kind === 'map' || isFree(place.type) || place.type.fields.has(name)
    if (!isKnown) return [...errors, `${at}: field not declared in schema`]
    errors.push(...typeErrors(value, placeOfField(place, name), at))
  }
  return errors
}

/** A type without fields says nothing about them. */
function isFree({ fields, open }: TypeSchema): boolean {
  return open || fields.size === 0
}

function atomicErrors(list: readonly unknown[], { items }: ListPlace, path: string): string[] {
  return list.flatMap((item, i) => typeErrors(item, items, `${path}[${i}]`))
}

function itemErrors(list: readonly unknown[], place: ListPlace, path: string): string[] {
  const seen = new Set<Element>()
  const errors: string[] = []
  for (const [i, item] of list.entries()) {
    const element = elementOrError(item, place)
    if (element instanceof ItemError) return [...errors, at(path, `element ${i}: ${element.message}`)]
    if (seen.has(element)) errors.push(at(path, `duplicate entries for key ${printElement(element)}`))
    seen.add(element)
    errors.push(...typeErrors(item, place.items, path + printElement(element)))
  }
  return errors
}

function elementOrError(item: unknown, place: ListPlace): Element | ItemError {
  try {
    return elementOf(item, place)
  } catch (fault) {
    if (fault instanceof ItemError) return fault
    throw fault
  }
}

const NUMERIC: readonly Scalar[] = ['int32', 'int64', 'number']
const UNTYPED: readonly Scalar[] = ['quantity', 'int-or-string']

function scalarErrors(value: unknown, scalar: Scalar, path: string): string[] {
  if (scalar === 'any') return []
  if (NUMERIC.includes(scalar)) {
    return typeof value === 'number' ? [] : [at(path, `expected numeric (int or float), got ${goTypeOf(value)}`)]
  }
  if (UNTYPED.includes(scalar)) return typeof value === 'object' ? [wrong(path, 'any scalar', value)] : []
  if (scalar === 'boolean') return typeof value === 'boolean' ? [] : [wrong(path, 'boolean', value)]
  if (typeof value === 'string') return []
  return [at(path, `expected string, got &value.valueUnstructured{Value:${goFormat(value)}}`)]
}

function wrong(path: string, expected: string, found: unknown): string {
  return at(path, `expected ${expected}, got &{${goFormat(found)}}`)
}

function at(path: string, message: string): string {
  return path === '' ? message : `${path}: ${message}`
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}'
  if (isFields(value)) return 'map[string]interface {}'
  return typeof value === 'boolean' ? 'bool' : 'string'
}
