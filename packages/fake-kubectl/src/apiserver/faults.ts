/**
 * Faults as values: a request that matches is delayed, refused or dropped, or its answer is slowed down or cut short.
 * Scenarios and tests set them at run time; what is left to chance follows from the cluster's seed.
 */
import { ApiError, tooManyRequests } from '../api/status.ts'
import type { Call } from './server.ts'

export type Fault = {
  /** All that are given must be so. */
  readonly when: {
    readonly verb?: string
    readonly apiGroup?: string
    readonly resource?: string
    readonly subresource?: string
    readonly namespace?: string
    readonly name?: string
    /** Who asks, or who is acted for. */
    readonly user?: string
    /** Stands somewhere in the User-Agent: `kubectl/`. */
    readonly userAgent?: string
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
    /** 429 in the server's own words, with Retry-After: clients wait and try again. */
    | { readonly kind: 'busy'; readonly retryAfterSeconds: number }
    /** The connection breaks off without an answer. */
    | { readonly kind: 'drop' }
    /** A watch ends after so many events: its connection breaks off, or it is told that its version has expired. */
    | { readonly kind: 'truncate'; readonly afterEvents: number; readonly how: 'cut' | 'expired' }
    /** The answer comes at so many bytes a virtual second: a log over a bad line. */
    | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** How many requests it still meets; every one when absent. */
  times?: number
  /** How many of the matching requests it meets, from 0 to 1; every one when absent. */
  readonly probability?: number
}

/** What a client's fetch throws when the connection breaks off. */
export class Dropped extends TypeError {
  override readonly name = 'Dropped'
}

/** Meets the first fault that matches, if any. @throws what the fault says */
export async function meetFault(call: Call): Promise<void> {
  const fault = call.server.faults.find((it) => (it.times ?? 1) > 0 && matches(it, call) && happens(it, call))
  if (!fault) return
  if (fault.times !== undefined) fault.times -= 1
  const { effect } = fault
  switch (effect.kind) {
    case 'delay':
      return call.server.clock.sleep(effect.delayMs, call.request.signal)
    case 'drop':
      throw new Dropped('fetch failed')
    case 'busy':
      throw tooManyRequests(TRY_LATER, effect.retryAfterSeconds)
    case 'error': {
      const { code, reason, message, retryAfterSeconds } = effect
      throw new ApiError(code, reason, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
    }
    case 'truncate':
    case 'slow':
      call.impairment = effect
  }
}

/** Source: apiserver/pkg/server/filters/maxinflight.go. */
const TRY_LATER = 'Too many requests, please try again later.'

function matches({ when }: Fault, { info, request, user, impersonated }: Call): boolean {
  const { verb, group: apiGroup, resource, subresource, namespace, name } = info
  const asked: Record<string, string> = { verb, apiGroup, resource, subresource, namespace, name }
  return Object.entries(when).every(([key, value]) => {
    if (key === 'user') return value === user.user || value === impersonated?.user
    if (key === 'userAgent') return request.headers.get('user-agent')?.includes(value) ?? false
    return asked[key] === value
  })
}

function happens({ probability = 1 }: Fault, { server }: Call): boolean {
  return probability >= 1 || server.chance.next() < probability
}
