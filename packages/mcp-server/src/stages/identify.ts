/**
 * Stage 1, identify: who asks.
 *
 * The answer comes from the transport (a fixed subject, the environment, the HTTP request), never from arguments.
 */
import type { Subject } from '@mcp-lab/rbac'
import type { Call, Caller } from '../call.ts'
import { Refusal } from '../errors.ts'
import type { Ports } from '../ports.ts'

export async function identify(ports: Ports, { caller }: Pick<Call, 'caller'>): Promise<Subject> {
  const subject = await vouchedFor(ports, caller)
  if (subject === undefined || subject.user === '')
    throw new Refusal('unauthenticated', 'nobody vouches for the caller; the server knows no subject for this request')
  return subject
}

async function vouchedFor(ports: Ports, caller: Caller): Promise<Subject | undefined> {
  try {
    return await ports.identify(caller.request)
  } catch (fault) {
    ports.onFault(fault, 'identify')
    return undefined
  }
}
