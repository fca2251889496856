/** The demands on the sanitizer, measured on its corpora. */
import { describe, expect, test } from 'vitest'

import { sanitize } from '../src/index.ts'
import { evasiveCases } from './corpus/evasive.ts'
import { harmlessCases } from './corpus/harmless.ts'
import { evasiveInjections, injectionCases, lookalikeCases } from './corpus/injections.ts'
import { createRandom } from './corpus/random.ts'
import { secretCases } from './corpus/secrets.ts'
import { measure, type Measures } from './corpus.ts'

// The known values; `npm run verify` draws others.
const SEED = Number(process.env['CORPUS_SEED'] ?? 1)
const SEEDS = [SEED, SEED + 1, SEED + 2]

const measures = measure(SEEDS)
function demand(corpus: keyof Measures, least: number): void {
  const { total, rate, wrong } = measures[corpus]
  expect(total).toBeGreaterThan(200)
  if (rate < least) expect.fail(`${corpus}: ${rate} of ${total}, seed ${SEED}:\n${wrong.slice(0, 10).join('\n')}`)
}

describe('on the corpora', () => {
  test('99 % of secrets are masked', () => demand('secrets', 0.99))
  test('75 % of disguised secrets are masked', () => demand('evasive', 0.75))
  test('what stands around a secret is kept', () => demand('context', 0.99))
  test('99.5 % of harmless texts come back byte for byte', () => demand('harmless', 0.995))
  test('90 % of orders to a model are flagged', () => demand('injections', 0.9))
  test('50 % of disguised orders are flagged', () => demand('disguised', 0.5))
  test('99 % of operations talk is not flagged', () => demand('lookalikes', 0.99))
})

describe('every case', () => {
  const random = createRandom(SEED)
  const cases = [
    ...secretCases(random).map(({ value }) => value),
    ...evasiveCases(random).map(({ value }) => value),
    ...harmlessCases(random),
    ...injectionCases(random),
    ...evasiveInjections(random),
    ...lookalikeCases(random),
  ]

  test('is done after one call', () => {
    for (const value of cases) {
      const once = sanitize(value)
      const twice = sanitize(once.value)
      expect({ seed: SEED, value: twice.value, findings: twice.findings }).toEqual({
        seed: SEED,
        value: once.value,
        findings: [],
      })
    }
  })

  test('stays JSON as a text of JSON', () => {
    for (const value of cases) {
      const text = JSON.stringify({ before: 1, value, after: [true] })
      expect(JSON.parse(sanitize(text).value)).toMatchObject({ before: 1, after: [true] })
    }
  })
})
