/**
 * Which objects a ResourceQuota is about: its scopes, and the names it limits.
 * Source: kubernetes/pkg/quota/v1/evaluator/core/pods.go, podMatchesScopeFunc.
 */
import { at, type KubeObject } from '../api/meta.ts'
import { structs, type Draft } from '../apiserver/defaults/rules/rule.ts'
import { qosClass } from '../apiserver/strategies/qos-class.ts'

export function matchesScopes(quota: KubeObject, object: KubeObject, isPod: boolean): boolean {
  const scopes = ((at(quota, 'spec.scopes') ?? []) as string[]).map((scopeName) => ({ scopeName, operator: 'Exists' }))
  const selected = [...scopes, ...structs(at(quota, 'spec.scopeSelector.matchExpressions'))]
  return selected.every((scope) => isPod && meets(scope, object))
}

function meets({ scopeName, operator, values }: Draft, { spec }: KubeObject & Draft): boolean {
  switch (scopeName) {
    case 'Terminating':
      return spec.activeDeadlineSeconds >= 0
    case 'NotTerminating':
      return spec.activeDeadlineSeconds === undefined
    case 'BestEffort':
      return qosClass(spec) === 'BestEffort'
    case 'NotBestEffort':
      return qosClass(spec) !== 'BestEffort'
    case 'CrossNamespacePodAffinity':
      return terms(spec).some(({ namespaces, namespaceSelector }) => namespaces?.length > 0 || namespaceSelector)
    default:
      return selects(operator, values ?? [], spec.priorityClassName)
  }
}

/** Of a pod's priority class. */
function selects(operator: string, values: string[], name: string | undefined): boolean {
  if (operator === 'Exists') return name !== undefined
  if (operator === 'DoesNotExist') return name === undefined
  return operator === 'In' ? values.includes(name ?? '') : !values.includes(name ?? '')
}

function terms({ affinity }: Draft): Draft[] {
  return ['podAffinity', 'podAntiAffinity'].flatMap((kind) => [
    ...structs(affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution),
    ...structs(affinity?.[kind]?.preferredDuringSchedulingIgnoredDuringExecution).map((it) => it['podAffinityTerm']),
  ])
}
