/**
 * Does what was previewed, and nothing else: each write holds only for the object that was shown.
 *
 * A controller that wrote a status meanwhile is no reason to stop; somebody who changed what the object is meant to be is.
 */
import { isDeepStrictEqual } from 'node:util'
import { KubeError, ToolError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import { spelled, type KubeObject } from '../kube/object.ts'
import { find, isGone, state, type Step } from './preview.ts'
import { send } from './write.ts'

const ATTEMPTS = 5 // a busy status may win a few times

/**
 * @returns the object as it is now; null when it is gone
 * @throws  ToolError when the object is no longer the one that was shown; KubeError when the server refuses
 */
export async function perform(kube: KubeClient, step: Step): Promise<KubeObject | null> {
  let on = step.before
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await send(kube, step.write, { on: on ?? undefined })
      return isGone(step.write) ? null : answer
    } catch (fault) {
      if (!mayHaveMoved(fault) || attempt === ATTEMPTS) throw fault
      const now = await same(kube, step)
      if (now?.metadata.resourceVersion === on?.metadata.resourceVersion) throw fault
      on = now
    }
  }
}

/** 409 Conflict; a JSON patch whose test fails is answered 422, without a word of why. */
function mayHaveMoved(fault: unknown): boolean {
  return fault instanceof KubeError && (fault.code === 409 || fault.code === 422)
}

async function same(kube: KubeClient, { write, before }: Step): Promise<KubeObject | null> {
  const now = await find(kube, write)
  if (now?.metadata.uid === before?.metadata.uid && isDeepStrictEqual(state(now), state(before))) return now
  throw new ToolError(
    `${spelled(write.target)} changed after it was shown, so nothing was done to it; look again, and repeat the call`,
  )
}
