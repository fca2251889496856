/**
 * Pods, as kube-state-metrics tells of them.
 * Source: kube-state-metrics, docs/metrics/workload/pod-metrics.md.
 */
import { parseQuantity } from '../../api/quantity.ts'
import type { ContainerStatus, Pod } from '../../api/types.ts'
import { controllerOf } from '../../controllers/pod-index.ts'
import { gauge, oneOf, time, type StateMetric, type StateRow } from './rows.ts'

const PHASES = ['Pending', 'Succeeded', 'Failed', 'Unknown', 'Running']
const RESOURCES: Readonly<Record<string, readonly [resource: string, unit: string]>> = {
  cpu: ['cpu', 'core'],
  memory: ['memory', 'byte'],
  'ephemeral-storage': ['ephemeral_storage', 'byte'],
}

export const POD_METRICS: readonly StateMetric<Pod>[] = [
  gauge('kube_pod_info', 'Information about pod.', ({ status, spec, metadata }) => {
    const owner = controllerOf({ metadata })
    return [
      [
        {
          node: spec.nodeName ?? '',
          pod_ip: status.podIP ?? '',
          host_ip: status.hostIP ?? '',
          created_by_kind: owner?.kind ?? '<none>',
          created_by_name: owner?.name ?? '<none>',
          priority_class: String(spec['priorityClassName'] ?? ''),
          host_network: String(spec['hostNetwork'] === true),
        },
        1,
      ],
    ]
  }),
  gauge('kube_pod_owner', "Information about the Pod's owner.", (pod) => {
    const owner = controllerOf(pod)
    return [
      [
        {
          owner_kind: owner?.kind ?? '<none>',
          owner_name: owner?.name ?? '<none>',
          owner_is_controller: owner ? 'true' : '<none>',
        },
        1,
      ],
    ]
  }),
  gauge('kube_pod_status_phase', 'The pods current phase.', ({ status }) => oneOf('phase', PHASES, status.phase)),
  gauge('kube_pod_status_ready', 'Describes whether the pod is ready to serve requests.', conditionOf('Ready')),
  gauge(
    'kube_pod_status_scheduled',
    'Describes the status of the scheduling process for the pod.',
    conditionOf('PodScheduled'),
  ),
  gauge('kube_pod_status_unschedulable', 'Describes the unschedulable status for the pod.', ({ status }) =>
    status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable')
      ? [[{}, 1]]
      : [],
  ),
  gauge('kube_pod_status_reason', 'The pod status reasons.', ({ status }) =>
    oneOf('reason', ['Evicted', 'NodeAffinity', 'NodeLost', 'Shutdown', 'UnexpectedAdmissionError'], status.reason),
  ),
  time('kube_pod_created', 'Unix creation timestamp.', ({ metadata }) => metadata.creationTimestamp),
  time('kube_pod_start_time', 'Start time in unix timestamp for a pod.', ({ status }) => status.startTime),
  gauge('kube_pod_labels', 'Kubernetes labels converted to Prometheus labels.', ({ metadata }) => [
    [
      Object.fromEntries(
        Object.entries(metadata.labels ?? {}).map(([key, value]) => [`label_${key.replaceAll(/\W/g, '_')}`, value]),
      ),
      1,
    ],
  ]),
  gauge('kube_pod_container_info', 'Information about a container in a pod.', (pod) =>
    each(pod, ({ name, image, imageID, containerID = '' }) => [
      [{ container: name, image, image_id: imageID, container_id: containerID }, 1],
    ]),
  ),
  {
    ...gauge<Pod>(
      'kube_pod_container_status_restarts_total',
      'The number of container restarts per container.',
      (pod) => each(pod, ({ name, restartCount }) => [[{ container: name }, restartCount]]),
    ),
    type: 'counter',
  },
  gauge('kube_pod_container_status_ready', 'Describes whether the containers readiness check succeeded.', (pod) =>
    each(pod, ({ name, ready }) => [[{ container: name }, Number(ready)]]),
  ),
  gauge('kube_pod_container_status_running', 'Describes whether the container is currently in running state.', (pod) =>
    each(pod, ({ name, state }) => [[{ container: name }, Number(state.running !== undefined)]]),
  ),
  gauge('kube_pod_container_status_waiting', 'Describes whether the container is currently in waiting state.', (pod) =>
    each(pod, ({ name, state }) => [[{ container: name }, Number(state.waiting !== undefined)]]),
  ),
  gauge(
    'kube_pod_container_status_waiting_reason',
    'Describes the reason the container is currently in waiting state.',
    (pod) =>
      each(pod, ({ name, state }) =>
        state.waiting?.reason ? [[{ container: name, reason: state.waiting.reason }, 1]] : [],
      ),
  ),
  gauge(
    'kube_pod_container_status_terminated',
    'Describes whether the container is currently in terminated state.',
    (pod) => each(pod, ({ name, state }) => [[{ container: name }, Number(state.terminated !== undefined)]]),
  ),
  gauge(
    'kube_pod_container_status_terminated_reason',
    'Describes the reason the container is currently in terminated state.',
    (pod) =>
      each(pod, ({ name, state }) =>
        state.terminated?.reason ? [[{ container: name, reason: state.terminated.reason }, 1]] : [],
      ),
  ),
  gauge(
    'kube_pod_container_status_last_terminated_reason',
    'Describes the last reason the container was in terminated state.',
    (pod) =>
      each(pod, ({ name, lastState }) =>
        lastState.terminated?.reason ? [[{ container: name, reason: lastState.terminated.reason }, 1]] : [],
      ),
  ),
  gauge(
    'kube_pod_container_status_last_terminated_exitcode',
    'Describes the exit code for the last container in terminated state.',
    (pod) =>
      each(pod, ({ name, lastState }) =>
        lastState.terminated ? [[{ container: name }, lastState.terminated.exitCode]] : [],
      ),
  ),
  gauge(
    'kube_pod_container_resource_requests',
    'The number of requested request resource by a container.',
    amounts('requests'),
  ),
  gauge(
    'kube_pod_container_resource_limits',
    'The number of requested limit resource by a container.',
    amounts('limits'),
  ),
]

function each({ status }: Pod, rows: (status: ContainerStatus) => readonly StateRow[]): readonly StateRow[] {
  return (status.containerStatuses ?? []).flatMap(rows)
}

function conditionOf(type: string): (pod: Pod) => readonly StateRow[] {
  return ({ status }) => {
    const condition = status.conditions?.find((it) => it.type === type)
    return condition ? oneOf('condition', ['true', 'false', 'unknown'], condition.status.toLowerCase()) : []
  }
}

function amounts(kind: 'requests' | 'limits'): (pod: Pod) => readonly StateRow[] {
  return ({ spec }) =>
    spec.containers.flatMap(({ name, resources }) =>
      Object.entries(resources?.[kind] ?? {}).flatMap(([key, text]): StateRow[] => {
        const [resource, unit] = RESOURCES[key] ?? [key.replaceAll(/\W/g, '_'), 'integer']
        return [[{ container: name, node: spec.nodeName ?? '', resource, unit }, parseQuantity(text) ?? 0]]
      }),
    )
}
