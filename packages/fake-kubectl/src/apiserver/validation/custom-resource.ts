/**
 * What the server has against a custom resource, or against the definition of one.
 * Source: apiextensions-apiserver/pkg/registry/customresource/{strategy,validator}.go; pkg/apiserver/customresource_handler.go.
 */
import { definitionWarnings } from '../../api/extensions/warnings.ts'
import { definitionFaults, definitionUpdateFaults } from '../../api/extensions/validate-definition.ts'
import { embeddedFaults, listFaults } from '../../api/extensions/validate-lists.ts'
import { validateValue } from '../../api/extensions/validate-value.ts'
import { hasStatus, type CustomKind, type ResourceType } from '../../api/kinds/row.ts'
import { at, equal, isFields, type KubeObject } from '../../api/meta.ts'
import { invalidValue, type FieldError } from '../../api/status.ts'

/** What is wrong with a custom resource, or with the definition of one. */
export function extensionFaults(
  type: ResourceType,
  object: KubeObject,
  previous: KubeObject | undefined,
  subresource: string,
): FieldError[] {
  if (type.custom) {
    const faults = customFaults({ ...type, custom: type.custom }, object, subresource)
    return previous ? newFaults(faults, object, previous) : faults
  }
  if (type.storage !== DEFINITIONS || subresource === 'status') return []
  return [...definitionFaults(object), ...(previous ? definitionUpdateFaults(object, previous) : [])]
}

/** What is taken, but not as its author may think. */
export function extensionWarnings(type: ResourceType, object: KubeObject, previous?: KubeObject): string[] {
  if (type.storage !== DEFINITIONS) return []
  const before = new Set(previous ? definitionWarnings(previous) : [])
  return definitionWarnings(object).filter((warning) => !before.has(warning))
}

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io'

/** What its schema has against an object, or, when only its status is written, against that. */
function customFaults(
  type: ResourceType & { readonly custom: CustomKind },
  object: KubeObject,
  subresource: string,
): FieldError[] {
  const { schema } = type.custom
  if (subresource === 'status') {
    const status = schema.properties.get('status')
    const faults = status && 'status' in object ? validateValue(status, object['status'], 'status') : []
    return [...faults, ...scaleStatusFaults(type, object)]
  }
  const whole = { apiVersion: `${type.group}/${type.version}`, kind: type.kind, ...object }
  return [
    ...validateValue(schema, whole),
    ...scaleSpecFaults(type, object),
    ...scaleStatusFaults(type, object),
    ...embeddedFaults(schema, object),
    ...listFaults(schema, object),
  ]
}

/** A fault that was there before, in a value nobody has touched, is no reason to refuse what was changed beside it. */
function newFaults(faults: readonly FieldError[], object: KubeObject, previous: KubeObject): FieldError[] {
  return faults.filter(({ field, reason }) => {
    const path = reason === 'FieldValueRequired' ? field.slice(0, Math.max(0, field.lastIndexOf('.'))) : field
    const steps = path.match(/[^.[\]]+/g) ?? []
    return steps.length === 0 || !equal(under(object, steps), under(previous, steps))
  })
}

function under(object: KubeObject, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)]
    return isFields(value) && Object.hasOwn(value, step) ? value[step] : undefined
  }, object)
}

function scaleSpecFaults({ scale }: ResourceType, object: KubeObject): FieldError[] {
  return scale ? countFaults(scale.specReplicas, object) : []
}

function scaleStatusFaults(type: ResourceType, object: KubeObject): FieldError[] {
  return type.scale && hasStatus(type) ? countFaults(type.scale.statusReplicas, object) : []
}

const INT32_MAX = 2_147_483_647

function countFaults(path: string, object: KubeObject): FieldError[] {
  const count = at(object, path) ?? 0
  const wrong = (why: string) => [invalidValue(`.${path}`, count, why)]
  if (typeof count !== 'number')
    return wrong(`.${path} accessor error: ${JSON.stringify(count)} is of the type ${typeof count}, expected int64`)
  if (count < 0) return wrong('should be a non-negative integer')
  return count > INT32_MAX ? wrong(`should be less than or equal to ${INT32_MAX}`) : []
}
