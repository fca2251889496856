/**
 * Bodies as Go clients send them since kubectl 1.32: an envelope that names the kind, and in it the object, its fields by
 * their numbers in the schema. Becomes the JSON value that the same object would be.
 * Source: apimachinery/pkg/runtime/serializer/protobuf; generated.proto of k8s.io/api.
 */
import { formatMicroTime, formatTime, type Fields } from '../../api/meta.ts'
import { goName, type FieldSchema, type Scalar, type TypeSchema, type ValueSchema } from '../../api/schema.ts'
import { UNIONS } from './protobuf-unions.ts'
import { BYTES, FIXED_64, readFields, readPacked, VARINT, type WireField } from './wire.ts'

export type Envelope = { readonly apiVersion: string; readonly kind: string; readonly raw: Uint8Array }

const MAGIC = [0x6b, 0x38, 0x73, 0x00] // "k8s" and a zero byte

/** @throws SyntaxError with Go's words */
export function readEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length === 0) throw new SyntaxError('empty data')
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) {
    throw new SyntaxError(
      `provided data does not appear to be a protobuf message, expected prefix [${MAGIC.join(' ')}]`,
    )
  }
  if (bytes.length === MAGIC.length) throw new SyntaxError('empty body')
  const [typeMeta, raw] = lastOf(readFields(bytes.subarray(MAGIC.length), 'Unknown'), 1, 2)
  const [apiVersion, kind] = lastOf(readFields(typeMeta?.bytes ?? new Uint8Array(), 'TypeMeta'), 1, 2)
  return { apiVersion: utf8(apiVersion), kind: utf8(kind), raw: raw?.bytes ?? new Uint8Array() }
}

function lastOf(fields: readonly WireField[], ...numbers: number[]): (WireField | undefined)[] {
  return numbers.map((wanted) => fields.findLast(({ number }) => number === wanted))
}

const MAX_DEPTH = 500

/** @throws SyntaxError with Go's words */
export function readMessage(type: TypeSchema, bytes: Uint8Array, depth = 0): Fields {
  const into: Record<string, unknown> = {}
  readInto(into, planOf(type), bytes, { message: goName(type).replace(/.*\./, ''), depth })
  return into
}

type Context = { readonly message: string; readonly depth: number }

function readInto(into: Record<string, unknown>, plan: Plan, bytes: Uint8Array, context: Context): void {
  if (context.depth > MAX_DEPTH) throw new SyntaxError('exceeded max depth')
  for (const wire of readFields(bytes, context.message)) {
    const planned = plan.get(wire.number)
    if (!planned) continue
    if ('inlined' in planned) readInto(into, planned.inlined, wire.bytes, context)
    else readField(into, planned, wire, context)
  }
}

function readField(into: Record<string, unknown>, planned: Planned, wire: WireField, { depth }: Context): void {
  const { field, union } = planned
  const { name, value } = field
  const read = (item: ValueSchema, it: WireField) => (union ? union(it.bytes, depth) : readItem(field, item, it, depth))
  if (value.kind === 'list') {
    into[name] = [...((into[name] as unknown[]) ?? []), ...listItems(value.items, wire, read)]
  } else if (value.kind === 'map') {
    const [key, item] = lastOf(readFields(wire.bytes, 'Entry'), 1, 2)
    const entry = [utf8(key), item ? read(value.values, item) : null] as const
    into[name] = Object.fromEntries([...Object.entries(into[name] ?? {}), entry])
  } else {
    into[name] = read(value, wire)
  }
}

function listItems(
  items: ValueSchema,
  wire: WireField,
  read: (items: ValueSchema, wire: WireField) => unknown,
): unknown[] {
  const isPacked = wire.wireType === BYTES && items.kind === 'scalar' && VARINTS.has(items.scalar)
  if (!isPacked) return [read(items, wire)]
  return readPacked(wire.bytes).map((integer) => read(items, { ...wire, wireType: VARINT, integer }))
}

function readItem(field: FieldSchema, schema: ValueSchema, wire: WireField, depth: number): unknown {
  const expected = wireTypeOf(schema)
  if (wire.wireType !== expected) {
    const goField = field.name === 'metadata' ? 'ObjectMeta' : field.name[0]!.toUpperCase() + field.name.slice(1)
    throw new SyntaxError(`proto: wrong wireType = ${wire.wireType} for field ${goField}`)
  }
  if (schema.kind === 'struct') return readMessage(schema.type, wire.bytes, depth + 1)
  if (schema.kind === 'scalar') return SCALARS[schema.scalar](wire)
  // A list in a map is a message with its items as field 1.
  const inner = schema.kind === 'list' ? schema.items : schema.values
  return readFields(wire.bytes, 'List').map((it) => readItem(field, inner, it, depth + 1))
}

const VARINTS: ReadonlySet<Scalar> = new Set(['boolean', 'int32', 'int64'])

function wireTypeOf(schema: ValueSchema): number {
  if (schema.kind !== 'scalar') return BYTES
  if (schema.scalar === 'number') return FIXED_64
  return VARINTS.has(schema.scalar) ? VARINT : BYTES
}

const SCALARS: Readonly<Record<Scalar, (wire: WireField) => unknown>> = {
  string: utf8,
  boolean: ({ integer }) => integer !== 0n,
  int32: ({ integer }) => Number(BigInt.asIntN(32, integer)),
  int64: ({ integer }) => Number(BigInt.asIntN(64, integer)),
  number: ({ bytes }) => new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true),
  bytes: ({ bytes }) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')),
  quantity: ({ bytes }) => utf8(lastOf(readFields(bytes, 'Quantity'), 1)[0]),
  time: (wire) => time(wire, formatTime),
  'micro-time': (wire) => time(wire, formatMicroTime),
  'int-or-string': ({ bytes }) => {
    const [kind, number, text] = lastOf(readFields(bytes, 'IntOrString'), 1, 2, 3)
    return (kind?.integer ?? 0n) === 0n ? Number(BigInt.asIntN(32, number?.integer ?? 0n)) : utf8(text)
  },
  any: ({ bytes }) => {
    const raw = utf8(lastOf(readFields(bytes, 'RawExtension'), 1)[0])
    return raw === '' ? null : (JSON.parse(raw) as unknown)
  },
}

/** The time that nobody set is Go's zero time, which is null in JSON. */
function time({ bytes }: WireField, format: (ms: number) => string): string | null {
  const [seconds, nanos] = lastOf(readFields(bytes, 'Time'), 1, 2)
  const ms = Number(BigInt.asIntN(64, seconds?.integer ?? 0n)) * 1000
  const micros = Number(BigInt.asIntN(32, nanos?.integer ?? 0n)) / 1000
  if (ms === 0 && micros === 0) return null
  const text = format(ms + Math.floor(micros / 1000))
  return text.endsWith('000Z') ? `${text.slice(0, -4)}${String(Math.floor(micros) % 1000).padStart(3, '0')}Z` : text
}

function utf8(field: WireField | undefined): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(field?.bytes ?? new Uint8Array())
}

type Union = (bytes: Uint8Array, depth: number) => unknown
type Planned = { readonly field: FieldSchema; readonly union: Union | undefined }
type Plan = Map<number, Planned | { readonly inlined: Plan }>

const plans = new WeakMap<TypeSchema, Plan>()

/** A type's fields by their numbers. */
function planOf(type: TypeSchema): Plan {
  const known = plans.get(type)
  if (known) return known
  const plan: Plan = new Map()
  plans.set(type, plan)
  for (const field of type.fields.values()) place(plan, field.numbers, { field, union: unionOf(type, field) })
  return plan
}

/** What Go inlines is a message of its own on the wire, in which the rest of the path counts. */
function place(plan: Plan, [number, ...rest]: readonly number[], planned: Planned): void {
  if (number === undefined) return
  if (rest.length === 0) return void plan.set(number, planned)
  const known = plan.get(number)
  const inlined: Plan = known && 'inlined' in known ? known.inlined : new Map()
  plan.set(number, { inlined })
  place(inlined, rest, planned)
}

function unionOf(type: TypeSchema, { name }: FieldSchema): Union | undefined {
  const read = UNIONS[`${goName(type)}.${name}`]
  return read && ((bytes, depth) => read(readFields(bytes, name), (inner) => readMessage(type, inner, depth + 1)))
}
