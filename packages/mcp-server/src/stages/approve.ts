/**
 * Stage 6, approve: a read needs nobody's word; anything else needs a person's, bound to the exact change.
 *
 * What would change is found out first, by the API server's dry run, and is what the person reads: the text is built of
 * checked arguments and that difference, never of what a model wrote. A change is asked about through the client, if it can
 * ask; what is dangerous, and what a client cannot ask about, waits for another person's word out of band.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '@mcp-lab/journal'
import type { Approval } from '../approvals/approval.ts'
import { principalOf } from '../approvals/approvals.ts'
import { approvalRequest, decisionIn, type ReplyDecision } from '../approvals/elicitation.ts'
import type { Identity } from '../call.ts'
import { assess, PROTECTED_LABEL, type Assessment } from '../changes/assess.ts'
import { refuseEscalation } from '../changes/escalation.ts'
import { preview, previewLines, state, type Preview } from '../changes/preview.ts'
import { madeBy } from '../changes/undo.ts'
import { within } from '../deadline.ts'
import { KubeError, Question, Refusal } from '../errors.ts'
import { onlyDeclared } from '../kube/guard.ts'
import { kubePath } from '../kube/path.ts'
import { pathOf } from '../kube/object.ts'
import type { Ports, StepUp } from '../ports.ts'
import { isChangeTool, type ChangeTool } from '../tools/tool.ts'
import type { Attempt } from './audit.ts'
import type { Execution } from './execute.ts'
import { asServer, forCall, limitOf } from './for-call.ts'

/** @returns what would change, for those tools that say so beforehand */
export async function approve(ports: Ports, question: Execution, attempt: Attempt): Promise<Preview | undefined> {
  const { tool, args } = question
  if (tool.level === 'read') return undefined
  const shown = isChangeTool(tool) ? await previewOf(ports, question, tool) : undefined
  const isIdle = shown?.steps.every(({ changes }) => changes.length === 0)
  if (isIdle === true || (args as { dryRun?: boolean }).dryRun === true) return shown
  const assessment = shown ? await assessed(ports, question, shown) : DANGEROUS
  await consent(ports, { ...question, shown, assessment }, attempt)
  return shown
}

/** What runs without a plan is known by its arguments alone. */
const DANGEROUS: Assessment = { level: 'dangerous', reasons: ['what it does cannot be shown beforehand'] }

function previewOf(ports: Ports, execution: Execution, tool: ChangeTool): Promise<Preview> {
  const { args, needs, subject } = execution
  return forCall(ports, { ...execution, guard: onlyDeclared(tool.name, needs) }, async (context) => {
    const plan = await tool.plan(args, context)
    const shown = await preview(plan, { kube: context.kube, compare: ports.compare })
    const granting = { policy: ports.policy(), subject, tool: tool.name, kube: asServer(ports, context.signal) }
    await refuseEscalation(granting, shown)
    return shown
  })
}

async function assessed(ports: Ports, { call, tool }: Execution, shown: Preview): Promise<Assessment> {
  const options = { level: tool.level, made: madeBy(shown.plan, ports.changes.find) }
  return within(limitOf(ports, call, tool), (signal) =>
    assess(options, shown, (namespace) => isProtected(ports, namespace, signal)),
  )
}

type NamespaceLabels = { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } }

/** Asked as the server itself, since the caller may not see the namespace; what cannot be seen counts as protected. */
async function isProtected(ports: Ports, namespace: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { metadata } = await asServer(ports, signal).get<NamespaceLabels>(kubePath`/api/v1/namespaces/${namespace}`)
    return metadata.labels?.[PROTECTED_LABEL] === 'true'
  } catch (fault) {
    // A namespace that is yet to be made protects nothing.
    if (fault instanceof KubeError) return fault.code !== 404
    throw fault
  }
}

type Asked = Execution & { readonly shown: Preview | undefined; readonly assessment: Assessment }

async function consent(ports: Ports, asked: Asked, attempt: Attempt): Promise<void> {
  if (asked.assessment.level === 'dangerous') needsStepUp(ports, asked)
  const request = requestOf(ports, asked, attempt)
  attempt.approval = { digest: request.digest }
  const { call, assessment } = asked
  if (assessment.level === 'change' && call.client.elicitation) await elicited(ports, { call, request }, attempt)
  else outOfBand(ports, request, attempt)
}

/** A token that was stolen, or a sign-in of this morning, is not enough for what is dangerous. */
function needsStepUp({ stepUp }: Ports, { subject, tool }: Asked): void {
  if (stepUp === undefined || isSteppedUp(subject, stepUp)) return
  const [claim, values] = 'acr' in stepUp ? ['acr', stepUp.acr] : ['amr', stepUp.amr]
  throw new Refusal(
    'denied',
    `denied: ${tool.name} is dangerous, and takes a second factor: sign in again so that ${claim} is ${values.join(' or ')}`,
    { meta: { 'mcp-lab/step-up': stepUp } },
  )
}

function isSteppedUp({ acr, amr = [] }: Identity, stepUp: StepUp): boolean {
  return 'acr' in stepUp ? stepUp.acr.includes(acr ?? '') : stepUp.amr.every((method) => amr.includes(method))
}

type Request = Omit<Approval, 'requestedAt' | 'expiresAt'>

function requestOf(ports: Ports, { tool, args, subject, shown, assessment }: Asked, attempt: Attempt): Request {
  const requester = { user: subject.user, ...(subject.actor !== undefined && { actor: subject.actor }) }
  const objects = shown?.steps.map(({ write, before }) => [
    write.verb,
    pathOf(write.target),
    before?.metadata.uid,
    state(before),
  ])
  const changes = shown ? previewLines(shown) : []
  const { value } = ports.sanitize({
    summary: shown?.plan.summary ?? `run ${tool.name} with ${JSON.stringify(args)}`,
    changes,
  })
  if (typeof value !== 'object') throw new TypeError('the sanitizer withheld the text of an approval')
  const { argumentsDigest } = attempt
  return {
    ...value,
    id: ports.newSecret(),
    tool: tool.name,
    ...placeOf(shown),
    digest: digestOf([requester, tool.name, argumentsDigest, objects, changes]),
    argumentsDigest,
    requester,
    reasons: assessment.reasons,
  }
}

function placeOf(shown: Preview | undefined): { namespace?: string } {
  const [namespace, ...others] = new Set(shown?.steps.map(({ write }) => write.target.namespace))
  return namespace === undefined || others.length > 0 ? {} : { namespace }
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

type Elicited = { readonly call: Execution['call']; readonly request: Request }

/** A client's word, on a question that this server asked for this change; anything else asks, or asks again. */
async function elicited(ports: Ports, { call, request }: Elicited, attempt: Attempt): Promise<void> {
  const { reply } = call
  const taken = reply?.state === undefined ? NOT_OURS : await ports.elicitations.take(reply.state, request.digest)
  if (taken === undefined) throw new Refusal('stale', 'Invalid or expired requestState')
  if (reply !== undefined && taken.isOurs) return settle(decisionIn(reply), request, attempt)
  throw new Question(approvalRequest(questionText(request)), await ports.elicitations.ask(request.digest))
}

const NOT_OURS = { isOurs: false }

function settle(decision: ReplyDecision, { digest }: Request, attempt: Attempt): void {
  if (decision !== 'accept')
    throw new Refusal('not-approved', `the person at the client said no (${decision}), so nothing was done`)
  attempt.approval = { digest, by: 'client' }
}

function questionText({ summary, changes, requester }: Request): string {
  return [`${principalOf(requester)} asks to ${summary}.`, ...shortened(changes), 'Shall it be done?'].join('\n')
}

const MAX_LINES = 40

function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_LINES) return lines
  return [...lines.slice(0, MAX_LINES), `… and ${lines.length - MAX_LINES} more lines`]
}

/** Another principal's word, given elsewhere: by `mcp approve`, or over HTTP. */
function outOfBand(ports: Ports, request: Request, attempt: Attempt): void {
  const standing = ports.approvals.standing(request)
  if (standing.kind === 'accepted' && ports.approvals.use(standing.approval)) {
    const { id, decision } = standing.approval
    attempt.approval = { digest: request.digest, id, by: decision!.by }
    return
  }
  if (standing.kind === 'denied')
    throw new Refusal('not-approved', `${standing.approval.decision!.by} said no, so nothing was done`)
  const approval = standing.kind === 'pending' ? standing.approval : ports.approvals.ask(request)
  attempt.approval = { digest: request.digest, id: approval.id }
  throw new Refusal('approval-required', waiting(approval, standing.kind === 'void'), {
    quoted: shortened(approval.changes).join('\n'),
    meta: {
      'mcp-lab/approval-required': {
        id: approval.id,
        tool: approval.tool,
        digest: approval.digest,
        summary: approval.summary,
        diff: approval.changes,
        reasons: approval.reasons,
        expires: approval.expiresAt,
      },
    },
  })
}

/** What would change follows it, since that quotes the cluster. */
function waiting({ id, tool, summary, reasons, expiresAt }: Approval, isVoid: boolean): string {
  const why = reasons.length > 0 ? reasons.join('; ') : 'the client cannot ask anybody'
  return [
    `approval_required: ${tool} waits for another person's approval (${why}); nothing was done.`,
    ...(isVoid ? ['An approval was given, but what it was given for has changed since; it is void.'] : []),
    `It would ${summary}.`,
    `Approval ${id}, until ${expiresAt}. A person decides with: mcp approve accept ${id}`,
    'Then repeat exactly this call. What would change:',
  ].join('\n')
}
