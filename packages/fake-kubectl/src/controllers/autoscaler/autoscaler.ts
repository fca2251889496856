/**
 * HorizontalPodAutoscalers: every fifteen seconds as many pods as their metrics ask for, within bounds and not too fast.
 * Source: kubernetes/pkg/controller/podautoscaler/horizontal.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import type { ResourceType } from '../../api/kinds/row.ts'
import { at, equal, formatTime, type KubeObject } from '../../api/meta.ts'
import type { WorkloadCondition } from '../../api/workloads.ts'
import type { Server } from '../../apiserver/server.ts'
import { runController, type Again } from '../controller.ts'
import { tell } from '../event-recorder.ts'
import { failureOf, measured, type Metric } from './metrics.ts'
import { PaceMemory, paced, type Behavior, type Paced } from './pace.ts'
import { MetricError } from './replicas.ts'
import { update, updateStatus } from '../manager.ts'

const AUTOSCALERS = builtIn('horizontalpodautoscalers.autoscaling')
const COMPONENT = 'horizontal-pod-autoscaler'
/** --horizontal-pod-autoscaler-sync-period. */
const PERIOD_MS = 15_000

type Autoscaler = KubeObject & {
  spec: {
    scaleTargetRef: { apiVersion?: string; kind: string; name: string }
    minReplicas?: number
    maxReplicas: number
    metrics?: Metric[]
    behavior?: Behavior
  }
  status: Record<string, unknown> & { conditions?: WorkloadCondition[]; lastScaleTime?: string }
}

type Memory = { readonly dueMs: number; readonly pace: PaceMemory }

export function runAutoscalers(server: Server): void {
  const { store, clock } = server
  const memories = new Map<string, Memory>()
  store.log.subscribe(AUTOSCALERS, { event: () => {}, reset: () => memories.clear() })
  const reconcile = (object: KubeObject): Again => {
    const { uid = '', creationTimestamp = '' } = object.metadata
    const known = memories.get(uid) ?? { dueMs: Date.parse(creationTimestamp) + PERIOD_MS, pace: new PaceMemory() }
    const isDue = clock.now() >= known.dueMs
    const dueMs = isDue ? clock.now() + PERIOD_MS : known.dueMs
    memories.set(uid, { ...known, dueMs })
    if (isDue) new Sync(server, object as Autoscaler, known.pace).run()
    return { atMs: dueMs, background: true }
  }
  runController(store, clock, AUTOSCALERS, reconcile, {
    gone: ({ metadata }) => void memories.delete(metadata.uid ?? ''),
  })
}

/** One look at one autoscaler. */
class Sync {
  readonly #server: Server
  readonly #autoscaler: Autoscaler
  readonly #pace: PaceMemory
  readonly #nowMs: number
  #conditions: readonly WorkloadCondition[]
  #currentMetrics: object[] = []

  constructor(server: Server, autoscaler: Autoscaler, pace: PaceMemory) {
    this.#server = server
    this.#autoscaler = autoscaler
    this.#pace = pace
    this.#nowMs = server.clock.now()
    this.#conditions = autoscaler.status.conditions ?? []
  }

  run(): void {
    const { kind, name } = this.#autoscaler.spec.scaleTargetRef
    const found = this.#target()
    if (!found) {
      const message = `the HPA controller was unable to get the target's current scale: ${kind.toLowerCase()}s.apps "${name}" not found`
      this.#condition('AbleToScale', 'False', 'FailedGetScale', message)
      this.#tell('Warning', 'FailedGetScale', message.slice(message.indexOf(': ') + 2))
      return this.#write({})
    }
    this.#condition(
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    )
    const current = Number(at(found.object, 'spec.replicas') ?? 0)
    const decision = this.#decide(found.object, current)
    if (!decision) return this.#write({ currentReplicas: replicasOf(found.object), desiredReplicas: current })
    const { replicas, reason } = decision
    if (replicas === current)
      return this.#write({ currentReplicas: replicasOf(found.object), desiredReplicas: replicas })
    this.#rescale(found, { current, replicas, reason })
    this.#write({
      currentReplicas: replicasOf(found.object),
      desiredReplicas: replicas,
      lastScaleTime: formatTime(this.#nowMs),
    })
  }

  #target(): { type: ResourceType; object: KubeObject } | undefined {
    const { apiVersion = '', kind, name } = this.#autoscaler.spec.scaleTargetRef
    const type = this.#server.kinds.findKind(apiVersion, kind)
    const object = type && this.#server.store.find(type, this.#autoscaler.metadata.namespace ?? '', name)
    return type && object && { type, object }
  }

  /** @returns undefined when nothing is to be done */
  #decide(target: KubeObject, current: number): { replicas: number; reason: string } | undefined {
    const { minReplicas: min = 1, maxReplicas: max } = this.#autoscaler.spec
    if (current === 0 && min !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero'
      this.#condition('ScalingActive', 'False', 'ScalingDisabled', message)
      return undefined
    }
    if (current > max) return { replicas: max, reason: 'Current number of replicas above Spec.MaxReplicas' }
    if (current < min) return { replicas: min, reason: 'Current number of replicas below Spec.MinReplicas' }
    const proposal = this.#propose(target, current)
    if (!proposal) return undefined
    const { behavior } = this.#autoscaler.spec
    const pace = paced(proposal.replicas, behavior, this.#pace, { current, min, max, nowMs: this.#nowMs })
    this.#notePace(pace)
    const reason = pace.replicas > current ? `${proposal.metric} above target` : 'All metrics below target'
    return { replicas: pace.replicas, reason }
  }

  /** The metric that asks for most decides; with one that fails nothing shrinks. */
  #propose(target: KubeObject, current: number): { replicas: number; metric: string } | undefined {
    const { metrics = [] } = this.#autoscaler.spec
    const faults: { reason: string; message: string; why: string }[] = []
    let best: { replicas: number; metric: string } | undefined
    for (const metric of metrics) {
      try {
        const { replicas, name, shown } = measured(this.#server, metric, target, current)
        this.#currentMetrics.push(shown)
        if (!best || replicas > best.replicas) best = { replicas, metric: name }
      } catch (fault) {
        if (!(fault instanceof MetricError)) throw fault
        const { reason, prefix } = failureOf(metric)
        faults.push({ reason, message: fault.message, why: `${prefix}: ${fault.message}` })
      }
    }
    const [first] = faults
    if (first && (!best || best.replicas < current)) {
      this.#tell('Warning', first.reason, first.message)
      const why = `invalid metrics (${faults.length} invalid out of ${metrics.length}), first error is: ${first.why}`
      this.#tell('Warning', 'FailedComputeMetricsReplicas', why)
      this.#condition(
        'ScalingActive',
        'False',
        first.reason,
        `the HPA was unable to compute the replica count: ${first.message}`,
      )
      return undefined
    }
    if (!best) return undefined
    this.#condition(
      'ScalingActive',
      'True',
      'ValidMetricFound',
      `the HPA was able to successfully calculate a replica count from ${best.metric}`,
    )
    return best
  }

  #notePace({ stabilized, limit }: Paced): void {
    if (stabilized) {
      const [reason, word, one] =
        stabilized === 'down' ? ['ScaleDownStabilized', 'higher', 'highest'] : ['ScaleUpStabilized', 'lower', 'lowest']
      this.#condition(
        'AbleToScale',
        'True',
        reason!,
        `recent recommendations were ${word} than current one, applying the ${one} recent recommendation`,
      )
    } else this.#condition('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size')
    if (limit) this.#condition('ScalingLimited', 'True', limit, LIMITS[limit])
    else
      this.#condition(
        'ScalingLimited',
        'False',
        'DesiredWithinRange',
        'the desired count is within the acceptable range',
      )
  }

  #rescale(
    { type, object }: { type: ResourceType; object: KubeObject },
    { current, replicas, reason }: { current: number; replicas: number; reason: string },
  ): void {
    update(this.#server, type, { ...object, spec: { ...(object['spec'] as object), replicas } })
    this.#pace.changed(current, replicas, this.#nowMs)
    this.#condition(
      'AbleToScale',
      'True',
      'SucceededRescale',
      `the HPA controller was able to update the target scale to ${replicas}`,
    )
    this.#tell('Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`)
  }

  #condition(type: string, status: WorkloadCondition['status'], reason: string, message: string): void {
    const before = this.#conditions.find((it) => it.type === type)
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime! : formatTime(this.#nowMs)
    const next = { type, status, lastTransitionTime, reason, message }
    this.#conditions = before
      ? this.#conditions.map((it) => (it.type === type ? next : it))
      : [...this.#conditions, next]
  }

  #write(fields: Record<string, unknown>): void {
    const { metadata, status: before } = this.#autoscaler
    const status = {
      ...before,
      ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
      ...fields,
      ...(this.#currentMetrics.length > 0 && { currentMetrics: this.#currentMetrics }),
      conditions: this.#conditions,
    }
    if (equal(status, before)) return
    updateStatus(this.#server, AUTOSCALERS, { ...this.#autoscaler, status })
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    tell(this.#server, AUTOSCALERS, this.#autoscaler, { type, reason, message, component: COMPONENT })
  }
}

const LIMITS: Readonly<Record<NonNullable<Paced['limit']>, string>> = {
  TooFewReplicas: 'the desired replica count is less than the minimum replica count',
  TooManyReplicas: 'the desired replica count is more than the maximum replica count',
  ScaleUpLimit: 'the desired replica count is increasing faster than the maximum scale rate',
  ScaleDownLimit: 'the desired replica count is decreasing faster than the maximum scale rate',
}

function replicasOf(target: KubeObject): number {
  return Number(at(target, 'status.replicas') ?? 0)
}
