/**
 * Stage 7, execute: runs the tool against its deadline, and checks what it returns and how large it is.
 *
 * The tool's Kubernetes client refuses whatever the tool did not declare, so what was authorized is what happens.
 */
import type { Subject } from '@mcp-lab/rbac'
import type { Answer, Call } from '../call.ts'
import { within } from '../deadline.ts'
import { ToolError } from '../errors.ts'
import { createKubeClient } from '../kube-client.ts'
import { onlyDeclared } from '../kube-guard.ts'
import type { Ports } from '../ports.ts'
import type { Tool, ToolAttributes } from '../tools/tool.ts'
import { validateResult } from './validate.ts'

export type Execution = {
  readonly call: Call
  readonly tool: Tool
  readonly args: unknown
  readonly needs: readonly ToolAttributes[]
  readonly subject: Subject
}

export async function execute(ports: Ports, { call, tool, args, needs, subject }: Execution): Promise<Answer> {
  const { limits, setTimer } = ports
  const limit = { what: tool.name, deadlineMs: limits.deadlineMs, setTimer, signals: [call.signal, ports.closing] }
  const guard = onlyDeclared(tool.name, needs)
  return within(limit, (signal) =>
    blame(ports, tool, async () => {
      const kube = createKubeClient(ports.kube, { subject, signal, setTimer, guard })
      const result: unknown = await tool.run(args, { kube, subject, signal })
      return checked(ports, tool, result)
    }),
  )
}

/** Shows the host what a tool threw, as it was thrown: a lab runner finds the student's file and line in it. */
export async function blame<T>(ports: Ports, tool: Tool, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    ports.onToolError(tool, error)
    throw error
  }
}

function checked({ limits }: Ports, tool: Tool, result: unknown): Answer {
  if (typeof result !== 'object' || result === null || !('text' in result) || typeof result.text !== 'string')
    throw new ToolError(`${tool.name}, run: expected { structuredContent, text } with a text, found ${kindOf(result)}`)
  const structuredContent = validateResult(tool, 'structuredContent' in result ? result.structuredContent : undefined)
  const { length } = JSON.stringify(structuredContent)
  if (length > limits.structuredLength)
    throw new ToolError(
      `${tool.name}: the result is too large: ${length} characters of JSON, at most ${limits.structuredLength}; ask for less`,
    )
  return { kind: 'result', text: result.text, untrusted: true, structuredContent }
}

function kindOf(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value)
  return `{ ${Object.keys(value).join(', ')} }`
}
