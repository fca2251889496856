/**
 * The world of one test: a testbed with the student's tools, seen from outside. Each call is recorded for the
 * report. An answer without structured content says why when a spec reads it, instead of leaving the
 * student with "cannot read properties of undefined".
 */
import { createTestbed, type Testbed } from '@mcp-lab/testbed'
import type { CallRecord, TestRecord } from './record.ts'

type TestbedOptions = NonNullable<Parameters<typeof createTestbed>[0]>
export type Tools = NonNullable<TestbedOptions['tools']>
export type WorldOptions = Omit<TestbedOptions, 'tools'>

type ListedTools = Awaited<ReturnType<Testbed['client']['listTools']>>['tools']

/** The answer to a tool call; `structuredContent` is the tool's own shape, which the spec knows. */
// oxlint-disable-next-line typescript/no-explicit-any -- a spec reads what the lab's text promises, not what a type says
export type CallToolResult<T = any> = {
  readonly isError?: boolean
  readonly content: readonly { readonly type: string; readonly text?: string }[]
  readonly structuredContent: T
}

export type World = {
  readonly mcp: {
    // oxlint-disable-next-line typescript/no-explicit-any -- as above
    callTool<T = any>(name: string, args?: Record<string, unknown>): Promise<CallToolResult<T>>
    /** What the server shows of its tools. */
    listTools(): Promise<ListedTools>
  }
  readonly cluster: Testbed['cluster']
  readonly audit: Testbed['audit']
  /** Runs `work` and tells how much virtual time it took, which tells serial from parallel. */
  timed<T>(work: () => Promise<T>): Promise<{ result: T; elapsedMs: number }>
  close(): Promise<void>
}

export async function createWorld(
  options: WorldOptions,
  { tools, record }: { tools: Tools; record: TestRecord },
): Promise<World> {
  const testbed = await createTestbed({ ...options, tools })
  const now = (): number => testbed.cluster.clock.now()
  return {
    mcp: {
      async callTool(name, args = {}) {
        const call: CallRecord = { tool: name, arguments: args }
        record.calls.push(call)
        const startedAtMs = now()
        const answer = await ask(testbed, name, args)
        call.elapsedMs = now() - startedAtMs
        call.answer = recorded(answer)
        return explaining(name, answer)
      },
      listTools: async () => (await testbed.client.listTools()).tools,
    },
    cluster: testbed.cluster,
    audit: testbed.audit,
    async timed(work) {
      const startedAtMs = now()
      const result = await work()
      return { result, elapsedMs: now() - startedAtMs }
    },
    close: () => testbed.close(),
  }
}

/** A protocol error (an unknown tool, an answer that breaks its own output schema) fails the test in plain words. */
async function ask(testbed: Testbed, name: string, args: Record<string, unknown>): Promise<CallToolResult<unknown>> {
  try {
    return (await testbed.client.callTool({ name, arguments: args })) as CallToolResult<unknown>
  } catch (fault) {
    // A test that ran into its limit has closed its world; nobody is there to list tools.
    if (testbed.client.getServerCapabilities() === undefined) throw fault
    const { tools } = await testbed.client.listTools()
    if (!tools.some((tool) => tool.name === name)) {
      const known = tools.map((tool) => tool.name).join(', ') || 'none'
      throw new LabExpectation(`expected a tool named "${name}"; the server has: ${known}`)
    }
    throw new LabExpectation(fault instanceof Error ? fault.message : String(fault))
  }
}

function recorded(answer: CallToolResult<unknown>): NonNullable<CallRecord['answer']> {
  const { isError = false, structuredContent } = answer
  return { isError, text: textOf(answer), ...(structuredContent === undefined ? {} : { structuredContent }) }
}

/** Gives an answer that lacks `structuredContent` one that throws the reason; it is hidden from `toEqual`. */
function explaining<T>(tool: string, answer: CallToolResult<unknown>): CallToolResult<T> {
  if (answer.structuredContent !== undefined) return answer as CallToolResult<T>
  const reason =
    answer.isError === true
      ? `${tool} answered with an error: ${textOf(answer)}`
      : `${tool} answered with text only; expected structuredContent beside it`
  const { structuredContent: _, ...rest } = answer
  return Object.defineProperty(rest, 'structuredContent', {
    get(): never {
      throw new LabExpectation(reason)
    },
  }) as CallToolResult<T>
}

export function textOf(answer: Pick<CallToolResult, 'content'>): string {
  return answer.content.flatMap((part) => (part.text === undefined ? [] : [part.text])).join('\n')
}

/** A failed expectation that the fixture itself words; the report treats it as it treats an assertion. */
export class LabExpectation extends Error {
  override name = 'LabExpectation'
}
