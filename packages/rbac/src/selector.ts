/**
 * Which namespaces does a RoleBinding with a `namespaceSelector` reach? Our extension; the label part follows Kubernetes'
 * LabelSelector. What is unknown does not match: labels the cluster has not reported, an operator we do not know.
 */
import { globMatchesAny } from './glob.ts'
import type { LabelRequirement, NamespaceSelector } from './policy.ts'

type Labels = Readonly<Record<string, string>>

/** Whether every field of the selector holds for this namespace. A selector without fields selects nothing. */
export function selectsNamespace(selector: NamespaceSelector, name: string, labels: Labels | undefined): boolean {
  const checks = [
    ...(selector.matchNames ? [globMatchesAny(selector.matchNames, name)] : []),
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => labelOf(labels, key) === value),
    ...(selector.matchExpressions ?? []).map((requirement) => labels !== undefined && meets(labels, requirement)),
  ]
  return checks.length > 0 && checks.every(Boolean)
}

/** The same for anything that has labels. */
export function selectsLabels(selector: Omit<NamespaceSelector, 'matchNames'>, labels: Labels): boolean {
  return selectsNamespace(selector, '', labels)
}

function meets(labels: Labels, { key, operator, values = [] }: LabelRequirement): boolean {
  const value = labelOf(labels, key)
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}

function labelOf(labels: Labels | undefined, key: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined
}
