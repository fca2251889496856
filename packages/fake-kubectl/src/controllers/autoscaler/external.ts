/**
 * External metrics: what the cluster's Prometheus knows, as a metrics adapter hands it on. A metric is a series of that
 * name in the autoscaler's namespace, or, where only a counter `NAME_total` has it, how fast that grows, over two minutes.
 * Source: kubernetes/pkg/controller/podautoscaler/{horizontal,replica_calculator}.go; prometheus-adapter,
 * docs/externalmetrics.md.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { formatLabelSelector, selectsLabels } from '../../api/label-selector.ts'
import { parseQuantity } from '../../api/quantity.ts'
import { isReady } from '../../api/pod-state.ts'
import type { Pod } from '../../api/types.ts'
import type { LabelSelector } from '../../api/workloads.ts'
import type { Server } from '../../apiserver/server.ts'
import { partsOf } from '../../containers/images.ts'
import { MetricError, TOLERANCE } from './replicas.ts'

export type ExternalMetric = {
  readonly metric: { readonly name: string; readonly selector?: LabelSelector }
  readonly target: { readonly value?: string; readonly averageValue?: string }
}

export type ExternalProposal = { readonly replicas: number; readonly name: string; readonly current: object }

/** What stands between Prometheus and the autoscaler; without it nobody serves external metrics. */
const ADAPTER = 'prometheus-adapter'

/**
 * @param pods those of the target
 * @throws MetricError when nothing can be said
 */
export function externallyProposed(
  server: Server,
  { metric, target }: ExternalMetric,
  { namespace, pods, current }: { namespace: string; pods: readonly Pod[]; current: number },
): ExternalProposal {
  const value = valueOf(server, metric, namespace)
  const name = `external metric ${metric.name}(${selectorText(metric.selector)})`
  if (target.averageValue !== undefined) {
    const wanted = parseQuantity(target.averageValue) ?? 0
    const isNear = Math.abs(1 - value / (wanted * current)) <= TOLERANCE
    const average = current === 0 ? 0 : Math.ceil((value / current) * 1000) / 1000
    return { replicas: isNear ? current : Math.ceil(value / wanted), name, current: { averageValue: milli(average) } }
  }
  const ratio = value / (parseQuantity(target.value ?? '0') ?? 0)
  const ready = pods.filter((pod) => isReady(pod)).length
  const replicas = Math.abs(1 - ratio) <= TOLERANCE ? current : Math.ceil(ratio * (current === 0 ? 1 : ready))
  return { replicas, name, current: { value: milli(value) } }
}

function valueOf(server: Server, { name, selector }: ExternalMetric['metric'], namespace: string): number {
  const prometheus = hasAdapter(server) ? server.monitoring.prometheus : undefined
  const failed = `unable to get external metric ${namespace}/${name}/${selectorText(selector)}`
  if (!prometheus) {
    throw new MetricError(
      `${failed}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`,
    )
  }
  const within = `{namespace=${JSON.stringify(namespace)}}`
  const found = [`${name}${within}`, `rate(${name}_total${within}[2m])`].map((query) =>
    prometheus.instant(query).filter(({ labels }) => selectsLabels(selector ?? {}, labels)),
  )
  const samples = found.find((it) => it.length > 0)
  if (!samples) throw new MetricError(`${failed}: no metrics returned from external metrics API`)
  return samples.reduce((sum, sample) => sum + sample.value, 0)
}

function hasAdapter({ store }: Server): boolean {
  const pods = store.list(builtIn('pods')) as Pod[]
  return pods.some(
    (pod) => isReady(pod) && pod.spec.containers.some(({ image = '' }) => partsOf(image).name === ADAPTER),
  )
}

/** As Go prints the selector. */
function selectorText(selector: LabelSelector | undefined): string {
  if (!selector) return 'nil'
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}: ${value},`)
  const more = selector.matchExpressions?.length
    ? formatLabelSelector({ matchExpressions: selector.matchExpressions })
    : ''
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${more}},}`
}

function milli(value: number): string {
  const thousandths = Math.round(value * 1000)
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`
}
