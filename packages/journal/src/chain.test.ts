import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { canonicalJson } from './canonical.ts'
import { EMPTY, lineOf, link, verify } from './chain.ts'
import { createJournal, memorySink } from './journal.ts'

const now = () => new Date('2026-01-01T00:00:00Z')

function journalOf(...records: unknown[]) {
  const sink = memorySink()
  const journal = createJournal({ sink, now })
  for (const record of records) journal.append(record)
  return { lines: [...sink.lines], head: journal.head }
}

const three = () => journalOf({ call: 'a' }, { call: 'b' }, { call: 'c' })

test('an untouched chain is intact, and so is an empty one', () => {
  const { lines, head } = three()

  expect(verify(lines)).toEqual({ kind: 'intact', head })
  expect(verify([])).toMatchObject({ kind: 'intact', head: { length: 0 } })
})

describe('finds', () => {
  test.each<[string, (lines: string[]) => string[], string, number]>([
    ['an edited record', ([a, b, c]) => [a!, b!.replace('"b"', '"x"'), c!], 'altered', 2],
    ['an edited time', ([a, b, c]) => [a!.replace('2026', '2025'), b!, c!], 'altered', 1],
    ['an edited hash', ([a, b]) => [a!, b!.replace(/"hash":"./, '"hash":"x')], 'altered', 2],
    ['a space that changes no value', ([a, b]) => [a!, b!.replace('{', '{ ')], 'altered', 2],
    ['an added field', ([a]) => [a!.replace('{', '{"a":1,')], 'unreadable', 1],
    ['a deleted entry', ([a, , c]) => [a!, c!], 'unlinked', 2],
    ['a cut head', ([, b, c]) => [b!, c!], 'unlinked', 1],
    ['swapped entries', ([a, b, c]) => [b!, a!, c!], 'unlinked', 1],
    ['a repeated entry', ([a, b]) => [a!, b!, b!], 'unlinked', 3],
    ['an entry of another chain', ([a]) => [a!, journalOf('x', 'y').lines[1]!], 'unlinked', 2],
    ['a forged number', ([a]) => [lineOf(link({ ...EMPTY, length: 6 }, '', 'x')), a!], 'unlinked', 1],
    ['a torn line', ([a, b]) => [a!, b!.slice(0, 40)], 'unreadable', 2],
    ['an empty line', ([a, b]) => [a!, '', b!], 'unreadable', 2],
    ['a line that is JSON but no entry', () => ['null'], 'unreadable', 1],
  ])('%s', (_fact, tamper, fault, line) => {
    const verdict = verify(tamper(three().lines))

    expect(verdict).toMatchObject({ kind: 'broken', fault, line, message: expect.stringMatching(`^line ${line}: `) })
  })

  test('any change of any character', () => {
    const { lines } = three()
    const text = lines.join('\n')
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('x', '7', '"', ' ', '\n'), (at, character) => {
        fc.pre(text[at] !== character)
        const changed = text.slice(0, at) + character + text.slice(at + 1)
        expect(verify(changed.split('\n')).kind).toBe('broken')
      }),
    )
  })
})

describe('with a receipt', () => {
  test('finds a cut tail', () => {
    const { lines, head } = three()

    expect(verify(lines.slice(0, 2))).toMatchObject({ kind: 'intact' })
    expect(verify(lines.slice(0, 2), head)).toMatchObject({ kind: 'broken', fault: 'cut', line: 3 })
    expect(verify([], head)).toMatchObject({ kind: 'broken', fault: 'cut', line: 1 })
  })

  test('finds a chain written anew', () => {
    const { head } = three()
    const { lines } = journalOf({ call: 'a' }, { call: 'b' }, { call: 'other' })

    expect(verify(lines)).toMatchObject({ kind: 'intact' })
    expect(verify(lines, head)).toMatchObject({ kind: 'broken', fault: 'altered', line: 3 })
  })

  test('accepts a chain that has grown since', () => {
    const earlier = journalOf({ call: 'a' }).head

    expect(verify(three().lines, earlier)).toMatchObject({ kind: 'intact', head: { length: 3 } })
  })
})

test('equal values have one canonical text', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'ü' }], a: undefined })).toBe('{"b":[1,{"c":"ü","d":null}]}')
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'small' }), (value) => {
      const text = canonicalJson(value)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(canonicalJson(JSON.parse(text))).toBe(text)
    }),
  )
})
