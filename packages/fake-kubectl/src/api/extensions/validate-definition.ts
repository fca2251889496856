/**
 * Is a CustomResourceDefinition one the server can serve? In the real server's words.
 * Source: apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go.
 */
import { equal, type KubeObject } from '../meta.ts'
import { nameErrors } from '../names.ts'
import { forbiddenValue, invalidValue, requiredValue, type FieldError } from '../status.ts'
import { isTrue, readable, type DefinedVersion, type Definition, type Names, type PrinterColumn } from './definition.ts'
import { notSupported } from './errors.ts'
import { selectableFaults } from './validate-selectable.ts'
import { schemaFaults } from './validate-schema.ts'

export function definitionFaults(object: KubeObject): FieldError[] {
  const definition = readable(object)
  return [...ownNameFaults(definition), ...specFaults(definition), ...approvalFaults(definition)]
}

/** What may not change any more. */
export function definitionUpdateFaults(object: KubeObject, before: KubeObject): FieldError[] {
  const [next, previous] = [readable(object), readable(before)]
  const fixed: [string, unknown, unknown][] = [
    ...(isTrue(previous, 'Established')
      ? ([
          ['spec.scope', next.spec.scope, previous.spec.scope],
          ['spec.names.kind', next.spec.names.kind, previous.spec.names.kind],
        ] as [string, unknown, unknown][])
      : []),
    ['spec.group', next.spec.group, previous.spec.group],
    ['spec.names.plural', next.spec.names.plural, previous.spec.names.plural],
  ]
  const changed = fixed.filter(([, now, then]) => !equal(now, then))
  return [...changed.map(([field, now]) => invalidValue(field, now, 'field is immutable')), ...storedFaults(next)]
}

function ownNameFaults({ metadata, spec }: Definition): FieldError[] {
  const { name } = metadata
  const isOwn = name === `${spec.names.plural}.${spec.group}`
  return isOwn ? [] : [invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group')]
}

function specFaults({ spec }: Definition): FieldError[] {
  const { group, scope, names, versions = [], conversion } = spec
  const storages = versions.filter((version) => version.storage).length
  const unique = new Set(versions.map((version) => version.name)).size === versions.length
  return [
    ...groupFaults(group),
    ...choiceFaults('spec.scope', scope, ['Cluster', 'Namespaced']),
    ...versions.flatMap((version, i) =>
      hasSchema(version) ? [] : [requiredValue(`spec.versions[${i}].schema.openAPIV3Schema`, '')],
    ),
    ...versions.flatMap((version, i) => ownFaults(version, `spec.versions[${i}]`)),
    ...partFaults(versions),
    ...(unique ? [] : [invalidValue('spec.versions', versions, 'must contain unique version names')]),
    ...(storages === 1
      ? []
      : [invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version')]),
    ...namesFaults(names),
    ...choiceFaults('spec.conversion.strategy', conversion?.strategy, ['None', 'Webhook']),
    ...webhookFaults(conversion),
    ...(spec.preserveUnknownFields === true ? [invalidValue('spec.preserveUnknownFields', true, PRESERVE)] : []),
  ]
}

const PRESERVE =
  'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'

/** What all versions have in common, the real server looks at, and names, as a part of the spec itself. */
function partFaults(versions: readonly DefinedVersion[]): FieldError[] {
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

function groupFaults(group: string): FieldError[] {
  if (!group) return [requiredValue('spec.group', '')]
  const errors = nameErrors(group, 'subdomain')
  if (errors.length > 0) return [invalidValue('spec.group', group, errors.join(','))]
  return group.includes('.') ? [] : [invalidValue('spec.group', group, 'should be a domain with at least one dot')]
}

function choiceFaults(field: string, value: string | undefined, choices: readonly string[]): FieldError[] {
  if (!value) return [requiredValue(field, '')]
  return choices.includes(value) ? [] : [notSupported(field, value, choices)]
}

/** This server has nobody to ask. */
function webhookFaults(conversion: Definition['spec']['conversion']): FieldError[] {
  if (conversion?.strategy !== 'Webhook') return []
  return [
    forbiddenValue('spec.conversion.strategy', 'the simulator has no conversion webhooks (SCOPE.md, crd:webhook)'),
  ]
}

function hasSchema({ schema }: DefinedVersion): boolean {
  return schema?.openAPIV3Schema !== undefined && schema.openAPIV3Schema !== null
}

function ownFaults({ name, deprecated, deprecationWarning }: DefinedVersion, path: string): FieldError[] {
  const isOdd = deprecationWarning !== undefined && !deprecated
  const why = 'can only be set for deprecated versions'
  return [
    ...labelFaults(`${path}.name`, name),
    ...(isOdd ? [invalidValue(`${path}.deprecationWarning`, deprecationWarning, why)] : []),
  ]
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

function namesFaults(names: Names): FieldError[] {
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

function labelFaults(field: string, name: string): FieldError[] {
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

/** A version that objects may still be stored in does not go away. */
function storedFaults({ spec, status }: Definition): FieldError[] {
  const stored = status?.storedVersions ?? []
  const names = spec.versions.map(({ name }) => name)
  return stored.flatMap((name, i) => {
    if (names.includes(name)) return []
    const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`
    return [invalidValue(`status.storedVersions[${i}]`, name, why)]
  })
}

const PROTECTED = /(^|\.)(k8s|kubernetes)\.io$/
const APPROVED = 'api-approved.kubernetes.io'

/** Kubernetes' own groups are not for everybody. */
function approvalFaults({ metadata, spec }: Definition): FieldError[] {
  if (!PROTECTED.test(spec.group)) return []
  const approval = metadata.annotations?.[APPROVED] ?? ''
  const field = `metadata.annotations[${APPROVED}]`
  if (approval === '')
    return [
      requiredValue(
        field,
        'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
      ),
    ]
  if (approval.startsWith('unapproved') || URL.canParse(approval)) return []
  const why = `protected groups must have approval annotation "api-approved.kubernetes.io" with either a URL or a reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111`
  return [invalidValue(field, approval, why)]
}
