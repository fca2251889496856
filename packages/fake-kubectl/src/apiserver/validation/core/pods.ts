/**
 * Pods: what one must be, and the little of it that may change.
 * Source: kubernetes/pkg/apis/core/validation/validation.go, ValidatePodCreate, ValidatePodUpdate, ValidatePodEphemeralContainersUpdate.
 */
import { equal, type Fields } from '../../../api/meta.ts'
import type { Field } from '../field.ts'
import type { Rules } from '../rules.ts'
import { validatePodSpec } from './pod-spec.ts'
import { validateResize } from './resize.ts'

export const pods: Rules = {
  validate(pod) {
    const spec = pod.at('spec')
    validatePodSpec(spec)
    for (const list of ['containers', 'initContainers'])
      for (const { value, at } of bound(spec.at(list).items()))
        if (value.image && value.image.trim() !== value.image) at('image').invalid(PADDED)
  },
  validateCreate(pod) {
    const spec = pod.at('spec')
    if (!spec.at('ephemeralContainers').isEmpty) spec.at('ephemeralContainers').forbidden('cannot be set on create')
    if (spec.value.nodeName && !spec.at('schedulingGates').isEmpty)
      spec.at('nodeName').forbidden('cannot be set until all schedulingGates have been cleared')
  },
  validateUpdate(pod, previous, subresource) {
    const before = (previous['spec'] ?? {}) as Fields
    if (subresource === 'ephemeralcontainers') return validateEphemeral(pod.at('spec', 'ephemeralContainers'), before)
    if (subresource === 'resize') return validateResize(pod.at('spec'), before)
    if (subresource === '') validateSpecUpdate(pod.at('spec'), before)
  },
}

const PADDED = 'must not have leading or trailing whitespace'

function bound(fields: Field[]): { value: Field['value']; at: (name: string) => Field }[] {
  return fields.map((field) => ({ value: field.value, at: (name) => field.at(name) }))
}

function validateSpecUpdate(spec: Field, before: Fields): void {
  for (const list of ['containers', 'initContainers']) {
    const count = ((before[list] ?? []) as unknown[]).length
    if (spec.at(list).items().length !== count)
      return spec.at(list).forbidden('pod updates may not add or remove containers')
  }
  if (!validateDeadline(spec.at('activeDeadlineSeconds'), before['activeDeadlineSeconds'] as number | undefined)) return
  validateAddedTolerations(spec.at('tolerations'), (before['tolerations'] ?? []) as Fields[])
  validateDeletedGates(spec.at('schedulingGates'), (before['schedulingGates'] ?? []) as Fields[])
  if (!equal(fixed(spec.value, before), fixed(before, before))) spec.forbidden(POD_UPDATE)
}

/** @returns false when the real server looks no further */
function validateDeadline(deadline: Field, before: number | undefined): boolean {
  if (!deadline.isSet) {
    if (before !== undefined) deadline.invalid('must not update from a positive integer to nil value')
    return true
  }
  if (before === undefined || deadline.value <= before) return true
  deadline.invalid('must be less than or equal to previous value')
  return false
}

function validateAddedTolerations(tolerations: Field, before: readonly Fields[]): void {
  const isKept = (old: Fields) =>
    tolerations.items().some(({ value }) => equal(withoutSeconds(value), withoutSeconds(old)))
  if (!before.every(isKept))
    tolerations.forbidden('existing toleration can not be modified except its tolerationSeconds')
}

function withoutSeconds({ tolerationSeconds: _seconds, ...rest }: Fields): Fields {
  return rest
}

function validateDeletedGates(gates: Field, before: readonly Fields[]): void {
  const names = new Set(before.map((it) => it['name']))
  for (const gate of gates.items())
    if (!names.has(gate.value.name))
      gate.forbidden(`only deletion is allowed, but found new scheduling gate '${gate.value.name}'`)
}

/** What of a pod's spec stays as it was created. */
function fixed(spec: Fields, before: Fields): Fields {
  const { tolerations: _t, activeDeadlineSeconds: _d, schedulingGates: _g, ...rest } = spec
  const isGated = ((before['schedulingGates'] ?? []) as unknown[]).length > 0
  const [grace, negative] = [rest['terminationGracePeriodSeconds'], before['terminationGracePeriodSeconds'] as number]
  return {
    ...rest,
    containers: withoutImages(spec['containers']),
    initContainers: withoutImages(spec['initContainers']),
    ...(negative < 0 && grace === 1 && { terminationGracePeriodSeconds: negative }),
    // A pod that waits behind gates may still be told where to go.
    ...(isGated && { nodeSelector: undefined, affinity: undefined }),
  }
}

function withoutImages(list: unknown): unknown {
  return Array.isArray(list) ? list.map((it: Fields) => ({ ...it, image: '' })) : list
}

const POD_UPDATE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

function validateEphemeral(containers: Field, before: Fields): void {
  const now = new Map(containers.items().map(({ value }) => [value.name, value]))
  for (const old of (before['ephemeralContainers'] ?? []) as Fields[]) {
    const name = JSON.stringify(old['name'])
    if (!now.has(old['name'])) containers.forbidden(`existing ephemeral containers ${name} may not be removed\n`)
    else if (!equal(now.get(old['name']), old))
      containers.forbidden(`existing ephemeral containers ${name} may not be changed`)
  }
}
