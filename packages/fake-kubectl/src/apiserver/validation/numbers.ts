/** Numbers that may be percentages. Source: kubernetes/pkg/apis/apps/validation/validation.go, ValidatePositiveIntOrPercent. */
import type { Field } from './field.ts'
import { percent } from './formats.ts'

export function validateIntOrPercent(value: Field): void {
  if (typeof value.value === 'string') value.is(percent)
  else value.nonNegative()
}

export function atMost100Percent(field: Field): void {
  const { value } = field
  if (typeof value === 'string' && /^\d+%$/.test(value) && Number.parseInt(value, 10) > 100)
    field.invalid('must not be greater than 100%')
}

export function isNothing(value: unknown): boolean {
  return value === 0 || (typeof value === 'string' && Number.parseInt(value, 10) === 0)
}
