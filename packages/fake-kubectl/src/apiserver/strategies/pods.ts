/** A new pod waits: Pending, and served as well as it asks for. Source: kubernetes/pkg/registry/core/pod/strategy.go. */
import { structs } from '../defaults/rules/rule.ts'
import { qosClass } from './qos-class.ts'
import type { Strategy } from './strategy.ts'

export const pods: Strategy = {
  prepareForCreate({ object, user }) {
    // What the simulator itself puts on a machine brings its status along.
    if (!user && object['status']?.phase) return
    const status = { phase: 'Pending', qosClass: qosClass(object['spec'] ?? {}) }
    const isGated = structs(object['spec']?.schedulingGates).length > 0
    object['status'] = isGated ? { ...status, conditions: [GATED] } : status
  },
  prepareForUpdate({ object, subresource }, { metadata: { ownerReferences } }) {
    if (subresource !== 'status') return
    // Old kubelets wrote owners back wrongly, and their pods were taken for garbage.
    const { ownerReferences: _sent, ...metadata } = object.metadata
    object.metadata = { ...metadata, ...(ownerReferences && { ownerReferences }) }
  },
}

const GATED = {
  type: 'PodScheduled',
  status: 'False',
  lastTransitionTime: null,
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
}
