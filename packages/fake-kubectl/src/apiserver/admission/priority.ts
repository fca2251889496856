/**
 * Priority: the name of a PriorityClass becomes a number; a pod without one has the default class's, or zero.
 * Source: kubernetes/plugin/pkg/admission/priority/admission.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import type { KubeObject } from '../../api/meta.ts'
import { refused, type Creator, type Plugin, type Write } from './plugin.ts'

const CLASSES = builtIn('priorityclasses.scheduling.k8s.io')

export const priority: Plugin = {
  name: 'Priority',
  kinds: ['pods', CLASSES.storage],
  admit(write) {
    const { type, operation, subresource, object, previous } = write
    if (type.storage !== 'pods' || subresource !== '') return
    if (operation === 'CREATE') return setPriority(write)
    const before = (previous?.['spec'] ?? {}) as { priority?: number; preemptionPolicy?: string }
    object.spec.priority ??= before.priority
    object.spec.preemptionPolicy ??= before.preemptionPolicy
  },
  validate(write) {
    if (write.type.storage !== CLASSES.storage || write.object['globalDefault'] !== true) return
    const other = globalDefault(write.server)
    if (!other || other.metadata.name === write.object.metadata.name) return
    throw refused(
      write,
      `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
    )
  },
}

function setPriority(write: Write): void {
  const { server, object } = write
  const { spec } = object
  const found = spec.priorityClassName ? named(write) : globalDefault(server)
  const value = (found?.['value'] as number | undefined) ?? 0
  const policy = (found?.['preemptionPolicy'] as string | undefined) ?? 'PreemptLowerPriority'
  if (found) spec.priorityClassName = found.metadata.name
  if (spec.priority !== undefined && spec.priority !== value) {
    throw refused(
      write,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    )
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    throw refused(
      write,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    )
  }
  spec.priority = value
  spec.preemptionPolicy = policy
}

function named(write: Write): KubeObject | undefined {
  const { server, object, user } = write
  const found = server.store.find(CLASSES, '', object.spec.priorityClassName)
  if (found || !user) return found
  throw refused(write, `no PriorityClass with name ${object.spec.priorityClassName} was found`)
}

/** The least of them, should several claim to be it. */
function globalDefault({ store }: Creator): KubeObject | undefined {
  const defaults = store.list(CLASSES).filter((it) => it['globalDefault'] === true)
  return defaults.toSorted((a, b) => (a['value'] as number) - (b['value'] as number))[0]
}
