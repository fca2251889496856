/**
 * What the pipeline needs from outside, given once when the server is made.
 */
import type { Journal } from '@mcp-lab/journal'
import type { Policy, Subject } from '@mcp-lab/rbac'
import type { sanitize } from '@mcp-lab/sanitizer'
import type { AuditRecord } from './call.ts'
import type { SetTimer } from './deadline.ts'
import type { Kube } from './kube-client.ts'
import type { Catalog } from './tools/catalog.ts'
import type { Tool } from './tools/tool.ts'

export type Ports = {
  readonly tools: Catalog
  /** The one in force now. */
  readonly policy: () => Policy
  readonly kube: Kube
  readonly audit: Journal<AuditRecord>
  /** Who asks; the request is absent on stdio. */
  readonly identify: (request: Request | undefined) => Subject | Promise<Subject>
  readonly limits: Limits
  readonly sanitize: typeof sanitize
  readonly now: () => Date
  readonly setTimer: SetTimer
  readonly newId: () => string
  /** Aborts when the server closes. */
  readonly closing: AbortSignal
  /** Sees each exception a tool threw, as it was thrown, before the client's answer is made of it. */
  readonly onToolError: (tool: Tool, error: unknown) => void
  /** Sees each fault of ours; the client reads only the call's id. */
  readonly onFault: (fault: unknown, callId: string) => void
}

export type Limits = {
  /** How long one call may take. */
  readonly deadlineMs: number
  /** How many calls of one subject may run at once. */
  readonly concurrency: number
  /** How much text a result may carry, in UTF-16 code units; the rest is cut off and the cut is marked. */
  readonly textLength: number
  /** How large structuredContent may be as JSON; there is no honest way to cut it, so more is an error. */
  readonly structuredLength: number
}

export const DEFAULT_LIMITS: Limits = {
  deadlineMs: 30_000, // half of the SDK client's default request timeout
  concurrency: 16,
  textLength: 20_000, // about 5,000 tokens
  structuredLength: 400_000,
}
