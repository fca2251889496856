/**
 * A request on its way in, and its answer on the way out, free of what carries them.
 */
import type { PolicyRule, Subject } from '@mcp-lab/rbac'
import type { AuthInfo } from '@modelcontextprotocol/server'
import type { Requests } from './errors.ts'
import type { ToolAttributes } from './tools/tool.ts'

/** What a client can ask of the chain. Every one is an attempt, with a row in the audit log. */
export type Method = 'tools/call' | 'resources/read' | 'prompts/get' | 'completion/complete'

export type Call = {
  /** Correlates the client's answer, the audit record and the diagnostics; eight hex digits. */
  readonly id: string
  /** W3C trace id, the caller's or a new one: 32 hex digits. */
  readonly traceId: string
  /** W3C id of the caller's span: 16 hex digits; absent when the call came without a trace. */
  readonly parentSpanId?: string
  readonly method: Method
  /** The tool that would answer, as the client sent it, or as its resource says: it may be no tool's name. */
  readonly name: string
  readonly arguments: unknown
  /** What is wrong with the request, when it is not well formed: it is recorded, and then refused. */
  readonly misshapen?: string
  /** What is to be said when there is no such tool, or none for this caller; the tool's name by default. */
  readonly unknown?: string
  readonly caller: Caller
  readonly client: ClientCapabilities
  /** What came back with a call that was asked about before. The client sends what it likes. */
  readonly reply?: Reply
  /** Sends the client a log message, if it wants such; deprecated in 2026-07-28. */
  readonly log?: (level: string, data: unknown) => void
  /** Tells the client how far the work is; absent when it did not ask. */
  readonly progress?: (progress: Progress) => void
  /** Aborts when the client cancels or goes away. */
  readonly signal: AbortSignal
}

/**
 * Who asks: whose rights count, and who acts for them.
 *
 * Source: RFC 8693 §4.1 for the actor, OpenID Connect Core §2 for acr and amr.
 */
export type Identity = Subject & {
  /** The agent that acts for the user, `agent:sre`; absent when the user acts alone. */
  readonly actor?: string
  /** How sure the issuer is of the user: authentication context and methods. */
  readonly acr?: string
  readonly amr?: readonly string[]
}

/** What a client sent along with a call: answers to what it was asked, or to what nobody asked. */
export type Reply = { readonly state?: string; readonly responses: Readonly<Record<string, unknown>> }

/** What a client says it can be asked. */
export type ClientCapabilities = { readonly elicitation: boolean; readonly sampling: boolean; readonly roots: boolean }

export type Progress = { readonly progress: number; readonly total?: number; readonly message?: string }

/** Where a request came from, as far as the transport can tell. */
export type Caller = {
  readonly transport: 'stdio' | 'http'
  /** The protocol revision, `2026-07-28`. */
  readonly revision: string
  /** Absent on stdio. */
  readonly request?: Request
  /** The token that came with it, once somebody has verified it. */
  readonly auth?: AuthInfo
}

/** What a call leaves behind: a result, or a JSON-RPC error for what is no valid call. */
export type Answer =
  | {
      readonly kind: 'result'
      readonly text: string
      /** The text may quote the cluster; the sanitize stage frames it. */
      readonly untrusted: boolean
      /** What a text of ours quotes of the cluster: it follows the text, framed. */
      readonly quoted?: string
      /** Beside the text: images, sound, resources; of a prompt, its messages. */
      readonly content?: readonly unknown[]
      readonly structuredContent?: Readonly<Record<string, unknown>>
      readonly isError?: boolean
      readonly meta?: Readonly<Record<string, unknown>>
    }
  | { readonly kind: 'protocol-error'; readonly code: number; readonly message: string }
  /** Questions for the client; the state must come back with the answers. */
  | { readonly kind: 'question'; readonly requests: Requests; readonly state: string }

/** How a call ended, for the audit record. */
export type Outcome =
  | 'answered'
  | 'unauthenticated'
  | 'unknown'
  | 'hidden'
  | 'malformed'
  | 'denied'
  | 'limited'
  | 'asked'
  | 'approval-required'
  | 'not-approved'
  | 'stale'
  | 'failed'
  | 'fault'
  | 'cancelled'
  | 'withheld'

/** One row of the audit log: who asked for what, what was decided by which binding, and how it ended. */
export type AuditRecord = {
  readonly call: string
  readonly traceId: string
  readonly parentSpanId?: string
  readonly startedAt: string
  readonly subject: Identity | null
  readonly method: Method
  readonly tool: string
  /** sha256 of the arguments as canonical JSON, before redaction. */
  readonly argumentsDigest: string
  readonly arguments: unknown
  /** What the call asked of the cluster, as authorized or refused: the need that a smallest role would grant. */
  readonly asked: readonly ToolAttributes[]
  /** The last one taken: what refused the call, or allowed the last thing it asked. */
  readonly decision: AuditDecision | null
  /** Of a change: what was shown to whom, and who said yes. */
  readonly approval?: AuditApproval
  /** The change that was made; what `kubernetes_undo` takes. */
  readonly change?: string
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

export type AuditApproval = {
  /** sha256 of the caller, the tool, its arguments, the objects as they were, and the difference that was shown. */
  readonly digest: string
  /** Of an approval out of band. */
  readonly id?: string
  /** Who said yes: a principal, or `client` for the person at the client. */
  readonly by?: string
}
