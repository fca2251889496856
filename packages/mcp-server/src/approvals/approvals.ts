/**
 * The rules of approval: who may approve what, until when, and how often.
 *
 * The one who approves is another principal than the one who asks, and holds the verb `approve` for the tool. An agent
 * acts under a name of its own, so the person it acts for is another principal; the agent itself may never approve.
 */
import { authorize, type Policy } from '@mcp-lab/rbac'
import type { Identity } from '../call.ts'
import { Refusal } from '../errors.ts'
import type { Approval, ApprovalState, ApprovalStore } from './approval.ts'

export type ApprovalsOptions = {
  readonly store: ApprovalStore
  readonly policy: () => Policy
  readonly now: () => Date
}

export type Approvals = {
  /** The newest request for this change that may still count, or the newest for these arguments that no longer does. */
  standing(request: Pick<Approval, 'digest' | 'argumentsDigest' | 'requester'>): Standing
  ask(approval: Omit<Approval, 'requestedAt' | 'expiresAt'>): ApprovalState
  /** Takes an accepted one; it counts once. */
  use(approval: ApprovalState): boolean
  /** Those that this subject may decide, oldest first. */
  list(subject: Identity): readonly ApprovalState[]
  /**
   * Says yes or no.
   *
   * @throws Refusal saying why this subject cannot decide this one
   */
  decide(subject: Identity, id: string, verdict: 'accepted' | 'denied'): ApprovalState
}

export type Standing =
  | { readonly kind: 'none' }
  | { readonly kind: 'pending' | 'accepted' | 'denied'; readonly approval: ApprovalState }
  /** Somebody decided, but on something that has moved since. */
  | { readonly kind: 'void'; readonly approval: ApprovalState }

export const APPROVAL_TTL_MS = 15 * 60_000 // long enough to fetch a person, short enough to remember why
const MAX_PENDING = 20 // of one requester: more is nobody's reading

export function createApprovals({ store, policy, now }: ApprovalsOptions): Approvals {
  const current = (): ApprovalState[] =>
    store.all().filter(({ expiresAt, usedAt }) => usedAt === undefined && Date.parse(expiresAt) > now().getTime())

  function standing({ digest, argumentsDigest, requester }: Parameters<Approvals['standing']>[0]): Standing {
    const own = current().filter((it) => isSame(it.requester, requester) && it.argumentsDigest === argumentsDigest)
    const approval = own.findLast((it) => it.digest === digest)
    if (approval) return { kind: approval.decision?.verdict ?? 'pending', approval }
    const moved = own.findLast(({ decision }) => decision?.verdict === 'accepted')
    return moved ? { kind: 'void', approval: moved } : { kind: 'none' }
  }

  function ask(request: Parameters<Approvals['ask']>[0]): ApprovalState {
    const pending = current().filter(({ requester, decision }) => isSame(requester, request.requester) && !decision)
    if (pending.length >= MAX_PENDING)
      throw new Refusal('limited', `${pending.length} changes already wait for approval; wait for those first`)
    const at = now().getTime()
    const [requestedAt, expiresAt] = [at, at + APPROVAL_TTL_MS].map((ms) => new Date(ms).toISOString())
    const approval = { ...request, requestedAt: requestedAt!, expiresAt: expiresAt! }
    store.add(approval)
    return approval
  }

  function list(subject: Identity): readonly ApprovalState[] {
    return current().filter((approval) => objection(subject, approval) === undefined)
  }

  function decide(subject: Identity, id: string, verdict: 'accepted' | 'denied'): ApprovalState {
    const approval = current().find((it) => it.id === id)
    if (approval === undefined || !isAllowed(subject, approval))
      throw new Refusal('unknown', `no approval ${id} waits for ${principalOf(subject)}; it may have expired`)
    const why = objection(subject, approval)
    if (why !== undefined) throw new Refusal('denied', why)
    const decision = { verdict, by: principalOf(subject), at: now().toISOString() }
    if (!store.decide(id, decision))
      throw new Refusal('denied', `approval ${id} was decided already; what was said first holds`)
    return { ...approval, decision }
  }

  function isAllowed(subject: Identity, { tool, namespace }: Approval): boolean {
    const place = namespace === undefined ? {} : { namespace }
    return authorize(policy(), { subject, verb: 'approve', tool, ...place }).verdict === 'allow'
  }

  /** Why this subject may not decide, in a text for them. */
  function objection(subject: Identity, approval: ApprovalState): string | undefined {
    if (subject.actor !== undefined) return `${subject.actor} acts for somebody; only people approve`
    if (subject.user === principalOf(approval.requester))
      return `${subject.user} asked for this change; another person has to approve it`
    if (!isAllowed(subject, approval)) return `${subject.user} may not approve ${approval.tool}`
    return undefined
  }

  return { standing, ask, use: ({ id }) => store.use(id, now().toISOString()), list, decide }
}

/** Whose word counts as one person's: the agent's own name where one acts, the user's otherwise. */
export function principalOf({ user, actor }: { readonly user: string; readonly actor?: string }): string {
  return actor ?? user
}

type Requester = Approval['requester']

function isSame(one: Requester, other: Requester): boolean {
  return one.user === other.user && one.actor === other.actor
}
