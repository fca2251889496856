/**
 * Is a value what its schema says? In the words of the OpenAPI validator the real server uses: the field's path stands in
 * the message once more, and `in body` behind it.
 * Source: kube-openapi/pkg/validation/validate; apiextensions-apiserver/pkg/apiserver/validation/validation.go.
 */
import { equal, isFields, own, type Fields } from '../meta.ts'
import { invalidValue, requiredValue, type FieldError } from '../status.ts'
import { notSupported, tooMany, typeInvalid } from './errors.ts'
import type { Structural } from './structural.ts'
import { numberFaults, stringFaults } from './validate-scalar.ts'

/** Where a value stands: its field, and what the validator, which may begin below the root, calls it. */
export type Place = { readonly field: string; readonly name: string }

/** @param prefix the field the value stands in, when it is not a whole object */
export function validateValue(schema: Structural, value: unknown, prefix = ''): FieldError[] {
  return valueFaults(schema, value, { field: prefix, name: '' })
}

function valueFaults(schema: Structural, value: unknown, place: Place): FieldError[] {
  const wrongType = typeFault(schema, value, place)
  if (value === null) return [...wrongType, ...enumFault(schema, value, place)]
  return [
    ...wrongType,
    ...combinationFaults(schema, value, place),
    ...(typeof value === 'string' ? stringFaults(schema, value, place) : []),
    ...(typeof value === 'number' ? numberFaults(schema, value, place) : []),
    ...(Array.isArray(value) ? listFaults(schema, value, place) : []),
    ...enumFault(schema, value, place),
    ...(isFields(value) ? objectFaults(schema, value, place) : []),
  ]
}

function below({ field, name }: Place, key: string): Place {
  const separated = key.startsWith('[') ? key : `.${key}`
  return { field: joined(field, separated), name: joined(name, separated) }
}

function joined(path: string, step: string): string {
  return path === '' ? step.replace(/^\./, '') : path + step
}

function typeFault({ type, isIntOrString, nullable }: Structural, value: unknown, place: Place): FieldError[] {
  const types = isIntOrString ? ['integer', 'string'] : type === '' ? [] : [type]
  if (types.length === 0 || (value === null && nullable)) return []
  const found = jsonSchemaType(value)
  if (types.includes(found) || (found === 'integer' && types.includes('number'))) return []
  const why = `${place.name} in body must be of type ${types.join(',')}: ${JSON.stringify(found)}`
  return [typeInvalid(place.field, found, why)]
}

function jsonSchemaType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function enumFault({ written }: Structural, value: unknown, { field }: Place): FieldError[] {
  const allowed = written['enum']
  if (!Array.isArray(allowed) || allowed.some((it) => equal(it, value))) return []
  return [
    notSupported(
      field,
      value,
      allowed.map((it) => (typeof it === 'string' ? it : JSON.stringify(it))),
    ),
  ]
}

function listFaults(schema: Structural, list: readonly unknown[], place: Place): FieldError[] {
  const { field, name } = place
  const [min, max] = [bound(schema, 'minItems'), bound(schema, 'maxItems')]
  const { items } = schema
  return [
    ...(items ? list.flatMap((item, i) => valueFaults(items, item, below(place, `[${i}]`))) : []),
    ...(list.length < min
      ? [invalidValue(field, list.length, `${name} in body should have at least ${min} items`)]
      : []),
    ...(list.length > max ? [tooMany(field, list.length, max)] : []),
  ]
}

function objectFaults(schema: Structural, value: Fields, place: Place): FieldError[] {
  const { field, name } = place
  const count = Object.keys(value).length
  const [min, max] = [bound(schema, 'minProperties'), bound(schema, 'maxProperties')]
  const others = Object.entries(value).filter(([key]) => !schema.properties.has(key))
  const { additional } = schema
  return [
    ...(count < min ? [invalidValue(field, count, `${name} in body should have at least ${min} properties`)] : []),
    ...(count > max ? [tooMany(field, count, max)] : []),
    ...(additional === false
      ? others.map(([key]) => invalidValue(field, key, `${name}.${key} in body is a forbidden property`))
      : []),
    ...(typeof additional === 'object'
      ? others.flatMap(([key, item]) => valueFaults(additional, item, below(place, key)))
      : []),
    ...[...schema.properties].flatMap(([key, property]) =>
      own(value, key) === undefined ? [] : valueFaults(property, own(value, key), below(place, key)),
    ),
    ...schema.required
      .filter((key) => own(value, key) === undefined)
      .map((key) => requiredValue(below(place, key).field, '')),
  ]
}

/** A bound the schema sets; without one, a bound that nothing exceeds. */
function bound({ written }: Structural, name: string): number {
  const value = written[name]
  return typeof value === 'number' ? value : name.startsWith('min') ? 0 : Infinity
}

/** allOf, anyOf, oneOf, not. What they say of no single field, the real server says of `<nil>`. */
function combinationFaults(schema: Structural, value: unknown, place: Place): FieldError[] {
  const { allOf, anyOf, oneOf, not } = schema
  const name = JSON.stringify(place.name)
  const faults = (it: Structural) => valueFaults(it, value, place)
  const any = anyOf.map((it) => faults(it))
  const one = oneOf.map((it) => faults(it))
  const all = allOf.map((it) => faults(it))
  const valid = one.filter((it) => it.length === 0).length
  const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`
  return [
    ...(any.length > 0 && any.every((it) => it.length > 0)
      ? [of(`${name} must validate at least one schema (anyOf)`), ...nearest(any)]
      : []),
    ...(one.length > 0 && valid !== 1
      ? [of(`${name} must validate one and only one schema (oneOf). ${found}`), ...(valid === 0 ? nearest(one) : [])]
      : []),
    ...(all.some((it) => it.length > 0)
      ? [...all.flat(), of(`${name} must validate all the schemas (allOf)${noneOf(all)}`)]
      : []),
    ...(not && faults(not).length === 0 ? [of(`${name} must not validate the schema (not)`)] : []),
  ]
}

function of(message: string): FieldError {
  return invalidValue('<nil>', '', message)
}

function noneOf(all: readonly FieldError[][]): string {
  return all.every((it) => it.length > 0) ? '. None validated' : ''
}

/** The alternative that failed least. */
function nearest(alternatives: readonly FieldError[][]): FieldError[] {
  return alternatives.reduce((best, it) => (it.length < best.length ? it : best))
}
