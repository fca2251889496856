import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { humanDuration, parseDuration } from './age.ts'
import { copy, equal } from './meta.ts'
import { jsonPatch, mergePatch } from './patch.ts'
import { parseQuantity } from './quantity.ts'
import { parseFieldSelector } from './selectors.ts'

const json = fc.jsonValue({ maxDepth: 3 })
const noNulls = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.dictionary(fc.string(), fc.string())))

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

describe('patches', () => {
  test('merging a patch twice is merging it once', () => {
    fc.assert(
      fc.property(json, json, (target, patch) =>
        equal(mergePatch(mergePatch(target, patch), patch), mergePatch(target, patch)),
      ),
    )
  })

  test('a value merged into nothing is itself, when it holds no null', () => {
    fc.assert(fc.property(noNulls, (value) => equal(mergePatch({}, value), value)))
  })

  test('adding a field and removing it leaves the value as it was', () => {
    const untouched = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), json)
    fc.assert(
      fc.property(untouched, json, (target, value) => {
        const before = copy(target)
        const both = [
          { op: 'add', path: '/New~1field~0', value },
          { op: 'remove', path: '/New~1field~0' },
        ]
        return equal(jsonPatch(target, both), before) && equal(target, before)
      }),
    )
  })

  test.each([
    [[{ op: 'replace', path: '/a/9', value: 1 }]],
    [[{ op: 'remove', path: '/nope' }]],
    [[{ op: 'add', path: '/a/01', value: 1 }]],
    [[{ op: 'sing', path: '/a' }]],
    [[{ op: 'copy', from: '/nope', path: '/a/-' }]],
  ])('%j does not apply', (patch) => {
    expect(() => jsonPatch({ a: [1] }, patch)).toThrow('the server rejected our request due to an error in our request')
  })

  test('lists are patched by index and at their end', () => {
    const patch = [
      { op: 'add', path: '/a/-', value: 3 },
      { op: 'add', path: '/a/0', value: 0 },
      { op: 'move', from: '/a/1', path: '/b' },
    ]

    expect(jsonPatch({ a: [1, 2] }, patch)).toEqual({ a: [0, 2, 3], b: 1 })
  })
})
