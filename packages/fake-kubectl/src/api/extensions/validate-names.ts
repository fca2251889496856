/**
 * The names a CustomResourceDefinition asks for: what they may look like.
 * Source: apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go, ValidateCustomResourceDefinitionNames.
 */
import { invalidValue, requiredValue, type FieldError } from '../status.ts'
import type { Names } from './definition.ts'

export function namesFaults(names: Names): FieldError[] {
  const { plural, singular, kind, listKind, shortNames = [], categories = [] } = names
  return [
    ...(['plural', 'singular', 'kind', 'listKind'] as const).flatMap((name) =>
      names[name] ? [] : [requiredValue(`spec.names.${name}`, '')],
    ),
    ...(plural ? labelFaults('spec.names.plural', plural) : []),
    ...(singular ? labelFaults('spec.names.singular', singular) : []),
    ...kindFaults('spec.names.kind', kind),
    ...kindFaults('spec.names.listKind', listKind ?? ''),
    ...shortNames.flatMap((name, i) => labelFaults(`spec.names.shortNames[${i}]`, name)),
    ...(kind && kind === listKind
      ? [invalidValue('spec.names.listKind', listKind, 'kind and listKind may not be the same')]
      : []),
    ...categories.flatMap((name, i) => labelFaults(`spec.names.categories[${i}]`, name)),
  ]
}

function kindFaults(field: string, kind: string): FieldError[] {
  const errors = kind === '' ? [] : labelErrors(kind.toLowerCase())
  if (errors.length === 0) return []
  return [invalidValue(field, kind, `may have mixed case, but should otherwise match: ${errors.join(',')}`)]
}

export function labelFaults(field: string, name: string): FieldError[] {
  const errors = labelErrors(name)
  return errors.length > 0 ? [invalidValue(field, name, errors.join(','))] : []
}

const LABEL_1035 = `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`

function labelErrors(name: string): string[] {
  return [
    ...(name.length > 63 ? ['must be no more than 63 characters'] : []),
    ...(/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name) ? [] : [LABEL_1035]),
  ]
}
