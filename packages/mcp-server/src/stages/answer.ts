/**
 * The one border where a fault becomes what the client reads.
 *
 * What the model can act on is a result with isError; what is no valid call is a JSON-RPC error, as the specification
 * says for unknown tools and malformed requests; a fault of ours is an id, and its details stay here.
 * Source: MCP specification 2026-07-28, server/tools, error handling.
 */
import type { Answer, Call, Outcome } from '../call.ts'
import { Cancelled, KubeError, NotWritten, Question, Refusal, ToolError } from '../errors.ts'
import type { Ports } from '../ports.ts'

const INVALID_PARAMS = -32602
const INVALID_REQUEST = -32600

export function answerTo(ports: Ports, fault: unknown, call: Call): Answer {
  if (fault instanceof Refusal) return refused(fault, call)
  if (fault instanceof Question) return { kind: 'question', requests: fault.requests, state: fault.state }
  if (fault instanceof ToolError) return failed(fault.message, !(fault instanceof NotWritten))
  if (fault instanceof KubeError) return failed(`the cluster answered ${fault.code} ${fault.reason}: ${fault.message}`)
  if (fault instanceof Cancelled) return failed('cancelled', false)
  ports.onFault(fault, call.id)
  return failed(`internal error (call ${call.id}); the server's own log has the details`, false)
}

export function outcomeOf(fault: unknown): Outcome {
  if (fault instanceof Refusal) return fault.kind
  if (fault instanceof Question) return 'asked'
  if (fault instanceof ToolError || fault instanceof KubeError) return 'failed'
  return fault instanceof Cancelled ? 'cancelled' : 'fault'
}

function refused({ kind, message, meta, quoted }: Refusal, { misshapen }: Call): Answer {
  if (kind === 'unknown' || kind === 'hidden' || kind === 'stale' || misshapen !== undefined)
    return { kind: 'protocol-error', code: INVALID_PARAMS, message }
  if (kind === 'unauthenticated') return { kind: 'protocol-error', code: INVALID_REQUEST, message }
  return { ...failed(message, false), ...(meta && { meta }), ...(quoted !== undefined && { quoted }) }
}

function failed(text: string, untrusted = true): Answer & { kind: 'result' } {
  return { kind: 'result', isError: true, text, untrusted }
}
