/**
 * What a kubelet refuses to run though it was bound to it: a pod that does not fit beside those that are there, or
 * any while there is too little room for them.
 * Source: pkg/kubelet/lifecycle/predicate.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { isOver } from '../../api/pod-state.ts'
import { parseQuantity } from '../../api/quantity.ts'
import type { Node, Pod } from '../../api/types.ts'
import { isCritical } from '../eviction.ts'
import { underDiskPressure, underMemoryPressure, type Kubelet } from '../kubelet.ts'
import type { Sync } from './sync.ts'

const UNIT: Record<string, number> = { cpu: 1000 }

/** Why the pod is refused; undefined when it is not. */
export function refusal({ server, pod, kubelet }: Sync): { reason: string; message: string } | undefined {
  const node = server.store.find(builtIn('nodes'), '', kubelet.nodeName) as Node | undefined
  if (!node) return undefined
  const pressures = [
    ...(underMemoryPressure(kubelet) ? ['MemoryPressure'] : []),
    ...(underDiskPressure(kubelet) ? ['DiskPressure'] : []),
  ]
  if (pressures.length > 0 && !isCritical(pod.spec))
    return { reason: 'Evicted', message: `The node had condition: [${pressures.join(', ')}]. ` }
  const others = server.pods.onNode(kubelet.nodeName).filter((it) => !isOver(it) && isAdmitted(kubelet, it))
  for (const resource of ['cpu', 'memory']) {
    const unit = UNIT[resource] ?? 1
    const requested = requestOf(pod, resource) * unit
    const used = others.reduce((sum, it) => sum + requestOf(it, resource) * unit, 0)
    const capacity = (parseQuantity(node.status.allocatable[resource] ?? '0') ?? 0) * unit
    if (requested === 0 || used + requested <= capacity) continue
    return {
      reason: `OutOf${resource}`,
      message: `Node didn't have enough resource: ${resource}, requested: ${Math.round(requested)}, used: ${Math.round(used)}, capacity: ${Math.round(capacity)}`,
    }
  }
  const room = Number(node.status.allocatable['pods'] ?? Infinity)
  if (others.length < room) return undefined
  return {
    reason: 'OutOfpods',
    message: `Node didn't have enough resource: pods, requested: 1, used: ${others.length}, capacity: ${room}`,
  }
}

/** The first to come is the first to be served. */
function isAdmitted({ pods }: Kubelet, { metadata }: Pod): boolean {
  const record = pods.get(metadata.uid ?? '')
  return record !== undefined && (record.stands === true || Object.keys(record.containers).length > 0)
}

function requestOf({ spec }: Pod, resource: string): number {
  return spec.containers.reduce(
    (sum, { resources }) => sum + (parseQuantity(resources?.requests?.[resource] ?? '0') ?? 0),
    0,
  )
}
