/**
 * What is wrong with a field, in the words of Kubernetes' field errors that only schemas need.
 * Source: apimachinery/pkg/util/validation/field/errors.go.
 */
import type { FieldError } from '../status.ts'

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((it) => JSON.stringify(it)).join(', ')
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`
  return { field, reason: 'FieldValueNotSupported', message }
}

export function typeInvalid(field: string, value: unknown, why: string): FieldError {
  return { field, reason: 'FieldValueTypeInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}` }
}

export function duplicate(field: string, value: unknown): FieldError {
  return { field, reason: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(value)}` }
}

export function tooLong(field: string, maxBytes: number): FieldError {
  const message = `Too long: may not be more than ${maxBytes} ${maxBytes === 1 ? 'byte' : 'bytes'}`
  return { field, reason: 'FieldValueTooLong', message }
}

export function tooMany(field: string, count: number, max: number): FieldError {
  const message = `Too many: ${count}: must have at most ${max} ${max === 1 ? 'item' : 'items'}`
  return { field, reason: 'FieldValueTooMany', message }
}
