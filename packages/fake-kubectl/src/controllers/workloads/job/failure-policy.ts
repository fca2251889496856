/**
 * What a Job's podFailurePolicy makes of a pod that failed.
 * Source: kubernetes/pkg/controller/job/pod_failure_policy.go.
 */
import type { ContainerStatus, Pod } from '../../../api/types.ts'
import type { Job, PodFailureRule } from '../../../api/workloads.ts'

export type Judgement = { readonly action: PodFailureRule['action']; readonly message: string }

/** The first rule that fits decides; without one the failure counts. */
export function judge({ spec }: Job, pod: Pod): Judgement {
  for (const [i, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const found = rule.onExitCodes ? byExitCode(rule, pod) : byCondition(rule, pod)
    if (found === undefined) continue
    return { action: rule.action, message: `${found} matching ${rule.action} rule at index ${i}` }
  }
  return { action: 'Count', message: '' }
}

function byExitCode({ onExitCodes }: PodFailureRule, pod: Pod): string | undefined {
  const { containerName, operator, values } = onExitCodes!
  const statuses: ContainerStatus[] = [
    ...(pod.status.initContainerStatuses ?? []),
    ...(pod.status.containerStatuses ?? []),
  ]
  const { namespace, name } = pod.metadata
  for (const status of statuses) {
    const code = status.state.terminated?.exitCode
    if (code === undefined || code === 0 || (containerName !== undefined && status.name !== containerName)) continue
    if (values.includes(code) === (operator === 'In'))
      return `Container ${status.name} for pod ${namespace}/${name} failed with exit code ${code}`
  }
  return undefined
}

function byCondition({ onPodConditions = [] }: PodFailureRule, { metadata, status }: Pod): string | undefined {
  const found = onPodConditions.find((wanted) =>
    status.conditions?.some((it) => it.type === wanted.type && it.status === wanted.status),
  )
  return found && `Pod ${metadata.namespace}/${metadata.name} has condition ${found.type}`
}
