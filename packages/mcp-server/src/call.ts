/**
 * A tools/call on its way in, and the answer on its way out, both free of transport and SDK.
 */
import type { PolicyRule, Subject } from '@mcp-lab/rbac'
import type { ToolAttributes } from './tools/tool.ts'

export type Call = {
  /** Correlates the client's answer, the audit record and the diagnostics; eight hex digits. */
  readonly id: string
  /** As the client sent it: it may be no tool's name. */
  readonly name: string
  readonly arguments: unknown
  /** What is wrong with the request, when it is no well-formed tools/call: it is recorded, and then refused. */
  readonly misshapen?: string
  readonly caller: Caller
  /** Aborts when the client cancels or goes away. */
  readonly signal: AbortSignal
}

/** Where a request came from, as far as the transport can tell. */
export type Caller = {
  readonly transport: 'stdio' | 'http'
  /** The protocol revision, `2026-07-28`. */
  readonly revision: string
  /** Absent on stdio. */
  readonly request?: Request
}

/** What a call leaves behind: a result, or a JSON-RPC error for what is no valid call. */
export type Answer =
  | {
      readonly kind: 'result'
      readonly text: string
      /** The text may quote the cluster; the sanitize stage frames it. */
      readonly untrusted: boolean
      readonly structuredContent?: Readonly<Record<string, unknown>>
      readonly isError?: boolean
      readonly meta?: Readonly<Record<string, unknown>>
    }
  | { readonly kind: 'protocol-error'; readonly code: number; readonly message: string }

/** How a call ended, for the audit record. */
export type Outcome =
  | 'answered'
  | 'unauthenticated'
  | 'unknown'
  | 'hidden'
  | 'malformed'
  | 'denied'
  | 'limited'
  | 'approval-required'
  | 'failed'
  | 'fault'
  | 'cancelled'
  | 'withheld'

/** One row of the audit log: who asked for what, what was decided by which binding, and how it ended. */
export type AuditRecord = {
  readonly call: string
  readonly startedAt: string
  readonly subject: Subject | null
  readonly tool: string
  /** sha256 of the arguments as canonical JSON, before redaction. */
  readonly argumentsDigest: string
  readonly arguments: unknown
  /** What the call asked of the cluster, as authorized or refused: the need that a smallest role would grant. */
  readonly asked: readonly ToolAttributes[]
  /** The last one taken: what refused the call, or allowed the last thing it asked. */
  readonly decision: AuditDecision | null
  readonly outcome: Outcome
  /** What the client was told, when it was no result. */
  readonly error?: string
  readonly redactions: number
  readonly injections: number
  readonly latencyMs: number
  readonly revision: string
  readonly transport: Caller['transport']
}

export type AuditDecision = {
  readonly verdict: string
  readonly reason: string
  readonly binding?: string
  readonly smallestRule?: PolicyRule
}
