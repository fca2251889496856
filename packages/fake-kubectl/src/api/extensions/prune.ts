/**
 * Pruning: fields that a schema does not know are dropped, and told of.
 * Source: apiextensions-apiserver/pkg/apiserver/schema/pruning/algorithm.go.
 */
import { isFields, type Fields } from '../meta.ts'
import { asResource, META_FIELDS, type Structural } from './structural.ts'

export type Pruned = {
  readonly value: unknown
  /** `spec.size`, `spec.parts[0].x`; sorted. */
  readonly unknown: readonly string[]
}

/** @param isRoot a whole object: its apiVersion, kind and metadata stay */
export function pruned(value: unknown, schema: Structural, isRoot: boolean): Pruned {
  const unknown: string[] = []
  const kept = prune(value, isRoot ? asResource(schema) : schema, '', unknown)
  return { value: kept, unknown: unknown.sort() }
}

function prune(value: unknown, schema: Structural | undefined, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    if (schema?.preservesUnknown && !schema.items) return value
    return value.map((item, i) => prune(item, schema?.items, `${path}[${i}]`, unknown))
  }
  return isFields(value) ? pruneFields(value, schema, path, unknown) : value
}

function pruneFields(value: Fields, schema: Structural | undefined, path: string, unknown: string[]): Fields {
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    if (schema?.isEmbedded && META_FIELDS.includes(key)) return [[key, item]]
    const under = path === '' ? key : `${path}.${key}`
    const property = schema?.properties.get(key)
    if (property) return [[key, prune(item, property, under, unknown)]]
    if (typeof schema?.additional === 'object') return [[key, prune(item, schema.additional, under, unknown)]]
    if (schema?.preservesUnknown) return [[key, item]]
    // additionalProperties: true lets the key be, but knows nothing of what is below it.
    if (schema?.additional === true) return [[key, prune(item, undefined, under, unknown)]]
    unknown.push(under)
    return []
  })
  return Object.fromEntries(entries)
}
