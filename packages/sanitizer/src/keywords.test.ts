import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { searchFor } from './keywords.ts'

const search = searchFor([['he', 'she'], ['hers'], ['his', 'ПАРОЛЬ'.toLowerCase()], []])
const found = (text: string) => search(text).toSorted()

test.each([
  ['', [3]],
  ['ushers', [0, 1, 3]],
  ['HIS', [2, 3]],
  ['hi', [3]],
  ['Пароль', [2, 3]],
])('%j has keywords of %j', (text, lists) => {
  expect(found(text)).toEqual(lists)
})

test('finds what a look for each keyword finds', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 })
  const lists = fc.array(fc.array(word, { minLength: 1, maxLength: 3 }), { maxLength: 6 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', 'x'), maxLength: 30 })
  fc.assert(
    fc.property(lists, text, (keywords, given) => {
      const expected = keywords.flatMap((list, i) => (list.some((it) => given.toLowerCase().includes(it)) ? [i] : []))
      expect(searchFor(keywords)(given).toSorted()).toEqual(expected)
    }),
  )
})
