/**
 * The choke point: every list and every request passes here, on every transport and in every revision.
 *
 * Each stage is a file of its own under stages/. A stage that says no throws a Refusal, so the order stands here alone:
 * nothing runs before it was allowed, and nothing leaves that was not sanitized and recorded. A resource and a completion
 * are answered by tools, so they are calls under another name; a prompt asks nothing of the cluster.
 */
import type { Answer, Call, Caller } from './call.ts'
import type { Ports } from './ports.ts'
import type { Prompt } from './prompts/prompt.ts'
import type { Resource } from './resources/resource.ts'
import { answerTo, outcomeOf } from './stages/answer.ts'
import { approve } from './stages/approve.ts'
import { createAudit, type Attempt } from './stages/audit.ts'
import { authorizeAttributes, authorizePrompt, authorizeTool, mayUse } from './stages/authorize.ts'
import { execute } from './stages/execute.ts'
import { identify } from './stages/identify.ts'
import { createLimit } from './stages/limit.ts'
import { render } from './stages/render.ts'
import { sanitizeAnswer } from './stages/sanitize.ts'
import { validate, validatePrompt } from './stages/validate.ts'
import type { Tool } from './tools/tool.ts'

export type Pipeline = {
  listTools(caller: Caller): Promise<Tool[]>
  /** Resources and templates alike. */
  listResources(caller: Caller): Promise<Resource[]>
  listPrompts(caller: Caller): Promise<Prompt[]>
  call(call: Call): Promise<Answer>
  /** `name` is the prompt's. */
  prompt(call: Call): Promise<Answer>
}

export function createPipeline(ports: Ports): Pipeline {
  const audit = createAudit(ports)
  const limit = createLimit(ports)

  /** What a tool answers is there for those who may use the tool. */
  async function usable<T>(caller: Caller, all: readonly T[], toolOf: (one: T) => string): Promise<T[]> {
    const subject = await identify(ports, { caller })
    return all.filter((one) => ports.tools.byName.has(toolOf(one)) && mayUse(ports, subject, toolOf(one)))
  }

  function call(call: Call): Promise<Answer> {
    return attempt(call, async (attempt) => {
      const subject = (attempt.subject = await identify(ports, call))
      const tool = authorizeTool(ports, call, attempt)
      const args = validate(tool, call.arguments)
      attempt.leave = limit.enter(subject)
      const needs = await authorizeAttributes(ports, { call, tool, args }, attempt)
      const execution = { call, tool, args, needs, subject }
      const shown = await approve(ports, execution, attempt)
      return execute(ports, execution, { shown, attempt })
    })
  }

  function prompt(call: Call): Promise<Answer> {
    return attempt(call, async (attempt) => {
      const subject = (attempt.subject = await identify(ports, call))
      const prompt = authorizePrompt(ports, call, attempt)
      const args = validatePrompt(prompt, call.arguments)
      attempt.leave = limit.enter(subject)
      return render(ports, { prompt, args }, attempt)
    })
  }

  /** However it ends, it leaves by the sanitizer, and one row is written. */
  async function attempt(call: Call, work: (attempt: Attempt) => Promise<Answer>): Promise<Answer> {
    const attempt = audit.open(call)
    try {
      const result = await work(attempt)
      attempt.outcome = 'answered'
      return sanitizeAnswer(ports, result, attempt)
    } catch (fault) {
      attempt.outcome = outcomeOf(fault)
      return sanitizeAnswer(ports, answerTo(ports, fault, call), attempt)
    } finally {
      attempt.leave()
      audit.close(attempt)
    }
  }

  return {
    listTools: (caller) => usable(caller, ports.tools.all, ({ name }) => name),
    listResources: (caller) => usable(caller, ports.resources, ({ tool }) => tool),
    listPrompts: (caller) => usable(caller, ports.prompts, ({ tool }) => tool),
    call,
    prompt,
  }
}
