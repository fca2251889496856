/**
 * Conditions in a workload's status.
 * Source: kubernetes/pkg/controller/{replicaset,deployment/util}, SetCondition and RemoveCondition.
 */
import type { WorkloadCondition } from '../../api/workloads.ts'

type Conditions = readonly WorkloadCondition[]

export function conditionOf(conditions: Conditions | undefined, type: string): WorkloadCondition | undefined {
  return conditions?.find((condition) => condition.type === type)
}

/** One that says the same again changes nothing; one that only gives another reason keeps the time of its turn. */
export function withCondition(conditions: Conditions, next: WorkloadCondition): Conditions {
  const current = conditionOf(conditions, next.type)
  if (current?.status === next.status && current.reason === next.reason) return conditions
  const { lastTransitionTime } = current?.status === next.status ? current : next
  return [...withoutCondition(conditions, next.type), { ...next, ...(lastTransitionTime && { lastTransitionTime }) }]
}

export function withoutCondition(conditions: Conditions, type: string): Conditions {
  return conditions.filter((condition) => condition.type !== type)
}
