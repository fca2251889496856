/**
 * Reads vitest's test modules into an outcome: plain data, in the learner's terms (a failure is an assertion, a limit
 * reached, a file that cannot be loaded, or a fault).
 */
import type { SerializedError, TestCase, TestModule } from 'vitest/node'
import type { Failure, RunOutcome, Stuck, TestOutcome } from './outcome.ts'
import { emptyRecord, type SourcePlace, type TestRecord } from './record.ts'

/** Lines printed, by the id of the task that printed them. */
export type Printed = Map<string, string[]>

export function collectOutcome(run: {
  modules: readonly TestModule[]
  unhandledErrors: readonly unknown[]
  stuck: Stuck | undefined
  printed: Printed
  durationMs: number
}): RunOutcome {
  const { modules, stuck, printed, durationMs } = run
  const tests = modules.flatMap((module) => [...module.children.allTests()].map((test) => testOutcome(test, printed)))
  const broken = stuck === undefined ? brokenReason(modules, run.unhandledErrors, tests) : undefined
  return {
    tests,
    ...(stuck === undefined ? {} : { stuck }),
    ...(broken === undefined ? {} : { broken }),
    durationMs,
  }
}

function testOutcome(test: TestCase, printed: Printed): TestOutcome {
  const result = test.result()
  const record = test.meta().lab ?? emptyRecord()
  const failure = result.state === 'failed' ? failureOf(result.errors[0], record) : undefined
  return {
    step: test.parent.type === 'suite' ? test.parent.name : '',
    name: test.name,
    state: result.state === 'passed' || result.state === 'failed' ? result.state : 'not-run',
    durationMs: test.diagnostic()?.duration ?? 0,
    ...(failure === undefined ? {} : { failure }),
    record,
    printed: printed.get(test.id) ?? [],
  }
}

function failureOf(error: SerializedError | undefined, { expecting }: TestRecord): Failure {
  const { name, message, actual, expected, place } = error ?? NO_ERROR
  return {
    kind: kindOf(name, message),
    message,
    worded: name === 'LabExpectation' || (expecting !== undefined && message.startsWith(expecting)),
    ...(typeof actual === 'string' && typeof expected === 'string' ? { actual, expected } : {}),
    ...(place === undefined ? {} : { at: place as SourcePlace }),
  }
}

const NO_ERROR: SerializedError = { message: 'the test failed without saying why' }

function kindOf(name: string | undefined, message: string): Failure['kind'] {
  if (name === 'LabLoadError') return 'load'
  if (name === 'AssertionError' || name === 'LabExpectation') return 'assertion'
  return message.startsWith('Test timed out') ? 'timeout' : 'fault'
}

/** A spec that could not be loaded, or a worker that died, is no verdict on anybody's work. */
function brokenReason(
  modules: readonly TestModule[],
  unhandled: readonly unknown[],
  tests: readonly TestOutcome[],
): string | undefined {
  const [moduleError] = modules.flatMap((module) => module.errors())
  if (moduleError !== undefined) return moduleError.message
  if (tests.some((test) => test.state !== 'not-run')) return undefined
  const [error] = unhandled
  if (error !== undefined) return (error as SerializedError).message
  return tests.length === 0 ? 'the spec has no tests' : undefined
}
