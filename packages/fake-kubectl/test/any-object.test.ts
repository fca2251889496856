/** Whatever fits a kind's schema, the server takes or refuses it in its own words; it never stumbles. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BUILT_IN } from '../src/api/kinds/built-in.ts'
import {
  createSchema,
  type FieldSchema,
  type SchemaFile,
  type TypeSchema,
  type ValueSchema,
} from '../src/api/schema.ts'
import { createCluster } from '../src/index.ts'
import kubernetes from '../src/schema/kubernetes.json' with { type: 'json' }
import { send } from './kit.ts'

const schema = createSchema(kubernetes as unknown as SchemaFile)
const MAX_DEPTH = 6
const KINDS = BUILT_IN.filter(
  ({ verbs, kind }) => verbs.includes('create') && verbs.includes('list') && kind !== 'CustomResourceDefinition',
)

const SCALARS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.constantFrom(
    '',
    'a',
    'A_b',
    'example.com/x',
    '10.0.0.1',
    '../x',
    '/x',
    '*',
    '@daily',
    'Always',
    'None',
    'In',
  ),
  boolean: fc.boolean(),
  int32: fc.constantFrom(-1, 0, 1, 80, 30_080, 70_000),
  int64: fc.constantFrom(-1, 0, 1, 600),
  number: fc.constantFrom(0, 1.5),
  bytes: fc.constantFrom('', 'eA=='),
  quantity: fc.constantFrom('0', '1', '100m', '-1', '1Gi', '0.5'),
  time: fc.constant('2026-01-15T09:00:00Z'),
  'micro-time': fc.constant('2026-01-15T09:00:00.000000Z'),
  'int-or-string': fc.constantFrom(0, 1, 80, '25%', 'http', '200%'),
  any: fc.constantFrom(null, {}, 'x'),
}

function valueOf(value: ValueSchema, depth: number): fc.Arbitrary<unknown> {
  if (value.kind === 'scalar') return SCALARS[value.scalar]!
  if (value.kind === 'struct') return structOf(value.type, depth - 1)
  if (value.kind === 'list') return fc.array(valueOf(value.items, depth), { maxLength: 2 })
  return fc.dictionary(fc.constantFrom('a', 'storage', 'cpu', 'A b'), valueOf(value.values, depth), { maxKeys: 2 })
}

function fieldOf(field: FieldSchema, depth: number): fc.Arbitrary<unknown> {
  const value = valueOf(field.value, depth)
  return field.enum.length > 0 && field.value.kind === 'scalar'
    ? fc.oneof(fc.constantFrom(...field.enum), value)
    : value
}

function structOf(type: TypeSchema, depth: number): fc.Arbitrary<object> {
  if (depth <= 0) return fc.constant({})
  const fields = [...type.fields.values()].filter(({ name }) => !['apiVersion', 'kind', 'metadata'].includes(name))
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, fieldOf(field, depth)])), { requiredKeys: [] })
}

describe('any object', () => {
  test.each(KINDS)(
    'of kind $kind ($group/$version) is taken or refused',
    async ({ group, version, kind, plural, namespaced }) => {
      const cluster = createCluster({ world: { nodes: 0 } })
      const path = `${group === '' ? '/api' : `/apis/${group}`}/${version}/${namespaced ? 'namespaces/default/' : ''}${plural}`
      const objects = structOf(schema.kind(group, version, kind)!, MAX_DEPTH)

      await fc.assert(
        fc.asyncProperty(objects, async (object) => {
          const { code, body } = await send(cluster, 'POST', path, { metadata: { generateName: 'x-' }, ...object })
          expect([201, 400, 403, 404, 422], JSON.stringify(body)).toContain(code)
          if (code !== 201) return
          const again = await send(cluster, 'PUT', `${path}/${body.metadata.name}`, { ...body, ...object })
          expect([200, 400, 403, 404, 409, 422], JSON.stringify(again.body)).toContain(again.code)
        }),
        { numRuns: 8, seed: 1 },
      )
    },
  )
})
