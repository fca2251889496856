/**
 * Scalars of bodies: their types checked, their values as Kubernetes writes them back.
 * Source: Go's encoding/json literalStore; UnmarshalJSON of Quantity, Time, MicroTime, IntOrString, RawExtension.
 */
import { jsonType } from '../../api/go-format.ts'
import { formatMicroTime, formatTime } from '../../api/meta.ts'
import { canonicalQuantity } from '../../api/quantity-text.ts'
import type { Scalar } from '../../api/schema.ts'
import { parseMicroTime, parseTime } from './go-time.ts'
import { GoTypeError } from './go-types.ts'

export type ScalarContext = {
  /** How a number was written, where that says more than its value. */
  readonly spelling: string | undefined
  readonly goType: string
  readonly shiftMs: number
}

/** @throws GoTypeError, or SyntaxError or RangeError with Go's words */
export function decodeScalar(scalar: Scalar, value: unknown, context: ScalarContext): unknown {
  return DECODERS[scalar](value, context)
}

const DECODERS: Readonly<Record<Scalar, (value: unknown, context: ScalarContext) => unknown>> = {
  any: (value) => value,
  string: (value, { goType }) => (typeof value === 'string' ? value : refuse(value, goType)),
  boolean: (value, { goType }) => (typeof value === 'boolean' ? value : refuse(value, goType)),
  int32: (value, context) => integer(value, context, 31),
  int64: (value, context) => integer(value, context, 63),
  number: (value, { goType }) => (typeof value === 'number' ? value : refuse(value, goType)),
  bytes: (value, { goType }) => (typeof value === 'string' ? base64(value) : refuse(value, goType)),
  quantity: (value, context) => quantity(value, context),
  time: (value, { shiftMs }) => formatTime(parseTime(text(value)) + shiftMs),
  'micro-time': (value, { shiftMs }) => microTime(text(value), shiftMs),
  'int-or-string': (value, context) =>
    typeof value === 'string' ? value : integer(value, { ...context, goType: 'int32' }, 31, true),
}

function refuse(value: unknown, goType: string, ends = false): never {
  throw new GoTypeError(jsonType(value), goType, ends)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : refuse(value, 'string', true)
}

function integer(value: unknown, { spelling, goType }: ScalarContext, bits: number, ends = false): number {
  if (typeof value !== 'number') return refuse(value, goType, ends)
  const written = spelling ?? String(value)
  const fits = /^-?\d+$/.test(written) && BigInt.asIntN(bits + 1, BigInt(written)) === BigInt(written)
  if (!fits) throw new GoTypeError(`number ${written}`, goType, ends)
  return value
}

/** A number will do: it is read like text. */
function quantity(value: unknown, { spelling }: ScalarContext): string {
  if (typeof value === 'string') return canonicalQuantity(value.trim())
  return canonicalQuantity(typeof value === 'number' ? (spelling ?? String(value)) : JSON.stringify(value))
}

function microTime(value: string, shiftMs: number): string {
  const ms = parseMicroTime(value)
  const micros = /\.\d{3}(\d{3})/.exec(value)?.[1] ?? '000'
  return `${formatMicroTime(ms + shiftMs).slice(0, -4)}${micros}Z`
}

const BASE64 = /^[A-Za-z0-9+/]*$/

function base64(value: string): string {
  const packed = value.replace(/[\r\n]/g, '')
  const body = packed.replace(/={1,2}$/, '')
  const padding = packed.length - body.length
  if (BASE64.test(body) && packed.length % 4 === 0 && (padding === 0 || body.length % 4 === 4 - padding)) return packed
  throw new SyntaxError(`illegal base64 data at input byte ${badByte(packed, body)}`)
}

function badByte(packed: string, body: string): number {
  const bad = /[^A-Za-z0-9+/]/.exec(body)?.index
  if (bad !== undefined) return bad
  return packed.length % 4 === 0 ? body.length : packed.length - (packed.length % 4)
}
