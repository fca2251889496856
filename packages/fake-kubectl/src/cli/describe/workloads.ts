/**
 * Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs and CronJobs.
 * Source: kubectl/pkg/describe/describe.go; kubectl/pkg/util/deployment/deployment.go.
 */
import { humanDuration } from '../../api/age.ts'
import { equal } from '../../api/meta.ts'
import { labelsText } from '../printers/table.ts'
import { byBytes, type Wire } from '../wire.ts'
import type { Describing } from './describers.ts'
import { boolText, controllerOf, rfc1123, selectorText, type Description } from './description.ts'
import { canonical } from './quantities.ts'
import { describeTemplate } from './pod.ts'

export async function describeDeployment(text: Description, object: Wire, describing: Describing): Promise<void> {
  const { metadata, spec, status = {} } = object
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'Namespace:', metadata.namespace)
  text.line(0, 'CreationTimestamp:', rfc1123(metadata.creationTimestamp))
  text.labels('Labels', metadata.labels)
  text.annotations('Annotations', metadata.annotations)
  text.line(0, 'Selector:', selectorText(spec.selector, ''))
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status
  const counts = `${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`
  text.line(0, 'Replicas:', `${spec.replicas} desired | ${counts}`)
  text.line(0, 'StrategyType:', spec.strategy?.type)
  text.line(0, 'MinReadySeconds:', spec.minReadySeconds ?? 0)
  const rolling = spec.strategy?.rollingUpdate
  if (rolling)
    text.line(0, 'RollingUpdateStrategy:', `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`)
  describeTemplate(text, spec.template)
  describeConditions(text, status.conditions)
  await describeReplicaSets(text, object, describing)
}

async function describeReplicaSets(text: Description, { metadata, spec }: Wire, { list }: Describing): Promise<void> {
  const found = await list('apps', 'v1', 'replicasets', {
    namespace: metadata.namespace,
    labels: selectorText(spec.selector, ''),
  })
  const owned = found
    .filter((set) => controllerOf(set.metadata)?.uid === metadata.uid)
    .sort(
      (a, b) =>
        byBytes(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
        byBytes(a.metadata.name, b.metadata.name),
    )
  if (owned.length === 0) return
  const current = owned.find((set) => equal(withoutHash(set.spec.template), withoutHash(spec.template)))
  text.line(0, 'OldReplicaSets:', setsText(owned.filter((set) => set !== current)))
  text.line(0, 'NewReplicaSet:', setsText(current ? [current] : []))
}

/** Two templates are the same if they differ in the hash alone. */
export function withoutHash(template: Wire): Wire {
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

function setsText(sets: readonly Wire[]): string {
  if (sets.length === 0) return '<none>'
  return sets
    .map((set) => `${set.metadata.name} (${set.status?.replicas ?? 0}/${set.spec.replicas} replicas created)`)
    .join(', ')
}

export async function describeReplicaSet(text: Description, object: Wire, describing: Describing): Promise<void> {
  const { metadata, spec, status = {} } = object
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'Namespace:', metadata.namespace)
  text.line(
    0,
    'Selector:',
    spec.selector?.matchLabels || spec.selector?.matchExpressions
      ? selectorText(spec.selector)
      : labelsText(spec.selector),
  )
  text.labels('Labels', metadata.labels)
  text.annotations('Annotations', metadata.annotations)
  text.controller(object)
  text.line(0, 'Replicas:', `${status.replicas ?? 0} current / ${spec.replicas} desired`)
  text.line(0, 'Pods Status:', await podsText(object, describing))
  describeTemplate(text, spec.template)
  describeConditions(text, status.conditions)
}

export async function describeStatefulSet(text: Description, object: Wire, describing: Describing): Promise<void> {
  const { metadata, spec, status = {} } = object
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'Namespace:', metadata.namespace)
  text.line(0, 'CreationTimestamp:', rfc1123(metadata.creationTimestamp))
  text.line(0, 'Selector:', selectorText(spec.selector, ''))
  text.labels('Labels', metadata.labels)
  text.annotations('Annotations', metadata.annotations)
  text.line(0, 'Replicas:', `${spec.replicas} desired | ${status.replicas ?? 0} total`)
  text.line(0, 'Update Strategy:', spec.updateStrategy?.type)
  const rolling = spec.updateStrategy?.rollingUpdate
  if (rolling?.partition !== undefined) {
    text.line(1, 'Partition:', rolling.partition)
    if (rolling.maxUnavailable !== undefined) text.line(1, 'MaxUnavailable:', rolling.maxUnavailable)
  }
  text.line(0, 'Pods Status:', await podsText(object, describing))
  describeTemplate(text, spec.template)
  describeClaims(text, spec.volumeClaimTemplates)
}

function describeClaims(text: Description, templates: readonly Wire[] = []): void {
  if (templates.length === 0) return text.line(0, 'Volume Claims:', '<none>')
  text.line(0, 'Volume Claims:')
  for (const { metadata, spec } of templates) {
    text.line(1, 'Name:', metadata.name)
    text.line(1, 'StorageClass:', spec.storageClassName)
    text.labels('Labels', metadata.labels, '  ')
    text.labels('Annotations', metadata.annotations, '  ')
    text.line(1, 'Capacity:', claimSize(spec))
    text.line(1, 'Access Modes:', `[${(spec.accessModes ?? []).join(' ')}]`)
  }
}

function claimSize(spec: Wire): string {
  const size = spec.resources?.requests?.storage
  return size === undefined ? '<default>' : canonical(size)
}

export async function describeDaemonSet(text: Description, object: Wire, describing: Describing): Promise<void> {
  const { metadata, spec, status = {} } = object
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'Namespace:', metadata.namespace)
  text.line(0, 'Selector:', selectorText(spec.selector, ''))
  text.line(0, 'Node-Selector:', labelsText(spec.template.spec.nodeSelector))
  text.labels('Labels', metadata.labels)
  text.annotations('Annotations', metadata.annotations)
  text.line(0, `Desired Number of Nodes Scheduled: ${status.desiredNumberScheduled ?? 0}`)
  text.line(0, `Current Number of Nodes Scheduled: ${status.currentNumberScheduled ?? 0}`)
  text.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status.updatedNumberScheduled ?? 0}`)
  text.line(0, `Number of Nodes Scheduled with Available Pods: ${status.numberAvailable ?? 0}`)
  text.line(0, `Number of Nodes Misscheduled: ${status.numberMisscheduled ?? 0}`)
  text.line(0, 'Pods Status:', await podsText(object, describing))
  describeTemplate(text, spec.template)
}

async function podsText({ metadata, spec }: Wire, { list }: Describing): Promise<string> {
  const isSet = spec.selector?.matchLabels || spec.selector?.matchExpressions
  const labels = isSet ? selectorText(spec.selector, '') : labelsText(spec.selector, '')
  const pods = await list('', 'v1', 'pods', { namespace: metadata.namespace, labels })
  const own = pods.filter((pod) => controllerOf(pod.metadata)?.uid === metadata.uid)
  const count = (phase: string): number => own.filter(({ status }) => status?.phase === phase).length
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`
}

function describeConditions(text: Description, conditions: readonly Wire[] = []): void {
  if (conditions.length === 0) return
  text.put('Conditions:\n  Type\tStatus\tReason\n')
  text.put('----\t------\t------\n', 1)
  for (const { type, status, reason } of conditions) text.put(`${type} \t${status}\t${reason ?? ''}\n`, 1)
}

const INDEXES_SHOWN = 50

export function describeJob(text: Description, object: Wire): void {
  const { metadata, spec, status = {} } = object
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'Namespace:', metadata.namespace)
  text.line(0, 'Selector:', selectorText(spec.selector, ''))
  text.labels('Labels', metadata.labels)
  text.annotations('Annotations', metadata.annotations)
  text.controller(object)
  if (spec.parallelism !== undefined) text.line(0, 'Parallelism:', spec.parallelism)
  text.line(0, 'Completions:', spec.completions ?? '<unset>')
  if (spec.completionMode) text.line(0, 'Completion Mode:', spec.completionMode)
  if (spec.suspend !== undefined) text.line(0, 'Suspend:', String(spec.suspend))
  if (spec.backoffLimit !== undefined) text.line(0, 'Backoff Limit:', spec.backoffLimit)
  if (spec.ttlSecondsAfterFinished !== undefined)
    text.line(0, 'TTL Seconds After Finished:', spec.ttlSecondsAfterFinished)
  describeJobTimes(text, spec, status)
  const ready = status.ready === undefined ? '' : ` (${status.ready} Ready)`
  text.line(
    0,
    'Pods Statuses:',
    `${status.active ?? 0} Active${ready} / ${status.succeeded ?? 0} Succeeded / ${status.failed ?? 0} Failed`,
  )
  if (spec.completionMode === 'Indexed') text.line(0, 'Completed Indexes:', indexes(status.completedIndexes ?? ''))
  describeTemplate(text, spec.template)
}

function describeJobTimes(
  text: Description,
  { activeDeadlineSeconds }: Wire,
  { startTime, completionTime }: Wire,
): void {
  if (startTime) text.line(0, 'Start Time:', rfc1123(startTime))
  if (completionTime) text.line(0, 'Completed At:', rfc1123(completionTime))
  if (startTime && completionTime) {
    text.line(0, 'Duration:', humanDuration(Date.parse(completionTime) - Date.parse(startTime)))
  }
  if (activeDeadlineSeconds !== undefined) text.line(0, 'Active Deadline Seconds:', `${activeDeadlineSeconds}s`)
}

function indexes(list: string): string {
  if (list === '') return '<none>'
  const comma = list.indexOf(',', INDEXES_SHOWN)
  return comma < 0 ? list : `${list.slice(0, comma + 1)}...`
}

export function describeCronJob(text: Description, { metadata, spec, status = {} }: Wire): void {
  text.head({ metadata })
  text.line(0, 'Schedule:', spec.schedule)
  text.line(0, 'Concurrency Policy:', spec.concurrencyPolicy)
  text.line(0, 'Suspend:', boolText(spec.suspend))
  text.line(0, 'Time Zone:', spec.timeZone ?? '<unset>')
  text.line(0, 'Successful Job History Limit:', spec.successfulJobsHistoryLimit ?? '<unset>')
  text.line(0, 'Failed Job History Limit:', spec.failedJobsHistoryLimit ?? '<unset>')
  const deadline = spec.startingDeadlineSeconds
  text.line(0, 'Starting Deadline Seconds:', deadline === undefined ? '<unset>' : `${deadline}s`)
  describeJobTemplate(text, spec.jobTemplate.spec)
  text.line(0, 'Last Schedule Time:', status.lastScheduleTime ? rfc1123(status.lastScheduleTime) : '<unset>')
  text.line(0, 'Active Jobs:', (status.active ?? []).map(({ name }: Wire) => name).join(', ') || '<none>')
}

function describeJobTemplate(text: Description, spec: Wire): void {
  text.line(0, 'Selector:', spec.selector ? selectorText(spec.selector, '') : '<unset>')
  text.line(0, 'Parallelism:', spec.parallelism ?? '<unset>')
  text.line(0, 'Completions:', spec.completions ?? '<unset>')
  if (spec.activeDeadlineSeconds !== undefined)
    text.line(0, 'Active Deadline Seconds:', `${spec.activeDeadlineSeconds}s`)
  describeTemplate(text, spec.template)
}
