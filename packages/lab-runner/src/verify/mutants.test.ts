import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { applyMutant, readMutants, type Mutant } from './mutants.ts'

const mutant: Mutant = {
  name: 'twice',
  about: 'Adds twice',
  'caught-by': 'add',
  idea: 'once',
  replace: [{ find: 'a + b', with: 'a + b + b' }],
}

describe('a mutant', () => {
  test('is the solution with a text replaced, whatever the replacement looks like', () => {
    const dollars = { ...mutant, replace: [{ find: 'a + b', with: '`$&${a}`' }] }

    expect(applyMutant(mutant, 'return a + b')).toBe('return a + b + b')
    expect(applyMutant(dollars, 'return a + b')).toBe('return `$&${a}`')
  })

  test.each([
    ['return a - b', 'not at all'],
    ['return a + b || a + b', '2 times'],
  ])('that finds its text otherwise than once is a fault: %s', (solution, found) => {
    expect(() => applyMutant(mutant, solution)).toThrow(
      `The mutant "twice" finds "a + b" in the solution ${found}; expected once.`,
    )
  })
})

describe('mutants.yaml', () => {
  test('says which entry lacks what', () => {
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'mutants-')), 'mutants.yaml')
    writeFileSync(file, '- name: twice\n  about: Adds twice\n  idea: once\n  replace: [{ find: a, with: b }]\n')

    expect(() => readMutants(file)).toThrow(/caught-by[\s\S]*\[0\]|\[0\][\s\S]*caught-by/)
  })

  test('may be absent', () => {
    expect(readMutants('no/such/mutants.yaml')).toEqual([])
  })
})
