/**
 * The metrics of an autoscaler: what each measures of its target's pods, and in which words it fails.
 * Source: kubernetes/pkg/controller/podautoscaler/{horizontal,metrics/client}.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at, type KubeObject } from '../../api/meta.ts'
import { selectsLabels } from '../../api/label-selector.ts'
import { parseQuantity } from '../../api/quantity.ts'
import type { Pod } from '../../api/types.ts'
import type { Server } from '../../apiserver/server.ts'
import { containerMetrics } from '../../apiserver/subresources/computed.ts'
import { externallyProposed, type ExternalMetric } from './external.ts'
import { MetricError, proposed, type Proposal, type Target, type Usage } from './replicas.ts'

const PODS = builtIn('pods')
const NOT_SERVED = 'the server could not find the requested resource'

type ResourceTarget = { readonly averageUtilization?: number; readonly averageValue?: string }

export type Metric = {
  readonly type: 'Resource' | 'ContainerResource' | 'Pods' | 'Object' | 'External'
  readonly resource?: { readonly name: string; readonly target: ResourceTarget }
  readonly containerResource?: { readonly name: string; readonly container: string; readonly target: ResourceTarget }
  readonly external?: ExternalMetric
  readonly pods?: { readonly metric: { readonly name: string } }
  readonly object?: { readonly metric: { readonly name: string } }
}

export type Measured = {
  readonly replicas: number
  /** As events name it. */
  readonly name: string
  /** As `status.currentMetrics` shows it. */
  readonly shown: object
}

/** @throws MetricError when nothing can be said */
export function measured(server: Server, metric: Metric, target: KubeObject, current: number): Measured {
  if (metric.external) return measuredOutside(server, metric.external, target, current)
  const source = metric.resource ?? metric.containerResource
  if (!source) throw new MetricError(unavailable(metric))
  const { name: resource, target: wanted } = source
  const container = metric.containerResource?.container
  const isShare = wanted.averageUtilization !== undefined
  const goal: Target = isShare
    ? { utilization: wanted.averageUtilization! }
    : { averageValue: parseQuantity(wanted.averageValue ?? '0') ?? 0 }
  const proposal = inWordsOf(`failed to get ${resource} ${isShare ? 'utilization' : 'usage'}`, () => {
    const pods = podsOf(server, target)
    const usage = usageOf(server, pods, resource, container)
    return proposed({ resource, container, pods, usage, target: goal, current, nowMs: server.clock.now() })
  })
  const place = container === undefined ? '' : ` container ${container}`
  const name = `${resource}${place} resource${isShare ? ' utilization (percentage of request)' : ''}`
  return { replicas: proposal.replicas, name, shown: shown(metric, resource, proposal) }
}

function measuredOutside(server: Server, external: ExternalMetric, target: KubeObject, count: number): Measured {
  const { namespace = '' } = target.metadata
  const place = { namespace, pods: podsOf(server, target), current: count }
  const { replicas, name, current } = externallyProposed(server, external, place)
  return { replicas, name, shown: { type: 'External', external: { metric: external.metric, current } } }
}

function podsOf({ store }: Server, target: KubeObject): Pod[] {
  const selector = at(target, 'spec.selector')
  const pods = store.list(PODS, target.metadata.namespace) as Pod[]
  return pods.filter((pod) => selectsLabels(selector, pod.metadata.labels))
}

/** @throws MetricError where there is no metrics server, or it knows none of the pods */
function usageOf(server: Server, pods: readonly Pod[], resource: string, container: string | undefined): Usage {
  const failed = `unable to get metrics for resource ${resource}`
  if (!server.kinds.findKind('metrics.k8s.io/v1beta1', 'PodMetrics'))
    throw new MetricError(
      `${failed}: unable to fetch metrics from resource metrics API: ${NOT_SERVED} (get pods.metrics.k8s.io)`,
    )
  const usage = new Map<Pod, number>()
  for (const pod of pods) {
    const metrics = containerMetrics(server, pod).filter(({ name }) => container === undefined || name === container)
    const amounts = metrics.map((it) => parseQuantity(it.usage[resource] ?? '0') ?? 0)
    if (amounts.length > 0)
      usage.set(
        pod,
        amounts.reduce((sum, amount) => sum + amount),
      )
  }
  if (usage.size === 0) throw new MetricError(`${failed}: no metrics returned from resource metrics API`)
  return usage
}

function inWordsOf<T>(what: string, act: () => T): T {
  try {
    return act()
  } catch (fault) {
    throw fault instanceof MetricError ? new MetricError(`${what}: ${fault.message}`) : fault
  }
}

export function failureOf({ type, resource, containerResource }: Metric): { reason: string; prefix: string } {
  const name = (resource ?? containerResource)?.name ?? ''
  const what = { Resource: `${name} resource`, ContainerResource: `${name} container` }[type as string]
  return { reason: `FailedGet${type}Metric`, prefix: `failed to get ${what ?? type.toLowerCase()} metric value` }
}

/** Nobody serves custom metrics. */
function unavailable({ pods, object }: Metric): string {
  const name = (pods ?? object)?.metric.name ?? ''
  return `unable to get metric ${name}: unable to fetch metrics from custom metrics API: ${NOT_SERVED}`
}

function shown({ type, containerResource }: Metric, name: string, { utilization, averageValue }: Proposal): object {
  const amount = name === 'cpu' ? `${Math.round(averageValue * 1000)}m` : String(Math.round(averageValue))
  const current = { ...(utilization !== undefined && { averageUtilization: utilization }), averageValue: amount }
  if (!containerResource) return { type, resource: { name, current } }
  return { type, containerResource: { name, container: containerResource.container, current } }
}
