import { describe, expect, test } from 'vitest'
import { fold, linesOf } from './fold.ts'

describe('a line too long for the terminal', () => {
  test('breaks between words and goes on below the text of its label', () => {
    const folded = fold('  Expected    each of the words that were written here stays whole', 40)

    expect(folded.split('\n')).toEqual([
      '  Expected    each of the words that',
      '              were written here stays',
      '              whole',
    ])
  })

  test('goes on below the text of a numbered hint', () => {
    expect(fold(`  1. ${'word '.repeat(8)}end`, 40)).toBe(`  1. ${'word '.repeat(7).trimEnd()}\n     word end`)
  })

  test('breaks JSON after a comma', () => {
    const [first] = fold(`  Came back   {"nodes":[{"name":"a"},{"name":"b"},{"name":"c"}]}`, 48).split('\n')

    expect(first).toBe('  Came back   {"nodes":[{"name":"a"},')
  })

  test('loses no character, whatever there is to break at', () => {
    const path = `labs/${'x'.repeat(100)}`

    expect(fold(path, 40).split('\n').join('')).toBe(path)
  })

  test('is measured without its colours, which all stay', () => {
    const red = `\u001B[31m${'a'.repeat(40)}\u001B[39m`

    expect(fold(red, 40)).toBe(red)
    expect(fold(`\u001B[31m${'a'.repeat(41)}\u001B[39m`, 40)).toBe(`\u001B[31m${'a'.repeat(40)}\na\u001B[39m`)
  })

  test('is left alone when nobody knows the width', () => {
    expect(fold('word '.repeat(100), undefined)).toBe('word '.repeat(100))
  })
})

test('a title stands in lines of whole words', () => {
  expect(linesOf('A node that cannot be reached', 12)).toEqual(['A node that', 'cannot be', 'reached'])
})
