/**
 * A pod in another size: its containers may ask for more or less, but must go on asking, and stay in their class.
 * Source: kubernetes/pkg/apis/core/validation/validation.go, ValidatePodResize.
 */
import { equal, isFields, type Fields } from '../../../api/meta.ts'
import { qosClass } from '../../strategies/qos-class.ts'
import type { Field } from '../field.ts'

export function validateResize(spec: Field, before: Fields): void {
  if (isFields(before['resources']) && Object.keys(before['resources']).length > 0)
    return spec.at('resources').forbidden('pods with pod-level resources cannot be resized')
  const wasClass = qosClass(before)
  if (qosClass(spec.value) !== wasClass) spec.invalid('Pod QOS Class may not change as a result of resizing', wasClass)
  for (const list of ['containers', 'initContainers'])
    for (const [i, container] of spec.at(list).items().entries())
      validateContainer(container, ((before[list] ?? []) as Fields[])[i] ?? {}, list, spec)
}

const SIZES = new Set(['cpu', 'memory'])

function validateContainer(container: Field, old: Fields, list: string, spec: Field): void {
  const resources = container.at('resources')
  const [now, was] = [fields(resources.value), fields(old['resources'])]
  if (list === 'initContainers' && container.value.restartPolicy !== 'Always') {
    if (!equal(now, was)) spec.forbidden('resources for non-sidecar init containers are immutable')
    return
  }
  for (const part of ['requests', 'limits']) {
    const left = Object.keys(fields(was[part])).some((name) => !(name in fields(now[part])))
    if (left) resources.at(part).forbidden(`resource ${part} cannot be removed`)
    if (!equal(others(now[part]), others(was[part]))) spec.forbidden('only cpu and memory resources are mutable')
  }
}

function others(list: unknown): Fields {
  return Object.fromEntries(Object.entries(fields(list)).filter(([name]) => !SIZES.has(name)))
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {}
}
