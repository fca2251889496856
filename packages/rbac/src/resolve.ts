/**
 * Which grants reach a question's subject, in its namespace? Joins bindings with their roles. It does not look at what
 * the rules say. ClusterRoleBindings come first, as in Kubernetes, and each kind is ordered by namespace and name, so
 * that the answer does not depend on the order in a file.
 *
 * Source: Kubernetes `pkg/registry/rbac/validation/rule.go` (VisitRulesFor, appliesToUser).
 */
import { questionOf } from './match.ts'
import type { Binding, BindingSubject, Policy, Role } from './policy.ts'
import { selectsNamespace } from './selector.ts'
import type { Attributes, Subject } from './types.ts'

/** A role that a subject holds, and through which binding. */
export type Grant = { readonly binding: Binding; readonly role: Role; readonly subject: BindingSubject }

/** What was found for a question: grants in order, and the roles that bindings name but nobody wrote. */
export type Resolution = { readonly grants: readonly Grant[]; readonly missingRoles: readonly string[] }

/** Prepares a policy for many questions. */
export function createResolver(policy: Policy): (attributes: Attributes) => Resolution {
  const roles = new Map(policy.roles.map((role) => [roleKey(role.kind, role.namespace, role.name), role]))
  const bindings = [...policy.bindings].sort(byReachThenName)
  return (attributes) => {
    const grants: Grant[] = []
    const missingRoles: string[] = []
    for (const binding of bindings) {
      const subject = reaches(binding, attributes) ? boundSubject(binding, attributes.subject) : undefined
      if (!subject) continue
      const role = roles.get(roleKey(binding.roleRef.kind, binding.namespace, binding.roleRef.name))
      if (role) grants.push({ binding, role, subject })
      else
        missingRoles.push(
          `${binding.roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io "${binding.roleRef.name}" not found`,
        )
    }
    return { grants, missingRoles }
  }
}

function byReachThenName(a: Binding, b: Binding): number {
  return compare(a.kind, b.kind) || compare(a.namespace ?? '', b.namespace ?? '') || compare(a.name, b.name)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function reaches(binding: Binding, attributes: Attributes): boolean {
  if (binding.kind === 'ClusterRoleBinding') return true
  // Using a tool has no namespace of its own: holding it anywhere is enough, the resources are judged by their own question.
  if (questionOf(attributes) === 'tool' && !attributes.namespace) return true
  if (!attributes.namespace) return false
  if (binding.namespaceSelector) {
    return selectsNamespace(binding.namespaceSelector, attributes.namespace, attributes.namespaceLabels)
  }
  return binding.namespace === attributes.namespace
}

function boundSubject(binding: Binding, subject: Subject): BindingSubject | undefined {
  return binding.subjects.find((bound) => isBound(bound, binding.namespace, subject))
}

function isBound(bound: BindingSubject, bindingNamespace: string | undefined, { user, groups }: Subject): boolean {
  switch (bound.kind) {
    case 'User':
      return bound.name === user
    case 'Group':
      return groups.includes(bound.name)
    case 'ServiceAccount': {
      const namespace = bound.namespace || bindingNamespace
      return !!namespace && user === `system:serviceaccount:${namespace}:${bound.name}`
    }
    default:
      return false
  }
}

function roleKey(kind: Role['kind'], namespace: string | undefined, name: string): string {
  return kind === 'Role' ? `Role/${namespace}/${name}` : `ClusterRole/${name}`
}
