/**
 * Runs a spec under vitest: its own `describe`, `test` and `expect`, with a record of each test kept in the task's meta,
 * which vitest carries to the reporter.
 */
import { describe, expect, onTestFinished, test, TestRunner, type ExpectStatic, type RunnerTestCase } from 'vitest'
import type { Executor } from './executor.ts'
import { emptyRecord, type TestRecord } from './record.ts'

declare module 'vitest' {
  interface TaskMeta {
    lab?: TestRecord
  }
}

export function vitestExecutor(): Executor {
  return {
    describe: (step, body) => void describe(step, body),
    test: (name, body, { timeoutMs } = {}) =>
      void test(name, timeoutMs === undefined ? {} : { timeout: timeoutMs }, () => body()),
    expect: recordingExpect(),
    record,
    specFile: () => runningTest().file.filepath,
    afterTest: (work) => onTestFinished(work),
  }
}

function record(): TestRecord {
  const { meta } = runningTest()
  meta.lab ??= emptyRecord()
  return meta.lab
}

function runningTest(): RunnerTestCase {
  const task = TestRunner.getCurrentTest<RunnerTestCase | undefined>()
  if (task === undefined) throw new Error('lab.world() was called outside a test; call it in the body of test(...)')
  return task
}

/** vitest's `expect` that also remembers the words it was given, so that the report can quote them. */
function recordingExpect(): ExpectStatic {
  return new Proxy(expect, {
    apply(target, thisArg, args: [unknown, string?]) {
      const running = TestRunner.getCurrentTest<RunnerTestCase | undefined>()
      if (running !== undefined) noteWords(record(), args[1])
      return Reflect.apply(target, thisArg, args)
    },
  })
}

function noteWords(kept: TestRecord, words: string | undefined): void {
  if (words === undefined) delete kept.expecting
  else kept.expecting = words
}
