/**
 * The question and its answer: does this policy allow this? Allow names the binding; otherwise the answer says what was
 * asked and the smallest rule that would have allowed it. It keeps nothing between questions.
 */
import { chain } from './chain.ts'
import { describeBinding, describeGrant, describeRefusal } from './describe.ts'
import { ruleAllows } from './match.ts'
import type { Policy } from './policy.ts'
import { createResolver, type Grant } from './resolve.ts'
import { smallestRule } from './smallest-rule.ts'
import type { Attributes, Authorizer, Decision } from './types.ts'

/**
 * Answers one question: allow, or deny.
 *
 * For many questions about one policy, keep `chain(rbacAuthorizer(policy))`.
 *
 * @example authorize(policy, { subject, verb: 'get', resource: 'pods', namespace: 'dev' }).verdict // 'allow'
 */
export function authorize(policy: Policy, attributes: Attributes): Decision {
  return chain(rbacAuthorizer(policy))(attributes)
}

/**
 * An authorizer over one policy: allow, or no-opinion, since RBAC has no deny rules. To refuse, put it into a `chain`.
 *
 * @param policy read once; later changes to it go unseen
 */
export function rbacAuthorizer(policy: Policy): Authorizer {
  const resolve = createResolver(policy)
  return (attributes) => {
    const { grants, missingRoles } = resolve(attributes)
    const grant = grants.find(({ role }) => role.rules.some((rule) => ruleAllows(rule, attributes)))
    return grant ? allowed(grant) : noOpinion(attributes, missingRoles)
  }
}

function allowed(grant: Grant): Decision {
  return { verdict: 'allow', reason: `RBAC: allowed by ${describeGrant(grant)}`, binding: describeBinding(grant) }
}

function noOpinion(attributes: Attributes, missingRoles: readonly string[]): Decision {
  const rule = smallestRule(attributes)
  const unresolved = describeMissing(missingRoles)
  const reason = describeRefusal(attributes) + (unresolved && `: ${unresolved}`)
  return { verdict: 'no-opinion', reason, ...(unresolved && { unresolved }), ...(rule && { smallestRule: rule }) }
}

/** Kubernetes adds what it could not resolve, one in plain, several in brackets. */
function describeMissing(missingRoles: readonly string[]): string {
  const distinct = [...new Set(missingRoles)]
  if (distinct.length === 0) return ''
  return `RBAC: ${distinct.length === 1 ? distinct[0] : `[${distinct.join(', ')}]`}`
}
