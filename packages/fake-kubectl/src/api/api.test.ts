import { describe, expect, test } from 'vitest'
import { humanDuration, parseDuration } from './age.ts'
import { parseQuantity } from './quantity.ts'
import { parseFieldSelector } from './selectors.ts'

describe('durations', () => {
  test.each([
    [0, '0s'],
    [119_000, '119s'],
    [120_000, '2m'],
    [252_000, '4m12s'],
    [600_000, '10m'],
    [3 * 3_600_000, '3h'],
    [3 * 3_600_000 + 5 * 60_000, '3h5m'],
    [9 * 3_600_000 + 59 * 60_000, '9h'],
    [50 * 3_600_000, '2d2h'],
    [9 * 86_400_000, '9d'],
    [800 * 86_400_000, '2y70d'],
    [9 * 365 * 86_400_000, '9y'],
    [-900, '0s'],
    [-5000, '<invalid>'],
  ])('%i ms is %s', (ms, text) => expect(humanDuration(ms)).toBe(text))

  test('are read from text, and refused with what was expected', () => {
    expect(parseDuration('1h30m')).toBe(5_400_000)
    expect(() => parseDuration('5 minutes')).toThrow('duration "5 minutes": expected a number and a unit')
  })
})

test.each([
  ['250m', 0.25],
  ['8Gi', 8 * 2 ** 30],
  ['1e3', 1000],
  ['.5', 0.5],
  ['1x', undefined],
  ['', undefined],
])('the quantity %j is %d', (text, number) => expect(parseQuantity(text)).toBe(number))

test('a field selector keeps escaped commas and equals signs', () => {
  expect(parseFieldSelector('a=b\\,c\\=d,e!=')).toEqual([
    { field: 'a', value: 'b,c=d', negated: false },
    { field: 'e', value: '', negated: true },
  ])
})
