import { describe, expect, test } from 'vitest'
import { humanDuration, parseDuration } from './age.ts'
import { addQuantities, compareQuantities, parseQuantity, roundUpToMilli, subtractQuantities } from './quantity.ts'
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

test.each([
  ['500m', '600m', '1100m'],
  ['500m', '500m', '1'],
  ['1Gi', '512Mi', '1536Mi'],
  ['0', '1Gi', '1Gi'],
])('%s and %s are %s', (a, b, sum) => {
  expect(addQuantities(a, b)).toBe(sum)
  expect(compareQuantities(subtractQuantities(sum, b), a)).toBe(0)
})

test.each([
  ['1', '1000m', 0],
  ['1Gi', '1G', 1],
  ['100m', '0.2', -1],
  ['1e-999999999', '1n', 0],
])('%s against %s is %d', (a, b, order) => expect(compareQuantities(a, b)).toBe(order))

test('a resource list counts in thousandths', () => {
  expect(['1500u', '1m', '2Gi', '0.0001'].map(roundUpToMilli)).toEqual(['2m', '1m', '2Gi', '1m'])
})

test('a field selector keeps escaped commas and equals signs', () => {
  expect(parseFieldSelector('a=b\\,c\\=d,e!=')).toEqual([
    { field: 'a', value: 'b,c=d', negated: false },
    { field: 'e', value: '', negated: true },
  ])
})
