import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { findLab, listLabs } from './catalog.ts'

let kitDir = ''

beforeAll(() => {
  kitDir = mkdtempSync(path.join(os.tmpdir(), 'catalog-'))
  for (const slug of ['02-developer-role', '01-disk-usage', '10-disk-cache', 'notes']) {
    mkdirSync(path.join(kitDir, 'labs', slug), { recursive: true })
  }
  return () => rmSync(kitDir, { recursive: true })
})

test('lists the labs by number, and nothing else', () => {
  expect(listLabs(kitDir).map(({ number }) => number)).toEqual([1, 2, 10])
})

describe('finds the lab that is meant by', () => {
  test.for([
    ['1', '01-disk-usage'],
    ['01', '01-disk-usage'],
    ['10', '10-disk-cache'],
    ['1-disk', '01-disk-usage'],
    ['usage', '01-disk-usage'],
    ['disk-usage', '01-disk-usage'],
    ['Developer', '02-developer-role'],
    ['lab2', '02-developer-role'],
    ['labs/01-disk-usage/', '01-disk-usage'],
    ['.\\labs\\01-disk-usage', '01-disk-usage'],
  ] as const)('%s', ([name, slug]) => {
    expect(findLab(kitDir, name).slug).toBe(slug)
  })
})

test.for(['9', '0', 'helm', '1-role', '', '..'])('no lab is "%s", and the message names those there are', (name) => {
  expect(() => findLab(kitDir, name)).toThrow('The labs are: 01-disk-usage, 02-developer-role, 10-disk-cache.')
})

test('"disk" fits two labs and is refused', () => {
  expect(() => findLab(kitDir, 'disk')).toThrow('"disk" fits several labs.')
})
