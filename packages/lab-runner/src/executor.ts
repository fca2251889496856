/**
 * The seam between a spec and what runs it. A spec takes `describe`, `test` and `expect` from the lab fixture, and the
 * fixture takes them from the executor in force: vitest in practice. A grader sets another one in its own warm process
 * before it imports a spec (`setExecutor`), and no spec changes.
 */
import type { ExpectStatic } from 'vitest'
import type { TestRecord } from './record.ts'

export type Executor = {
  describe(step: string, body: () => void): void
  test(name: string, body: () => Promise<void> | void, options?: { timeoutMs?: number }): void
  readonly expect: ExpectStatic
  /** What the running test leaves for the report. */
  record(): TestRecord
  /** The file of the spec that runs. */
  specFile(): string
  /** Runs `work` when the running test has ended, passed or failed. */
  afterTest(work: () => Promise<void>): void
}

let inForce: Executor | undefined

export function setExecutor(executor: Executor): void {
  inForce = executor
}

/** The executor in force; under vitest, vitest's own without anybody asking. */
export async function executorInForce(): Promise<Executor> {
  if (inForce === undefined) {
    const { vitestExecutor } = await import('./vitest-executor.ts')
    inForce = vitestExecutor()
  }
  return inForce
}
