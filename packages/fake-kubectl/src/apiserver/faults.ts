/**
 * Faults as values: a request that matches is delayed, refused or dropped. Scenarios and tests set them at run time.
 */
import { ApiError } from '../api/status.ts'
import type { Call } from './server.ts'

export type Fault = {
  /** All that are given must be equal to what the request asks for. */
  readonly when: {
    readonly verb?: string
    readonly resource?: string
    readonly subresource?: string
    readonly namespace?: string
    readonly name?: string
  }
  readonly effect:
    | { readonly kind: 'delay'; readonly delayMs: number }
    | {
        readonly kind: 'error'
        readonly code: number
        readonly reason: string
        readonly message: string
        readonly retryAfterSeconds?: number
      }
    /** The connection breaks off without an answer. */
    | { readonly kind: 'drop' }
  /** How many requests it still meets; every one when absent. */
  times?: number
}

/** What a client's fetch throws when the connection breaks off. */
export class Dropped extends TypeError {
  override readonly name = 'Dropped'
}

/** Meets the first fault that matches, if any. @throws what the fault says */
export async function meetFault(call: Call): Promise<void> {
  const fault = call.server.faults.find((it) => (it.times ?? 1) > 0 && matches(it, call))
  if (!fault) return
  if (fault.times !== undefined) fault.times -= 1
  const { effect } = fault
  switch (effect.kind) {
    case 'delay':
      return call.server.clock.sleep(effect.delayMs, call.request.signal)
    case 'drop':
      throw new Dropped('fetch failed')
    case 'error': {
      const { code, reason, message, retryAfterSeconds } = effect
      throw new ApiError(code, reason, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
    }
  }
}

function matches({ when }: Fault, { info }: Call): boolean {
  const { verb, resource, subresource, namespace, name } = info
  const asked: Record<string, string> = { verb, resource, subresource, namespace, name }
  return Object.entries(when).every(([key, value]) => asked[key] === value)
}
