/**
 * A structural schema in the form the built-in types have, for what works on all kinds alike: server-side apply, explain.
 * Source: apiextensions-apiserver/pkg/controller/openapi/builder; structured-merge-diff's typed schemas.
 */
import type { FieldSchema, ListType, Scalar, Schema, TypeSchema, ValueSchema } from '../schema.ts'
import { META_FIELDS, type Structural } from './structural.ts'

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'

/** The type of a custom kind's objects. */
export function customType(schema: Structural, name: string, builtIn: Schema): TypeSchema {
  const type = struct(schema, name)
  const text: ValueSchema = { kind: 'scalar', scalar: 'string' }
  const metadata: ValueSchema = { kind: 'struct', type: builtIn.type(OBJECT_META)!, atomic: false }
  const fields = new Map([...type.fields].filter(([field]) => !META_FIELDS.includes(field)))
  for (const field of ['apiVersion', 'kind']) fields.set(field, fieldOf(field, text, false))
  fields.set('metadata', fieldOf('metadata', metadata, false))
  return { ...type, fields }
}

function struct(schema: Structural, name: string): TypeSchema {
  const fields = [...schema.properties].map(([field, it]) => {
    const value = valueOf(it, `${name}.${field}`)
    return [field, fieldOf(field, value, schema.required.includes(field), it)] as const
  })
  return { name, fields: new Map(fields), open: schema.preservesUnknown }
}

function fieldOf(name: string, value: ValueSchema, required: boolean, schema?: Structural): FieldSchema {
  const allowed = schema?.written['enum']
  const texts = Array.isArray(allowed) ? allowed.filter((it) => typeof it === 'string') : []
  return { name, value, required, numbers: [], enum: texts, patchStrategy: [], patchMergeKey: undefined }
}

function valueOf(schema: Structural, name: string): ValueSchema {
  const { type, items, additional, properties, mapType, listType, listMapKeys, isIntOrString } = schema
  const atomic = mapType === 'atomic'
  if (isIntOrString) return { kind: 'scalar', scalar: 'int-or-string' }
  if (type === 'array')
    return {
      kind: 'list',
      items: items ? valueOf(items, name) : ANY,
      listType: (listType ?? 'atomic') as ListType,
      listMapKeys,
    }
  if (type === 'object' && typeof additional === 'object')
    return { kind: 'map', values: valueOf(additional, name), atomic }
  if (type === 'object' && properties.size === 0)
    return additional === true ? { kind: 'map', values: ANY, atomic } : open(schema, name)
  if (type === 'object' || properties.size > 0) return { kind: 'struct', type: struct(schema, name), atomic }
  if (type === 'string' && schema.written['format'] === 'date-time') return { kind: 'scalar', scalar: 'time' }
  return { kind: 'scalar', scalar: SCALARS[type] ?? 'any' }
}

/** An object nobody described: its fields are whatever they are. */
function open(schema: Structural, name: string): ValueSchema {
  return { kind: 'struct', type: struct(schema, name), atomic: schema.mapType === 'atomic' }
}

const ANY: ValueSchema = { kind: 'scalar', scalar: 'any' }

const SCALARS: Readonly<Record<string, Scalar>> = {
  string: 'string',
  boolean: 'boolean',
  integer: 'int64',
  number: 'number',
}
