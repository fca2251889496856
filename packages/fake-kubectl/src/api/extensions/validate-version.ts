/**
 * The parts of a version: its schema, the subresources, columns and selectable fields.
 * Source: apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go; v1/conversion.go.
 */
import { equal } from '../meta.ts'
import { invalidValue, requiredValue, type FieldError } from '../status.ts'
import type { DefinedVersion, PrinterColumn } from './definition.ts'
import { schemaFaults } from './validate-schema.ts'
import { selectableFaults } from './validate-selectable.ts'

/** What all versions have in common, the real server looks at, and names, as a part of the spec itself. */
export function partFaults(versions: readonly DefinedVersion[]): FieldError[] {
  return PARTS.flatMap(({ name, shared, faults }) => {
    const [first] = versions
    const same = versions.every((version) => equal(version[name], first?.[name]))
    if (first && same) return faults(first, `spec.${shared}`, versions)
    return versions.flatMap((version, i) => faults(version, `spec.versions[${i}].${name}`, [version]))
  })
}

type Part = {
  readonly name: 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields'
  readonly shared: string
  faults(version: DefinedVersion, path: string, having: readonly DefinedVersion[]): FieldError[]
}

const PARTS: readonly Part[] = [
  {
    name: 'schema',
    shared: 'validation',
    faults: (version, path, having) => {
      if (!hasSchema(version)) return []
      const hasStatus = having.some(({ subresources }) => subresources?.status !== undefined)
      return schemaFaults(version.schema!.openAPIV3Schema, `${path}.openAPIV3Schema`, hasStatus)
    },
  },
  { name: 'subresources', shared: 'subresources', faults: (version, path) => scaleFaults(version, `${path}.scale`) },
  {
    name: 'additionalPrinterColumns',
    shared: 'additionalPrinterColumns',
    faults: ({ additionalPrinterColumns = [] }, path) =>
      additionalPrinterColumns.flatMap((column, i) => columnFaults(column, `${path}[${i}]`)),
  },
  { name: 'selectableFields', shared: 'selectableFields', faults: selectableFaults },
]

export function hasSchema({ schema }: DefinedVersion): boolean {
  return schema?.openAPIV3Schema !== undefined && schema.openAPIV3Schema !== null
}

function scaleFaults({ subresources }: DefinedVersion, path: string): FieldError[] {
  const { scale } = subresources ?? {}
  if (!scale) return []
  return [
    ...pathFaults(`${path}.specReplicasPath`, scale.specReplicasPath, ['.spec.'], '.spec'),
    ...pathFaults(`${path}.statusReplicasPath`, scale.statusReplicasPath, ['.status.'], '.status'),
    ...(scale.labelSelectorPath
      ? pathFaults(
          `${path}.labelSelectorPath`,
          scale.labelSelectorPath,
          ['.spec.', '.status.'],
          'either .spec or .status',
        )
      : []),
  ]
}

function pathFaults(field: string, path: string, under: readonly string[], where: string): FieldError[] {
  if (!path) return [requiredValue(field, '')]
  if (!path.startsWith('.')) return [invalidValue(field, path, 'must be a simple json path starting with .')]
  if (under.some((prefix) => path.startsWith(prefix))) return []
  return [invalidValue(field, path, `should be a json path under ${where}`)]
}

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']

function columnFaults({ name, type, format, jsonPath }: PrinterColumn, path: string): FieldError[] {
  const oneOf = `must be one of ${COLUMN_TYPES.join(',')}`
  return [
    ...(name ? [] : [requiredValue(`${path}.name`, '')]),
    ...(!type ? [requiredValue(`${path}.type`, oneOf)] : []),
    ...(type && !COLUMN_TYPES.includes(type) ? [invalidValue(`${path}.type`, type, oneOf)] : []),
    ...(format && !COLUMN_FORMATS.includes(format)
      ? [invalidValue(`${path}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`)]
      : []),
    ...(!jsonPath ? [requiredValue(`${path}.JSONPath`, '')] : []),
    ...(jsonPath && !jsonPath.startsWith('.')
      ? [invalidValue(`${path}.JSONPath`, jsonPath, 'must be a simple json path starting with .')]
      : []),
  ]
}
