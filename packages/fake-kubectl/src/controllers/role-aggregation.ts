/**
 * A ClusterRole with an aggregationRule holds the rules of all ClusterRoles its selectors match. The role's own `rules` are
 * overwritten; whoever wants to add to `admin`, `edit` or `view` labels a ClusterRole of their own.
 * Source: pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { at, equal, isFields, type KubeObject } from '../api/meta.ts'
import { selectsLabels } from '../api/label-selector.ts'
import type { VirtualClock } from '../clock/virtual-clock.ts'
import type { Store } from '../store/store.ts'

const TYPE = builtIn('clusterroles.rbac.authorization.k8s.io')

export function runRoleAggregation({ store, clock }: { store: Store; clock: VirtualClock }): void {
  let cancel = () => {}
  // Any ClusterRole may be in any other: however many change at once, all are looked at once.
  const look = () => {
    cancel()
    cancel = clock.at(clock.now(), () => aggregate(store))
  }
  store.log.subscribe(TYPE, { event: look, reset: look })
  look()
}

function aggregate(store: Store): void {
  const roles = store.list(TYPE)
  for (const role of roles.filter((it) => isFields(it['aggregationRule']))) {
    const rules = gathered(role, roles)
    if (!equal(rules, role['rules'] ?? [])) store.update(TYPE, { ...role, rules })
  }
}

function gathered(aggregated: KubeObject, roles: readonly KubeObject[]): unknown[] {
  const selectors = (at(aggregated, 'aggregationRule.clusterRoleSelectors') ?? []) as unknown[]
  const rules: unknown[] = []
  for (const selector of selectors) {
    const matching = roles.filter((role) => role !== aggregated && selectsLabels(selector, role.metadata.labels))
    for (const rule of matching.flatMap((role) => (role['rules'] ?? []) as unknown[])) {
      if (!rules.some((known) => equal(known, rule))) rules.push(rule)
    }
  }
  return rules
}
