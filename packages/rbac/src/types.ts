/**
 * The words of the policy engine: who asks (Subject), for what (Attributes), what a policy grants (PolicyRule), and the
 * answer (Decision). They are Kubernetes' own, from the authorizer's Attributes and rbac.authorization.k8s.io/v1, with one
 * extension of ours: a rule may name MCP tools.
 */

/** Who asks. The authenticator vouches for it; nothing the caller sends in a request body ends up here. */
export type Subject = {
  readonly user: string
  readonly groups: readonly string[]
}

/**
 * One question to the policy, flat.
 *
 * A resource question has `resource`; a non-resource one has `path`; the question whether a subject may use an MCP tool
 * at all has `tool`, verb `call` and neither, and so has the question whether they may approve what others want to do
 * through it, with the verb `approve`. A resource question that a tool asks carries `tool` too.
 */
export type Attributes = {
  readonly subject: Subject
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, `impersonate`, `call`, `approve` … */
  readonly verb: string
  /** `''` is the core group. */
  readonly apiGroup?: string
  /** The plural, `pods`; a subresource stands in its own field. */
  readonly resource?: string
  readonly subresource?: string
  /** Absent for cluster-scoped resources, and for lists across all namespaces. */
  readonly namespace?: string
  /** The namespace's labels as the cluster has them, never as the caller says. */
  readonly namespaceLabels?: Readonly<Record<string, string>>
  readonly name?: string
  /** A URL path that is no resource, `/version`. */
  readonly path?: string
  readonly tool?: string
}

/** What one rule of a Role or ClusterRole grants. Grants only add up; there is no deny rule. */
export type PolicyRule = {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
  /** Our extension: with no `resources`, grants using these tools; with them, grants the resources through these tools alone. */
  readonly tools?: readonly string[]
}

/**
 * An answer, with a reason a person can act on.
 *
 * `no-opinion` means this authorizer has no rule for the question; a chain in which nobody allows answers `deny`.
 */
export type Decision = {
  readonly verdict: 'allow' | 'deny' | 'no-opinion'
  /** Names the binding that allowed, or says what was missing. */
  readonly reason: string
  /** `RoleBinding "readers" in namespace "dev"`, when a binding allowed it. */
  readonly binding?: string
  /** `RBAC: …`: roles that bindings name but nobody wrote, when one of them might have allowed it. */
  readonly unresolved?: string
  /** The smallest rule that would allow it, when nothing did. */
  readonly smallestRule?: PolicyRule
}

/** Anything that can answer: RBAC over a policy, a chain of authorizers, a test's stand-in. */
export type Authorizer = (attributes: Attributes) => Decision
