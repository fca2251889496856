/**
 * PodDisruptionBudgets: how many of their pods work, how many have to, and so how many may be sent away.
 * Source: kubernetes/pkg/controller/disruption/disruption.go.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { scaledValue, type IntOrPercent } from '../api/int-or-percent.ts'
import { at, equal, formatTime, isFields, type KubeObject } from '../api/meta.ts'
import { selectsLabels } from '../api/label-selector.ts'
import type { Pod } from '../api/types.ts'
import type { WorkloadCondition } from '../api/workloads.ts'
import type { Server } from '../apiserver/server.ts'
import { runController, type ObjectKey } from './controller.ts'
import { tell } from './event-recorder.ts'
import { controllerOf } from './pod-index.ts'
import { isActive, isOver, isReady } from '../api/pod-state.ts'
import { updateStatus } from './manager.ts'

const BUDGETS = builtIn('poddisruptionbudgets.policy')
const PODS = builtIn('pods')

type Budget = KubeObject & {
  spec: { selector?: unknown; minAvailable?: IntOrPercent; maxUnavailable?: IntOrPercent }
  status?: { conditions?: WorkloadCondition[] }
}

export function runDisruption(server: Server): void {
  const scaled = ['deployments.apps', 'replicasets.apps', 'statefulsets.apps', 'replicationcontrollers'].map(builtIn)
  runController(server.store, server.clock, BUDGETS, (object) => reconcile(server, object as Budget), {
    watches: [
      { type: PODS, concerns: (pod) => budgetsOf(server, pod), matters: isOtherwise },
      ...scaled.map((type) => ({
        type,
        concerns: ({ metadata: { namespace = '' } }: KubeObject) => budgetsIn(server, namespace),
        matters: (object: KubeObject, previous: KubeObject) =>
          at(object, 'spec.replicas') !== at(previous, 'spec.replicas'),
      })),
    ],
  })
}

function budgetsIn({ store }: Server, namespace: string): ObjectKey[] {
  return store.list(BUDGETS, namespace).map(({ metadata: { name } }) => ({ namespace, name }))
}

function budgetsOf({ store }: Server, { metadata: { namespace = '', labels } }: KubeObject): ObjectKey[] {
  return store
    .list(BUDGETS, namespace)
    .filter((budget) => selects(budget as Budget, labels))
    .map(({ metadata: { name } }) => ({ namespace, name }))
}

/** In policy/v1 a selector that asks for nothing selects everything, an absent one nothing. */
function selects({ spec }: Budget, labels: Record<string, string> | undefined): boolean {
  return isFields(spec.selector) && selectsLabels(spec.selector, labels)
}

function isOtherwise(pod: KubeObject, previous: KubeObject): boolean {
  const seen = (it: KubeObject): unknown => [
    it.metadata.labels,
    it.metadata.deletionTimestamp,
    isReady(it as Pod),
    isOver(it as Pod),
  ]
  return !equal(seen(pod), seen(previous))
}

function reconcile(server: Server, budget: Budget): undefined {
  const { store, clock } = server
  const { namespace = '', generation } = budget.metadata
  if (budget.metadata.deletionTimestamp !== undefined) return
  const pods = (store.list(PODS, namespace) as Pod[]).filter((pod) => selects(budget, pod.metadata.labels))
  if (pods.length === 0) say(server, budget, 'Normal', 'NoPods', 'No matching pods found')
  const { expected, desired } = wanted(server, budget, pods)
  const currentHealthy = pods.filter((pod) => isReady(pod) && isActive(pod)).length
  const disruptionsAllowed = expected > 0 ? Math.max(0, currentHealthy - desired) : 0
  // Whom an eviction has noted in `disruptedPods` is on its way by now.
  const status = {
    ...(generation !== undefined && { observedGeneration: generation }),
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy: desired,
    expectedPods: expected,
    conditions: [conditionOf(budget, disruptionsAllowed > 0, formatTime(clock.now()))],
  }
  if (!equal(status, budget.status)) updateStatus(server, BUDGETS, { ...budget, status })
}

/** A share, and what may be missing, are of what the pods' controllers ask for; a number is a number of pods. */
function wanted(server: Server, { spec }: Budget, pods: readonly Pod[]): { expected: number; desired: number } {
  if (spec.maxUnavailable !== undefined) {
    const expected = scaleOf(server, pods)
    const missing = scaledValue(spec.maxUnavailable, expected, 'up') ?? 0
    return { expected, desired: Math.max(0, expected - missing) }
  }
  const least = spec.minAvailable ?? 0
  if (typeof least === 'number') return { expected: pods.length, desired: least }
  const expected = scaleOf(server, pods)
  return { expected, desired: scaledValue(least, expected, 'up') ?? 0 }
}

/** What those ask for, in all, that control the pods; a pod without a controller is nobody's. */
function scaleOf({ store, kinds }: Server, pods: readonly Pod[]): number {
  const scales = new Map<string, number>()
  for (const pod of pods) {
    let owner: KubeObject = pod
    for (let above = controllerOf(owner); above; above = controllerOf(owner)) {
      const type = kinds.findKind(above.apiVersion, above.kind)
      const found = type && store.find(type, pod.metadata.namespace ?? '', above.name)
      if (!found || found.metadata.uid !== above.uid) break
      owner = found
    }
    const replicas = at(owner, 'spec.replicas')
    if (owner !== pod && typeof replicas === 'number') scales.set(owner.metadata.uid ?? '', replicas)
  }
  return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0)
}

function conditionOf({ status, metadata }: Budget, isAllowed: boolean, now: string): WorkloadCondition {
  const word = isAllowed ? 'True' : 'False'
  const before = status?.conditions?.find(({ type }) => type === 'DisruptionAllowed')
  const lastTransitionTime = before?.status === word ? (before.lastTransitionTime ?? now) : now
  const reason = isAllowed ? 'SufficientPods' : 'InsufficientPods'
  const observedGeneration = metadata.generation ?? 1
  return { type: 'DisruptionAllowed', status: word, observedGeneration, lastTransitionTime, reason, message: '' }
}

function say(server: Server, budget: Budget, type: 'Normal' | 'Warning', reason: string, message: string): void {
  tell(server, BUDGETS, budget, { type, reason, message, component: 'controllermanager' })
}
