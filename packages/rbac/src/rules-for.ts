/**
 * Everything a subject may do in a namespace, as rules: what `kubectl auth can-i --list` shows, and what one must hold to
 * pass it on.
 *
 * Source: Kubernetes `pkg/registry/rbac/validation/rule.go` (RulesFor).
 */
import type { Policy } from './policy.ts'
import { createResolver } from './resolve.ts'
import type { PolicyRule, Subject } from './types.ts'

/** Rules in the order of their bindings, and the roles that bindings name but nobody wrote. */
export type HeldRules = { readonly rules: readonly PolicyRule[]; readonly missingRoles: readonly string[] }

/**
 * Prepares a policy for questions about what somebody holds.
 *
 * @returns a function of a subject and a namespace; `''` is the cluster scope, where only ClusterRoleBindings reach
 */
export function rulesFor(policy: Policy): (subject: Subject, namespace: string) => HeldRules {
  const resolve = createResolver(policy)
  return (subject, namespace) => {
    const { grants, missingRoles } = resolve({ subject, verb: '*', resource: '*', ...(namespace && { namespace }) })
    return { rules: grants.flatMap(({ role }) => role.rules), missingRoles }
  }
}
