/**
 * Aggregated ClusterRoles of a policy file: one with an `aggregationRule` holds the rules of all ClusterRoles whose labels its
 * selectors match, also of aggregated ones. In a cluster a controller writes them; a file has none, so they are put together
 * when it is read. Rules that such a role has itself are what a controller wrote before: they must follow from the others.
 *
 * Source: Kubernetes `pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go`.
 */
import { errorAt, type Checked } from './check-object.ts'
import { describeRule, uncovered } from './covers.ts'
import type { Role } from './policy.ts'
import { labelSelector } from './schema/selector.ts'
import { selectsLabels } from './selector.ts'
import type { PolicyRule } from './types.ts'

/** @throws PolicyError for a selector that is none, one that matches nothing, and rules that do not follow */
export function aggregated(checked: readonly Checked[]): Checked['value'][] {
  const selected = new Map(checked.filter(isAggregated).map((role) => [role.value, selectedBy(role, checked)]))
  return checked.map(({ value, source }) => {
    const parts = selected.get(value)
    if (!parts) return value
    const rules = unique(
      [...reached(value as Role, selected)].flatMap((part) => (selected.has(part) ? [] : part.rules)),
    )
    const [more] = uncovered(rules, (value as Role).rules)
    if (more)
      throw errorAt(source, ['rules'], {
        found: describeRule(more),
        expected: 'no rules beside those of the ClusterRoles it selects',
        next: 'move them to a ClusterRole with a label that is selected',
      })
    return { ...(value as Role), rules }
  })
}

function isAggregated({ source }: Checked): boolean {
  return selectorsOf(source.object) !== undefined
}

function selectedBy({ value, source }: Checked, checked: readonly Checked[]): Role[] {
  const path = ['aggregationRule', 'clusterRoleSelectors']
  const selectors = selectorsOf(source.object)
  const list = Array.isArray(selectors) ? selectors : []
  const parsed = list.map((selector, i) => {
    const result = labelSelector.safeParse(selector)
    if (result.success) return result.data
    const [issue] = result.error.issues
    const where = [...path, i, ...(issue?.path ?? [])]
    throw errorAt(source, where, { found: JSON.stringify(selector), expected: issue!.message, next: 'correct it' })
  })
  const others = checked.filter((it) => it.value.kind === 'ClusterRole' && it.value !== value)
  const found = others.filter((it) => parsed.some((selector) => selectsLabels(selector, labelsOf(it.source.object))))
  if (found.length === 0)
    throw errorAt(source, path, {
      found: 'selectors that match no ClusterRole of this file',
      expected: 'labels that a ClusterRole here has',
      next: 'label one, or write the rules in this role',
    })
  return found.map((it) => it.value as Role)
}

/** All roles below an aggregated one; two that select each other end, too. */
function reached(role: Role, selected: ReadonlyMap<Checked['value'], readonly Role[]>): Set<Role> {
  const seen = new Set<Role>([role])
  for (const it of seen) for (const part of selected.get(it) ?? []) seen.add(part)
  return seen
}

function unique(rules: readonly PolicyRule[]): PolicyRule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()]
}

function selectorsOf(object: unknown): unknown {
  return (object as { aggregationRule?: { clusterRoleSelectors?: unknown } | null }).aggregationRule
    ?.clusterRoleSelectors
}

function labelsOf(object: unknown): Record<string, string> {
  const labels = (object as { metadata?: { labels?: unknown } }).metadata?.labels
  return typeof labels === 'object' && labels !== null ? (labels as Record<string, string>) : {}
}
