/**
 * Stage 7 of a prompt: made of words alone, ours and the person's. It may have to ask for some first.
 */
import type { Answer } from '../call.ts'
import { InputNeeded } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Prompt } from '../prompts/prompt.ts'
import type { Attempt } from './audit.ts'
import { asking, inputOf } from './input.ts'

type Words = Readonly<Record<string, string>>

export function render(
  ports: Ports,
  { prompt, args }: { readonly prompt: Prompt; readonly args: Words },
  attempt: Attempt,
): Promise<Answer> {
  return asking(ports, attempt, async () => {
    const { responses } = await inputOf(ports, attempt)
    const words = { ...args, ...answersTo(prompt, responses) }
    const content = prompt.content?.(words) ?? []
    return { kind: 'result', text: prompt.text(words), untrusted: false, ...(content.length > 0 && { content }) }
  })
}

/** @throws InputNeeded unless all that the prompt asks was answered */
function answersTo({ asks = {} }: Prompt, responses: Readonly<Record<string, unknown>>): Words {
  const answers = Object.keys(asks).map((key) => [key, acceptedIn(responses[key])] as const)
  if (answers.some(([, answer]) => answer === undefined)) throw new InputNeeded(asks)
  return Object.fromEntries(answers.map(([key, answer]) => [key, JSON.stringify(answer)]))
}

function acceptedIn(response: unknown): unknown {
  const { action, content } = (response ?? {}) as { action?: unknown; content?: unknown }
  return action === 'accept' ? content : undefined
}
