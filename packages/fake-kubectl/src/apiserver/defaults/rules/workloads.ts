/**
 * Defaults of what makes pods. Strategies bring their parameters, templates lend their labels.
 * Source: kubernetes/pkg/apis/{apps,batch,autoscaling,core}/*\/defaults.go.
 */
import { isFields } from '../../../api/meta.ts'
import { isZero, struct, structs, type Draft, type Rule } from './rule.ts'

export const WORKLOADS: Readonly<Record<string, readonly Rule[]>> = {
  'apps.v1.DeploymentStrategy': [rollingUpdate],
  'apps.v1.DaemonSetUpdateStrategy': [rollingUpdate],
  'apps.v1.StatefulSetSpec': [claimTemplates],
  'apps.v1.StatefulSetUpdateStrategy': [statefulSetStrategy],
  'core.v1.ReplicationController': [replicationController],
  'batch.v1.Job': [jobSpec, labelsOfTemplate],
  'autoscaling.v2.HorizontalPodAutoscalerSpec': [cpuMetric],
  'autoscaling.v2.HorizontalPodAutoscalerBehavior': [scalingRules],
}

function rollingUpdate(strategy: Draft): void {
  if (strategy['type'] === 'RollingUpdate') struct(strategy, 'rollingUpdate')
}

/** A claim in a StatefulSet says what it is, like one that stands alone. */
function claimTemplates(spec: Draft): void {
  for (const claim of structs(spec['volumeClaimTemplates'])) {
    claim['apiVersion'] ??= 'v1'
    claim['kind'] ??= 'PersistentVolumeClaim'
  }
}

/** Only a strategy that was left out whole gets parameters: one that says RollingUpdate and no more stays so. */
function statefulSetStrategy(strategy: Draft): void {
  if (strategy['type'] !== undefined) return
  strategy['type'] = 'RollingUpdate'
  struct(strategy, 'rollingUpdate')
}

function replicationController(controller: Draft): void {
  const { spec } = controller
  const labels = spec.template?.metadata?.labels
  if (labels && isZero(spec.selector)) spec.selector = { ...labels }
  labelsOfTemplate(controller)
}

function labelsOfTemplate({ metadata, spec }: Draft): void {
  const labels = spec.template?.metadata?.labels
  if (labels && isZero(metadata.labels)) metadata.labels = { ...labels }
}

/** Of a Job itself; a CronJob's template of one waits until it is one. */
function jobSpec({ spec }: Draft): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
  spec.parallelism ??= 1
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed'
  spec.manualSelector ??= false
}

function cpuMetric(spec: Draft): void {
  if (!isZero(spec['metrics'])) return
  const resource = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } }
  spec['metrics'] = [{ type: 'Resource', resource }]
}

const PERIOD_SECONDS = 15

/** Whoever sets one direction of scaling gets both whole. */
function scalingRules(behavior: Draft): void {
  const pods = { type: 'Pods', value: 4, periodSeconds: PERIOD_SECONDS }
  const percent = { type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS }
  const up = { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [pods, percent] }
  const down = { selectPolicy: 'Max', policies: [{ ...percent }] }
  behavior['scaleUp'] = { ...up, ...fields(behavior['scaleUp']) }
  behavior['scaleDown'] = { ...down, ...fields(behavior['scaleDown']) }
}

function fields(value: unknown): Draft {
  return isFields(value) ? value : {}
}
