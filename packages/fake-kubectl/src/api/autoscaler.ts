/**
 * A HorizontalPodAutoscaler in its two versions. autoscaling/v1 knows a single target, the processor's; everything else
 * it carries in annotations, so that nothing is lost on the way there and back.
 * Source: kubernetes/pkg/apis/autoscaling/v1/conversion.go.
 */
import { metricV1, metricV2 } from './autoscaler-metrics.ts'
import { at, isFields, type Fields, type KubeObject } from './meta.ts'

// What autoscaling/v1 has no field for, it carries in annotations.
const OTHER_METRICS = 'autoscaling.alpha.kubernetes.io/metrics'
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics'
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions'
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior'

/** As autoscaling/v1 shows it. */
export function autoscalerV1(object: KubeObject): KubeObject {
  const { metrics: _metrics, behavior, ...spec } = fields(object['spec'])
  const { currentMetrics: _current, conditions: _conditions, ...status } = fields(object['status'])
  const metrics = list(object, 'spec.metrics')
  const currentMetrics = list(object, 'status.currentMetrics')
  const target = metrics.find(isCpuTarget)
  const current = currentMetrics.map((it) => at(it, 'resource.current.averageUtilization'))
  const carried = {
    ...annotation(
      OTHER_METRICS,
      metrics.filter((metric) => !isCpuTarget(metric)).map((metric) => metricV1(metric)),
    ),
    ...annotation(
      CURRENT_METRICS,
      currentMetrics.map((metric) => metricV1(metric)),
    ),
    ...annotation(CONDITIONS, list(object, 'status.conditions')),
    ...(behavior !== undefined && { [BEHAVIOR]: JSON.stringify(behavior) }),
  }
  const percentage = at(target, 'resource.target.averageUtilization')
  const used = current.find((it) => it !== undefined)
  return {
    ...object,
    metadata: withAnnotations(object, carried),
    spec: { ...spec, ...(percentage !== undefined && { targetCPUUtilizationPercentage: percentage }) },
    ...(object['status'] !== undefined && {
      status: { ...status, ...(used !== undefined && { currentCPUUtilizationPercentage: used }) },
    }),
  }
}

/** Given as autoscaling/v1, as it is stored. */
export function autoscalerV2(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: percentage, ...spec } = fields(object['spec'])
  const { currentCPUUtilizationPercentage: used, currentReplicas, ...status } = fields(object['status'])
  const {
    [OTHER_METRICS]: others,
    [CURRENT_METRICS]: current,
    [CONDITIONS]: conditions,
    [BEHAVIOR]: behavior,
    ...rest
  } = object.metadata.annotations ?? {}
  const metrics = [...(percentage === undefined ? [] : [cpuTarget(percentage)]), ...metricsIn(others)]
  const currentMetrics = current ? metricsIn(current) : used === undefined ? undefined : [cpuUse(used)]
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(object.metadata.annotations && { annotations: Object.keys(rest).length > 0 ? rest : undefined }),
    } as KubeObject['metadata'],
    spec: {
      ...spec,
      metrics: metrics.length > 0 ? metrics : [cpuTarget(DEFAULT_CPU_UTILIZATION)],
      ...(behavior && { behavior: parsed(behavior) }),
    },
    ...(object['status'] !== undefined && {
      status: {
        ...status,
        // Always written in v1, left out of v2 when zero.
        ...(currentReplicas ? { currentReplicas } : {}),
        ...(currentMetrics && { currentMetrics }),
        ...(conditions && { conditions: parsedList(conditions) }),
      },
    }),
  }
}

const DEFAULT_CPU_UTILIZATION = 80

function isCpuTarget(metric: Fields): boolean {
  return at(metric, 'resource.name') === 'cpu' && at(metric, 'resource.target.averageUtilization') !== undefined
}

function cpuTarget(averageUtilization: unknown): Fields {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }
}

function cpuUse(averageUtilization: unknown): Fields {
  return { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization } } }
}

function annotation(name: string, list: readonly unknown[]): Record<string, string> {
  return list.length > 0 ? { [name]: JSON.stringify(list) } : {}
}

function withAnnotations({ metadata }: KubeObject, more: Record<string, string>): KubeObject['metadata'] {
  if (Object.keys(more).length === 0) return metadata
  return { ...metadata, annotations: { ...metadata.annotations, ...more } }
}

function metricsIn(text: string | undefined): Fields[] {
  return parsedList(text)
    .filter(isFields)
    .map((metric) => metricV2(metric))
}

function parsedList(text: string | undefined): unknown[] {
  const value = text === undefined ? [] : parsed(text)
  return Array.isArray(value) ? value : []
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // An annotation that is no JSON says nothing; the real server drops it, too.
  }
}

/** Go writes an absent list as null. */
function list(object: KubeObject, path: string): Fields[] {
  return (at(object, path) ?? []) as Fields[]
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {}
}
