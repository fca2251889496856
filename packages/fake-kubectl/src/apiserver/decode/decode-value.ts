/**
 * From a JSON value to an object of a type, as Go's decoder makes it: fields the type does not have are dropped and told
 * of, a value of another type is an error in Go's words, null is absence, and what Go would not write is left out.
 * The same for bodies in JSON, YAML and protobuf, for the results of patches, and for manifests.
 * Source: sigs.k8s.io/json (UnmarshalStrict, case-sensitive); apimachinery/pkg/runtime/serializer/json.
 */
import { jsonType } from '../../api/go-format.ts'
import { isFields, type Fields } from '../../api/meta.ts'
import { goName, type FieldSchema, type TypeSchema, type ValueSchema } from '../../api/schema.ts'
import type { Notes } from './parse-json.ts'
import { decodeScalar } from './scalars.ts'
import { goTypeOf, GoTypeError } from './go-types.ts'
import { withZeroStructs, isCount, zeroValue } from '../../api/zero-values.ts'

/** Go's words for why a value is no object of its type. */
export class DecodeError extends Error {}

export type Decoded = {
  readonly object: Fields
  /** Unknown and repeated fields, in Go's words: `unknown field "spec.foo"`. */
  readonly strictErrors: readonly string[]
}

export type DecodeOptions = {
  /** What the JSON text told beside its values. */
  readonly notes?: Notes | undefined
  /** Added to each time: what the client's clock shows → virtual time. */
  readonly shiftMs?: number
}

/** @throws DecodeError */
export function decodeValue(type: TypeSchema, value: unknown, options: DecodeOptions = {}): Decoded {
  const walk: Walk = { path: [], strictErrors: new Set(), typeError: undefined, struct: '', ...options }
  const object = decodeStruct(walk, type, value)
  if (walk.typeError !== undefined) throw new DecodeError(walk.typeError)
  return { object, strictErrors: [...walk.strictErrors] }
}

/** Where the decoder stands: fields by name, keys of maps as `[key]`, items of lists by number. */
export type Step = string | number | readonly [string]

type Walk = DecodeOptions & {
  readonly path: Step[]
  readonly strictErrors: Set<string>
  /** Go decodes on after a value of the wrong type, and tells of the first one. */
  typeError: string | undefined
  /** The Go struct whose field is being read. */
  struct: string
}

const MAX_STRICT_ERRORS = 100

function decodeStruct(walk: Walk, type: TypeSchema, value: unknown): Fields {
  const object: Record<string, unknown> = {}
  if (!isFields(value)) {
    if (value !== null) mismatch(walk, value, goName(type))
  } else {
    const outer = walk.struct
    for (const key of Object.keys(value)) {
      const field = type.fields.get(key)
      if (field) decodeField(walk, type, field, value, object)
      else if (type.open) set(object, key, value[key])
      else strictError(walk, 'unknown field', key)
    }
    walk.struct = outer
    noteDuplicates(walk, value, type)
  }
  return withZeroStructs(type, object)
}

function decodeField(
  walk: Walk,
  type: TypeSchema,
  field: FieldSchema,
  from: Fields,
  into: Record<string, unknown>,
): void {
  walk.struct = type.name
  walk.path.push(field.name)
  const goType = field.goType ?? goTypeOf(field.value)
  const decoded = decodeItem(walk, field.value, { parent: from, key: field.name, goType })
  walk.path.pop()
  if (decoded !== undefined && !isLeftOut(field, decoded)) into[field.name] = decoded
}

/** What Go leaves out, and what says nothing though Go writes it: nobody need tell `""` from nothing in the store. */
function isLeftOut({ zero, value }: FieldSchema, decoded: unknown): boolean {
  if (zero === 'omitted') return isZero(decoded)
  if (zero !== 'written' || value.kind === 'struct' || isCount(value)) return false
  return isZero(decoded) || decoded === zeroValue(value)
}

/** One value and where it stands: its parent has the notes about it. */
type Place = { readonly parent: object; readonly key: string | number; readonly goType: string }

function decodeItem(walk: Walk, schema: ValueSchema, place: Place): unknown {
  const value = (place.parent as Record<string | number, unknown>)[place.key]
  if (value === null || value === undefined) return undefined
  switch (schema.kind) {
    case 'scalar':
      return scalar(walk, schema.scalar, value, place)
    case 'struct':
      return decodeStruct(walk, schema.type, value)
    case 'list':
      return list(walk, schema.items, value, place.goType)
    case 'map':
      return map(walk, schema.values, value, place.goType)
  }
}

function scalar(walk: Walk, kind: (ValueSchema & { kind: 'scalar' })['scalar'], value: unknown, place: Place): unknown {
  const spelling = walk.notes?.spellings.get(place.parent)?.get(place.key)
  try {
    return decodeScalar(kind, value, { spelling, goType: place.goType, shiftMs: walk.shiftMs ?? 0 })
  } catch (fault) {
    if (fault instanceof GoTypeError) {
      if (fault.ends) throw new DecodeError(inContext(walk, fault))
      walk.typeError ??= inContext(walk, fault)
      return undefined
    }
    if (fault instanceof SyntaxError || fault instanceof RangeError) throw new DecodeError(fault.message)
    throw fault
  }
}

function list(walk: Walk, items: ValueSchema, value: unknown, goType: string): unknown {
  if (!Array.isArray(value)) return mismatch(walk, value, goType)
  const itemType = goType.startsWith('[]') ? goType.slice(2) : goTypeOf(items)
  return value.map((_, i) => {
    walk.path.push(i)
    const item = decodeItem(walk, items, { parent: value, key: i, goType: itemType })
    walk.path.pop()
    return item ?? zeroValue(items)
  })
}

function map(walk: Walk, values: ValueSchema, value: unknown, goType: string): unknown {
  if (!isFields(value)) return mismatch(walk, value, goType)
  const decoded: Record<string, unknown> = {}
  const valueType = goTypeOf(values)
  // Go writes the keys of a map sorted, in errors too.
  for (const key of Object.keys(value).sort()) {
    walk.path.push([key])
    const item = decodeItem(walk, values, { parent: value, key, goType: valueType })
    walk.path.pop()
    set(decoded, key, item ?? zeroValue(values))
  }
  noteDuplicates(walk, value)
  return decoded
}

function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (isFields(value)) return Object.keys(value).length === 0
  return value === '' || value === 0 || value === false
}

function mismatch(walk: Walk, value: unknown, goType: string): undefined {
  walk.typeError ??= inContext(walk, new GoTypeError(jsonType(value), goType))
  return undefined
}

function inContext(walk: Walk, { found, goType }: GoTypeError): string {
  const fields = walk.path.filter((step) => typeof step === 'string')
  const where =
    fields.length === 0 ? 'Go value' : `Go struct field ${walk.struct.split('.').at(-1)}.${fields.join('.')}`
  return `json: cannot unmarshal ${found} into ${where} of type ${goType}`
}

function noteDuplicates(walk: Walk, fields: object, type?: TypeSchema): void {
  for (const key of walk.notes?.duplicates.get(fields) ?? []) {
    if (!type || type.open || type.fields.has(key)) strictError(walk, 'duplicate field', key)
  }
}

function strictError(walk: Walk, what: string, key: string): void {
  if (walk.strictErrors.size >= MAX_STRICT_ERRORS) return
  walk.strictErrors.add(`${what} ${JSON.stringify(pathText([...walk.path, key]))}`)
}

/** `spec.containers[0].foo`; a key of a map stands like a field. */
function pathText(path: readonly Step[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${typeof step === 'string' ? step : step[0]}`))
    .join('')
    .slice(1)
}

/** `object[key] = …` would not make a key `__proto__`. */
function set(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}
