/**
 * Every lab passes its author's gate: the starter is red in the right way, the solution green, each mutant caught. A
 * student's `src/` is not looked at, so a half-solved lab breaks nothing here.
 */
import path from 'node:path'
import { listLabs, readLab, verifyLab } from '@mcp-lab/lab-runner'
import { describe, expect, test } from 'vitest'

const labs = listLabs(path.resolve(import.meta.dirname, '..'))

test('there are labs to judge', () => {
  expect(labs.map(({ slug }) => slug)).toContain('01-disk-usage')
})

describe.each(labs.map((lab) => [lab.slug, lab] as const))('lab %s', (_slug, lab) => {
  test("passes its author's gate", async () => {
    const { claims } = await verifyLab(readLab(lab))

    expect(claims.length).toBeGreaterThan(5)
    expect(claims.filter(({ faults }) => faults.length > 0)).toEqual([])
  })
})
