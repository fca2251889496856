/**
 * The kinds of which the simulator itself reads fields, as far as it reads them. Everything else is a KubeObject.
 * Source: k8s.io/api core/v1, coordination/v1.
 */
import type { KubeObject } from './meta.ts'

export type Condition = {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastHeartbeatTime?: string
  lastProbeTime?: string | null
  lastTransitionTime?: string
}

export type Taint = { key: string; value?: string; effect: string; timeAdded?: string }

export type Node = KubeObject & {
  spec: { podCIDR?: string; podCIDRs?: string[]; taints?: Taint[]; unschedulable?: boolean; providerID?: string }
  status: {
    capacity: Record<string, string>
    allocatable: Record<string, string>
    conditions: Condition[]
    addresses: { type: string; address: string }[]
    nodeInfo: Record<string, string>
    [field: string]: unknown
  }
}

export type ContainerState = {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt?: string }
  terminated?: {
    exitCode: number
    signal?: number
    reason?: string
    message?: string
    startedAt?: string
    finishedAt?: string
    containerID?: string
  }
}

export type ContainerStatus = {
  name: string
  image: string
  imageID: string
  ready: boolean
  restartCount: number
  started?: boolean
  containerID?: string
  state: ContainerState
  lastState: ContainerState
}

export type Container = {
  name: string
  image?: string
  restartPolicy?: string
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
  [field: string]: unknown
}

export type PodSpec = {
  containers: Container[]
  initContainers?: Container[]
  nodeName?: string
  restartPolicy?: string
  serviceAccountName?: string
  terminationGracePeriodSeconds?: number
  readinessGates?: { conditionType: string }[]
  [field: string]: unknown
}

export type PodStatus = {
  phase?: string
  reason?: string
  message?: string
  conditions?: Condition[]
  podIP?: string
  podIPs?: { ip: string }[]
  hostIP?: string
  startTime?: string
  nominatedNodeName?: string
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: ContainerStatus[]
  [field: string]: unknown
}

export type Pod = KubeObject & { spec: PodSpec; status: PodStatus }

export type Lease = KubeObject & {
  spec: { holderIdentity?: string; leaseDurationSeconds?: number; renewTime?: string; acquireTime?: string }
}
