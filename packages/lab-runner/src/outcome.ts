/**
 * What a run of a spec came to, as plain data: one row a test, and what stopped the run, if something did. `session.ts`
 * fills it from vitest; a grader's executor will fill it from its own process. `report.ts` makes a report of it.
 */
import type { SourcePlace, TestRecord } from './record.ts'

export type TestOutcome = {
  /** The `describe` the test sits in; '' for none. */
  readonly step: string
  readonly name: string
  readonly state: 'passed' | 'failed' | 'not-run'
  readonly durationMs: number
  readonly failure?: Failure
  readonly record: TestRecord
  /** What the student's code printed while the test ran, line by line. */
  readonly printed: readonly string[]
}

export type Failure = {
  /**
   * `assertion`: an expectation did not hold; `timeout`: the test ran into its limit; `load`: the student's file could
   * not be used; `fault`: anything else, most often an error in the spec's own code.
   */
  readonly kind: 'assertion' | 'timeout' | 'load' | 'fault'
  readonly message: string
  readonly actual?: string
  readonly expected?: string
  readonly at?: SourcePlace
  /** Somebody chose the words: the spec's author, or the fixture. */
  readonly worded: boolean
}

export type RunOutcome = {
  readonly tests: readonly TestOutcome[]
  /** The student's code held the process and was stopped. */
  readonly stuck?: Stuck
  /** The spec itself could not run: a fault of the lab or the machine, not of the student. */
  readonly broken?: string
  readonly durationMs: number
}

/** Where the student's code was when it held the process. */
export type Stuck = {
  readonly afterMs: number
  /** The test that ran, when one did; otherwise the file was being loaded. */
  readonly test?: { readonly step: string; readonly name: string }
  readonly at?: SourcePlace
  /** Tests that had ended by then; vitest may not have heard of them. */
  readonly ended: readonly { readonly step: string; readonly name: string; readonly passed: boolean }[]
}
