/** Measures the sanitizer on the corpora: rates, and what was wrong. */
import { sanitize } from '../src/index.ts'
import { evasiveCases } from './corpus/evasive.ts'
import { harmlessCases } from './corpus/harmless.ts'
import { evasiveInjections, injectionCases, lookalikeCases } from './corpus/injections.ts'
import { createRandom } from './corpus/random.ts'
import { secretCases, type SecretCase } from './corpus/secrets.ts'

/** The share of cases that are as they should be, and those that are not. */
export type Measure = { readonly total: number; readonly rate: number; readonly wrong: readonly string[] }

export type Measures = Record<
  'secrets' | 'evasive' | 'harmless' | 'context' | 'injections' | 'disguised' | 'lookalikes',
  Measure
>

/** @param seeds each draws the values anew */
export function measure(seeds: readonly number[]): Measures {
  const randoms = () => seeds.map(createRandom)
  const secrets = randoms().flatMap(secretCases)
  return {
    secrets: share(secrets, (it) => !leaks(it), show),
    evasive: share(randoms().flatMap(evasiveCases), (it) => !leaks(it), show),
    context: share(secrets, keepsContext, show),
    harmless: share(randoms().flatMap(harmlessCases), isUnchanged, textOf),
    injections: share(randoms().flatMap(injectionCases), isFlagged, String),
    disguised: share(randoms().flatMap(evasiveInjections), isFlagged, String),
    lookalikes: share(randoms().flatMap(lookalikeCases), (it) => !isFlagged(it), String),
  }
}

function share<T>(cases: readonly T[], passes: (it: T) => boolean, shown: (it: T) => string): Measure {
  const wrong = cases.filter((it) => !passes(it))
  return { total: cases.length, rate: 1 - wrong.length / cases.length, wrong: wrong.map(shown) }
}

function leaks({ value, secrets }: SecretCase): boolean {
  const text = textOf(sanitize(value).value)
  return secrets.some((secret) => text.includes(secret))
}

function keepsContext({ value, keeps = [] }: SecretCase): boolean {
  const text = textOf(sanitize(value).value)
  return keeps.every((part) => text.includes(part) || text.includes(JSON.stringify(part).slice(1, -1)))
}

function isUnchanged(value: unknown): boolean {
  const result = sanitize(value)
  return result.findings.length === 0 && JSON.stringify(result.value) === JSON.stringify(value)
}

function isFlagged(text: string): boolean {
  return sanitize(text).injection.length > 0
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function show({ about, value, secrets }: SecretCase): string {
  return `${about}: ${textOf(value)} → ${textOf(sanitize(value).value)} (${secrets.join(' ').slice(0, 80)})`
}
