/**
 * Nodes. Source: kubectl/pkg/describe/describe.go (describeNode, describeNodeResource).
 */
import { byBytes, type Wire } from '../wire.ts'
import type { Describing } from './describers.ts'
import { rfc1123, type Description } from './description.ts'
import { eventsOf } from './events.ts'
import {
  canonical,
  percent,
  plus,
  podAmounts,
  quantity,
  quantityText,
  ZERO,
  type Amounts,
  type Quantity,
} from './quantities.ts'
import { isForbidden } from '../errors.ts'

const LEASES = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', namespaced: true }

export async function describeNode(text: Description, node: Wire, describing: Describing): Promise<void> {
  const { metadata, spec = {}, status = {} } = node
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'Roles:', rolesOf(metadata.labels).join(',') || '<none>')
  text.labels('Labels', metadata.labels)
  text.annotations('Annotations', metadata.annotations)
  text.line(0, 'CreationTimestamp:', rfc1123(metadata.creationTimestamp))
  describeTaints(text, spec.taints)
  text.line(0, 'Unschedulable:', String(spec.unschedulable === true))
  await describeLease(text, metadata.name, describing)
  describeConditions(text, status.conditions)
  text.line(0, 'Addresses:')
  for (const { type, address } of status.addresses ?? []) text.line(1, `${type}:`, address)
  describeAmounts(text, 'Capacity', status.capacity)
  describeAmounts(text, 'Allocatable', status.allocatable)
  describeSystem(text, spec, status.nodeInfo ?? {})
  await describePods(text, node, describing)
}

/** Controllers write a node's uid into events, kubelets its name. */
export async function nodeEvents(describing: Describing, { metadata: { name, uid } }: Wire): Promise<Wire[]> {
  const byUid = await eventsOf(describing, { name, kind: 'Node', uid })
  return [...byUid, ...(await eventsOf(describing, { name, kind: 'Node', uid: name }))]
}

function rolesOf(labels: Wire = {}): string[] {
  const roles = Object.keys(labels).flatMap((key) => {
    if (key.startsWith('node-role.kubernetes.io/')) return [key.slice('node-role.kubernetes.io/'.length)]
    return key === 'kubernetes.io/role' ? [labels[key]] : []
  })
  return [...new Set(roles.filter((role) => role !== ''))].sort(byBytes)
}

function describeTaints(text: Description, taints: readonly Wire[] = []): void {
  const sorted = taints.toSorted((a, b) => byBytes(`${a.effect},${a.key}`, `${b.effect},${b.key}`))
  text.list(
    'Taints',
    sorted.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`),
  )
}

async function describeLease(text: Description, name: string, { get }: Describing): Promise<void> {
  try {
    const { spec = {} } = await get(LEASES, 'kube-node-lease', name)
    text.line(0, 'Lease:')
    text.line(1, 'HolderIdentity:', spec.holderIdentity ?? '<unset>')
    text.line(1, 'AcquireTime:', spec.acquireTime ? rfc1123(spec.acquireTime) : '<unset>')
    text.line(1, 'RenewTime:', spec.renewTime ? rfc1123(spec.renewTime) : '<unset>')
  } catch (fault) {
    text.line(0, 'Lease:', `Failed to get lease: ${(fault as Error).message}`)
  }
}

function describeConditions(text: Description, conditions: readonly Wire[] = []): void {
  if (conditions.length === 0) return
  text.put('Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n')
  text.put('----\t------\t-----------------\t------------------\t------\t-------\n', 1)
  for (const { type, status, lastHeartbeatTime, lastTransitionTime, reason, message } of conditions) {
    const times = `${rfc1123(lastHeartbeatTime)} \t${rfc1123(lastTransitionTime)}`
    text.put(`${type} \t${status} \t${times} \t${reason ?? ''} \t${message ?? ''}\n`, 1)
  }
}

function describeAmounts(text: Description, title: string, amounts: Wire = {}): void {
  const names = Object.keys(amounts).sort(byBytes)
  if (names.length > 0) text.line(0, `${title}:`)
  for (const name of names) text.line(1, `${name}:`, canonical(amounts[name]))
}

const SYSTEM: readonly (readonly [label: string, field: string])[] = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
]

function describeSystem(text: Description, { podCIDR, podCIDRs = [], providerID }: Wire, info: Wire): void {
  text.line(0, 'System Info:')
  for (const [label, field] of SYSTEM) text.line(1, `${label}:`, info[field])
  if (podCIDR) text.line(0, 'PodCIDR:', podCIDR)
  if (podCIDRs.length > 0) text.line(0, 'PodCIDRs:', podCIDRs.join(','))
  if (providerID) text.line(0, 'ProviderID:', providerID)
}

async function describePods(text: Description, { metadata, status }: Wire, { list }: Describing): Promise<void> {
  const fields = `spec.nodeName=${metadata.name},status.phase!=Failed,status.phase!=Succeeded`
  let pods: Wire[]
  try {
    pods = await list('', 'v1', 'pods', { fields })
  } catch (fault) {
    if (!isForbidden(fault)) throw fault
    return text.line(0, 'Pods:', 'not authorized')
  }
  const allocatable: Wire =
    Object.keys(status.allocatable ?? {}).length > 0 ? status.allocatable : (status.capacity ?? {})
  describePodTable(text, pods, allocatable)
  describeAllocated(text, pods, allocatable)
}

function describePodTable(text: Description, pods: readonly Wire[], allocatable: Wire): void {
  text.line(0, 'Non-terminated Pods:', `(${pods.length} in total)`)
  text.put('Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n', 1)
  text.put('---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n', 1)
  for (const pod of pods) {
    const [requests, limits] = [podAmounts(pod, 'requests'), podAmounts(pod, 'limits')]
    const cells = ['cpu', 'memory'].flatMap((name) =>
      [requests, limits].map((amounts) => share(amounts[name], allocatable[name])),
    )
    text.line(1, pod.metadata.namespace, pod.metadata.name, '', ...cells, text.age(pod.metadata.creationTimestamp))
  }
}

function describeAllocated(text: Description, pods: readonly Wire[], allocatable: Wire): void {
  const sum = (field: 'requests' | 'limits'): Amounts =>
    pods.reduce((total: Amounts, pod) => plus(total, podAmounts(pod, field)), {})
  const [requests, limits] = [sum('requests'), sum('limits')]
  text.put('Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n')
  text.line(1, 'Resource', 'Requests', 'Limits')
  text.line(1, '--------', '--------', '------')
  const names = Object.keys(allocatable).sort(byBytes)
  const huge = names.filter((name) => name.startsWith('hugepages-'))
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...huge]) {
    text.line(1, name, share(requests[name], allocatable[name]), share(limits[name], allocatable[name]))
  }
  for (const name of names.filter((each) => each.includes('/'))) {
    text.line(1, name, quantityText(requests[name] ?? ZERO), quantityText(limits[name] ?? ZERO))
  }
}

function share(part: Quantity = ZERO, whole: string | undefined): string {
  return `${quantityText(part)} (${percent(part, quantity(whole))}%)`
}
