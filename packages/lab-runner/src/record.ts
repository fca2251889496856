/**
 * What a test leaves behind for the report: the calls it made, the faults that the student's code threw, and what the
 * spec said it expects. Plain JSON data, since it crosses from the test's process to the runner's.
 */

/** One call of the student's part, and what came back. */
export type CallRecord = {
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** Absent while the call runs, and for good when it never answered. */
  answer?: { readonly isError: boolean; readonly text: string; readonly structuredContent?: unknown }
  /** Virtual milliseconds. */
  elapsedMs?: number
}

/** An exception as the student's code threw it, before the server made an answer of it. */
export type FaultRecord = {
  readonly name: string
  readonly message: string
  readonly at?: SourcePlace
}

/** A place in one of the student's files; line and column count from 1. */
export type SourcePlace = { readonly file: string; readonly line: number; readonly column?: number }

export type TestRecord = {
  readonly calls: CallRecord[]
  readonly faults: FaultRecord[]
  /** The words of the last `expect(value, words)`. */
  expecting?: string
}

export function emptyRecord(): TestRecord {
  return { calls: [], faults: [] }
}
