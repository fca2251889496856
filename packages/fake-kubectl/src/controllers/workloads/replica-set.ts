/**
 * ReplicaSets, and the ReplicationControllers from before them: as many pods of a template as were asked for.
 * Source: kubernetes/pkg/controller/replicaset/{replica_set,replica_set_utils}.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import type { ResourceType } from '../../api/kinds/row.ts'
import { equal, formatTime } from '../../api/meta.ts'
import { selectsLabels } from '../../api/label-selector.ts'
import type { ApiError } from '../../api/status.ts'
import type { Pod } from '../../api/types.ts'
import type { ReplicaSet, ReplicaSetStatus, WorkloadCondition } from '../../api/workloads.ts'
import type { Server } from '../../apiserver/server.ts'
import { runController, type Again } from '../controller.ts'
import { controllerOf } from '../pod-index.ts'
import { claimants, claimPods } from './claim.ts'
import { conditionOf, withCondition, withoutCondition } from './conditions.ts'
import { inDeletionOrder } from './deletion-order.ts'
import { createPod, deletePod, slowStart, type Owner } from './pod-control.ts'
import { isActive, isAvailable, isReady, isTerminating, nextAvailableMs } from '../../api/pod-state.ts'
import { updateStatus } from '../manager.ts'

const PODS = builtIn('pods')
/** At most so many pods are created or deleted in one go. */
const BURST = 500

export function runReplicaSets(server: Server): void {
  run(server, builtIn('replicasets.apps'), 'replicaset-controller')
  run(server, builtIn('replicationcontrollers'), 'replication-controller')
}

function run(server: Server, type: ResourceType, component: string): void {
  const { store, clock } = server
  runController(store, clock, type, (object) => reconcile(server, { type, object: object as ReplicaSet, component }), {
    watches: [{ type: PODS, concerns: claimants(server, type) }],
  })
}

function reconcile(server: Server, owner: Owner & { readonly object: ReplicaSet }): Again {
  const set = owner.object
  const { deletionTimestamp } = set.metadata
  const pods = claimPods(server, owner)
  const active = pods.filter(isActive)
  const fault = deletionTimestamp === undefined ? resize(server, owner, active) : undefined
  const status = statusOf(owner, pods, { server, active, fault })
  if (!equal(status, set.status)) updateStatus(server, owner.type, { ...set, status })
  if (fault) throw fault
  return nextAvailableMs(active, set.spec.minReadySeconds ?? 0, server.clock.now())
}

/** @returns what kept it from being as large as it should */
function resize(
  server: Server,
  owner: Owner & { readonly object: ReplicaSet },
  active: readonly Pod[],
): ApiError | undefined {
  const { spec } = owner.object
  const missing = spec.replicas - active.length
  if (missing > 0) {
    return slowStart(Math.min(missing, BURST), () => createPod(server, owner, spec.template)).fault
  }
  if (missing < 0) {
    const order = inDeletionOrder(active, relatedTo(server, owner, active), server.clock.now())
    for (const pod of order.slice(0, Math.min(-missing, BURST))) deletePod(server, owner, pod)
  }
  return undefined
}

/** All active pods of those that one Deployment controls; its own, where there is none. */
function relatedTo({ store, pods }: Server, { type, object }: Owner, active: readonly Pod[]): readonly Pod[] {
  const controller = controllerOf(object)
  if (!controller) return active
  return store
    .list(type, object.metadata.namespace)
    .filter((it) => controllerOf(it)?.uid === controller.uid)
    .flatMap(({ metadata: { uid = '' } }) => pods.ownedBy(uid))
    .filter(isActive)
}

function statusOf(
  { type, object: { spec, status, metadata } }: Owner & { readonly object: ReplicaSet },
  pods: readonly Pod[],
  { server, active, fault }: { server: Server; active: readonly Pod[]; fault: ApiError | undefined },
): ReplicaSetStatus {
  const now = server.clock.now()
  const labels = spec.template.metadata?.labels ?? {}
  const count = (is: (pod: Pod) => boolean): number => active.filter(is).length
  const counts = {
    fullyLabeledReplicas: count((pod) => selectsLabels({ matchLabels: labels }, pod.metadata.labels)),
    readyReplicas: count(isReady),
    availableReplicas: count((pod) => isAvailable(pod, spec.minReadySeconds ?? 0, now)),
  }
  const conditions = conditionsOf(status, fault, formatTime(now))
  return {
    replicas: active.length,
    // What is 0 is left out, as Go does.
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
    ...(type.kind === 'ReplicaSet' && { terminatingReplicas: pods.filter(isTerminating).length }),
    ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
    ...(conditions.length > 0 && { conditions }),
  }
}

function conditionsOf(
  { conditions = [] }: ReplicaSetStatus,
  fault: ApiError | undefined,
  lastTransitionTime: string,
): readonly WorkloadCondition[] {
  if (!fault) return withoutCondition(conditions, 'ReplicaFailure')
  if (conditionOf(conditions, 'ReplicaFailure')) return conditions
  const { message } = fault
  const type = 'ReplicaFailure'
  return withCondition(conditions, { type, status: 'True', lastTransitionTime, reason: 'FailedCreate', message })
}
