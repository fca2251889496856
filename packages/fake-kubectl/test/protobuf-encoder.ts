/** The other direction of protobuf.ts, for tests alone: an object as a Go client would send it. Not a test itself. */
import type { FieldSchema, TypeSchema, ValueSchema } from '../src/api/schema.ts'

export function envelope(apiVersion: string, kind: string, raw: Uint8Array): Uint8Array {
  const typeMeta = Buffer.concat([bytes(1, text(apiVersion)), bytes(2, text(kind))])
  return Buffer.concat([text('k8s\0'), bytes(1, typeMeta), bytes(2, raw), bytes(3, text('')), bytes(4, text(''))])
}

export function encodeMessage(type: TypeSchema, object: object): Uint8Array {
  const fields = Object.entries(object).flatMap(([name, value]) => {
    const field = type.fields.get(name)
    return field && field.numbers.length > 0 ? [placed(field, value)] : []
  })
  return Buffer.concat(fields)
}

/** What Go inlines is a message of its own. */
function placed(field: FieldSchema, value: unknown): Uint8Array {
  const numbers = [...field.numbers]
  const encoded = encodeField(numbers.pop()!, field.value, value)
  return numbers.reduceRight<Uint8Array>((inner, number) => bytes(number, inner), encoded)
}

function encodeField(number: number, schema: ValueSchema, value: unknown): Uint8Array {
  if (schema.kind === 'list')
    return Buffer.concat((value as unknown[]).map((item) => encodeField(number, schema.items, item)))
  if (schema.kind === 'struct') return bytes(number, encodeMessage(schema.type, value as object))
  if (schema.kind === 'scalar') return scalar(number, schema.scalar, value)
  const entries = Object.entries(value as object).map(([key, item]) => {
    const inner =
      schema.values.kind === 'list'
        ? bytes(2, encodeField(1, schema.values, item))
        : encodeField(2, schema.values, item)
    return bytes(number, Buffer.concat([bytes(1, text(key)), inner]))
  })
  return Buffer.concat(entries)
}

function scalar(number: number, kind: string, value: any): Uint8Array {
  switch (kind) {
    case 'boolean':
    case 'int32':
    case 'int64':
      return Buffer.concat([varint(BigInt(number) << 3n), varint(BigInt(value))])
    case 'bytes':
      return bytes(number, Buffer.from(value, 'base64'))
    case 'quantity':
      return bytes(number, bytes(1, text(value)))
    case 'time':
    case 'micro-time':
      return bytes(number, time(value))
    case 'int-or-string':
      return bytes(number, intOrString(value))
    case 'any':
      return bytes(number, bytes(1, text(JSON.stringify(value))))
    default:
      return bytes(number, text(value))
  }
}

function time(value: string): Uint8Array {
  const ms = Date.parse(value)
  return Buffer.concat([scalar(1, 'int64', Math.floor(ms / 1000)), scalar(2, 'int32', (ms % 1000) * 1e6)])
}

function intOrString(value: string | number): Uint8Array {
  if (typeof value === 'number') return Buffer.concat([scalar(1, 'int64', 0), scalar(2, 'int32', value)])
  return Buffer.concat([scalar(1, 'int64', 1), bytes(3, text(value))])
}

function bytes(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([varint((BigInt(number) << 3n) | 2n), varint(BigInt(content.length)), content])
}

function varint(value: bigint): Uint8Array {
  const out: number[] = []
  let rest = BigInt.asUintN(64, value)
  do {
    out.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Uint8Array.from(out)
}

function text(value: string): Uint8Array {
  return Buffer.from(value, 'utf8')
}
