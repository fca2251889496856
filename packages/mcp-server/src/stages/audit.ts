/**
 * Stage 9, audit: exactly one record for each attempt, whatever became of it.
 *
 * An attempt is opened before anything is known about it and closed in `finally`. Arguments are kept redacted, beside a
 * digest of what was sent. When the record cannot be written, the call fails: an answer without a trace never leaves.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '@mcp-lab/journal'
import type { Decision } from '@mcp-lab/rbac'
import type { AuditApproval, AuditDecision, AuditRecord, Call, Identity, Outcome } from '../call.ts'
import type { Ports } from '../ports.ts'
import type { ToolAttributes } from '../tools/tool.ts'

/** What the stages learn about a call while it runs. */
export type Attempt = {
  readonly call: Call
  readonly startedAt: Date
  readonly argumentsDigest: string
  subject: Identity | null
  asked: readonly ToolAttributes[]
  decision: Decision | null
  approval?: AuditApproval
  change?: string
  outcome: Outcome
  error?: string
  redactions: number
  injections: number
  /** Gives back the place that the limit stage gave. */
  leave: () => void
}

export type Audit = {
  open(call: Call): Attempt
  close(attempt: Attempt): void
}

const MAX_ARGUMENTS_LENGTH = 8_000
export const MAX_NAME_LENGTH = 128 // the longest tool name the specification allows

export function createAudit(ports: Ports): Audit {
  return {
    open: (call) => ({
      call,
      startedAt: ports.now(),
      argumentsDigest: digest(call.arguments),
      subject: null,
      asked: [],
      decision: null,
      outcome: 'fault',
      redactions: 0,
      injections: 0,
      leave: () => {},
    }),
    close: (attempt) => void ports.audit.append(recordOf(ports, attempt)),
  }
}

function recordOf(ports: Ports, attempt: Attempt): AuditRecord {
  const { call, startedAt, subject, argumentsDigest, asked, decision, approval, change } = attempt
  const { outcome, error, redactions, injections } = attempt
  return {
    call: call.id,
    traceId: call.traceId,
    ...(call.parentSpanId !== undefined && { parentSpanId: call.parentSpanId }),
    startedAt: startedAt.toISOString(),
    subject,
    argumentsDigest,
    method: call.method,
    ...redacted(ports, {
      tool: call.name.slice(0, MAX_NAME_LENGTH),
      arguments: bounded(call.arguments ?? {}),
      asked,
      decision: decision && decisionOf(decision),
    }),
    ...(approval && { approval }),
    ...(change !== undefined && { change }),
    outcome,
    ...(error !== undefined && { error }),
    redactions,
    injections,
    latencyMs: ports.now().getTime() - startedAt.getTime(),
    revision: call.caller.revision,
    transport: call.caller.transport,
  }
}

function decisionOf({ verdict, reason, binding, smallestRule }: Decision): AuditDecision {
  return { verdict, reason, ...(binding !== undefined && { binding }), ...(smallestRule && { smallestRule }) }
}

function bounded(args: unknown): unknown {
  const { length } = JSON.stringify(args)
  return length > MAX_ARGUMENTS_LENGTH ? `<${length} characters, kept as digest only>` : args
}

type Told = Pick<AuditRecord, 'tool' | 'arguments' | 'asked' | 'decision'>

/** All that the caller had a word in: a name in the arguments comes back in what was asked, and in why it was refused. */
function redacted(ports: Ports, told: Told): Told {
  try {
    const { value } = ports.sanitize(told)
    return typeof value === 'object' ? value : WITHHELD
  } catch (fault) {
    ports.onFault(fault, 'audit')
    return WITHHELD
  }
}

const WITHHELD: Told = { tool: '<withheld>', arguments: '<withheld>', asked: [], decision: null }

function digest(value: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(value ?? {}))
    .digest('hex')
}
