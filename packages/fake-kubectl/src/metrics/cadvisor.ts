/**
 * What a kubelet tells of the containers on its node, as cAdvisor measures them.
 * Source: cadvisor, docs/storage/prometheus.md.
 */
import type { Family, Labels } from '@mcp-lab/prometheus'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { statusOf } from '../containers/container.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import { wholeUse } from '../kubelet/usage.ts'
import type { Counted } from './counters.ts'
import { family, labelsOf, type FamilySpec, type Row } from './family.ts'

const CFS_PERIOD_US = 100_000
const PERIODS_A_SECOND = 10
const BYTES_A_SECOND = 900

/** What a metric is of: a container, or the network of its pod, which its first container tells for all. */
type Metric = FamilySpec & {
  readonly name: string
  readonly of: (measured: Measured) => number | undefined
  readonly network?: true
}

const counter = (name: string, help: string, of: Metric['of'], more: Partial<Metric> = {}): Metric => ({
  name,
  type: 'counter',
  help,
  of,
  ...more,
})
const gauge = (name: string, help: string, of: Metric['of'], more: Partial<Metric> = {}): Metric => ({
  name,
  help,
  of,
  ...more,
})

const METRICS: readonly Metric[] = [
  counter(
    'container_cpu_usage_seconds_total',
    'Cumulative cpu time consumed in seconds.',
    ({ tally }) => tally.cpuSeconds,
  ),
  counter(
    'container_cpu_cfs_periods_total',
    'Number of elapsed enforcement period intervals.',
    ({ tally, seconds }) => tally.limits.cores && Math.round(seconds * PERIODS_A_SECOND),
  ),
  counter(
    'container_cpu_cfs_throttled_periods_total',
    'Number of throttled period intervals.',
    ({ tally }) => tally.limits.cores && Math.round(tally.throttledSeconds * PERIODS_A_SECOND),
  ),
  gauge('container_memory_working_set_bytes', 'Current working set in bytes.', ({ memoryBytes }) => memoryBytes),
  gauge(
    'container_memory_usage_bytes',
    'Current memory usage in bytes, including all memory regardless of when it was accessed.',
    ({ memoryBytes }) => Math.round(memoryBytes * 1.2),
  ),
  gauge('container_memory_rss', 'Size of RSS in bytes.', ({ memoryBytes }) => Math.round(memoryBytes * 0.8)),
  gauge(
    'container_spec_memory_limit_bytes',
    'Memory limit for the container.',
    ({ tally }) => tally.limits.memoryBytes ?? 0,
  ),
  gauge(
    'container_spec_cpu_quota',
    'CPU quota of the container.',
    ({ tally }) => tally.limits.cores && Math.round(tally.limits.cores * CFS_PERIOD_US),
  ),
  gauge('container_spec_cpu_period', 'CPU period of the container.', () => CFS_PERIOD_US),
  gauge(
    'container_fs_usage_bytes',
    'Number of bytes that are consumed by the container on this filesystem.',
    ({ diskBytes }) => diskBytes,
  ),
  counter(
    'container_oom_events_total',
    'Count of out of memory events observed for the container.',
    ({ pod, container }) => oomsOf(pod, container),
  ),
  gauge(
    'container_start_time_seconds',
    'Start time of the container since unix epoch in seconds.',
    ({ tally }) => tally.startMs / 1000,
    {
      holdsTimes: true,
    },
  ),
  counter('container_network_receive_bytes_total', 'Cumulative count of bytes received.', (it) => carried(it, 1, 600), {
    network: true,
  }),
  counter(
    'container_network_transmit_bytes_total',
    'Cumulative count of bytes transmitted.',
    (it) => carried(it, 0.7, 4000),
    {
      network: true,
    },
  ),
]

export function cadvisorMetrics(server: Server, kubelet: Kubelet): Family[] {
  const containers = server.pods.onNode(kubelet.nodeName).flatMap((pod) =>
    pod.spec.containers.flatMap(({ name }) => {
      const counted = server.counters.of(pod, name)
      return counted ? [measured(server, kubelet, counted)] : []
    }),
  )
  return [
    ...METRICS.map((metric) =>
      family(
        metric.name,
        metric,
        containers.flatMap((it) => rowOf(metric, it)),
      ),
    ),
    ...machine(kubelet),
  ]
}

/** Nothing where there is nothing to measure. */
function rowOf({ of, type, network }: Metric, it: Measured): Row[] {
  const value = of(it)
  if (value === undefined) return []
  const sinceMs = it.tally.startMs
  const earlier = (atMs: number) => value * it.earlier(atMs)
  return [[network ? it.podLabels : it.labels, value, type === 'counter' ? { sinceMs, earlier } : { sinceMs }]]
}

type Measured = Counted & {
  readonly labels: Labels
  readonly podLabels: Labels
  readonly seconds: number
  readonly memoryBytes: number
  readonly diskBytes: number
}

function measured(server: Server, kubelet: Kubelet, counted: Counted): Measured {
  const { pod, container, tally } = counted
  const { memoryBytes, diskBytes } = wholeUse(server, kubelet, pod, container)
  const { image = '' } = pod.spec.containers.find(({ name }) => name === container)!
  const place = { namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name }
  return {
    ...counted,
    labels: labelsOf(tally, 'container', () => ({ ...place, container, image })),
    podLabels: labelsOf(tally, 'pod', () => ({ ...place, interface: 'eth0' })),
    seconds: (server.clock.now() - tally.startMs) / 1000,
    memoryBytes: Math.round(memoryBytes),
    diskBytes: Math.round(diskBytes),
  }
}

/** Something all the time, so much of it, and more with each request. */
function carried(
  { pod, container, tally, seconds }: Measured,
  part: number,
  bytesARequest: number,
): number | undefined {
  if (pod.spec.containers[0]!.name !== container) return undefined
  return Math.round(seconds * BYTES_A_SECOND * part + (tally.requests?.count ?? 0) * bytesARequest)
}

/** As many as it was started again, where the last time it was that. */
function oomsOf(pod: Pod, name: string): number {
  const status = statusOf(pod, name)
  return status?.lastState.terminated?.reason === 'OOMKilled' ? status.restartCount : 0
}

function machine(kubelet: Kubelet): Family[] {
  const labels = labelsOf(kubelet, 'machine', () => ({}))
  return [
    family('machine_cpu_cores', { help: 'Number of logical CPU cores.' }, [[labels, kubelet.cores]]),
    family('machine_memory_bytes', { help: 'Amount of memory installed on the machine.' }, [
      [labels, kubelet.memoryBytes],
    ]),
  ]
}
