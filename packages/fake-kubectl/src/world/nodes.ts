/**
 * What the cluster knows of each machine from the start: its Node, its Lease, and the events of a disk that fills.
 */
import { parseDuration } from '../api/age.ts'
import { formatKibibytes } from '../api/quantity.ts'
import { formatMicroTime, formatTime, type KubeObject } from '../api/meta.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import type { Node } from '../api/types.ts'
import { create } from '../apiserver/admission/admit.ts'
import type { Server } from '../apiserver/server.ts'
import type { Random } from '../clock/random.ts'
import { recordEvent } from '../controllers/events.ts'
import { KUBELET_PORT, underDiskPressure, type Kubelet } from '../kubelet/kubelet.ts'
import { reported, unreachable } from '../kubelet/node-status.ts'
import type { Machine } from './machines.ts'
import type { NodeSpec } from './spec.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const EVENT_TTL_MS = 3_600_000 // kube-apiserver's --event-ttl
/** At this share the kubelet begins to delete images (imageGCHighThresholdPercent). */
const IMAGE_GC_PERCENT = 85

/** Stores the machine's Node and Lease, and the events of a disk that fills. */
export function storeNode(server: Server, { spec, kubelet, index }: Machine): void {
  const { store, clock } = server
  const type = builtIn('nodes')
  const seenMs =
    clock.now() -
    (kubelet.state === 'up' ? server.random.integer(1000, 9000) : server.random.integer(6, 40) * MINUTE_MS)
  const fresh = reported(nodeObject(server, spec, kubelet, index), kubelet, seenMs)
  const transition = formatTime(Date.parse(kubelet.startedAt) + 15_000)
  const aged = {
    ...fresh,
    status: {
      ...fresh.status,
      conditions: fresh.status.conditions.map((it) => ({ ...it, lastTransitionTime: transition })),
    },
  }
  const node = store.create(type, kubelet.state === 'up' ? aged : unreachable(aged, seenMs + 50_000)) as Node
  storeLease(server, node, seenMs)
  if (kubelet.state === 'down') tellSilence(server, node, seenMs + 50_000)
  tellFilling(server, node, kubelet)
  tellJoining(server, node)
}

function nodeObject(server: Server, spec: NodeSpec, kubelet: Kubelet, index: number): Node {
  const { random, clock } = server
  const { nodeName, address, disk, cores, memoryBytes } = kubelet
  const cidr = `10.${244 + (index >> 8)}.${index & 255}.0/24`
  const fixed = { 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', pods: '110', cpu: String(cores) }
  const drawnMs = Date.parse(kubelet.startedAt) - random.integer(1, 90) * DAY_MS
  const createdMs = spec.age === undefined ? drawnMs : clock.now() - parseDuration(spec.age)
  const node = {
    metadata: {
      name: nodeName,
      creationTimestamp: formatTime(Math.min(createdMs, clock.now())),
      labels: { ...hostLabels(nodeName), ...spec.labels },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
    },
    spec: {
      ...(spec.podCIDR !== false && { podCIDR: cidr, podCIDRs: [cidr] }),
      ...(spec.taints && { taints: spec.taints }),
    },
    status: {
      capacity: {
        ...fixed,
        'ephemeral-storage': formatKibibytes(disk.capacityBytes),
        memory: formatKibibytes(memoryBytes),
      },
      allocatable: {
        ...fixed,
        'ephemeral-storage': String(Math.floor(disk.capacityBytes * 0.9)),
        memory: formatKibibytes(memoryBytes - 100 * 2 ** 20),
      },
      conditions: [],
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: nodeName },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: KUBELET_PORT } },
      ...spec.status,
      nodeInfo: { ...nodeInfo(random), ...spec.status?.nodeInfo },
    },
  }
  return create(server, builtIn('nodes'), node as unknown as KubeObject) as Node
}

function hostLabels(nodeName: string): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': nodeName,
    'kubernetes.io/os': 'linux',
  }
}

function nodeInfo(random: Random): Record<string, string> {
  return {
    machineID: random.hex(32),
    systemUUID: random.uid(),
    bootID: random.uid(),
    kernelVersion: '6.1.0-31-amd64',
    osImage: 'Debian GNU/Linux 12 (bookworm)',
    containerRuntimeVersion: 'containerd://2.0.0',
    kubeletVersion: 'v1.36.2',
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture: 'amd64',
  }
}

function storeLease(server: Server, { metadata }: Node, renewedMs: number): void {
  const type = builtIn('leases.coordination.k8s.io')
  const { name, uid = '', creationTimestamp = '' } = metadata
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }]
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: formatMicroTime(renewedMs) }
  const lease = { metadata: { name, namespace: 'kube-node-lease', creationTimestamp, ownerReferences }, spec }
  server.store.create(type, create(server, type, lease))
}

function tellSilence(server: Server, node: Node, atMs: number): void {
  const message = `Node ${node.metadata.name} status is now: NodeNotReady`
  const happening = { type: 'Normal', reason: 'NodeNotReady', message, component: 'node-controller', count: 1 } as const
  recordEvent(server, builtIn('nodes'), node, { ...happening, firstMs: atMs, lastMs: atMs })
}

/** The controller greets each node once; events older than an hour are gone. */
function tellJoining(server: Server, node: Node): void {
  const { name, creationTimestamp = '' } = node.metadata
  const joinedMs = Date.parse(creationTimestamp)
  if (server.clock.now() - joinedMs >= EVENT_TTL_MS) return
  const message = `Node ${name} event: Registered Node ${name} in Controller`
  const happening = {
    type: 'Normal',
    reason: 'RegisteredNode',
    message,
    component: 'node-controller',
    count: 1,
  } as const
  recordEvent(server, builtIn('nodes'), node, { ...happening, firstMs: joinedMs, lastMs: joinedMs })
}

/** What a kubelet says on the way to a full disk; events older than an hour are gone. */
function tellFilling(server: Server, node: Node, kubelet: Kubelet): void {
  const percent = (100 * kubelet.disk.usedBytes) / kubelet.disk.capacityBytes
  if (percent < IMAGE_GC_PERCENT || kubelet.state === 'down') return
  const now = server.clock.now()
  const told = underDiskPressure(kubelet) ? [imagesKept(kubelet), ...pressure(kubelet)] : [imagesKept(kubelet)]
  for (const { minutesAgo, ...event } of told) {
    const [firstMs, lastMs] = [now - minutesAgo[0] * MINUTE_MS, now - minutesAgo[1] * MINUTE_MS]
    recordEvent(server, builtIn('nodes'), node, {
      component: 'kubelet',
      host: kubelet.nodeName,
      ...event,
      firstMs,
      lastMs,
    })
  }
}

type Told = {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly count: number
  readonly minutesAgo: readonly [first: number, last: number]
}

function imagesKept({ disk }: Kubelet): Told {
  const wanted = Math.round(disk.usedBytes - 0.8 * disk.capacityBytes)
  const message = `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, but only found 0 bytes eligible to free.`
  return { type: 'Warning', reason: 'FreeDiskSpaceFailed', message, count: 11, minutesAgo: [52, 2] }
}

function pressure({ nodeName }: Kubelet): readonly Told[] {
  const reclaim = 'Attempting to reclaim ephemeral-storage'
  const status = `Node ${nodeName} status is now: NodeHasDiskPressure`
  return [
    { type: 'Warning', reason: 'EvictionThresholdMet', message: reclaim, count: 4, minutesAgo: [31, 1] },
    { type: 'Normal', reason: 'NodeHasDiskPressure', message: status, count: 1, minutesAgo: [31, 31] },
  ]
}
