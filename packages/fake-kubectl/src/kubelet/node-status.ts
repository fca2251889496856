/**
 * What a kubelet reports about its node: conditions, and the taints that follow from them.
 * Source: pkg/kubelet/nodestatus/setters.go; pkg/controller/nodelifecycle.
 */
import { formatTime } from '../api/meta.ts'
import type { Condition, Node, Taint } from '../api/types.ts'
import { underDiskPressure, underMemoryPressure, type Kubelet } from './kubelet.ts'

const DISK_PRESSURE = 'node.kubernetes.io/disk-pressure'
const MEMORY_PRESSURE = 'node.kubernetes.io/memory-pressure'
const UNREACHABLE = 'node.kubernetes.io/unreachable'
const OURS = [DISK_PRESSURE, MEMORY_PRESSURE, UNREACHABLE]

/** The node as a kubelet that is up reports it. */
export function reported(node: Node, kubelet: Kubelet, nowMs: number): Node {
  const pressure = underDiskPressure(kubelet)
  const short = underMemoryPressure(kubelet)
  const conditions = [
    short
      ? condition('MemoryPressure', 'True', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available')
      : condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    pressure
      ? condition('DiskPressure', 'True', 'KubeletHasDiskPressure', 'kubelet has disk pressure')
      : condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
  ]
  const taints = [
    ...(pressure ? [{ key: DISK_PRESSURE, effect: 'NoSchedule' }] : []),
    ...(short ? [{ key: MEMORY_PRESSURE, effect: 'NoSchedule' }] : []),
  ]
  return withConditions(node, conditions, taints, nowMs, formatTime(nowMs))
}

/** The node as the node controller marks it when its kubelet is silent. */
export function unreachable(node: Node, nowMs: number): Node {
  const types = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready']
  const conditions = types.map((type) =>
    condition(type, 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.'),
  )
  const timeAdded = formatTime(nowMs)
  const taints = ['NoSchedule', 'NoExecute'].map((effect) => ({ key: UNREACHABLE, effect, timeAdded }))
  return withConditions(node, conditions, taints, nowMs)
}

export function isReady({ status }: Node): boolean {
  return (status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True')
}

/** When the kubelet last reported, in ms; 0 when it never did. */
export function heartbeatMs({ status }: Node): number {
  return Date.parse((status.conditions ?? [])[0]?.lastHeartbeatTime ?? '') || 0
}

function condition(type: string, status: Condition['status'], reason: string, message: string): Condition {
  return { type, status, reason, message }
}

function withConditions(node: Node, conditions: Condition[], taints: Taint[], nowMs: number, heartbeat?: string): Node {
  const before = new Map((node.status.conditions ?? []).map((it) => [it.type, it]))
  const dated = conditions.map((it) => {
    const previous = before.get(it.type)
    const lastTransitionTime = previous?.status === it.status ? previous.lastTransitionTime : formatTime(nowMs)
    const lastHeartbeatTime = heartbeat ?? previous?.lastHeartbeatTime ?? formatTime(nowMs)
    const { type, status, reason, message } = it
    return { type, status, lastHeartbeatTime, lastTransitionTime, reason, message } as Condition
  })
  const { taints: given = [], ...spec } = node.spec
  const present = [...given.filter(({ key }) => !OURS.includes(key)), ...taints.map((taint) => kept(taint, given))]
  return {
    ...node,
    spec: { ...spec, ...(present.length > 0 && { taints: present }) },
    status: { ...node.status, conditions: dated },
  }
}

/** A taint that is there already keeps the time it was added. */
function kept(taint: Taint, given: readonly Taint[]): Taint {
  return given.find(({ key, effect }) => key === taint.key && effect === taint.effect) ?? taint
}
