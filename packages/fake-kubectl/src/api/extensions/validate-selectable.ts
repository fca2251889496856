/**
 * The fields of a custom kind that a fieldSelector may name: scalars, outside of the metadata, at most eight.
 * Source: apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go, ValidateCustomResourceSelectableFields.
 */
import { invalidValue, requiredValue, type FieldError } from '../status.ts'
import type { DefinedVersion } from './definition.ts'
import { duplicate, tooMany } from './errors.ts'
import { structural, type Structural } from './structural.ts'

const MAX_FIELDS = 8

export function selectableFaults({ selectableFields = [], schema }: DefinedVersion, path: string): FieldError[] {
  const root = structural(schema?.openAPIV3Schema)
  const paths = selectableFields.map((it) => it?.jsonPath ?? '')
  const faults = paths.flatMap((jsonPath, i) => {
    const field = `${path}[${i}].jsonPath`
    if (jsonPath === '') return [requiredValue(field, '')]
    if (paths.indexOf(jsonPath) < i) return [duplicate(field, jsonPath)]
    return pathFaults(root, jsonPath, field)
  })
  const distinct = new Set(paths).size
  return [...faults, ...(distinct > MAX_FIELDS ? [tooMany(path, distinct, MAX_FIELDS)] : [])]
}

function pathFaults(root: Structural, jsonPath: string, field: string): FieldError[] {
  const steps = jsonPath.replace(/^\./, '').split('.')
  const [first] = steps
  const found = steps.reduce<Structural | undefined>((schema, step) => schema?.properties.get(step), root)
  if (first === 'metadata') return [invalidValue(field, jsonPath, 'must not point to fields in metadata')]
  if (!found || !jsonPath.startsWith('.'))
    return [invalidValue(field, jsonPath, 'is an invalid path: does not refer to a valid field')]
  if (['string', 'boolean', 'integer'].includes(found.type)) return []
  const why =
    'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'
  return [invalidValue(field, jsonPath, why)]
}
