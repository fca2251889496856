/**
 * What a kubelet does when its machine runs short of disk or memory: it says so, and ends one pod after the other until
 * there is room again. First those that use more than they asked for, then those of little priority, then the largest.
 * Source: pkg/kubelet/eviction/{eviction_manager,helpers}.go; the thresholds are the kubelet's defaults.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { isActive } from '../api/pod-state.ts'
import { parseQuantity } from '../api/quantity.ts'
import type { Container, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { tell } from '../controllers/event-recorder.ts'
import {
  DISK_THRESHOLD,
  MEMORY_THRESHOLD_BYTES,
  underDiskPressure,
  underMemoryPressure,
  type Kubelet,
} from './kubelet.ts'
import { spaceUse, wholeUse } from './usage.ts'

/** Pods of this priority and above stay whatever happens: system-cluster-critical. */
const CRITICAL = 2_000_000_000
const NODES = builtIn('nodes')

/** What there is too little of, as events name it. */
export type Shortage = {
  readonly resource: 'ephemeral-storage' | 'memory'
  readonly threshold: string
  readonly availableBytes: number
}

/** Notes what the machine's pods use of it, which its conditions follow. @returns what there is too little of */
export function measure(server: Server, kubelet: Kubelet): Shortage | undefined {
  const { memoryBytes, diskBytes } = spaceUse(server, kubelet)
  kubelet.podDiskBytes = diskBytes
  kubelet.usedMemoryBytes = memoryBytes
  const { capacityBytes, usedBytes } = kubelet.disk
  if (underMemoryPressure(kubelet)) {
    const availableBytes = Math.max(0, kubelet.memoryBytes - memoryBytes)
    return { resource: 'memory', threshold: `${MEMORY_THRESHOLD_BYTES / 2 ** 20}Mi`, availableBytes }
  }
  if (!underDiskPressure(kubelet)) return undefined
  const availableBytes = Math.max(0, capacityBytes - usedBytes - diskBytes)
  return {
    resource: 'ephemeral-storage',
    threshold: String(Math.round(DISK_THRESHOLD * capacityBytes)),
    availableBytes,
  }
}

/** Tells that room is to be made, on the node. */
export function announce(server: Server, { nodeName }: Kubelet, { resource }: Shortage): void {
  const node = server.store.find(NODES, '', nodeName)
  const message = `Attempting to reclaim ${resource}`
  const event = {
    type: 'Warning',
    reason: 'EvictionThresholdMet',
    message,
    component: 'kubelet',
    host: nodeName,
  } as const
  if (node) tell(server, NODES, node, event)
}

/** Who goes first, and in which words; nobody where all that is left must stay. */
export function victim(
  server: Server,
  kubelet: Kubelet,
  shortage: Shortage,
): { pod: Pod; message: string } | undefined {
  const pods = server.pods.onNode(kubelet.nodeName).filter((pod) => isActive(pod) && mayGo(kubelet, pod))
  const ranked = pods.map((pod) => ({ pod, ...demandOf(server, kubelet, pod, shortage) })).sort(byUrgency)
  const [first] = ranked
  if (!first) return undefined
  return { pod: first.pod, message: words(server, kubelet, first.pod, shortage) }
}

type Demand = { readonly excess: number; readonly priority: number; readonly used: number }

function demandOf(server: Server, kubelet: Kubelet, pod: Pod, { resource }: Shortage): Demand {
  const used = pod.spec.containers.reduce((sum, it) => sum + usedBy(server, kubelet, pod, it, resource), 0)
  const requested = pod.spec.containers.reduce(
    (sum, it) => sum + (parseQuantity(it.resources?.requests?.[resource] ?? '0') ?? 0),
    0,
  )
  return { excess: used - requested, priority: Number(pod.spec['priority'] ?? 0), used }
}

function byUrgency(a: Demand, b: Demand): number {
  const exceeds = ({ excess }: Demand): number => (excess > 0 ? 0 : 1)
  return exceeds(a) - exceeds(b) || a.priority - b.priority || b.excess - a.excess
}

function usedBy(
  server: Server,
  kubelet: Kubelet,
  pod: Pod,
  { name }: Container,
  resource: Shortage['resource'],
): number {
  const { memoryBytes, diskBytes } = wholeUse(server, kubelet, pod, name)
  return Math.round(resource === 'memory' ? memoryBytes : diskBytes)
}

/** What a world placed as it stands is nobody's to end; what is critical stays. */
function mayGo(kubelet: Kubelet, { metadata, spec }: Pod): boolean {
  const record = kubelet.pods.get(metadata.uid ?? '')
  return record !== undefined && record.stands !== true && record.failed === undefined && !isCritical(spec)
}

export function isCritical(spec: Pod['spec']): boolean {
  return Number(spec['priority'] ?? 0) >= CRITICAL
}

function words(server: Server, kubelet: Kubelet, pod: Pod, { resource, threshold, availableBytes }: Shortage): string {
  const low = `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${kibibytes(availableBytes)}. `
  const heavy = pod.spec.containers.flatMap((container) => {
    const used = usedBy(server, kubelet, pod, container, resource)
    const request = container.resources?.requests?.[resource] ?? '0'
    if (used <= (parseQuantity(request) ?? 0)) return []
    return [
      `Container ${container.name} was using ${kibibytes(used)}, request is ${request}, has larger consumption of ${resource}. `,
    ]
  })
  return low + heavy.join('')
}

function kibibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024)}Ki`
}
