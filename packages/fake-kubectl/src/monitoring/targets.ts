/**
 * What a Prometheus in the cluster scrapes: every kubelet, and every pod that asks for it by the usual annotations,
 * `prometheus.io/scrape`, `prometheus.io/port` and `prometheus.io/path`.
 */
import type { Family, Labels, Target } from '@mcp-lab/prometheus'
import { builtIn } from '../api/kinds/built-in.ts'
import { isOver } from '../api/pod-state.ts'
import type { Container, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { KUBELET_PORT, type Kubelet } from '../kubelet/kubelet.ts'
import { applicationMetrics } from '../metrics/application.ts'
import { cadvisorMetrics } from '../metrics/cadvisor.ts'
import { dial } from '../network/dial.ts'
import { routeAt, type ProgramName } from '../network/routes.ts'
import { metricsOf } from './programs.ts'

const PODS = builtIn('pods')

/** @param from the pod in which Prometheus runs */
export function targets(server: Server, from: Pod): Target[] {
  const pods = (server.store.list(PODS) as Pod[]).filter((pod) => !isOver(pod) && scrapeOf(pod) !== undefined)
  return [
    ...[...server.kubelets.values()].map((it) => kubeletTarget(server, it)),
    ...pods.map((it) => podTarget(server, from, it)),
  ]
}

function kubeletTarget(server: Server, kubelet: Kubelet): Target {
  const { nodeName, address } = kubelet
  const instance = `${address}:${KUBELET_PORT}`
  return {
    labels: { job: 'kubelet', metrics_path: '/metrics/cadvisor', instance, node: nodeName },
    scrapeUrl: `https://${instance}/metrics/cadvisor`,
    error: kubelet.state === 'up' ? undefined : refused(`https://${instance}/metrics/cadvisor`, instance),
    collect: () => cadvisorMetrics(server, kubelet),
  }
}

function podTarget(server: Server, from: Pod, pod: Pod): Target {
  const { port, path } = scrapeOf(pod)!
  const instance = `${pod.status.podIP ?? ''}:${port}`
  const url = `http://${instance}${path}`
  return {
    labels: targetLabels(server, pod, instance),
    scrapeUrl: url,
    error: faultOf(server, from, pod, { port, url, instance }),
    collect: () => podMetrics(server, pod),
  }
}

/** What a pod tells of itself: a program of ours, or an application. */
export function podMetrics(server: Server, pod: Pod): readonly Family[] {
  const program = programInPod(server, pod.spec.containers)
  return program ? metricsOf(server, pod, program) : applicationMetrics(server, pod)
}

function programInPod(server: Server, containers: readonly Container[]): ProgramName | undefined {
  return containers.map((it) => programOf(server, it)).find((it) => it !== undefined)
}

function programOf({ images }: Server, { image = '' }: Container): ProgramName | undefined {
  const ports = Object.values(images.profile(image).ports ?? {})
  return ports.map((routes) => routeAt(routes, '/metrics')?.program).find((it) => it !== undefined)
}

/** Where a pod wants to be scraped; undefined when it does not ask for it. */
export function scrapeOf({ metadata, spec }: Pod): { port: number; path: string } | undefined {
  const annotations = metadata.annotations ?? {}
  if (annotations['prometheus.io/scrape'] !== 'true') return undefined
  const declared = spec.containers.flatMap((it) => (it['ports'] ?? []) as { containerPort: number }[])
  const port = Number(annotations['prometheus.io/port'] ?? declared[0]?.containerPort ?? 80)
  return { port, path: annotations['prometheus.io/path'] ?? '/metrics' }
}

/** What tells of other objects than itself puts no labels of its own beside theirs. */
function targetLabels(server: Server, { metadata, spec }: Pod, instance: string): Labels {
  const { labels = {}, namespace = '', name: pod } = metadata
  const job = labels['app.kubernetes.io/name'] ?? labels['app'] ?? spec.containers[0]!.name
  const program = programInPod(server, spec.containers)
  const node = spec.nodeName ?? ''
  if (program === 'node-exporter') return { job, instance, node }
  return program === undefined ? { job, instance, namespace, pod, node } : { job, instance }
}

type Place = { readonly port: number; readonly url: string; readonly instance: string }

function faultOf(server: Server, from: Pod, { status }: Pod, { port, url, instance }: Place): string | undefined {
  if (!status.podIP) return `Get "${url}": dial tcp: no address`
  const { kind } = dial(server, from, status.podIP, port)
  if (kind === 'connected') return undefined
  return kind === 'refused' ? refused(url, instance) : `Get "${url}": context deadline exceeded`
}

function refused(url: string, instance: string): string {
  return `Get "${url}": dial tcp ${instance}: connect: connection refused`
}
