/**
 * Makes the report of a run: steps with their points, the first red test in full, and problems in the student's files.
 * Pure: outcome in, data out; how it reads on a screen is `cli/view.ts`. A load error, a type error or an endless loop
 * stands in `problem` once, and the steps it holds up are `waiting`.
 */
import type { Lab } from './catalog.ts'
import type { LabStep } from './manifest.ts'
import type { Failure, RunOutcome, TestOutcome } from './outcome.ts'
import type { CallRecord, SourcePlace } from './record.ts'

/** `waiting`: could not be judged before something else is mended; `not-run`: was not asked for, or was left out. */
export type StepState = 'passed' | 'failed' | 'waiting' | 'not-run'

export type StepReport = {
  readonly id: string
  readonly title: string
  readonly points: number
  readonly state: StepState
  readonly tests: readonly { readonly name: string; readonly state: TestOutcome['state']; readonly message?: string }[]
}

/** The first red test in full. */
export type RedTest = {
  readonly step: string
  readonly test: string
  /** The call that was made, `disk_usage {"threshold":80}`. */
  readonly asked?: CallRecord
  /** What the spec says it expects, in its own words, and what the assertion adds. */
  readonly expected?: string
  readonly message: string
  /** What the assertion compared, when it did. */
  readonly compared?: { readonly actual: string; readonly expected: string }
  /** The exception that the student's code threw last, which the server does not tell a client. */
  readonly threw?: string
  readonly where?: SourceSpot
  readonly printed: readonly string[]
  readonly timedOut: boolean
}

/** A place with the lines around it; `file` is relative to the kit, with forward slashes. */
export type SourceSpot = SourcePlace & { readonly frame?: string }

export type Problem = {
  readonly kind: 'load' | 'types' | 'stuck'
  readonly message: string
  readonly where?: SourceSpot
}

export type Report = {
  readonly format: 1
  readonly lab: {
    readonly number: number
    readonly slug: string
    readonly title: string
    readonly goal: string
    readonly hasSolution: boolean
  }
  readonly seed: number
  readonly solved: boolean
  /** Of the steps that were asked for. */
  readonly points: { readonly earned: number; readonly possible: number }
  /** The one step that was asked for. */
  readonly only?: string
  readonly steps: readonly StepReport[]
  readonly firstRed?: RedTest
  /** What to mend before anything else. Type errors of a lab whose steps are all green are in `remarks`. */
  readonly problems: readonly Problem[]
  readonly remarks: readonly Problem[]
  /** The kit or the machine failed; no verdict on the student's work. */
  readonly broken?: string
  readonly durationMs: number
}

export type Sources = {
  /** Completes a place with the lines around it, as the student's file has them. */
  spot(place: SourcePlace): SourceSpot
  /** Finds a step's place in the student's files by its `where`. */
  find(text: string): SourcePlace | undefined
}

export type ReportInput = {
  readonly lab: Lab
  readonly seed: number
  readonly outcome: RunOutcome
  /** The one step that was asked for; absent: all. */
  readonly only?: string | undefined
  readonly typeProblems: readonly Problem[]
  readonly sources: Sources
}

export function makeReport(input: ReportInput): Report {
  const { lab, seed, outcome, only, typeProblems, sources } = input
  const { manifest } = lab
  const tests = withEndedTests(outcome)
  const stopping = stoppingProblem(outcome, tests, sources)
  const steps = manifest.steps.map((step) => stepReport(step, tests, stopping !== undefined))
  const asked = only === undefined ? steps : steps.filter(({ id }) => id === only)
  const solved = steps.every((step) => step.state === 'passed')
  const problems = mostUseful(stopping, solved ? [] : typeProblems)
  const firstRed = problems.length === 0 ? firstRedTest(steps, tests, input) : undefined
  return {
    format: 1,
    lab: {
      number: lab.number,
      slug: lab.slug,
      title: manifest.title,
      goal: manifest.goal ?? manifest.objectives.join('; '),
      hasSolution: lab.solutionDir !== undefined,
    },
    seed,
    solved,
    points: { earned: total(asked.filter(isPassed)), possible: total(asked) },
    ...(only === undefined ? {} : { only }),
    steps,
    ...(firstRed === undefined ? {} : { firstRed }),
    problems,
    remarks: solved ? typeProblems : [],
    ...(outcome.broken === undefined ? {} : { broken: outcome.broken }),
    durationMs: outcome.durationMs,
  }
}

/** When the process was stopped, vitest may not have heard of the tests that had ended; the watchdog had. */
function withEndedTests({ tests, stuck }: RunOutcome): readonly TestOutcome[] {
  if (stuck === undefined) return tests
  return tests.map((test): TestOutcome => {
    const ended = stuck.ended.find((other) => other.step === test.step && other.name === test.name)
    if (test.state === 'not-run' && ended !== undefined) return { ...test, state: ended.passed ? 'passed' : 'failed' }
    return test
  })
}

function stoppingProblem(outcome: RunOutcome, tests: readonly TestOutcome[], sources: Sources): Problem | undefined {
  const load = tests.find((test) => test.failure?.kind === 'load')?.failure
  if (load !== undefined) return { kind: 'load', message: load.message, ...spotOf(load.at, sources) }
  if (outcome.stuck === undefined) return undefined
  const { test, at, afterMs } = outcome.stuck
  const during = test === undefined ? 'while it was loaded' : `in the test "${test.name}" (step "${test.step}")`
  const message = `your code was still running after ${Math.round(afterMs / 1000)} s, ${during}; is there a loop that never ends?`
  return { kind: 'stuck', message, ...spotOf(at, sources) }
}

/** A type checker words a syntax error better than a bundler does, so its errors replace a load error in the same file. */
function mostUseful(stopping: Problem | undefined, typeProblems: readonly Problem[]): readonly Problem[] {
  if (stopping === undefined) return typeProblems
  const sameFile = typeProblems.some((problem) => problem.where?.file === stopping.where?.file)
  return stopping.kind === 'load' && sameFile ? typeProblems : [stopping]
}

function stepReport(step: LabStep, tests: readonly TestOutcome[], stopped: boolean): StepReport {
  const own = tests.filter((test) => test.step === step.id)
  return {
    id: step.id,
    title: step.title,
    points: step.points,
    state: stepState(own, stopped),
    tests: own.map(({ name, state, failure }) => ({
      name,
      state,
      ...(failure === undefined ? {} : { message: failure.message }),
    })),
  }
}

function stepState(tests: readonly TestOutcome[], stopped: boolean): StepState {
  if (tests.length > 0 && tests.every((test) => test.state === 'passed')) return 'passed'
  if (tests.some((test) => test.failure?.kind === 'load')) return 'waiting'
  if (tests.some((test) => test.state === 'failed')) return 'failed'
  return stopped ? 'waiting' : 'not-run'
}

function firstRedTest(
  steps: readonly StepReport[],
  tests: readonly TestOutcome[],
  { lab, sources }: ReportInput,
): RedTest | undefined {
  const step = steps.find((candidate) => candidate.state === 'failed')
  const red = tests.find((test) => test.step === step?.id && test.state === 'failed')
  if (step === undefined || red?.failure === undefined) return undefined
  const { actual, expected, kind } = red.failure
  const fault = red.record.faults.at(-1)
  const where = fault?.at ?? placeOfStep(lab, step.id, sources)
  const asked = red.record.calls.at(-1)
  return {
    step: step.id,
    test: red.name,
    ...(asked === undefined ? {} : { asked }),
    ...(red.record.expecting === undefined ? {} : { expected: red.record.expecting }),
    message: inPlainWords(red.failure, red.record.expecting),
    ...(actual === undefined || expected === undefined ? {} : { compared: { actual, expected } }),
    ...(fault === undefined ? {} : { threw: `${fault.name}: ${fault.message}` }),
    ...spotOf(where, sources),
    printed: red.printed,
    timedOut: kind === 'timeout',
  }
}

function placeOfStep(lab: Lab, id: string, sources: Sources): SourcePlace | undefined {
  const where = lab.manifest.steps.find((step) => step.id === id)?.where
  return where === undefined ? undefined : sources.find(where)
}

/** The failure without an assertion library's accent; `expect(value, words)` puts its words first, and they stand apart. */
function inPlainWords({ kind, message }: Failure, words: string | undefined): string {
  if (kind === 'timeout') return TIMEOUT_IN_WORDS
  if (kind === 'fault') return `the test could not go on with what came back: ${message}`
  const bare = words !== undefined && message.startsWith(`${words}: `) ? message.slice(words.length + 2) : message
  return bare
    .replace(' // Object.is equality', '')
    .replace('to deeply equal', 'to equal')
    .replace(/but got \+?(-?\d)/, 'but got $1')
}

const TIMEOUT_IN_WORDS =
  'no answer came within the time limit; is there a promise that never settles, or a loop that waits for ever?'

function spotOf(place: SourcePlace | undefined, sources: Sources): { where?: SourceSpot } {
  return place === undefined ? {} : { where: sources.spot(place) }
}

function isPassed(step: StepReport): boolean {
  return step.state === 'passed'
}

function total(steps: readonly StepReport[]): number {
  return steps.reduce((sum, step) => sum + step.points, 0)
}
