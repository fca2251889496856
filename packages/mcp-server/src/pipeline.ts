/**
 * The choke point: every tools/list and every tools/call passes here, on every transport and in every revision.
 *
 * Each stage is a file of its own under stages/. A stage that says no throws a Refusal, so the order stands here alone:
 * nothing runs before it was allowed, and nothing leaves that was not sanitized and recorded.
 */
import type { Answer, Call, Caller } from './call.ts'
import type { Ports } from './ports.ts'
import { answerTo, outcomeOf } from './stages/answer.ts'
import { approve } from './stages/approve.ts'
import { createAudit } from './stages/audit.ts'
import { authorizeAttributes, authorizeTool, mayUse } from './stages/authorize.ts'
import { execute } from './stages/execute.ts'
import { identify } from './stages/identify.ts'
import { createLimit } from './stages/limit.ts'
import { sanitizeAnswer } from './stages/sanitize.ts'
import { validate } from './stages/validate.ts'
import type { ListedTool } from './tools/tool.ts'

export type Pipeline = {
  list(caller: Caller): Promise<ListedTool[]>
  call(call: Call): Promise<Answer>
}

export function createPipeline(ports: Ports): Pipeline {
  const audit = createAudit(ports)
  const limit = createLimit(ports.limits)

  async function list(caller: Caller): Promise<ListedTool[]> {
    const subject = await identify(ports, { caller })
    return ports.tools.all.filter((tool) => mayUse(ports, subject, tool.name)).map((tool) => tool.listed)
  }

  async function call(call: Call): Promise<Answer> {
    const attempt = audit.open(call)
    let leave = () => {}
    try {
      const subject = (attempt.subject = await identify(ports, call))
      const tool = authorizeTool(ports, call, attempt)
      const args = validate(tool, call.arguments)
      leave = limit.enter(subject)
      const needs = await authorizeAttributes(ports, { call, tool, args }, attempt)
      const execution = { call, tool, args, needs, subject }
      const shown = await approve(ports, execution, attempt)
      const result = await execute(ports, execution, { shown, attempt })
      attempt.outcome = 'answered'
      return sanitizeAnswer(ports, result, attempt)
    } catch (fault) {
      attempt.outcome = outcomeOf(fault)
      return sanitizeAnswer(ports, answerTo(ports, fault, call), attempt)
    } finally {
      leave()
      audit.close(attempt)
    }
  }

  return { list, call }
}
