/**
 * What Go writes though nobody gave it: a struct is never absent (`status: {}`, `strategy: {}`, `resources: {}`), and a
 * field without `omitempty` is there with its zero value (`disruptionsAllowed: 0`, `lastProbeTime: null`).
 * Source: the struct tags of k8s.io/api; Go's encoding/json.
 */
import { isFields, type Fields } from '../../api/meta.ts'
import type { FieldSchema, TypeSchema, ValueSchema } from '../../api/schema.ts'

/** Adds the empty structs, at decoding, so that defaults find them. */
export function withZeroStructs(type: TypeSchema, object: Record<string, unknown>): Record<string, unknown> {
  for (const { name, value } of alwaysWritten(type)) {
    if (value.kind === 'struct' && object[name] === undefined) object[name] = withZeroStructs(value.type, {})
  }
  return object
}

/** A copy as Go would write it, after defaults: with every zero value that it never leaves out. */
export function withZeroValues(type: TypeSchema, object: Fields): Record<string, unknown> {
  const written: Record<string, unknown> = {}
  for (const key of Object.keys(object)) {
    const field = type.fields.get(key)
    if (object[key] !== undefined) written[key] = field ? complete(field.value, object[key]) : object[key]
  }
  for (const { name, value, zero } of alwaysWritten(type)) {
    if (written[name] === undefined) written[name] = zero === 'null' ? null : zeroValue(value)
  }
  return written
}

function complete(schema: ValueSchema, value: unknown): unknown {
  if (schema.kind === 'struct') return isFields(value) ? withZeroValues(schema.type, value) : value
  if (schema.kind === 'scalar') return value
  const inner = schema.kind === 'list' ? schema.items : schema.values
  if (inner.kind === 'scalar') return value
  if (Array.isArray(value)) return value.map((item) => complete(inner, item))
  if (!isFields(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, complete(inner, item)]))
}

/** @returns a new value, for whoever will change it */
export function zeroValue(schema: ValueSchema): unknown {
  if (schema.kind === 'struct') return withZeroValues(schema.type, {})
  if (schema.kind !== 'scalar') return null
  switch (schema.scalar) {
    case 'string':
      return ''
    case 'boolean':
      return false
    case 'quantity':
      return '0'
    case 'int32':
    case 'int64':
    case 'number':
    case 'int-or-string':
      return 0
    default:
      return null
  }
}

const known = new WeakMap<TypeSchema, readonly FieldSchema[]>()

function alwaysWritten(type: TypeSchema): readonly FieldSchema[] {
  const found = known.get(type) ?? [...type.fields.values()].filter(({ zero }) => zero === 'written' || zero === 'null')
  known.set(type, found)
  return found
}
