/**
 * What Go writes though nobody gave it: a struct is never absent (`status: {}`, `strategy: {}`, `resources: {}`), and a
 * field without `omitempty` is there with its zero value (`disruptionsAllowed: 0`, `lastProbeTime: null`).
 * Source: the struct tags of k8s.io/api; Go's encoding/json.
 */
import type { FieldSchema, TypeSchema, ValueSchema } from './schema.ts'

/** Adds the structs that are not there, each with those in it, to an object that the caller owns. */
export function withZeroStructs(type: TypeSchema, object: Record<string, unknown>): Record<string, unknown> {
  for (const { name, value, zero } of alwaysWritten(type)) {
    if (value.kind === 'struct' && zero === 'written' && object[name] === undefined) {
      object[name] = withZeroStructs(value.type, {})
    }
  }
  return object
}

/** The value of a field that is written although it has none; new, for whoever will change it. */
export function zeroOf({ value, zero }: FieldSchema): unknown {
  return zero === 'null' ? null : zeroValue(value)
}

export function zeroValue(schema: ValueSchema): unknown {
  if (schema.kind === 'struct') {
    return Object.fromEntries(alwaysWritten(schema.type).map((field) => [field.name, zeroOf(field)]))
  }
  return schema.kind === 'scalar' ? ZEROS[schema.scalar] : null
}

const ZEROS: Readonly<Record<(ValueSchema & { kind: 'scalar' })['scalar'], unknown>> = {
  string: '',
  boolean: false,
  int32: 0,
  int64: 0,
  number: 0,
  quantity: '0',
  'int-or-string': 0,
  bytes: null,
  time: null,
  'micro-time': null,
  any: null,
}

/** Is it a number or a yes or no, where zero is an answer like any other (`exitCode: 0`, `ready: false`)? */
export function isCount(value: ValueSchema): boolean {
  return value.kind === 'scalar' && COUNTS.has(value.scalar)
}

const COUNTS = new Set(['boolean', 'int32', 'int64', 'number', 'int-or-string'])

const known = new WeakMap<TypeSchema, readonly FieldSchema[]>()

export function alwaysWritten(type: TypeSchema): readonly FieldSchema[] {
  const found = known.get(type) ?? [...type.fields.values()].filter(({ zero }) => zero === 'written' || zero === 'null')
  known.set(type, found)
  return found
}
