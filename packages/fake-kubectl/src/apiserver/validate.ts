/**
 * Is the object well-formed enough to store? Names, what a kind must have, what may not change, quantities, RBAC rules.
 * Source: kubernetes/pkg/apis/core/validation, pkg/apis/rbac/validation.
 */
import { at, equal, isFields, type KubeObject } from '../api/meta.ts'
import { nameErrors } from '../api/names.ts'
import { parseQuantity } from '../api/quantity.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import { badRequest, forbiddenValue, invalid, invalidValue, requiredValue, type FieldError } from '../api/status.ts'
import { extensionFaults } from './custom-resource.ts'
import { rbacFaults } from './validate-rbac.ts'

/** @throws ApiError 422 with every field that is wrong */
export function validate(type: ResourceType, object: KubeObject, previous?: KubeObject, subresource = ''): void {
  checkData(type, object)
  const errors = [
    ...nameFaults(type, object),
    ...missing(type, object),
    ...containerFaults(type, object),
    ...rbacFaults(type, object),
    ...extensionFaults(type, object, previous, subresource),
  ]
  if (errors.length > 0) throw invalid(type.kind, type.group, object.metadata.name ?? '', errors)
}

/** @throws ApiError 422 when a field changed that may not */
export function validateUpdate(type: ResourceType, object: KubeObject, previous: KubeObject, subresource = ''): void {
  const changed = (type.immutableFields ?? []).filter(([path]) => !equal(at(object, path), at(previous, path)))
  const errors = changed.map(([path, why]) => invalidValue(path, at(object, path), why))
  if (previous['immutable'] === true) errors.push(...immutableData(object, previous))
  if (type.storage === 'pods' && subresource === '' && !equal(fixedSpec(object), fixedSpec(previous)))
    errors.push(forbiddenValue('spec', POD_UPDATE))
  if (errors.length > 0) throw invalid(type.kind, type.group, object.metadata.name, errors)
}

const POD_UPDATE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

/** The parts of a pod's spec that stay as they were created. */
function fixedSpec({ spec }: KubeObject): unknown {
  const { tolerations: _tolerations, activeDeadlineSeconds: _deadline, ...rest } = spec as Record<string, unknown>
  const withoutImages = (list: unknown) =>
    Array.isArray(list) ? list.map((it) => ({ ...(it as object), image: '' })) : list
  return {
    ...rest,
    containers: withoutImages(rest['containers']),
    initContainers: withoutImages(rest['initContainers']),
  }
}

function immutableData(object: KubeObject, previous: KubeObject): FieldError[] {
  const fields = ['data', 'binaryData', 'immutable'].filter((field) => !equal(object[field], previous[field]))
  return fields.map((field) => forbiddenValue(field, 'field is immutable when `immutable` is set'))
}

/** Values of data are text. */
function checkData(type: ResourceType, object: KubeObject): void {
  const wrong = (path: string, goType: string) =>
    badRequest(
      `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: json: cannot unmarshal into Go struct field ${path} of type ${goType}`,
    )
  for (const field of ['data', 'stringData', 'binaryData']) {
    const map = object[field] ?? {}
    if (
      ['ConfigMap', 'Secret'].includes(type.kind) &&
      !(isFields(map) && Object.values(map).every((it) => typeof it === 'string'))
    ) {
      throw wrong(`${type.kind}.${field}`, 'string')
    }
  }
}

function nameFaults({ nameRule }: ResourceType, { metadata }: KubeObject): FieldError[] {
  if (!metadata.name) return [requiredValue('metadata.name', 'name or generateName is required')]
  return nameErrors(metadata.name, nameRule).map((why) => invalidValue('metadata.name', metadata.name, why))
}

function missing({ requiredFields = [] }: ResourceType, object: KubeObject): FieldError[] {
  const absent = requiredFields.filter(([path]) => {
    const value = at(object, path)
    return value === undefined || (Array.isArray(value) && value.length === 0)
  })
  return absent.map(([path, why]) => requiredValue(path, why))
}

function containerFaults({ kind }: ResourceType, object: KubeObject): FieldError[] {
  if (kind !== 'Pod') return []
  const containers = (at(object, 'spec.containers') ?? []) as Record<string, unknown>[]
  return containers.flatMap((container, i) => {
    const path = `spec.containers[${i}]`
    const name = container['name']
    const absent = ['name', 'image']
      .filter((field) => !container[field])
      .map((field) => requiredValue(`${path}.${field}`, ''))
    const repeated = containers.findIndex((it) => it['name'] === name) < i
    const duplicate = {
      field: `${path}.name`,
      reason: 'FieldValueDuplicate',
      message: `Duplicate value: ${JSON.stringify(name)}`,
    }
    return [...absent, ...(repeated && name ? [duplicate] : []), ...quantityFaults(container, path)]
  })
}

function quantityFaults(container: Record<string, unknown>, path: string): FieldError[] {
  return ['requests', 'limits'].flatMap((part) =>
    Object.entries((at(container, `resources.${part}`) ?? {}) as Record<string, unknown>)
      .filter(([, value]) => parseQuantity(String(value)) === undefined)
      .map(([name, value]) => invalidValue(`${path}.resources.${part}[${name}]`, value, QUANTITY_TEXT)),
  )
}

const QUANTITY_TEXT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
