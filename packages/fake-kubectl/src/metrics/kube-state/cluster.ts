/**
 * Nodes, namespaces, storage and what else a cluster has, as kube-state-metrics tells of it.
 * Source: kube-state-metrics, docs/metrics/cluster and docs/metrics/storage.
 */
import { at, type KubeObject } from '../../api/meta.ts'
import { parseQuantity } from '../../api/quantity.ts'
import type { Node } from '../../api/types.ts'
import { amountRows, conditionRows, flag, gauge, oneOf, time, type StateMetric, type StateRow } from './rows.ts'

export const NODE_METRICS: readonly StateMetric<Node>[] = [
  gauge('kube_node_info', 'Information about a cluster node.', ({ status, spec }) => [
    [
      {
        kernel_version: status.nodeInfo['kernelVersion'] ?? '',
        os_image: status.nodeInfo['osImage'] ?? '',
        container_runtime_version: status.nodeInfo['containerRuntimeVersion'] ?? '',
        kubelet_version: status.nodeInfo['kubeletVersion'] ?? '',
        internal_ip: status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '',
        pod_cidr: spec.podCIDR ?? '',
      },
      1,
    ],
  ]),
  time('kube_node_created', 'Unix creation timestamp.', ({ metadata }) => metadata.creationTimestamp),
  gauge('kube_node_spec_unschedulable', 'Whether a node can schedule new pods.', ({ spec }) =>
    flag(spec.unschedulable === true),
  ),
  gauge('kube_node_spec_taint', 'The taint of a cluster node.', ({ spec }) =>
    (spec.taints ?? []).map(({ key, value = '', effect }) => [{ key, value, effect }, 1]),
  ),
  gauge('kube_node_status_condition', 'The condition of a cluster node.', ({ status }) =>
    conditionRows(status.conditions),
  ),
  gauge('kube_node_status_capacity', 'The total amount of resources available for a node.', ({ status }) =>
    amountRows(status.capacity),
  ),
  gauge(
    'kube_node_status_allocatable',
    'The amount of resources allocatable for pods (after reserving some for system daemons).',
    ({ status }) => amountRows(status.allocatable),
  ),
]

export const NAMESPACE_METRICS: readonly StateMetric<KubeObject>[] = [
  time('kube_namespace_created', 'Unix creation timestamp.', ({ metadata }) => metadata.creationTimestamp),
  gauge('kube_namespace_status_phase', 'kubernetes namespace status phase.', (it) =>
    oneOf('phase', ['Active', 'Terminating'], at(it, 'status.phase') as string | undefined),
  ),
]

export const CLAIM_METRICS: readonly StateMetric<KubeObject>[] = [
  gauge('kube_persistentvolumeclaim_info', 'Information about persistent volume claim.', (it) => [
    [
      {
        storageclass: String(at(it, 'spec.storageClassName') ?? ''),
        volumename: String(at(it, 'spec.volumeName') ?? ''),
      },
      1,
    ],
  ]),
  gauge('kube_persistentvolumeclaim_status_phase', 'The phase the persistent volume claim is currently in.', (it) =>
    oneOf('phase', ['Lost', 'Bound', 'Pending'], at(it, 'status.phase') as string | undefined),
  ),
  gauge(
    'kube_persistentvolumeclaim_resource_requests_storage_bytes',
    'The capacity of storage requested by the persistent volume claim.',
    (it) => [[{}, parseQuantity(String(at(it, 'spec.resources.requests.storage') ?? '0')) ?? 0]],
  ),
]

export const VOLUME_METRICS: readonly StateMetric<KubeObject>[] = [
  gauge(
    'kube_persistentvolume_status_phase',
    'The phase indicates if a volume is available, bound to a claim, or released by a claim.',
    (it) =>
      oneOf(
        'phase',
        ['Pending', 'Available', 'Bound', 'Released', 'Failed'],
        at(it, 'status.phase') as string | undefined,
      ),
  ),
  gauge('kube_persistentvolume_capacity_bytes', 'Persistentvolume capacity in bytes.', (it) => [
    [{}, parseQuantity(String(at(it, 'spec.capacity.storage') ?? '0')) ?? 0],
  ]),
]

export const SERVICE_METRICS: readonly StateMetric<KubeObject>[] = [
  gauge('kube_service_info', 'Information about service.', (it) => [
    [
      { cluster_ip: String(at(it, 'spec.clusterIP') ?? ''), external_name: String(at(it, 'spec.externalName') ?? '') },
      1,
    ],
  ]),
  gauge('kube_service_spec_type', 'Type about service.', (it) => [
    [{ type: String(at(it, 'spec.type') ?? 'ClusterIP') }, 1],
  ]),
]

export const SLICE_METRICS: readonly StateMetric<KubeObject>[] = [
  gauge('kube_endpointslice_endpoints', 'Endpoints attached to the endpointslice.', (it) =>
    ((it['endpoints'] ?? []) as { addresses: string[]; conditions?: { ready?: boolean } }[]).map(
      ({ addresses, conditions }) => [{ address: addresses[0] ?? '', ready: String(conditions?.ready !== false) }, 1],
    ),
  ),
]

export const QUOTA_METRICS: readonly StateMetric<KubeObject>[] = [
  gauge('kube_resourcequota', 'Information about resource quota.', (it) =>
    (['hard', 'used'] as const).flatMap((type) =>
      Object.entries((at(it, `status.${type}`) ?? {}) as Record<string, string>).map(([resource, amount]): StateRow => [
        { resource, type },
        parseQuantity(amount) ?? 0,
      ]),
    ),
  ),
]
