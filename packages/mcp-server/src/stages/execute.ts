/**
 * Stage 7, execute: runs the tool against its deadline, and checks what it returns and how large it is.
 *
 * The tool's Kubernetes client refuses whatever the tool did not declare, so what was authorized is what happens.
 */
import { canonicalJson } from '@mcp-lab/journal'
import type { Answer, Call, Identity } from '../call.ts'
import { perform } from '../changes/perform.ts'
import { previewLines, type Preview, type Step } from '../changes/preview.ts'
import { canBeUndone } from '../changes/undo.ts'
import { within, type Limit } from '../deadline.ts'
import { InputNeeded, Question, Refusal, ToolError } from '../errors.ts'
import { createKubeClient, type KubeClient } from '../kube/client.ts'
import { onlyDeclared } from '../kube/guard.ts'
import type { Ports } from '../ports.ts'
import type { Prompt } from '../prompts/prompt.ts'
import { isChangeTool, type Tool, type ToolAttributes, type ToolContext } from '../tools/tool.ts'
import type { Attempt } from './audit.ts'
import { validateResult } from './validate.ts'

export type Execution = {
  readonly call: Call
  readonly tool: Tool
  readonly args: unknown
  readonly needs: readonly ToolAttributes[]
  readonly subject: Identity
}

type Approved = { readonly shown: Preview | undefined; readonly attempt: Attempt }

/** @param shown what was previewed and approved, of a tool that changes something */
export async function execute(ports: Ports, execution: Execution, { shown, attempt }: Approved): Promise<Answer> {
  const { call, tool, args, needs, subject } = execution
  const guard = onlyDeclared(tool.name, needs)
  return within(limitOf(ports, call, tool), (signal) =>
    blame(ports, tool, async () => {
      const kube = createKubeClient(ports.kube, { subject, signal, setTimer: ports.setTimer, guard })
      if (isChangeTool(tool))
        return checked(ports, tool, await change(ports, { ...execution, kube }, { shown, attempt }))
      const context = { ...contextOf({ call, subject, kube, signal }), log: logOf(ports, call) }
      const input = await inputOf(ports, call, attempt)
      const result: unknown = await tool.run(args, { ...context, input }).catch(asking(ports, attempt))
      return checked(ports, tool, result)
    }),
  )
}

type Within = Pick<Execution, 'call' | 'subject'> & { readonly kube: KubeClient; readonly signal: AbortSignal }

/** What a tool is handed; that it may ask or log is for `run` alone. */
export function contextOf({ call, subject, kube, signal }: Within): ToolContext {
  const { client, progress = () => {} } = call
  return { kube, subject, signal, progress, client, log: () => {}, input: NO_INPUT }
}

const NO_INPUT = { responses: {}, memory: null }

/** A log message leaves like everything else. */
function logOf({ sanitize }: Ports, { log }: Call): ToolContext['log'] {
  return (level, data) => log?.(level, sanitize({ data }).value)
}

/**
 * What a tool remembers comes back only sealed for this caller and these arguments. An answer alone is worth as much as an
 * argument: the client could have said it at once.
 */
async function inputOf(ports: Ports, { reply }: Call, attempt: Attempt): Promise<ToolContext['input']> {
  if (reply?.state === undefined) return { responses: reply?.responses ?? {}, memory: null }
  const taken = await ports.elicitations.take(reply.state, askedOf(attempt))
  if (taken === undefined) throw new Refusal('stale', 'Invalid or expired requestState')
  return taken.isOurs ? { responses: reply.responses, memory: taken.memory } : NO_INPUT
}

function asking(ports: Ports, attempt: Attempt): (fault: unknown) => Promise<never> {
  return async (fault) => {
    if (!(fault instanceof InputNeeded)) throw fault
    throw new Question(fault.requests, await ports.elicitations.ask(askedOf(attempt), fault.memory))
  }
}

type Rendering = { readonly prompt: Prompt; readonly args: Readonly<Record<string, string>> }

/** A prompt is made of words alone; it may have to ask for some first. */
export async function rendered(ports: Ports, { prompt, args }: Rendering, attempt: Attempt): Promise<Answer> {
  const { responses } = await inputOf(ports, attempt.call, attempt)
  const open = Object.keys(prompt.asks ?? {}).filter((key) => acceptedIn(responses, key) === undefined)
  if (prompt.asks && open.length > 0)
    throw new Question(prompt.asks, await ports.elicitations.ask(askedOf(attempt), null))
  const answers = Object.keys(prompt.asks ?? {}).map((key) => [key, JSON.stringify(acceptedIn(responses, key))])
  const words = { ...args, ...(Object.fromEntries(answers) as Record<string, string>) }
  const content = prompt.content?.(words) ?? []
  return { kind: 'result', text: prompt.text(words), untrusted: false, ...(content.length > 0 && { content }) }
}

function acceptedIn(responses: Readonly<Record<string, unknown>>, key: string): unknown {
  const { action, content } = (responses[key] ?? {}) as { action?: unknown; content?: unknown }
  return action === 'accept' ? content : undefined
}

function askedOf({ subject, call, argumentsDigest }: Attempt): string {
  return canonicalJson([subject?.user, subject?.actor ?? null, call.name, argumentsDigest])
}

export function limitOf({ limits, setTimer, closing }: Ports, { signal }: Call, { name }: Tool): Limit {
  return { what: name, deadlineMs: limits.deadlineMs, setTimer, signals: [signal, closing] }
}

type Changing = Execution & { readonly kube: KubeClient }

async function change(ports: Ports, changing: Changing, { shown, attempt }: Approved): Promise<unknown> {
  const { call, tool, args, subject, kube } = changing
  if (shown === undefined) throw new TypeError(`${tool.name}: nothing was shown, so nothing is done`)
  const steps = shown.steps.filter(({ changes }) => changes.length > 0)
  if (steps.length === 0 || (args as { dryRun: boolean }).dryRun) return changeResult(shown)
  const id = ports.newSecret().slice(0, CHANGE_ID_LENGTH)
  attempt.change = id
  ports.changes.begin(id, { ...author(subject), call: call.id, tool: tool.name }, shown.plan.summary)
  for (const [n, step] of steps.entries()) {
    await write(ports, { id, kube }, step)
    call.progress?.({ progress: n + 1, total: steps.length })
  }
  if (shown.plan.undoes !== undefined) ports.changes.undone(shown.plan.undoes, id)
  return changeResult(shown, { undo: steps.every(canBeUndone) ? id : undefined })
}

const CHANGE_ID_LENGTH = 16

function author({ user, actor }: Identity): Pick<Identity, 'user' | 'actor'> {
  return { user, ...(actor !== undefined && { actor }) }
}

async function write(ports: Ports, { id, kube }: { id: string; kube: KubeClient }, step: Step): Promise<void> {
  const after = await perform(kube, step)
  if (after !== null && canBeUndone(step))
    ports.changes.wrote(id, { target: step.write.target, before: step.before, after })
}

/** @param done absent when nothing was written */
function changeResult(shown: Preview, done?: { readonly undo: string | undefined }): unknown {
  const { summary } = shown.plan
  const changes = previewLines(shown)
  const undo = done?.undo
  const lines = [
    `${done ? 'done' : 'not done'}: ${summary}`,
    ...changes,
    ...(undo === undefined ? [] : [`undo: ${undo}`]),
  ]
  return {
    structuredContent: { summary, done: done !== undefined, changes, ...(undo !== undefined && { undo }) },
    text: lines.join('\n'),
  }
}

/** Shows the host what a tool threw, as it was thrown: a lab runner finds the student's file and line in it. */
export async function blame<T>(ports: Ports, tool: Tool, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Question)) ports.onToolError(tool, error)
    throw error
  }
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
