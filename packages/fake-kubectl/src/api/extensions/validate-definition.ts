/**
 * Is a CustomResourceDefinition one the server can serve? In the real server's words.
 * Source: apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go.
 */
import { equal, type KubeObject } from '../meta.ts'
import { nameErrors } from '../names.ts'
import { forbiddenValue, invalidValue, requiredValue, type FieldError } from '../status.ts'
import { isTrue, readable, type DefinedVersion, type Definition } from './definition.ts'
import { approvalFaults } from './approval.ts'
import { notSupported } from './errors.ts'
import { labelFaults, namesFaults } from './validate-names.ts'
import { hasSchema, partFaults } from './validate-version.ts'

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

function ownFaults({ name, deprecated, deprecationWarning }: DefinedVersion, path: string): FieldError[] {
  const isOdd = deprecationWarning !== undefined && !deprecated
  const why = 'can only be set for deprecated versions'
  return [
    ...labelFaults(`${path}.name`, name),
    ...(isOdd ? [invalidValue(`${path}.deprecationWarning`, deprecationWarning, why)] : []),
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
