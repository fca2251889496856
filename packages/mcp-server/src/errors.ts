/**
 * The ways a call can fail, and what the client reads of each.
 *
 * A ToolError is for the model to read and act on; a Refusal is a stage of the pipeline saying no. Anything else is a
 * fault of ours: the client gets a correlation id and nothing more. Texts from a tool or the cluster are marked
 * untrusted here, so that the sanitize stage frames them.
 */
/** A failure the model should read and can act on: what happened, where, and what to try next. */
export class ToolError extends Error {
  override readonly name: string = 'ToolError'
}

/** An answer with a status that is no success; `message` is the cluster's own text. */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  readonly code: number
  /** A Status' machine-readable reason, `NotFound`; empty when the answer was no Status. */
  readonly reason: string

  constructor(code: number, reason: string, message: string) {
    super(message)
    this.code = code
    this.reason = reason
  }
}

/**
 * What a starter throws where the student's code goes.
 *
 * @example throw todo('list the nodes (step "list")')
 */
export function todo(what: string): ToolError {
  return new NotWritten(`not written yet: ${what}`)
}

/** Its text is the author's alone, so it needs no frame. */
export class NotWritten extends ToolError {
  override readonly name: string = 'NotWritten'
}

/** Why a stage stopped a call. A hidden tool is recorded as such, yet nobody outside can tell it from an unknown one. */
export type RefusalKind =
  | 'unauthenticated'
  | 'unknown'
  | 'hidden'
  | 'malformed'
  | 'denied'
  | 'limited'
  | 'approval-required'
  | 'not-approved'
  | 'stale'

/** A stage says no. Its text is built by our code from checked values. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly kind: RefusalKind
  /** For machines: what `_meta` of the result carries. */
  readonly meta?: Readonly<Record<string, unknown>>
  /** What it quotes of the cluster, which its text must not. */
  readonly quoted?: string

  constructor(kind: RefusalKind, message: string, more: { meta?: Record<string, unknown>; quoted?: string } = {}) {
    super(message)
    this.kind = kind
    if (more.meta) this.meta = more.meta
    if (more.quoted) this.quoted = more.quoted
  }
}

/** The client took its request back; nobody reads the answer. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
}

/** What a client is asked: requests of the protocol (`elicitation/create` and its like), by keys of ours. */
export type Requests = Readonly<Record<string, { readonly method: string; readonly params?: unknown }>>

/** A client has to be asked before the call can go on. */
export class Question extends Error {
  override readonly name = 'Question'
  readonly requests: Requests
  /** Comes back with the answers. */
  readonly state: string

  constructor(requests: Requests, state: string) {
    super('the client is asked')
    this.requests = requests
    this.state = state
  }
}

/**
 * What a tool throws to ask its client something; it is run again with the answers, and with what it wants to remember.
 *
 * @example throw new InputNeeded({ name: inputRequired.elicit({ message: 'Who are you?', requestedSchema }) })
 */
export class InputNeeded extends Error {
  override readonly name = 'InputNeeded'
  readonly requests: Requests
  readonly memory: unknown

  constructor(requests: Requests, memory: unknown = null) {
    super('the tool needs input')
    this.requests = requests
    this.memory = memory
  }
}
