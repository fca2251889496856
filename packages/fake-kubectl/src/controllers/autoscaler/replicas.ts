/**
 * How many pods a metric asks for: the present number times how far its value is from its target. Pods of which nothing is
 * known yet count against the change.
 * Source: kubernetes/pkg/controller/podautoscaler/{replica_calculator,metrics/utilization}.go.
 */
import { parseQuantity } from '../../api/quantity.ts'
import type { Pod } from '../../api/types.ts'
import { isReady } from '../../api/pod-state.ts'

/** A value so near its target changes nothing. */
export const TOLERANCE = 0.1
/** For so long after its start a pod's CPU says nothing, unless it has been ready for a whole window. */
const CPU_INITIALIZATION_MS = 300_000
const INITIAL_READINESS_MS = 30_000
const WINDOW_MS = 15_000

/** In cores, or bytes, or whatever the resource is measured in. */
export type Usage = ReadonlyMap<Pod, number>

export type Target = { readonly utilization: number } | { readonly averageValue: number }

export type Proposal = {
  readonly replicas: number
  /** Percent of what was requested; absent for a target that is an amount. */
  readonly utilization?: number
  readonly averageValue: number
}

export class MetricError extends Error {}

export type Measure = {
  readonly resource: string
  /** The only container that counts; all of them when absent. */
  readonly container?: string | undefined
  readonly pods: readonly Pod[]
  /** A pod without metrics is not in it. */
  readonly usage: Usage
  readonly target: Target
  readonly current: number
  readonly nowMs: number
}

/** @throws MetricError when nothing can be said */
export function proposed(measure: Measure): Proposal {
  const { pods, usage, target, current } = measure
  const counted = pods.filter(
    ({ metadata, status }) => metadata.deletionTimestamp === undefined && status.phase !== 'Failed',
  )
  const unready = counted.filter((pod) => isUnready(pod, measure))
  const missing = counted.filter((pod) => !unready.includes(pod) && !usage.has(pod))
  const known = counted.filter((pod) => !unready.includes(pod) && usage.has(pod))
  if (known.length === 0) throw new MetricError('did not receive metrics for targeted pods (pods might be unready)')
  const values = new Map(known.map((pod) => [pod, usage.get(pod)!]))
  const measured = ratio(values, measure)
  const proposal = {
    ...('utilization' in target && { utilization: measured.utilization! }),
    averageValue: measured.average,
  }
  const stay = { replicas: current, ...proposal }
  const isUp = measured.ratio > 1
  if (!(unready.length > 0 && isUp) && missing.length === 0) {
    if (Math.abs(1 - measured.ratio) <= TOLERANCE) return stay
    return { replicas: Math.ceil(measured.ratio * known.length), ...proposal }
  }
  // Whoever is not known is taken to use all it may when pods would go, and nothing when pods would come.
  for (const pod of missing) values.set(pod, isUp ? 0 : fullUse(pod, measure))
  if (isUp) for (const pod of unready) values.set(pod, 0)
  const cautious = ratio(values, measure).ratio
  const hasTurned = isUp ? cautious < 1 : cautious > 1
  if (Math.abs(1 - cautious) <= TOLERANCE || hasTurned) return stay
  const replicas = Math.ceil(cautious * values.size)
  if (cautious < 1 ? replicas > current : replicas < current) return stay
  return { replicas, ...proposal }
}

function isUnready(pod: Pod, { resource, usage, nowMs }: Measure): boolean {
  if (pod.status.phase === 'Pending') return true
  if (resource !== 'cpu' || !usage.has(pod)) return false
  const ready = pod.status.conditions?.find(({ type }) => type === 'Ready')
  const startMs = Date.parse(pod.status.startTime ?? '')
  if (!ready || Number.isNaN(startMs)) return true
  const sinceMs = Date.parse(ready.lastTransitionTime ?? '')
  if (startMs + CPU_INITIALIZATION_MS > nowMs) return !isReady(pod) || nowMs < sinceMs + WINDOW_MS
  return !isReady(pod) && startMs + INITIAL_READINESS_MS > sinceMs
}

function ratio(values: Usage, measure: Measure): { ratio: number; utilization?: number; average: number } {
  const total = [...values.values()].reduce((sum, value) => sum + value, 0)
  const average = total / values.size
  const { target } = measure
  if ('averageValue' in target) return { ratio: average / target.averageValue, average }
  const requests = [...values.keys()].reduce((sum, pod) => sum + requestOf(pod, measure), 0)
  const utilization = Math.floor((total * 100) / requests)
  return { ratio: utilization / target.utilization, utilization, average }
}

function fullUse(pod: Pod, measure: Measure): number {
  const { target } = measure
  if ('averageValue' in target) return target.averageValue
  return (requestOf(pod, measure) * Math.max(100, target.utilization)) / 100
}

function requestOf(pod: Pod, { resource, container }: Measure): number {
  const containers = pod.spec.containers.filter(({ name }) => container === undefined || name === container)
  return containers.reduce((sum, { name, resources }) => {
    const request = resources?.requests?.[resource]
    if (request === undefined)
      throw new MetricError(`missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`)
    return sum + (parseQuantity(request) ?? 0)
  }, 0)
}
