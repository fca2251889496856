/**
 * Label selectors, as objects: are they well-formed, and do they select these labels?
 * Source: apimachinery/pkg/apis/meta/v1/validation/validation.go.
 */
import type { Field } from './field.ts'
import { labelKey, labelValue } from './formats.ts'
import { validateLabels } from './metadata.ts'

export function validateSelector(selector: Field): void {
  if (!selector.isSet) return
  validateLabels(selector.at('matchLabels'))
  for (const requirement of selector.at('matchExpressions').items()) validateRequirement(requirement)
}

export function validateRequirement(requirement: Field): void {
  const [operator, values] = [requirement.at('operator'), requirement.at('values')]
  if (['In', 'NotIn'].includes(operator.value)) {
    values.require("must be specified when `operator` is 'In' or 'NotIn'")
  } else if (['Exists', 'DoesNotExist'].includes(operator.value)) {
    if (!values.isEmpty) values.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
  } else operator.invalid('not a valid selector operator', operator.value ?? '')
  requirement.at('key').is(labelKey)
  for (const value of values.items()) value.is(labelValue)
}

export function isEmptySelector({ value }: Field): boolean {
  return Object.keys(value?.matchLabels ?? {}).length + (value?.matchExpressions ?? []).length === 0
}

type Labels = Readonly<Record<string, string>>
type Requirement = { readonly key: string; readonly operator: string; readonly values?: readonly string[] }

/** undefined when the selector itself cannot be read. Nothing at all selects nothing. */
export function selects({ value: selector }: Field, labels: Labels = {}): boolean | undefined {
  if (!selector) return false
  const requirements: Requirement[] = [
    ...Object.entries((selector.matchLabels ?? {}) as Labels).map(([key, it]) => ({
      key,
      operator: 'In',
      values: [it],
    })),
    ...(selector.matchExpressions ?? []),
  ]
  if (requirements.some(({ operator }) => !['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator)))
    return undefined
  return requirements.every((requirement) => meets(requirement, labels))
}

function meets({ key, operator, values = [] }: Requirement, labels: Labels): boolean {
  const has = Object.hasOwn(labels, key)
  if (operator === 'Exists') return has
  if (operator === 'DoesNotExist') return !has
  const isIn = has && values.includes(labels[key]!)
  return operator === 'In' ? isIn : !isIn
}
