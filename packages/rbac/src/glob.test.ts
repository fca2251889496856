import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { globMatches } from './glob.ts'

test.each([
  ['web', 'web', true],
  ['web', 'web2', false],
  ['', '', true],
  ['*', '', true],
  ['*', 'anything', true],
  ['web-*', 'web-1', true],
  ['web-*', 'web', false],
  ['*-db', 'shop-db', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['ab*ba', 'aba', false],
  ['a**c', 'abc', true],
  ['w.b', 'web', false],
])('%o against %o is %s', (pattern, name, expected) => {
  expect(globMatches(pattern, name)).toBe(expected)
})

test('answers as the regular expression it stands for', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
  const names = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 })
  fc.assert(
    fc.property(letters, names, (pattern, name) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`)
      expect(globMatches(pattern, name)).toBe(expression.test(name))
    }),
  )
})
