/**
 * Judges what the spec said of each variant. Pure: outcomes in, claims out.
 */
import type { LabManifest } from '../manifest.ts'
import type { RunOutcome, TestOutcome } from '../outcome.ts'
import type { Variant } from './variants.ts'
import { claim, type Claim } from './verdict.ts'

export type Judged = { readonly variant: Variant; readonly label: string; readonly outcome: RunOutcome }

export function outcomeClaims(manifest: LabManifest, judged: readonly Judged[]): Claim[] {
  const of = (kind: Variant['kind']): readonly Judged[] => judged.filter(({ variant }) => variant.kind === kind)
  const runs = of('solution').length
  const claims = [
    claim(
      'each step has its describe, and each test its step',
      of('starter').flatMap((one) => stepFaults(manifest, one)),
    ),
    claim(
      'the starter fails every step by an assertion that helps',
      of('starter').flatMap((one) => starterFaults(manifest, one)),
    ),
  ]
  if (runs === 0) return claims
  return [
    ...claims,
    claim(`the solution passes, ${runs} of ${runs}`, of('solution').flatMap(greenFaults)),
    claim(`${of('alternative').length} alternatives pass`, of('alternative').flatMap(greenFaults)),
    claim(`${of('mutant').length} mutants are caught where their idea is taught`, of('mutant').flatMap(mutantFaults)),
  ]
}

function stepFaults(manifest: LabManifest, { outcome }: Judged): string[] {
  const ids = manifest.steps.map(({ id }) => id)
  const empty = ids.filter((id) => !outcome.tests.some((test) => test.step === id))
  const stray = outcome.tests.filter((test) => !ids.includes(test.step))
  return [
    ...empty.map((id) => `step "${id}": expected a describe('${id}') with tests`),
    ...stray.map((test) => `test "${test.name}": expected it in a describe named like a step, found "${test.step}"`),
  ]
}

function starterFaults(manifest: LabManifest, { outcome }: Judged): string[] {
  if (outcome.broken !== undefined) return [`the spec could not run: ${outcome.broken}`]
  if (outcome.stuck !== undefined) return ['the starter never came to an end']
  const red = outcome.tests.filter((test) => test.state === 'failed')
  const green = manifest.steps.filter(({ id }) => !red.some((test) => test.step === id))
  return [
    ...green.map(({ id }) => `step "${id}": expected a red test, found none`),
    ...red
      .filter((test) => test.failure?.kind !== 'assertion')
      .map((test) => `${nameOf(test)}: expected an assertion, found ${describe(test)}`),
    ...red
      .filter((test) => test.failure?.kind === 'assertion' && !test.failure.worded)
      .map(
        (test) => `${nameOf(test)}: expected words for the learner, expect(value, 'words'), found ${describe(test)}`,
      ),
  ]
}

function greenFaults({ label, outcome }: Judged): string[] {
  if (outcome.broken !== undefined) return [`${label}: the spec could not run: ${outcome.broken}`]
  if (outcome.stuck !== undefined) return [`${label}: it never came to an end`]
  if (outcome.tests.length === 0) return [`${label}: no test ran`]
  return outcome.tests
    .filter((test) => test.state !== 'passed')
    .map((test) => `${label}: ${nameOf(test)}: expected green, found ${describe(test)}`)
}

function mutantFaults({ variant, label, outcome }: Judged): string[] {
  const { step, idea } = variant.breaks ?? { step: '', idea: '' }
  if (outcome.stuck !== undefined) return [`${label}: it never came to an end`]
  const red = outcome.tests.filter((test) => test.state === 'failed')
  const taught = red.filter((test) => test.step === step)
  if (red.length === 0) return [`${label}: expected a red test in step "${step}"; every test is green`]
  if (taught.length === 0) return [`${label}: expected a red test in step "${step}", found them in ${stepsOf(red)}`]
  if (taught.some((test) => test.failure?.message.toLowerCase().includes(idea.toLowerCase()))) return []
  return [`${label}: expected a message of step "${step}" to name "${idea}", found ${taught.map(describe).join('; ')}`]
}

function stepsOf(tests: readonly TestOutcome[]): string {
  return [...new Set(tests.map((test) => `"${test.step}"`))].join(', ')
}

function nameOf(test: TestOutcome): string {
  return `step "${test.step}", test "${test.name}"`
}

function describe({ state, failure }: TestOutcome): string {
  return failure === undefined ? state : `${failure.kind}: ${failure.message.split('\n')[0]}`
}
