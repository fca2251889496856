/**
 * Several authorizers as one: the first with an opinion decides. Nobody with an opinion means deny, and so does an
 * authorizer that fails or answers something that is no verdict: a policy that cannot decide refuses.
 */
import type { Attributes, Authorizer, Decision } from './types.ts'

/**
 * Asks each authorizer in turn until one allows or denies.
 *
 * @returns an authorizer that answers `allow` or `deny`, never `no-opinion`, and never throws
 */
export function chain(...authorizers: Authorizer[]): Authorizer {
  return (attributes) => {
    const withoutOpinion: Decision[] = []
    for (const authorizer of authorizers) {
      const decision = ask(authorizer, attributes)
      if (decision.verdict !== 'no-opinion') return decision
      withoutOpinion.push(decision)
    }
    return denied(withoutOpinion)
  }
}

function ask(authorizer: Authorizer, attributes: Attributes): Decision {
  try {
    const decision = authorizer(attributes)
    if (isDecision(decision)) return decision
    return { verdict: 'deny', reason: 'an authorizer gave no verdict; expected allow, deny or no-opinion' }
  } catch (fault) {
    return { verdict: 'deny', reason: `an authorizer failed, so nothing is allowed: ${messageOf(fault)}` }
  }
}

function isDecision(decision: Decision | undefined): decision is Decision {
  return decision?.verdict === 'allow' || decision?.verdict === 'deny' || decision?.verdict === 'no-opinion'
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : 'no message'
}

function denied(withoutOpinion: readonly Decision[]): Decision {
  const reasons = new Set(withoutOpinion.map(({ reason }) => reason).filter(Boolean))
  const rule = withoutOpinion.find(({ smallestRule }) => smallestRule)?.smallestRule
  const unresolved = withoutOpinion.flatMap((decision) => decision.unresolved ?? []).join('\n')
  const reason = [...reasons].join('\n') || 'no authorizer has an opinion'
  return { verdict: 'deny', reason, ...(unresolved && { unresolved }), ...(rule && { smallestRule: rule }) }
}
