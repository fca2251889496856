/**
 * Pods, as kube-state-metrics tells of them.
 * Source: kube-state-metrics, docs/metrics/workload/pod-metrics.md.
 */
import type { ContainerStatus, Pod } from '../../api/types.ts'
import { controllerOf } from '../../controllers/pod-index.ts'
import { amountRows, gauge, oneOf, time, type StateMetric, type StateRow } from './rows.ts'

const PHASES = ['Pending', 'Succeeded', 'Failed', 'Unknown', 'Running']
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
  ofContainers('info', 'Information about a container in a pod.', ({ name, image, imageID, containerID = '' }) => [
    [{ container: name, image, image_id: imageID, container_id: containerID }, 1],
  ]),
  {
    ...ofContainers('status_restarts_total', 'The number of container restarts per container.', (it) => [
      [{ container: it.name }, it.restartCount],
    ]),
    type: 'counter',
  },
  ofContainers('status_ready', 'Describes whether the containers readiness check succeeded.', ({ name, ready }) => [
    [{ container: name }, Number(ready)],
  ]),
  ...(['running', 'waiting', 'terminated'] as const).map((state) =>
    ofContainers(`status_${state}`, `Describes whether the container is currently in ${state} state.`, (it) => [
      [{ container: it.name }, Number(it.state[state] !== undefined)],
    ]),
  ),
  ...(['waiting', 'terminated'] as const).map((state) =>
    ofContainers(`status_${state}_reason`, `Describes the reason the container is currently in ${state} state.`, (it) =>
      because(it, it.state[state]?.reason),
    ),
  ),
  ofContainers(
    'status_last_terminated_reason',
    'Describes the last reason the container was in terminated state.',
    (it) => because(it, it.lastState.terminated?.reason),
  ),
  ofContainers(
    'status_last_terminated_exitcode',
    'Describes the exit code for the last container in terminated state.',
    ({ name, lastState }) => (lastState.terminated ? [[{ container: name }, lastState.terminated.exitCode]] : []),
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

/** A metric of each container: `kube_pod_container_…`. */
function ofContainers(
  name: string,
  help: string,
  rows: (status: ContainerStatus) => readonly StateRow[],
): StateMetric<Pod> {
  return gauge(`kube_pod_container_${name}`, help, ({ status }) => (status.containerStatuses ?? []).flatMap(rows))
}

/** 1 for the reason, where there is one. */
function because({ name }: ContainerStatus, reason: string | undefined): readonly StateRow[] {
  return reason ? [[{ container: name, reason }, 1]] : []
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
      amountRows(resources?.[kind] ?? {}, { container: name, node: spec.nodeName ?? '' }),
    )
}
