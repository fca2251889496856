/**
 * Stage 4, limit: how many calls of one subject run at once. It stands before whatever may ask the cluster, which the
 * second look of authorize does. The deadline is each asking stage's own, the cap on text the sanitize stage's.
 */
import type { Subject } from '@mcp-lab/rbac'
import { Refusal } from '../errors.ts'
import type { Limits } from '../ports.ts'

export type Limit = {
  /** Takes a place; the result gives it back. */
  enter(subject: Subject): () => void
}

export function createLimit({ concurrency }: Limits): Limit {
  const running = new Map<string, number>()

  function enter({ user }: Subject): () => void {
    const calls = running.get(user) ?? 0
    if (calls >= concurrency)
      throw new Refusal(
        'limited',
        `too many calls at once: ${calls} of yours are running; wait for one, then try again`,
      )
    running.set(user, calls + 1)
    return () => leave(user)
  }

  function leave(user: string): void {
    const calls = (running.get(user) ?? 1) - 1
    if (calls > 0) running.set(user, calls)
    else running.delete(user)
  }

  return { enter }
}
