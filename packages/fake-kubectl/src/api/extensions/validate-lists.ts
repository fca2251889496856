/**
 * What OpenAPI cannot say: lists that are sets or maps have no item twice, and an object embedded in another is whole.
 * Source: apiextensions-apiserver/pkg/apiserver/schema/{listtype,objectmeta}/validation.go.
 */
import { isFields, type Fields } from '../meta.ts'
import { invalidValue, requiredValue, type FieldError } from '../status.ts'
import { duplicate } from './errors.ts'
import { schemaUnder, type Structural } from './structural.ts'

export function listFaults(schema: Structural | undefined, value: unknown, path = ''): FieldError[] {
  if (!schema) return []
  if (Array.isArray(value)) {
    const within = value.flatMap((item, i) => listFaults(schema.items, item, `${path}[${i}]`))
    return [...repeated(schema, value, path), ...within]
  }
  if (!isFields(value)) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const under = schema.properties.has(key) ? (path === '' ? key : `${path}.${key}`) : `${path}[${key}]`
    return listFaults(schemaUnder(schema, key), item, under)
  })
}

function repeated({ listType, listMapKeys }: Structural, list: readonly unknown[], path: string): FieldError[] {
  if (listType === 'set') return secondsOf(list).map((i) => duplicate(`${path}[${i}]`, list[i]))
  if (listType !== 'map') return []
  const odd = list.findIndex((item) => item !== null && !isFields(item))
  if (odd >= 0) return [invalidValue(`${path}[${odd}]`, list[odd], 'must be an object for an array of list-type map')]
  const keys = list.map((item) => keyOf(isFields(item) ? item : {}, listMapKeys))
  return secondsOf(keys).map((i) => duplicate(`${path}[${i}]`, keys[i]))
}

function keyOf(item: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(item, name)).map((name) => [name, item[name]]))
}

/** Of each value that is there more than once, where it comes up the second time. */
function secondsOf(list: readonly unknown[]): number[] {
  const times = new Map<string, number>()
  return list.flatMap((item, i) => {
    const text = JSON.stringify(item)
    const seen = (times.get(text) ?? 0) + 1
    times.set(text, seen)
    return seen === 2 ? [i] : []
  })
}

export function embeddedFaults(schema: Structural | undefined, value: unknown, path = ''): FieldError[] {
  if (!schema) return []
  if (Array.isArray(value)) return value.flatMap((item, i) => embeddedFaults(schema.items, item, `${path}[${i}]`))
  if (!isFields(value)) return []
  const own = schema.isEmbedded ? typeFaults(value, path) : []
  const within = Object.entries(value).flatMap(([key, item]) =>
    embeddedFaults(schemaUnder(schema, key), item, path === '' ? key : `${path}.${key}`),
  )
  return [...own, ...within]
}

function typeFaults(value: Fields, path: string): FieldError[] {
  return ['apiVersion', 'kind'].flatMap((name) => {
    const found = value[name]
    const field = `${path}.${name}`
    if (found === undefined) return [requiredValue(field, '')]
    if (typeof found !== 'string') return [invalidValue(field, found, 'must be a string')]
    return found === '' ? [invalidValue(field, found, 'must not be empty')] : []
  })
}
