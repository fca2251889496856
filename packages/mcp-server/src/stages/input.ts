/**
 * What a tool or a prompt asks its client, and what comes back: the answers, and what it wanted to remember, sealed for this
 * caller and these arguments.
 */
import { canonicalJson } from '@mcp-lab/journal'
import { InputNeeded, Question, Refusal, type Requests } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { ToolContext } from '../tools/tool.ts'
import type { Attempt } from './audit.ts'

/** An answer alone is worth as much as an argument: the client could have said it at once. */
export async function inputOf(ports: Ports, attempt: Attempt): Promise<ToolContext['input']> {
  const { reply } = attempt.call
  if (reply?.state === undefined) return { responses: reply?.responses ?? {}, memory: null }
  const taken = await ports.elicitations.take(reply.state, askedOf(attempt))
  if (taken === undefined) throw new Refusal('stale', 'Invalid or expired requestState')
  return { responses: reply.responses, memory: taken.memory }
}

/** Runs what may throw InputNeeded, and makes a question of it. */
export async function asking<T>(ports: Ports, attempt: Attempt, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (fault) {
    throw fault instanceof InputNeeded ? await question(ports, attempt, fault) : fault
  }
}

type Asked = { readonly requests: Requests; readonly memory: unknown }

async function question(ports: Ports, attempt: Attempt, { requests, memory }: Asked): Promise<Question> {
  return new Question(requests, await ports.elicitations.ask(askedOf(attempt), memory))
}

function askedOf({ subject, call, argumentsDigest }: Attempt): string {
  return canonicalJson([subject?.user, subject?.actor ?? null, call.name, argumentsDigest])
}
