/**
 * Eviction: a deletion that asks the pod's disruption budget first, as `kubectl drain` does.
 * Source: kubernetes/pkg/registry/core/pod/storage/eviction.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { rowsOf } from '../../api/kinds/row.ts'
import { selectsLabels } from '../../api/label-selector.ts'
import { at, formatTime, isFields, type Fields, type KubeObject } from '../../api/meta.ts'
import { badRequest, forbidden, tooManyRequests } from '../../api/status.ts'
import { isOver, isReady } from '../../api/pod-state.ts'
import type { Pod } from '../../api/types.ts'
import { readObject } from '../decode/request-object.ts'
import { parseDeleteOptions } from '../verbs/delete-options.ts'
import { deleteObject } from '../verbs/deletion.ts'
import { respond, respondCreated } from '../encoding/encode.ts'
import { isDryRun, stored } from '../verbs/endpoints.ts'
import type { ResourceCall } from '../server.ts'

const EVICTION = rowsOf('policy', 'v1')('evictions', 'Eviction')
const BUDGETS = builtIn('poddisruptionbudgets.policy')

export async function evict(call: ResourceCall): Promise<Response> {
  const eviction = await readObject({ ...call, type: EVICTION })
  if (eviction.metadata.name !== call.info.name) throw badRequest('name in URL does not match name in Eviction object')
  const pod = stored(call) as Pod
  if (!isEnding(pod)) {
    const budgets = budgetsOf(call, pod)
    if (budgets.length > 1) return respond(call, TWO_BUDGETS, 201)
    if (budgets[0]) spend(call, pod, budgets[0] as Budget)
  }
  const given = eviction['deleteOptions']
  deleteObject(call.server, call.type, pod, parseDeleteOptions(isFields(given) ? given : {}), isDryRun(call))
  return respondCreated(call)
}

type Budget = KubeObject & {
  spec: { unhealthyPodEvictionPolicy?: string; selector?: Fields }
  status?: {
    observedGeneration?: number
    disruptionsAllowed?: number
    currentHealthy?: number
    desiredHealthy?: number
    disruptedPods?: Record<string, string>
  }
}

const TWO_BUDGETS = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  code: 500,
}
const VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget."

/** A pod that does not run, or soon will not, is missed by nobody. */
function isEnding(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined || pod.status.phase === 'Pending' || isOver(pod)
}

function budgetsOf({ server }: ResourceCall, { metadata }: Pod): KubeObject[] {
  return server.store.list(BUDGETS, metadata.namespace).filter((budget) => {
    const selector = at(budget, 'spec.selector')
    return isFields(selector) && Object.keys(selector).length > 0 && selectsLabels(selector, metadata.labels)
  })
}

/** Takes one disruption out of the budget. @throws ApiError 429 when there is none left */
function spend(call: ResourceCall, pod: Pod, budget: Budget): void {
  const { name, generation = 0 } = budget.metadata
  const { observedGeneration = 0, disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {}
  if (!isReady(pod)) {
    if (budget.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return
    if (currentHealthy >= desiredHealthy && desiredHealthy > 0) return
  }
  if (observedGeneration < generation)
    throw tooManyRequests(VIOLATES, 10, cause(`The disruption budget ${name} is still being processed by the server.`))
  if (disruptionsAllowed < 0)
    throw forbidden({ group: 'policy', plural: 'poddisruptionbudget' }, name, 'pdb disruptions allowed is negative')
  if (disruptionsAllowed === 0) {
    const needs = `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
    throw tooManyRequests(VIOLATES, 0, cause(needs))
  }
  if (isDryRun(call)) return
  const disruptedPods = { ...budget.status?.disruptedPods, [pod.metadata.name]: formatTime(call.server.clock.now()) }
  const status = { ...budget.status, disruptionsAllowed: disruptionsAllowed - 1, disruptedPods }
  call.server.store.update(BUDGETS, { ...budget, status })
}

function cause(message: string): { reason: string; message: string } {
  return { reason: 'DisruptionBudget', message }
}
