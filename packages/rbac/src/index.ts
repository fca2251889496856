/** The face of the policy engine. */
export type { Attributes, Authorizer, Decision, PolicyRule, Subject } from './types.ts'
