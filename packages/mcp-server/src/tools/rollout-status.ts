/**
 * Whether a rollout has ended, in kubectl's own sentences.
 *
 * Source: kubectl, pkg/polymorphichelpers/rollout_status.go
 */
import { ToolError } from '../errors.ts'
import { spelled, type KubeObject, type Target } from '../kube/object.ts'

export type RolloutStatus = { readonly done: boolean; readonly failed: boolean; readonly message: string }

type Counts = Readonly<Record<string, number | undefined>>
type Condition = { readonly type: string; readonly reason?: string }
type Workload = KubeObject & {
  readonly metadata: { readonly generation?: number }
  readonly spec: { readonly replicas?: number; readonly updateStrategy?: UpdateStrategy }
  readonly status?: Counts & { readonly conditions?: readonly Condition[] } & Revisions
}
type UpdateStrategy = { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } }
type Revisions = { readonly currentRevision?: string; readonly updateRevision?: string }

export function statusOf(target: Target, object: KubeObject): RolloutStatus {
  const workload = object as Workload
  const judge = JUDGES[target.resource.resource]
  if (judge === undefined)
    throw new ToolError(`${spelled(target)}: expected a deployment, statefulset or daemonset; others have no rollout`)
  const observed = (workload.status as Counts | undefined)?.['observedGeneration'] ?? 0
  const { generation = 0 } = workload.metadata
  if (generation > observed)
    return waiting(`Waiting for ${NAMES[target.resource.resource]} spec update to be observed...`)
  return judge(target.name, workload)
}

const NAMES: Readonly<Record<string, string>> = {
  deployments: 'deployment',
  statefulsets: 'statefulset',
  daemonsets: 'daemon set',
}

const JUDGES: Readonly<Record<string, (name: string, workload: Workload) => RolloutStatus>> = {
  deployments: deployment,
  statefulsets: statefulSet,
  daemonsets: daemonSet,
}

function deployment(name: string, { spec, status }: Workload): RolloutStatus {
  if (status?.conditions?.some(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded'))
    return { done: false, failed: true, message: `deployment "${name}" exceeded its progress deadline` }
  const { replicas: wanted = 1 } = spec
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = (status ?? {}) as Counts
  const wait = `Waiting for deployment "${name}" rollout to finish:`
  if (updatedReplicas < wanted)
    return waiting(`${wait} ${updatedReplicas} out of ${wanted} new replicas have been updated...`)
  if (replicas > updatedReplicas)
    return waiting(`${wait} ${replicas - updatedReplicas} old replicas are pending termination...`)
  if (availableReplicas < updatedReplicas)
    return waiting(`${wait} ${availableReplicas} of ${updatedReplicas} updated replicas are available...`)
  return done(`deployment "${name}" successfully rolled out`)
}

function daemonSet(name: string, { spec, status }: Workload): RolloutStatus {
  rolling(spec.updateStrategy, name)
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = (status ?? {}) as Counts
  const wait = `Waiting for daemon set "${name}" rollout to finish:`
  if (updatedNumberScheduled < desiredNumberScheduled)
    return waiting(`${wait} ${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated...`)
  if (numberAvailable < desiredNumberScheduled)
    return waiting(`${wait} ${numberAvailable} of ${desiredNumberScheduled} updated pods are available...`)
  return done(`daemon set "${name}" successfully rolled out`)
}

function statefulSet(name: string, { spec, status }: Workload): RolloutStatus {
  rolling(spec.updateStrategy, name)
  const { replicas = 1 } = spec
  const { readyReplicas = 0, updatedReplicas = 0 } = (status ?? {}) as Counts
  if (readyReplicas < replicas) return waiting(`Waiting for ${replicas - readyReplicas} pods to be ready...`)
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0
  if (partition > 0) {
    const rolled = replicas - partition
    if (updatedReplicas < rolled)
      return waiting(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${rolled} new pods have been updated...`,
      )
    return done(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`)
  }
  const { currentRevision = '', updateRevision = '' } = (status ?? {}) as Revisions
  if (updateRevision !== currentRevision)
    return waiting(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...`,
    )
  return done(`statefulset rolling update complete ${replicas} pods at revision ${currentRevision}...`)
}

function rolling({ type = 'RollingUpdate' }: UpdateStrategy = {}, name: string): void {
  if (type !== 'RollingUpdate')
    throw new ToolError(`rollout status is only available for RollingUpdate strategy type; ${name} has ${type}`)
}

function waiting(message: string): RolloutStatus {
  return { done: false, failed: false, message }
}

function done(message: string): RolloutStatus {
  return { done: true, failed: false, message }
}
