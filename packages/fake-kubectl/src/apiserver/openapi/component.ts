/**
 * A type as OpenAPI describes it: properties, what is required, how lists merge. The same for versions 3 and 2 but for
 * where references point and what may stand beside one.
 * Source: kube-openapi/pkg/generators/openapi.go; published documents of a 1.36 server.
 */
import type { Fields } from '../../api/meta.ts'
import type { FieldSchema, Scalar, TypeSchema, ValueSchema } from '../../api/schema.ts'

/** By type, by field; the type's own under `''`. */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>

export type Dialect = {
  readonly version: 2 | 3
  readonly descriptions: Descriptions
  /** Told of each type that is referred to. */
  readonly refer: (name: string) => void
  /** Types that merge only as a whole. */
  readonly atomic: Set<string>
}

export function component(type: TypeSchema, dialect: Dialect): Record<string, unknown> {
  const fields = [...type.fields.values()]
  const texts = dialect.descriptions[type.name] ?? {}
  const properties = fields.map((field) => [field.name, property(field, texts[field.name], dialect)])
  const required = fields.filter((field) => field.required).map(({ name }) => name)
  return {
    ...(texts[''] && { description: texts[''] }),
    type: 'object',
    ...(fields.length > 0 && { properties: Object.fromEntries(properties) }),
    ...(required.length > 0 && { required }),
  }
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'

function property(field: FieldSchema, description: string | undefined, dialect: Dialect): Fields {
  const schema = valueSchema(field.value, dialect, field)
  const text = description && { description }
  const own = {
    ...text,
    ...merging(field),
    ...(field.zero === 'written' && dialect.version === 3 && zero(field.value)),
  }
  if (!('$ref' in schema)) return { ...own, ...schema, ...enumeration(field) }
  if (Object.keys(own).length === 0) return schema
  // Nothing may stand beside a reference in version 3.
  return dialect.version === 3 ? { ...own, allOf: [schema] } : { ...own, ...schema }
}

function enumeration({ enum: values, value }: FieldSchema): Fields {
  return values.length > 0 && value.kind === 'scalar' ? { enum: values } : {}
}

/** The zero value, where an absent field has it. */
function zero(value: ValueSchema): Fields {
  if (value.kind === 'struct') return { default: {} }
  if (value.kind !== 'scalar') return {}
  const zeros: Partial<Record<Scalar, unknown>> = { string: '', boolean: false, int32: 0, int64: 0, number: 0 }
  return value.scalar in zeros ? { default: zeros[value.scalar] } : {}
}

function merging({ patchStrategy, patchMergeKey, value }: FieldSchema): Fields {
  return {
    ...(value.kind === 'list' && { 'x-kubernetes-list-type': value.listType }),
    ...(value.kind === 'list' && value.listMapKeys.length > 0 && { 'x-kubernetes-list-map-keys': value.listMapKeys }),
    ...(value.kind === 'map' && value.atomic && { 'x-kubernetes-map-type': 'atomic' }),
    ...(patchMergeKey && { 'x-kubernetes-patch-merge-key': patchMergeKey }),
    ...(patchStrategy.length > 0 && { 'x-kubernetes-patch-strategy': patchStrategy.join(',') }),
  }
}

function valueSchema(value: ValueSchema, dialect: Dialect, field?: FieldSchema): Fields {
  switch (value.kind) {
    case 'struct':
      if (value.atomic) dialect.atomic.add(value.type.name)
      return reference(value.type.name, dialect)
    case 'scalar':
      return scalarSchema(value.scalar, dialect, field)
    case 'list':
      return { type: 'array', items: inner(value.items, dialect, field) }
    case 'map':
      return { type: 'object', additionalProperties: inner(value.values, dialect, field) }
  }
}

function inner(value: ValueSchema, dialect: Dialect, field: FieldSchema | undefined): Fields {
  const schema = valueSchema(value, dialect, field)
  if (dialect.version === 2) return schema
  if (value.kind === 'struct') return { allOf: [schema], default: {} }
  return { ...schema, ...zero(value) }
}

function scalarSchema(scalar: Scalar, dialect: Dialect, field: FieldSchema | undefined): Fields {
  if (scalar === 'any') return reference(ANYTHING[field?.name ?? ''] ?? RAW, dialect)
  const named = NAMED[scalar]
  return named ? reference(named, dialect) : PLAIN[scalar]!
}

export function reference(name: string, dialect: Dialect): { $ref: string } {
  dialect.refer(name)
  return { $ref: `#/${dialect.version === 3 ? 'components/schemas' : 'definitions'}/${name}` }
}

const RAW = 'io.k8s.apimachinery.pkg.runtime.RawExtension'
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity'
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'
const EXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'

const NAMED: Partial<Record<Scalar, string>> = {
  quantity: QUANTITY,
  'int-or-string': INT_OR_STRING,
  time: `${META}.Time`,
  'micro-time': `${META}.MicroTime`,
}

/** Fields that hold any JSON have types of their own for it. */
const ANYTHING: Readonly<Record<string, string>> = {
  fieldsV1: `${META}.FieldsV1`,
  additionalItems: `${EXTENSIONS}.JSONSchemaPropsOrBool`,
  additionalProperties: `${EXTENSIONS}.JSONSchemaPropsOrBool`,
  items: `${EXTENSIONS}.JSONSchemaPropsOrArray`,
  dependencies: `${EXTENSIONS}.JSONSchemaPropsOrStringArray`,
  default: `${EXTENSIONS}.JSON`,
  enum: `${EXTENSIONS}.JSON`,
  example: `${EXTENSIONS}.JSON`,
  status: `${EXTENSIONS}.CustomResourceSubresourceStatus`,
}

const PLAIN: Partial<Record<Scalar, Fields>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  number: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
}

/** Types that are no structs, by their names. */
export function specialComponent(name: string, version: 2 | 3): Fields | undefined {
  const schema = SPECIAL[name]
  return version === 3 || !schema || !('oneOf' in schema) ? schema : { ...schema, oneOf: undefined, type: 'string' }
}

const SPECIAL: Readonly<Record<string, Fields>> = {
  [QUANTITY]: {
    description: 'A number with an optional suffix, as text: 500m, 1Gi. A plain number will do.',
    oneOf: [{ type: 'string' }, { type: 'number' }],
  },
  [INT_OR_STRING]: {
    description: 'A whole number, or text: a port or its name, a count or a percentage.',
    format: 'int-or-string',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
  },
  [`${META}.Time`]: {
    description: 'A time in whole seconds, as RFC 3339 writes it.',
    format: 'date-time',
    type: 'string',
  },
  [`${META}.MicroTime`]: { description: 'A time in microseconds.', format: 'date-time', type: 'string' },
  [`${META}.FieldsV1`]: { description: 'A set of fields, as a trie.', type: 'object' },
  [`${META}.Patch`]: { description: 'A patch, in the form that its media type says.', type: 'object' },
  [RAW]: { description: 'An object of any kind.', type: 'object' },
  [`${EXTENSIONS}.JSON`]: { description: 'Any JSON value.' },
  [`${EXTENSIONS}.JSONSchemaPropsOrBool`]: { description: 'A schema, or whether anything is allowed.' },
  [`${EXTENSIONS}.JSONSchemaPropsOrArray`]: { description: 'A schema, or a list of schemas.' },
  [`${EXTENSIONS}.JSONSchemaPropsOrStringArray`]: { description: 'A schema, or a list of names.' },
  [`${EXTENSIONS}.CustomResourceSubresourceStatus`]: { description: 'That there is a status.', type: 'object' },
}
