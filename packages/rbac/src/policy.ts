/**
 * A policy as plain data: the roles and bindings of a manifest, parsed and checked. It knows neither YAML nor requests;
 * `manifest.ts` makes it, `resolve.ts` reads it. The shapes are those of rbac.authorization.k8s.io/v1, flattened, with
 * one extension of ours: a RoleBinding may reach several namespaces through a selector.
 */
import type { PolicyRule } from './types.ts'

/** Everything that is granted to anybody. An empty policy grants nothing. */
export type Policy = {
  readonly roles: readonly Role[]
  readonly bindings: readonly Binding[]
}

/** A named list of rules. A Role has a namespace, a ClusterRole has none. */
export type Role = {
  readonly kind: 'Role' | 'ClusterRole'
  readonly name: string
  readonly namespace?: string
  readonly rules: readonly PolicyRule[]
}

/**
 * Gives a role to subjects.
 *
 * A ClusterRoleBinding reaches everything; a RoleBinding reaches its `namespace`, or, in our extension, the namespaces
 * its `namespaceSelector` selects. It has exactly one of the two.
 */
export type Binding = {
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding'
  readonly name: string
  readonly namespace?: string
  readonly namespaceSelector?: NamespaceSelector
  readonly roleRef: { readonly kind: 'Role' | 'ClusterRole'; readonly name: string }
  readonly subjects: readonly BindingSubject[]
}

/** Whom a binding names. A ServiceAccount without a namespace is one of the binding's own namespace. */
export type BindingSubject = {
  readonly kind: 'User' | 'Group' | 'ServiceAccount'
  readonly name: string
  readonly namespace?: string
}

/**
 * Which namespaces a RoleBinding reaches. Every field that is present must hold.
 *
 * Labels are compared with those the cluster reports for the namespace; while they are unknown, nothing that asks for
 * labels matches, not even `NotIn` or `DoesNotExist`.
 */
export type NamespaceSelector = {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly LabelRequirement[]
  /** Namespace names, `*` for any run of characters: `['team-*', 'sandbox']`. One of them must match. */
  readonly matchNames?: readonly string[]
}

/** One line of a Kubernetes label selector. */
export type LabelRequirement = {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  readonly values?: readonly string[]
}
