/**
 * Stage 4, limit: how many calls of one principal run at once, and how many may begin in a while. It stands before whatever
 * may ask the cluster, which the second look of authorize does. The deadline is each asking stage's own, the cap on text the
 * sanitize stage's, and the size of a request the transport's.
 */
import { principalOf } from '../approvals/approvals.ts'
import type { Identity } from '../call.ts'
import { Refusal } from '../errors.ts'
import type { Ports } from '../ports.ts'

export type Limit = {
  /**
   * Takes a place; the result gives it back.
   *
   * @throws Refusal saying how long to wait
   */
  enter(subject: Identity): () => void
}

/** One principal's: how many run, and how many more may begin, which grows with time up to the burst. */
type Account = { running: number; allowance: number; countedAtMs: number }

const MAX_ACCOUNTS = 10_000 // more principals than that, and the one who has been quiet longest is forgotten

export function createLimit({ limits, now }: Pick<Ports, 'limits' | 'now'>): Limit {
  const accounts = new Map<string, Account>()
  const { concurrency, callsPerMinute, burst } = limits
  const perMs = callsPerMinute / 60_000

  function enter(subject: Identity): () => void {
    const principal = `${subject.user} ${principalOf(subject)}`
    const account = accountOf(principal)
    if (account.running >= concurrency)
      throw limited(`too many calls at once: ${account.running} of yours are running; wait for one, then try again`)
    if (account.allowance < 1) {
      const seconds = Math.ceil((1 - account.allowance) / perMs / 1000)
      throw limited(`too many calls: at most ${callsPerMinute} in a minute; try again in ${seconds} s`)
    }
    account.running += 1
    account.allowance -= 1
    return () => void (account.running -= 1)
  }

  function accountOf(principal: string): Account {
    const nowMs = now().getTime()
    const account = accounts.get(principal) ?? { running: 0, allowance: burst, countedAtMs: nowMs }
    account.allowance = Math.min(burst, account.allowance + (nowMs - account.countedAtMs) * perMs)
    account.countedAtMs = nowMs
    // The one who came last stands last.
    accounts.delete(principal)
    accounts.set(principal, account)
    if (accounts.size > MAX_ACCOUNTS) forgetOldest()
    return account
  }

  function forgetOldest(): void {
    for (const [principal, { running }] of accounts) if (running === 0) return void accounts.delete(principal)
  }

  return { enter }
}

function limited(message: string): Refusal {
  return new Refusal('limited', message)
}
