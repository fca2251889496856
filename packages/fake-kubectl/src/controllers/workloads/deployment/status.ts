/**
 * What a Deployment's status says of its rollout.
 * Source: kubernetes/pkg/controller/deployment/{sync,progress}.go; util/deployment_util.go.
 */
import { formatTime } from '../../../api/meta.ts'
import type { Deployment, DeploymentStatus, ReplicaSet, WorkloadCondition } from '../../../api/workloads.ts'
import { conditionOf, withCondition, withoutCondition } from '../conditions.ts'
import { maxUnavailable, sum } from './sizes.ts'

export type Sets = { readonly all: readonly ReplicaSet[]; readonly latest: ReplicaSet | undefined }

export const TIMED_OUT = 'ProgressDeadlineExceeded'
const AVAILABLE = 'NewReplicaSetAvailable'
/** What this many seconds means: no deadline. */
const NEVER = 2 ** 31 - 1
/** By so much the deadline is missed before anybody looks. */
const MARGIN_MS = 1000

export function condition(
  type: 'Available' | 'Progressing' | 'ReplicaFailure',
  status: WorkloadCondition['status'],
  { reason, message, nowMs }: { reason: string; message: string; nowMs: number },
): WorkloadCondition {
  const now = formatTime(nowMs)
  return { type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message }
}

export function hasDeadline({ spec }: Deployment): boolean {
  return spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== NEVER
}

export function counted(deployment: Deployment, { all, latest }: Sets, nowMs: number): DeploymentStatus {
  const { spec, status, metadata } = deployment
  const available = sum(all, (it) => it.status.availableReplicas)
  const isEnough = available >= spec.replicas - maxUnavailable(deployment)
  const availability = isEnough
    ? { reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.', nowMs }
    : { reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.', nowMs }
  const counts = {
    replicas: sum(all, (it) => it.status.replicas),
    updatedReplicas: latest?.status.replicas ?? 0,
    readyReplicas: sum(all, (it) => it.status.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(all, (it) => it.spec.replicas) - available),
  }
  const unknown = all.some((it) => it.status.terminatingReplicas === undefined)
  return {
    ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
    ...(!unknown && { terminatingReplicas: sum(all, (it) => it.status.terminatingReplicas) }),
    ...(status.collisionCount !== undefined && { collisionCount: status.collisionCount }),
    conditions: withCondition(
      status.conditions ?? [],
      condition('Available', isEnough ? 'True' : 'False', availability),
    ),
  }
}

/** The same, and how the rollout gets on. */
export function rolledOut(deployment: Deployment, sets: Sets, nowMs: number): DeploymentStatus {
  const status = counted(deployment, sets, nowMs)
  const current = conditionOf(deployment.status.conditions, 'Progressing')
  const wasComplete = status.replicas === status.updatedReplicas && current?.reason === AVAILABLE
  let { conditions = [] } = status
  if (!hasDeadline(deployment)) conditions = withoutCondition(conditions, 'Progressing')
  else if (!wasComplete)
    conditions = progressed(deployment, { status, conditions, current, latest: sets.latest, nowMs })
  return { ...status, conditions: withFailure(conditions, sets) }
}

type Progress = {
  readonly status: DeploymentStatus
  readonly conditions: readonly WorkloadCondition[]
  readonly current: WorkloadCondition | undefined
  readonly latest: ReplicaSet | undefined
  readonly nowMs: number
}

function progressed(deployment: Deployment, progress: Progress): readonly WorkloadCondition[] {
  const { status, conditions, current, latest, nowMs } = progress
  const what = latest ? `ReplicaSet "${latest.metadata.name}"` : `Deployment "${deployment.metadata.name}"`
  if (isComplete(deployment, status)) {
    const message = `${what} has successfully progressed.`
    return withCondition(conditions, condition('Progressing', 'True', { reason: AVAILABLE, message, nowMs }))
  }
  if (hasMoved(deployment.status, status)) {
    const message = `${what} is progressing.`
    const next = condition('Progressing', 'True', { reason: 'ReplicaSetUpdated', message, nowMs })
    const { lastTransitionTime } = current?.status === 'True' ? current : next
    const since = lastTransitionTime === undefined ? {} : { lastTransitionTime }
    return [...withoutCondition(conditions, 'Progressing'), { ...next, ...since }]
  }
  if (hasTimedOut(deployment, current, nowMs)) {
    const message = `${what} has timed out progressing.`
    return withCondition(conditions, condition('Progressing', 'False', { reason: TIMED_OUT, message, nowMs }))
  }
  return conditions
}

export function isComplete({ spec, metadata }: Deployment, status: DeploymentStatus): boolean {
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status
  const isWhole = [updatedReplicas, replicas, availableReplicas].every((count) => count === spec.replicas)
  return isWhole && observedGeneration >= (metadata.generation ?? 0)
}

function hasMoved(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(now) < old(before) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  )
}

function hasTimedOut({ spec }: Deployment, current: WorkloadCondition | undefined, nowMs: number): boolean {
  if (!current || current.reason === AVAILABLE) return false
  return current.reason === TIMED_OUT || deadlineMs(spec, current) < nowMs
}

function deadlineMs(
  { progressDeadlineSeconds = 0 }: Deployment['spec'],
  { lastUpdateTime }: WorkloadCondition,
): number {
  return Date.parse(lastUpdateTime ?? '') + progressDeadlineSeconds * 1000
}

/** When it is to be seen whether a rollout that does not move is late; undefined when nothing is waited for. */
export function lateAtMs(deployment: Deployment): number | undefined {
  const current = conditionOf(deployment.status.conditions, 'Progressing')
  if (!hasDeadline(deployment) || !current) return undefined
  // Neither what is late nor what was complete and has lost a pod is waited for.
  if (current.reason === TIMED_OUT || current.reason === AVAILABLE) return undefined
  if (isComplete(deployment, deployment.status)) return undefined
  return deadlineMs(deployment.spec, current) + MARGIN_MS
}

/** What keeps a ReplicaSet from making pods is told by its Deployment, too; of the new one first. */
function withFailure(conditions: readonly WorkloadCondition[], { all, latest }: Sets): readonly WorkloadCondition[] {
  const failures = [latest, ...all].map((set) => conditionOf(set?.status.conditions, 'ReplicaFailure'))
  const failure = failures.find((it) => it !== undefined)
  if (!failure) return withoutCondition(conditions, 'ReplicaFailure')
  const { type, status, reason = '', message = '', lastTransitionTime = '' } = failure
  return withCondition(conditions, {
    type,
    status,
    lastUpdateTime: lastTransitionTime,
    lastTransitionTime,
    reason,
    message,
  })
}
