/**
 * Stage 1, identify: who asks.
 *
 * The answer comes from the transport (a fixed subject, the environment, the HTTP request), never from arguments.
 */
import type { Call, Caller, Identity } from '../call.ts'
import { within } from '../deadline.ts'
import { Refusal } from '../errors.ts'
import type { Ports } from '../ports.ts'

export async function identify(ports: Ports, { caller }: Pick<Call, 'caller'>): Promise<Identity> {
  const subject = await vouchedFor(ports, caller)
  if (subject === undefined || subject.user === '')
    throw new Refusal('unauthenticated', 'nobody vouches for the caller; the server knows no subject for this request')
  return subject
}

async function vouchedFor(ports: Ports, caller: Caller): Promise<Identity | undefined> {
  try {
    const subject = ports.identify(caller.request, caller.auth)
    return frozen(subject instanceof Promise ? await inTime(ports, subject) : subject)
  } catch (fault) {
    ports.onFault(fault, 'identify')
    return undefined
  }
}

function inTime({ limits, setTimer, closing }: Ports, subject: Promise<Identity>): Promise<Identity> {
  return within({ what: 'identify', deadlineMs: limits.deadlineMs, setTimer, signals: [closing] }, () => subject)
}

/** A copy that no tool can change: the one who vouches may hand out the same object for every call. */
function frozen(subject: Identity | undefined): Identity | undefined {
  return subject && Object.freeze({ ...subject, groups: Object.freeze([...subject.groups]) })
}
