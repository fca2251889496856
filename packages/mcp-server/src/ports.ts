/**
 * What the pipeline needs from outside, given once when the server is made.
 */
import type { Journal } from '@mcp-lab/journal'
import type { Policy } from '@mcp-lab/rbac'
import type { AuthInfo } from '@modelcontextprotocol/server'
import type { sanitize } from '@mcp-lab/sanitizer'
import type { Approvals } from './approvals/approvals.ts'
import type { Elicitations } from './approvals/elicitation.ts'
import type { AuditRecord, Identity } from './call.ts'
import type { ChangeLog } from './changes/change-log.ts'
import type { Compare } from './changes/diff.ts'
import type { SetTimer } from './deadline.ts'
import type { Kube } from './kube/client.ts'
import type { Prompt } from './prompts/prompt.ts'
import type { Resource } from './resources/resource.ts'
import type { Catalog } from './tools/catalog.ts'
import type { Tool } from './tools/tool.ts'

export type Ports = {
  readonly tools: Catalog
  readonly resources: readonly Resource[]
  readonly prompts: readonly Prompt[]
  /** The one in force now. */
  readonly policy: () => Policy
  readonly kube: Kube
  readonly audit: Journal<AuditRecord>
  /** Who asks; the request is absent on stdio. */
  readonly identify: (request: Request | undefined, auth?: AuthInfo) => Identity | Promise<Identity>
  /** Words of other principals, given out of band. */
  readonly approvals: Approvals
  /** Questions put through the client. */
  readonly elicitations: Elicitations
  /** What changes did, so that they can be undone. */
  readonly changes: ChangeLog
  readonly limits: Limits
  readonly sanitize: typeof sanitize
  /** Shows how two objects differ, and no secret. */
  readonly compare: Compare
  readonly now: () => Date
  readonly setTimer: SetTimer
  readonly newId: () => string
  /** 128 random bits in hex, for what must not be guessed. */
  readonly newSecret: () => string
  /** What a caller must have signed in with before something dangerous is done. */
  readonly stepUp?: StepUp
  /** Aborts when the server closes. */
  readonly closing: AbortSignal
  /** Sees each exception a tool threw, as it was thrown, before the client's answer is made of it. */
  readonly onToolError: (tool: Tool, error: unknown) => void
  /** Sees each fault of ours; the client reads only the call's id. */
  readonly onFault: (fault: unknown, callId: string) => void
}

/** One of these authentication contexts, or all of these methods; see OpenID Connect Core §2 and RFC 8176. */
export type StepUp = { readonly acr: readonly string[] } | { readonly amr: readonly string[] }

export type Limits = {
  /** How long one call may take. */
  readonly deadlineMs: number
  /** How many calls of one principal may run at once. */
  readonly concurrency: number
  /** How many calls of one principal may begin in a minute, on the long run. */
  readonly callsPerMinute: number
  /** How many may begin at one moment, after some quiet. */
  readonly burst: number
  /** How much text a result may carry, in UTF-16 code units; the rest is cut off and the cut is marked. */
  readonly textLength: number
  /** How large structuredContent may be as JSON; there is no honest way to cut it, so more is an error. */
  readonly structuredLength: number
}

export const DEFAULT_LIMITS: Limits = {
  deadlineMs: 30_000, // half of the SDK client's default request timeout
  concurrency: 16,
  callsPerMinute: 300, // five a second: more than an agent thinks, less than a loop does
  burst: 100,
  textLength: 20_000, // about 5,000 tokens
  structuredLength: 400_000,
}
