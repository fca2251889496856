/**
 * How the fields of a kind merge under strategic merge patch: what its Go types say in their patchStrategy and
 * patchMergeKey tags, looked up one field at a time.
 * Source: apimachinery/pkg/util/strategicpatch/meta.go; texts of third_party/forked/golang/json/fields.go.
 */
import type { ValueSchema } from '../schema.ts'
import { ApiError } from '../status.ts'

export type Strategy = {
  /** What the field holds; for a list, what each of its items holds. */
  readonly place: ValueSchema
  /** Lists merge only where this says so; objects merge unless it says `replace`. */
  readonly how: 'merge' | 'replace' | undefined
  /** A patch names all the fields that may stay. */
  readonly retainsKeys: boolean
  /** Tells the items of a list from each other; absent for lists of scalars. */
  readonly mergeKey: string | undefined
}

/** @throws ApiError 500 for a field that the type does not have, as the real server */
export function strategyOf(place: ValueSchema, key: string): Strategy {
  if (place.kind !== 'struct') throw unexpected(noStruct(place, key))
  const field = place.type.fields.get(key)
  if (!field) throw unexpected(noField(place.type.name.split('.').at(-1) ?? '', key))
  const { value, patchStrategy, patchMergeKey } = field
  return {
    place: value.kind === 'list' ? value.items : value,
    how: patchStrategy.find((it): it is 'merge' | 'replace' => it !== 'retainKeys'),
    retainsKeys: patchStrategy.includes('retainKeys'),
    mergeKey: patchMergeKey,
  }
}

/** What the real server did not foresee either: its text alone, with neither reason nor details. */
export function unexpected(message: string): ApiError {
  return new ApiError(500, '', message)
}

function noStruct(place: ValueSchema, key: string): string {
  if (place.kind === 'scalar') return noField('RawExtension', key)
  const kind = place.kind === 'list' ? 'slice' : 'map'
  return `merging an object in json but data type is not struct, instead is: ${kind}`
}

function noField(type: string, key: string): string {
  return `unable to find api field in struct ${type} for the json field ${JSON.stringify(key)}`
}
