/** The face of the policy engine. */
export { authorize, rbacAuthorizer } from './authorize.ts'
export { chain } from './chain.ts'
export { describeRule, uncovered } from './covers.ts'
export { parsePolicy, policyFromObjects } from './manifest.ts'
export { PolicyError, type PolicyFault } from './policy-error.ts'
export type { Binding, BindingSubject, LabelRequirement, NamespaceSelector, Policy, Role } from './policy.ts'
export { rulesFor, type HeldRules } from './rules-for.ts'
export type { Attributes, Authorizer, Decision, PolicyRule, Subject } from './types.ts'
