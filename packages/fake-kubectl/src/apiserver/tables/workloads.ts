/** The columns of what runs: pods, and everything that makes pods. */
import { humanDuration, age } from '../../api/age.ts'
import { at, type KubeObject } from '../../api/meta.ts'
import type { Pod } from '../../api/types.ts'
import {
  AGE,
  amount,
  column,
  count,
  field,
  list,
  NAME,
  NONE,
  number,
  pairs,
  templateColumns,
  text,
  UNSET,
  wide,
} from './cells.ts'
import { podCells } from './pod-cells.ts'
import type { Cell, Column, Seen } from './table.ts'

const TEMPLATE = 'spec.template'
const SELECTOR = 'spec.selector'
const REPLICAS = [
  NAME,
  amount('Desired', 'spec.replicas'),
  amount('Current', 'status.replicas'),
  amount('Ready', 'status.readyReplicas'),
  AGE,
]

export const WORKLOADS: Readonly<Record<string, readonly Column[]>> = {
  pods: [
    NAME,
    pod('Ready', (it, { nowMs }) => podCells(it, nowMs).ready),
    pod('Status', (it, { nowMs }) => podCells(it, nowMs).status),
    pod('Restarts', (it, { nowMs }) => podCells(it, nowMs).restarts),
    AGE,
    wide(pod('IP', ({ status }) => status.podIPs?.[0]?.ip || NONE)),
    wide(pod('Node', ({ spec }) => spec.nodeName || NONE)),
    wide(pod('Nominated Node', ({ status }) => status.nominatedNodeName || NONE)),
    wide(pod('Readiness Gates', readinessGates)),
  ],
  podtemplates: [
    NAME,
    ...templateColumns('template').map((it) => ({ ...it, wide: false })),
    column('Pod Labels', (it) => pairs(at(it, 'template.metadata.labels'))),
  ],
  replicationcontrollers: [
    ...REPLICAS,
    ...templateColumns(TEMPLATE),
    wide(column('Selector', (it) => pairs(at(it, SELECTOR)))),
  ],
  replicasets: [...REPLICAS, ...templateColumns(TEMPLATE, SELECTOR)],
  deployments: [
    NAME,
    column('Ready', ready),
    amount('Up-to-date', 'status.updatedReplicas'),
    amount('Available', 'status.availableReplicas'),
    AGE,
    ...templateColumns(TEMPLATE, SELECTOR),
  ],
  statefulsets: [NAME, column('Ready', ready), AGE, ...templateColumns(TEMPLATE)],
  daemonsets: [
    NAME,
    amount('Desired', 'status.desiredNumberScheduled'),
    amount('Current', 'status.currentNumberScheduled'),
    amount('Ready', 'status.numberReady'),
    amount('Up-to-date', 'status.updatedNumberScheduled'),
    amount('Available', 'status.numberAvailable'),
    column('Node Selector', (it) => pairs(at(it, 'spec.template.spec.nodeSelector'))),
    AGE,
    ...templateColumns(TEMPLATE, SELECTOR),
  ],
  controllerrevisions: [
    NAME,
    column('Controller', controller),
    column('Revision', (it) => number(it, 'revision')),
    AGE,
  ],
  jobs: [
    NAME,
    column('Status', jobStatus),
    column('Completions', completions),
    column('Duration', jobDuration),
    AGE,
    ...templateColumns(TEMPLATE, SELECTOR),
  ],
  cronjobs: [
    NAME,
    field('Schedule', 'spec.schedule', ''),
    field('Timezone', 'spec.timeZone'),
    { name: 'Suspend', type: 'boolean', cell: (it) => suspended(at(it, 'spec.suspend')) },
    count('Active', 'status.active'),
    column('Last Schedule', (it, { nowMs }) =>
      text(it, 'status.lastScheduleTime') ? age(text(it, 'status.lastScheduleTime'), nowMs) : NONE,
    ),
    AGE,
    ...templateColumns('spec.jobTemplate.spec.template', 'spec.jobTemplate.spec.selector'),
  ],
  horizontalpodautoscalers: [
    NAME,
    column('Reference', (it) => `${text(it, 'spec.scaleTargetRef.kind')}/${text(it, 'spec.scaleTargetRef.name')}`),
    column('Targets', metrics),
    column('MinPods', (it) => String(at(it, 'spec.minReplicas') ?? UNSET)),
    amount('MaxPods', 'spec.maxReplicas'),
    amount('Replicas', 'status.currentReplicas'),
    AGE,
  ],
  poddisruptionbudgets: [
    NAME,
    column('Min Available', (it) => String(at(it, 'spec.minAvailable') ?? 'N/A')),
    column('Max Unavailable', (it) => String(at(it, 'spec.maxUnavailable') ?? 'N/A')),
    amount('Allowed Disruptions', 'status.disruptionsAllowed'),
    AGE,
  ],
}

/** The Scale that stands for an object, at its `scale` subresource. */
export const SCALE: readonly Column[] = [
  { ...NAME, format: '' },
  amount('Desired', 'spec.replicas'),
  amount('Available', 'status.replicas'),
  AGE,
]

function pod(name: string, cell: (pod: Pod, seen: Seen) => Cell): Column {
  return { name, cell: (object, seen) => cell(object as Pod, seen) }
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? []
  if (gates.length === 0) return NONE
  const met = gates.filter((gate) =>
    status.conditions?.some((it) => it.type === gate.conditionType && it.status === 'True'),
  )
  return `${met.length}/${gates.length}`
}

function ready(object: KubeObject): string {
  return `${number(object, 'status.readyReplicas')}/${number(object, 'spec.replicas')}`
}

function controller({ metadata }: KubeObject): string {
  const owner = metadata.ownerReferences?.find((it) => it.controller)
  if (!owner) return NONE
  const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : ''
  return `${owner.kind}${group}`.toLowerCase() + `/${owner.name}`
}

function jobStatus(job: KubeObject): string {
  const holds = (type: string) =>
    list(job, 'status.conditions').some((it) => text(it, 'type') === type && text(it, 'status') === 'True')
  if (holds('Complete')) return 'Complete'
  if (holds('Failed')) return 'Failed'
  if (job.metadata.deletionTimestamp) return 'Terminating'
  return ['Suspended', 'FailureTarget'].find(holds) ?? 'Running'
}

function completions(job: KubeObject): string {
  const succeeded = number(job, 'status.succeeded')
  const wanted = at(job, 'spec.completions')
  if (typeof wanted === 'number') return `${succeeded}/${wanted}`
  const parallelism = number(job, 'spec.parallelism')
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

function jobDuration(job: KubeObject, { nowMs }: Seen): string {
  const startedAt = text(job, 'status.startTime')
  if (!startedAt) return ''
  const completedAt = text(job, 'status.completionTime')
  return humanDuration((completedAt ? Date.parse(completedAt) : nowMs) - Date.parse(startedAt))
}

function suspended(value: unknown): string {
  if (typeof value !== 'boolean') return UNSET
  return value ? 'True' : 'False'
}

const METRICS_SHOWN = 2

function metrics(autoscaler: KubeObject): string {
  const targets = list(autoscaler, 'spec.metrics').map((metric, i) =>
    metricText(metric, list(autoscaler, 'status.currentMetrics')[i]),
  )
  if (targets.length === 0) return NONE
  const more = targets.length > METRICS_SHOWN ? ` + ${targets.length - METRICS_SHOWN} more...` : ''
  return targets.slice(0, METRICS_SHOWN).join(', ') + more
}

/** Where a metric's source stands in its spec and status, and whether it is written with its resource's name. */
const METRIC_SOURCES: Readonly<Record<string, string>> = {
  External: 'external',
  Pods: 'pods',
  Object: 'object',
  Resource: 'resource',
  ContainerResource: 'containerResource',
}

function metricText(metric: unknown, status: unknown): string {
  const source = METRIC_SOURCES[text(metric, 'type')]
  if (!source) return '<unknown type>'
  const target = (name: string) => at(metric, `${source}.target.${name}`)
  const current = (name: string) => at(status, `${source}.current.${name}`) ?? '<unknown>'
  if (source === 'pods') return `${current('averageValue')}/${target('averageValue')}`
  if (source === 'external' || source === 'object') {
    if (target('averageValue') !== undefined) return `${current('averageValue')}/${target('averageValue')} (avg)`
    return `${current('value')}/${target('value')}`
  }
  const name = text(metric, `${source}.name`)
  if (target('averageValue') !== undefined) return `${name}: ${current('averageValue')}/${target('averageValue')}`
  const percent = (value: unknown, absent: string) => (typeof value === 'number' ? `${value}%` : absent)
  return `${name}: ${percent(current('averageUtilization'), '<unknown>')}/${percent(target('averageUtilization'), '<auto>')}`
}
