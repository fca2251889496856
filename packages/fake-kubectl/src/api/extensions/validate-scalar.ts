/**
 * Strings and numbers against their bounds, patterns and formats.
 * Source: kube-openapi/pkg/validation/validate/{validator,values}.go.
 */
import { invalidValue, type FieldError } from '../status.ts'
import { tooLong, typeInvalid } from './errors.ts'
import { goExpression } from './expression.ts'
import { isOfFormat } from './formats.ts'
import type { Structural } from './structural.ts'
import type { Place } from './validate-value.ts'

export function stringFaults({ written, type }: Structural, text: string, { field, name }: Place): FieldError[] {
  const { minLength, maxLength, pattern, format } = written
  const length = [...text].length
  if (typeof maxLength === 'number' && length > maxLength) return [tooLong(field, maxLength)]
  if (typeof minLength === 'number' && length < minLength)
    return [invalidValue(field, text, `${name} in body should be at least ${minLength} chars long`)]
  if (typeof pattern === 'string' && pattern !== '' && !goExpression(pattern).test(text))
    return [invalidValue(field, text, `${name} in body should match '${pattern}'`)]
  if (typeof format === 'string' && ['', 'string'].includes(type) && !isOfFormat(text, format))
    return [typeInvalid(field, text, `${name} in body must be of type ${format}: ${JSON.stringify(text)}`)]
  return []
}

export function numberFaults(schema: Structural, value: number, { field, name }: Place): FieldError[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema.written
  const wrong = (why: string) => invalidValue(field, value, `${name} in body should be ${why}`)
  return [
    ...rangeFault(schema, value, name),
    ...(typeof multipleOf === 'number' && !isMultiple(value, multipleOf) ? [wrong(`a multiple of ${multipleOf}`)] : []),
    ...(typeof minimum === 'number' && (exclusiveMinimum === true ? value <= minimum : value < minimum)
      ? [wrong(`greater than ${exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`)]
      : []),
    ...(typeof maximum === 'number' && (exclusiveMaximum === true ? value >= maximum : value > maximum)
      ? [wrong(`less than ${exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`)]
      : []),
  ]
}

const INT32 = 2 ** 31

function rangeFault({ type, written }: Structural, value: number, name: string): FieldError[] {
  if (type !== 'integer' || written['format'] !== 'int32' || (value >= -INT32 && value < INT32)) return []
  return [invalidValue('<nil>', '', `Checked value must be of type integer with format int32 in ${name}`)]
}

function isMultiple(value: number, factor: number): boolean {
  return Number.isInteger(factor < 1 ? (1 / factor) * value : value / factor)
}
