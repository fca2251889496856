/**
 * What the stages that ask the cluster share: the work runs against the call's deadline, as the caller, through a guard, and
 * the host sees what a tool threw.
 */
import type { Call, Identity } from '../call.ts'
import { within, type Limit } from '../deadline.ts'
import { Question } from '../errors.ts'
import { createKubeClient, type KubeClient } from '../kube/client.ts'
import type { Guard } from '../kube/guard.ts'
import type { Ports } from '../ports.ts'
import type { Tool, ToolContext } from '../tools/tool.ts'

type Asking = { readonly call: Call; readonly tool: Tool; readonly subject: Identity; readonly guard: Guard }

/** @param work what the tool does with its context; in it, it may neither ask the client nor log */
export function forCall<T>(
  ports: Ports,
  { call, tool, subject, guard }: Asking,
  work: (context: ToolContext) => Promise<T>,
): Promise<T> {
  return within(limitOf(ports, call, tool), (signal) => {
    const kube = createKubeClient(ports.kube, { subject, signal, setTimer: ports.setTimer, guard })
    const { client, progress = () => {} } = call
    return blame(ports, tool, () => work({ kube, subject, signal, progress, client, log: () => {}, input: NO_INPUT }))
  })
}

const NO_INPUT: ToolContext['input'] = { responses: {}, memory: null }

export function limitOf({ limits, setTimer, closing }: Ports, { signal }: Call, { name }: Tool): Limit {
  return { what: name, deadlineMs: limits.deadlineMs, setTimer, signals: [signal, closing] }
}

/** The server's own look at the cluster, whatever the caller may see. */
export function asServer({ kube, setTimer }: Ports, signal: AbortSignal): KubeClient {
  const subject = { user: 'mcp-server', groups: [] }
  return createKubeClient({ ...kube, impersonate: false }, { subject, signal, setTimer })
}

/** Shows the host what a tool threw, as it was thrown: a lab runner finds the student's file and line in it. */
async function blame<T>(ports: Ports, tool: Tool, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Question)) ports.onToolError(tool, error)
    throw error
  }
}
