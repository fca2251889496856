/**
 * What a kubelet tells of the containers on its node, as cAdvisor measures them, and of their volumes.
 * Source: cadvisor, docs/storage/prometheus.md; kubelet, pkg/kubelet/metrics/collectors/volume_stats.go.
 */
import type { Family, Labels } from '@mcp-lab/prometheus'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { statusOf } from '../containers/container.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import { wholeUse } from '../kubelet/usage.ts'
import type { Counted } from './counters.ts'
import { family, labelsOf, type Row } from './family.ts'

const CFS_PERIOD_US = 100_000
const PERIODS_A_SECOND = 10
const BYTES_A_SECOND = 900

export function cadvisorMetrics(server: Server, kubelet: Kubelet): Family[] {
  const counted = server.pods
    .onNode(kubelet.nodeName)
    .flatMap((pod) => pod.spec.containers.flatMap(({ name }) => server.counters.of(pod, name) ?? []))
  const all = counted.map((it) => measure(server, kubelet, it))
  const rows = (of: (measured: Measured) => number | undefined, labels: 'container' | 'pod' = 'container'): Row[] =>
    all.flatMap((measured) => {
      const value = of(measured)
      return value === undefined ? [] : [[measured[labels], value, { sinceMs: measured.startMs }] as const]
    })
  const counters = (of: (measured: Measured) => number | undefined, labels: 'container' | 'pod' = 'container'): Row[] =>
    all.flatMap((measured) => {
      const value = of(measured)
      if (value === undefined) return []
      return [
        [
          measured[labels],
          value,
          { sinceMs: measured.startMs, earlier: (atMs: number) => value * measured.earlier(atMs) },
        ] as const,
      ]
    })
  return [
    family(
      'container_cpu_usage_seconds_total',
      { type: 'counter', help: 'Cumulative cpu time consumed in seconds.' },
      counters((it) => it.cpuSeconds),
    ),
    family(
      'container_cpu_cfs_periods_total',
      { type: 'counter', help: 'Number of elapsed enforcement period intervals.' },
      counters((it) => it.periods),
    ),
    family(
      'container_cpu_cfs_throttled_periods_total',
      { type: 'counter', help: 'Number of throttled period intervals.' },
      counters((it) => it.throttled),
    ),
    family(
      'container_memory_working_set_bytes',
      { help: 'Current working set in bytes.' },
      rows((it) => it.memoryBytes),
    ),
    family(
      'container_memory_usage_bytes',
      { help: 'Current memory usage in bytes, including all memory regardless of when it was accessed.' },
      rows((it) => Math.round(it.memoryBytes * 1.2)),
    ),
    family(
      'container_memory_rss',
      { help: 'Size of RSS in bytes.' },
      rows((it) => Math.round(it.memoryBytes * 0.8)),
    ),
    family(
      'container_spec_memory_limit_bytes',
      { help: 'Memory limit for the container.' },
      rows((it) => it.memoryLimit ?? 0),
    ),
    family(
      'container_spec_cpu_quota',
      { help: 'CPU quota of the container.' },
      rows((it) => it.quota),
    ),
    family(
      'container_spec_cpu_period',
      { help: 'CPU period of the container.' },
      rows(() => CFS_PERIOD_US),
    ),
    family(
      'container_fs_usage_bytes',
      { help: 'Number of bytes that are consumed by the container on this filesystem.' },
      rows((it) => it.diskBytes),
    ),
    family(
      'container_oom_events_total',
      { type: 'counter', help: 'Count of out of memory events observed for the container.' },
      rows((it) => it.ooms),
    ),
    family(
      'container_start_time_seconds',
      { help: 'Start time of the container since unix epoch in seconds.', holdsTimes: true },
      rows((it) => it.startMs / 1000),
    ),
    family(
      'container_network_receive_bytes_total',
      { type: 'counter', help: 'Cumulative count of bytes received.' },
      counters((it) => it.received, 'pod'),
    ),
    family(
      'container_network_transmit_bytes_total',
      { type: 'counter', help: 'Cumulative count of bytes transmitted.' },
      counters((it) => it.sent, 'pod'),
    ),
    ...machine(kubelet),
  ]
}

type Measured = {
  readonly container: Labels
  readonly pod: Labels
  readonly startMs: number
  readonly earlier: (atMs: number) => number
  readonly cpuSeconds: number
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly memoryLimit: number | undefined
  readonly quota: number | undefined
  readonly periods: number | undefined
  readonly throttled: number | undefined
  readonly ooms: number
  /** Of the pod's first container, for all of it. */
  readonly received: number | undefined
  readonly sent: number | undefined
}

function measure(server: Server, kubelet: Kubelet, counted: Counted): Measured {
  const { pod, container: name, startMs, earlier, cpuSeconds, throttledSeconds, requests, limits } = counted
  const spec = pod.spec.containers.find((it) => it.name === name)!
  const { cores: cpuLimit, memoryBytes: memoryLimit } = limits
  const { memoryBytes, diskBytes } = wholeUse(server, kubelet, pod, name)
  const seconds = (server.clock.now() - startMs) / 1000
  const isFirst = pod.spec.containers[0]!.name === name
  const { namespace = '' } = pod.metadata
  const place = { namespace, pod: pod.metadata.name }
  return {
    container: labelsOf(counted.earlier, 'container', () => ({ ...place, container: name, image: spec.image ?? '' })),
    pod: labelsOf(counted.earlier, 'pod', () => ({ ...place, interface: 'eth0' })),
    startMs,
    earlier,
    cpuSeconds,
    memoryBytes: Math.round(memoryBytes),
    diskBytes: Math.round(diskBytes),
    memoryLimit,
    quota: cpuLimit === undefined ? undefined : Math.round(cpuLimit * CFS_PERIOD_US),
    periods: cpuLimit === undefined ? undefined : Math.round(seconds * PERIODS_A_SECOND),
    throttled: cpuLimit === undefined ? undefined : Math.round(throttledSeconds * PERIODS_A_SECOND),
    ooms: oomsOf(pod, name),
    received: isFirst ? Math.round(seconds * BYTES_A_SECOND + (requests?.count ?? 0) * 600) : undefined,
    sent: isFirst ? Math.round(seconds * BYTES_A_SECOND * 0.7 + (requests?.count ?? 0) * 4000) : undefined,
  }
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
