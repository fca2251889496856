/**
 * Stages 2 and 5, authorize, in two looks: may this subject use this tool at all, and may it have what this call asks.
 *
 * A hidden and an unknown tool get one answer from one line. tools/list asks the same question as the first look, so
 * what is listed and what can be called always agree. A denial says why, and the smallest rule that would allow it.
 */
import { authorize, type Attributes, type Decision } from '@mcp-lab/rbac'
import { z } from 'zod'
import type { Call, Identity } from '../call.ts'
import { Refusal, ToolError } from '../errors.ts'
import { onlyDiscovery } from '../kube/guard.ts'
import type { Prompt } from '../prompts/prompt.ts'
import type { Ports } from '../ports.ts'
import { toAttributes, type Tool, type ToolAttributes } from '../tools/tool.ts'
import { MAX_NAME_LENGTH, type Attempt } from './audit.ts'
import { forCall } from './for-call.ts'
import { issues } from './validate.ts'

/** The first look. */
export function authorizeTool(ports: Ports, call: Call, attempt: Attempt): Tool {
  if (call.misshapen !== undefined) throw new Refusal('malformed', call.misshapen)
  const tool = ports.tools.byName.get(call.name)
  attempt.decision = useOf(ports, subjectOf(attempt), call.name)
  if (tool === undefined || attempt.decision.verdict !== 'allow')
    throw new Refusal(tool ? 'hidden' : 'unknown', call.unknown ?? `Unknown tool: ${shortened(call.name)}`)
  return tool
}

/** A prompt is there for those who may use the tool that it leads to. */
export function authorizePrompt(ports: Ports, call: Call, attempt: Attempt): Prompt {
  if (call.misshapen !== undefined) throw new Refusal('malformed', call.misshapen)
  const prompt = ports.prompts.find(({ name }) => name === call.name)
  attempt.decision = useOf(ports, subjectOf(attempt), prompt?.tool ?? call.name)
  if (prompt === undefined || attempt.decision.verdict !== 'allow' || !ports.tools.byName.has(prompt.tool))
    throw new Refusal(prompt ? 'hidden' : 'unknown', `Unknown prompt: ${shortened(call.name)}`)
  return prompt
}

/** Nothing that a client sent comes back to it whole, whatever its size. */
function shortened(name: string): string {
  return name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name
}

export function mayUse(ports: Ports, subject: Identity, tool: string): boolean {
  return useOf(ports, subject, tool).verdict === 'allow'
}

function useOf(ports: Ports, subject: Identity, tool: string): Decision {
  return authorize(ports.policy(), { subject, verb: 'call', tool })
}

type Question = { readonly call: Call; readonly tool: Tool; readonly args: unknown }

/** The second look: all that the call will ask of the cluster, before any of it is asked. */
export async function authorizeAttributes(
  ports: Ports,
  question: Question,
  attempt: Attempt,
): Promise<readonly ToolAttributes[]> {
  const { tool } = question
  const subject = subjectOf(attempt)
  const needs = await needsOf(ports, question, subject)
  attempt.asked = needs
  onlyReads(tool, needs)
  const policy = ports.policy()
  for (const need of needs) {
    const attributes = toAttributes(need, tool.name, subject)
    attempt.decision = authorize(policy, attributes)
    if (attempt.decision.verdict !== 'allow')
      throw new Refusal('denied', denial(attributes, attempt.decision), {
        meta: { 'mcp-lab/denied': attempt.decision },
      })
  }
  return needs
}

/** A read needs nobody's word, so it must be one. To create a review of oneself is to ask a question. */
function onlyReads({ name, level }: Tool, needs: readonly ToolAttributes[]): void {
  const write = needs.find(
    ({ verb, resource }) => !['get', 'list'].includes(verb) && !resource.startsWith('selfsubject'),
  )
  if (level === 'read' && write)
    throw new ToolError(`${name} is of level read, so it may not ${write.verb} ${write.resource}; a change says so`)
}

/** A tool may have to ask the API's discovery which resource a kind is; nothing else is open to it yet. */
function needsOf(ports: Ports, { call, tool, args }: Question, subject: Identity): Promise<readonly ToolAttributes[]> {
  return forCall(ports, { call, tool, subject, guard: onlyDiscovery(tool.name) }, async (context) =>
    declared(tool, await tool.attributes(args, context)),
  )
}

/** A copy, checked: what a tool adds to its own array later was never authorized. */
function declared(tool: Tool, needs: unknown): readonly ToolAttributes[] {
  const parsed = NEEDS.safeParse(needs)
  if (parsed.success) return parsed.data as readonly ToolAttributes[]
  const expected = 'expected an array such as [{ verb: "list", resource: "nodes" }]'
  throw new ToolError(`${tool.name}, attributes: ${expected}; ${issues(parsed.error, 'attributes')}`)
}

const word = z.string().min(1)
const NEEDS = z.array(
  z.strictObject({
    verb: word,
    apiGroup: z.string().optional(),
    resource: word,
    subresource: word.optional(),
    namespace: word.optional(),
    name: word.optional(),
  }),
)

function denial(asked: Attributes, { reason, smallestRule }: Decision): string {
  const rule = smallestRule && `\nThe smallest rule that would allow it: ${JSON.stringify(smallestRule)}`
  return `denied: ${asked.subject.user} may not ${spelled(asked)} through ${asked.tool}. ${reason}${rule ?? ''}`
}

function spelled({ verb, apiGroup, resource, subresource, namespace, name }: Attributes): string {
  const kind = `${resource}${apiGroup ? `.${apiGroup}` : ''}${subresource ? `/${subresource}` : ''}`
  return `${verb} ${kind}${name ? ` "${name}"` : ''}${namespace ? ` in namespace "${namespace}"` : ''}`
}

function subjectOf({ subject }: Attempt): Identity {
  if (subject === null) throw new TypeError('authorize was called before identify')
  return subject
}
