/**
 * Fields of CustomResourceDefinitions that are any JSON to the schema, but have a message of their own on the wire: a
 * schema or a boolean, a schema or a list of them, a schema or names.
 * Source: apiextensions-apiserver/pkg/apis/apiextensions/v1/generated.proto.
 */
import type { WireField } from './wire.ts'

type Union = (fields: readonly WireField[], schema: (bytes: Uint8Array) => unknown) => unknown

const PROPS = 'v1.JSONSchemaProps'

export const UNIONS: Readonly<Record<string, Union>> = {
  [`${PROPS}.items`]: (fields, schema) => {
    const [one] = numbered(fields, 1)
    return one ? schema(one.bytes) : numbered(fields, 2).map(({ bytes }) => schema(bytes))
  },
  [`${PROPS}.additionalProperties`]: schemaOrBoolean,
  [`${PROPS}.additionalItems`]: schemaOrBoolean,
  [`${PROPS}.dependencies`]: (fields, schema) => {
    const [one] = numbered(fields, 1)
    return one ? schema(one.bytes) : numbered(fields, 2).map(({ bytes }) => new TextDecoder().decode(bytes))
  },
  'v1.CustomResourceSubresources.status': () => ({}),
}

function schemaOrBoolean(fields: readonly WireField[], schema: (bytes: Uint8Array) => unknown): unknown {
  const [inner] = numbered(fields, 2)
  return inner ? schema(inner.bytes) : (numbered(fields, 1)[0]?.integer ?? 0n) !== 0n
}

function numbered(fields: readonly WireField[], wanted: number): WireField[] {
  return fields.filter(({ number }) => number === wanted)
}
