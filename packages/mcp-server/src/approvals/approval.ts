/**
 * An approval: one person's word on one exact change, asked for by somebody else, good once and not for long.
 *
 * The store keeps what was asked and what was said; the rules of who may say it stand in `approvals.ts`.
 */
export type Approval = {
  /** 128 random bits in hex: nobody finds one by trying. */
  readonly id: string
  readonly tool: string
  /** The one namespace that would change; absent when it is another number of them. */
  readonly namespace?: string
  /** Of requester, tool, arguments, the objects as they were, and what would change. */
  readonly digest: string
  readonly argumentsDigest: string
  readonly requester: { readonly user: string; readonly actor?: string }
  /** What the one who approves reads, built by our code and free of secrets. */
  readonly summary: string
  readonly changes: readonly string[]
  /** Why a person is asked. */
  readonly reasons: readonly string[]
  readonly requestedAt: string
  readonly expiresAt: string
}

export type ApprovalDecision = {
  readonly verdict: 'accepted' | 'denied'
  readonly by: string
  readonly at: string
}

export type ApprovalState = Approval & { readonly decision?: ApprovalDecision; readonly usedAt?: string }

/** Where approvals are kept. Each of the three steps of an approval's life happens once, whoever else tries. */
export type ApprovalStore = {
  add(approval: Approval): void
  /** Oldest first; those that have expired may be gone. */
  all(): readonly ApprovalState[]
  /** @returns false when it was decided before, or is not there */
  decide(id: string, decision: ApprovalDecision): boolean
  /** @returns false when it was used before, or is not there */
  use(id: string, at: string): boolean
}

const MAX_KEPT = 1_000 // fifty requesters with all that may wait for each

/** For one process: tests, and servers whose approvals are decided over their own HTTP door. */
export function memoryApprovals(): ApprovalStore {
  const kept = new Map<string, ApprovalState>()
  return {
    add(approval) {
      kept.set(approval.id, approval)
      const [oldest] = kept.keys()
      if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest)
    },
    all: () => [...kept.values()],
    decide(id, decision) {
      const approval = kept.get(id)
      if (approval === undefined || approval.decision) return false
      kept.set(id, { ...approval, decision })
      return true
    },
    use(id, usedAt) {
      const approval = kept.get(id)
      if (approval === undefined || approval.usedAt !== undefined) return false
      kept.set(id, { ...approval, usedAt })
      return true
    },
  }
}
