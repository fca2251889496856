/** Objects of any type, for properties that hold for all of them. Not a test itself. */
import * as fc from 'fast-check'
import type { FieldSchema, TypeSchema, ValueSchema } from '../src/api/schema.ts'

/** A few fields of a type, of values that survive every encoding: on the wire, empty is absent. */
export function objectOf(type: TypeSchema, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  const fields = [...type.fields.values()].filter(({ numbers, value }) => numbers.length > 0 && !isAny(value))
  const chosen = fc.subarray(fields, { maxLength: Math.min(fields.length, depth > 3 ? 0 : 4) })
  return chosen.chain((some) => fc.record(Object.fromEntries(some.map((it) => [it.name, fieldOf(it, depth + 1)]))))
}

function fieldOf({ value, enum: values }: FieldSchema, depth: number): fc.Arbitrary<unknown> {
  const any = valueOf(value, depth)
  return values.length > 0 && value.kind === 'scalar' ? fc.oneof(fc.constantFrom(...values), any) : any
}

function valueOf(value: ValueSchema, depth: number): fc.Arbitrary<unknown> {
  if (value.kind === 'struct') return objectOf(value.type, depth)
  if (value.kind === 'list') return fc.array(valueOf(value.items, depth), { minLength: 1, maxLength: 3 })
  if (value.kind === 'map') {
    return fc.dictionary(fc.string({ maxLength: 8 }), valueOf(value.values, depth), { minKeys: 1, maxKeys: 3 })
  }
  return SAMPLES[value.scalar]!
}

function isAny(value: ValueSchema): boolean {
  if (value.kind === 'list') return isAny(value.items)
  if (value.kind === 'map') return isAny(value.values)
  return value.kind === 'scalar' && ['any', 'number'].includes(value.scalar)
}

const WORDS = ['', 'a', 'web', 'v1', 'Pod', 'apps/v1', '10%', '*', 'TCP', 'ClusterIP', '* * * * *', 'kubernetes.io/tls']

const SAMPLES: Record<string, fc.Arbitrary<unknown>> = {
  string: fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'grapheme', maxLength: 12 })),
  boolean: fc.boolean(),
  int32: fc.oneof(fc.integer({ min: -5, max: 100 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  int64: fc.maxSafeInteger(),
  bytes: fc.uint8Array({ maxLength: 20 }).map((it) => Buffer.from(it).toString('base64')),
  quantity: fc.constantFrom('1', '500m', '1Gi', '2k', '0', '-1'),
  time: fc.constantFrom('2026-01-15T09:00:00Z', '1999-12-31T23:59:59Z'),
  'micro-time': fc.constantFrom('2026-01-15T09:00:00.123000Z', '2026-01-15T09:00:00.000000Z'),
  'int-or-string': fc.oneof(fc.integer({ min: 0, max: 65_535 }), fc.constantFrom('50%', 'http')),
}
