/**
 * Each scenario of some kinds on one seed: its expert passes, nobody and no cheat does. On twenty seeds, and twice:
 * `npm run verify -- scenarios`. Not a test itself; the kinds are shared out so that cores are.
 */
import { describe, expect, test } from 'vitest'
import { judgedScenarios } from '../src/scenarios/library.ts'
import { verifyScenario } from '../src/scenarios/verify.ts'

export function soundScenarios(...kinds: readonly string[]): void {
  describe('a scenario is sound:', () => {
    for (const scenario of judgedScenarios().filter(({ kind = '' }) => kinds.includes(kind))) {
      test(scenario.id, async () => {
        const findings = await verifyScenario(scenario, { seed: 1 })

        expect(findings.filter(({ fault }) => fault !== undefined)).toEqual([])
      })
    }
  })
}
