/**
 * Stage 7, execute: runs the tool against its deadline, and checks what it returns and how large it is.
 *
 * The tool's Kubernetes client refuses whatever the tool did not declare, so what was authorized is what happens.
 */
import type { Answer, Call, Identity } from '../call.ts'
import type { Preview } from '../changes/preview.ts'
import { ToolError } from '../errors.ts'
import { onlyDeclared } from '../kube/guard.ts'
import type { Ports } from '../ports.ts'
import { isChangeTool, type Tool, type ToolAttributes, type ToolContext } from '../tools/tool.ts'
import type { Attempt } from './audit.ts'
import { change } from './change.ts'
import { forCall } from './for-call.ts'
import { asking, inputOf } from './input.ts'
import { validateResult } from './validate.ts'

export type Execution = {
  readonly call: Call
  readonly tool: Tool
  readonly args: unknown
  readonly needs: readonly ToolAttributes[]
  readonly subject: Identity
}

export type Approved = { readonly shown: Preview | undefined; readonly attempt: Attempt }

/** @param shown what was previewed and approved, of a tool that changes something */
export function execute(ports: Ports, execution: Execution, { shown, attempt }: Approved): Promise<Answer> {
  const { call, tool, args, needs } = execution
  return forCall(ports, { ...execution, guard: onlyDeclared(tool.name, needs) }, async (context) => {
    if (isChangeTool(tool))
      return checked(ports, tool, await change(ports, { ...execution, context }, { shown, attempt }))
    const input = await inputOf(ports, attempt)
    const result: unknown = await asking(ports, attempt, () =>
      tool.run(args, { ...context, input, log: logOf(ports, call) }),
    )
    return checked(ports, tool, result)
  })
}

/** A log message leaves like everything else. */
function logOf({ sanitize }: Ports, { log }: Call): ToolContext['log'] {
  return (level, data) => log?.(level, sanitize({ data }).value)
}

function checked({ limits }: Ports, tool: Tool, result: unknown): Answer {
  if (typeof result !== 'object' || result === null || !('text' in result) || typeof result.text !== 'string')
    throw new ToolError(`${tool.name}, run: expected { structuredContent, text } with a text, found ${kindOf(result)}`)
  const content = 'content' in result && Array.isArray(result.content) ? result.content : []
  const structuredContent = validateResult(tool, 'structuredContent' in result ? result.structuredContent : undefined)
  const { length } = JSON.stringify([structuredContent, content])
  if (length > limits.structuredLength)
    throw new ToolError(
      `${tool.name}: the result is too large: ${length} characters of JSON, at most ${limits.structuredLength}; ask for less`,
    )
  return {
    kind: 'result',
    text: result.text,
    untrusted: true,
    structuredContent,
    ...(content.length > 0 && { content }),
  }
}

function kindOf(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value)
  return `{ ${Object.keys(value).join(', ')} }`
}
