/**
 * The Swagger document as protobuf: the only form in which Go clients ask for it. kubectl does so for what version 3
 * cannot answer, a List, say, which it then checks by itself.
 * Source: gnostic, openapiv2/OpenAPIv2.proto.
 */
import type { Fields } from '../../api/meta.ts'
import { each, flag, message, named, text, wrapped, type MessageTable, type Writer } from './wire-writer.ts'

export function swaggerProtobuf(document: Fields): Uint8Array<ArrayBuffer> {
  return documentWriter(document)[0] as Uint8Array<ArrayBuffer>
}

/** Any value is YAML in a string; JSON is YAML. */
const any: Writer = (value) => wrapped(2, text)(JSON.stringify(value))

/** Fields whose names begin with `x-`. */
function extensions(number: number): readonly [number, (fields: object) => ReturnType<Writer>] {
  const write = named(any)
  return [number, (fields) => write(Object.fromEntries(Object.entries(fields).filter(([key]) => key.startsWith('x-'))))]
}

const schema: Writer = message(
  () => ({
    $ref: [1, text],
    format: [2, text],
    title: [3, text],
    description: [4, text],
    default: [5, any],
    pattern: [13, text],
    uniqueItems: [16, flag],
    required: [19, each(text)],
    enum: [20, each(any)],
    additionalProperties: [21, (it) => (typeof it === 'boolean' ? wrapped(2, flag)(it) : wrapped(1, schema)(it))],
    type: [22, wrapped(1, text)],
    items: [23, wrapped(1, schema)],
    allOf: [24, each(schema)],
    properties: [25, wrapped(1, named(schema))],
  }),
  extensions(31),
)

const body: Writer = message(() => ({
  description: [1, text],
  name: [2, text],
  in: [3, text],
  required: [4, flag],
  schema: [5, schema],
}))

/** A parameter in the query; one in the path has no `allowEmptyValue`, so its numbers are one lower from there. */
const query = message(() => parameterTable(0))
const path = message(() => parameterTable(-1))

function parameterTable(shift: number): MessageTable {
  return {
    required: [1, flag],
    in: [2, text],
    description: [3, text],
    name: [4, text],
    type: [6 + shift, text],
    format: [7 + shift, text],
    uniqueItems: [20 + shift, flag],
  }
}

const parameter: Writer = (it: { in: string }) => {
  const other = it.in === 'query' ? wrapped(3, query) : wrapped(4, path)
  return wrapped(1, it.in === 'body' ? wrapped(1, body) : wrapped(2, other))(it)
}

const response: Writer = message(() => ({ description: [1, text], schema: [2, wrapped(1, schema)] }))

const operation: Writer = message(
  () => ({
    tags: [1, each(text)],
    description: [3, text],
    operationId: [5, text],
    produces: [6, each(text)],
    consumes: [7, each(text)],
    parameters: [8, each(parameter)],
    responses: [9, wrapped(1, named(wrapped(1, response)))],
    schemes: [10, each(text)],
  }),
  extensions(13),
)

const pathItem: Writer = message(() => ({
  get: [2, operation],
  put: [3, operation],
  post: [4, operation],
  delete: [5, operation],
  patch: [8, operation],
  parameters: [9, each(parameter)],
}))

const documentWriter: Writer = message(() => ({
  swagger: [1, text],
  info: [2, message(() => ({ title: [1, text], version: [2, text] }))],
  paths: [8, wrapped(2, named(pathItem))],
  definitions: [9, wrapped(1, named(schema))],
}))
