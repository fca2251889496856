import { describe, expect, test } from 'vitest'
import type { RedTest, Report } from '../report.ts'
import { fold } from './fold.ts'
import { PLAIN } from './style.ts'
import { reportView } from './view.ts'

const RED: RedTest = {
  step: 'usage',
  test: 'reads the bytes in use',
  asked: {
    tool: 'disk_usage',
    arguments: {},
    elapsedMs: 0,
    answer: {
      isError: false,
      structuredContent: { nodes: [{ name: 'a' }] },
      text: '<cluster-data trust="untrusted" call="1">\na is fine\n</cluster-data call="1">',
    },
  },
  expected: 'usedBytes of a is what its kubelet says',
  message: 'expected undefined to be 107',
  compared: { actual: 'undefined', expected: '107' },
  printed: [],
  timedOut: false,
}

const REPORT: Report = {
  format: 1,
  lab: { number: 1, slug: '01-disk', title: 'Disks', goal: 'How full they are.', hasSolution: true },
  seed: 1,
  solved: false,
  points: { earned: 0, possible: 4 },
  steps: [
    {
      id: 'usage',
      title: 'A node that cannot be reached is reported, and sinks nobody else',
      points: 4,
      state: 'failed',
      tests: [],
    },
  ],
  firstRed: RED,
  problems: [],
  remarks: [],
  durationMs: 1,
}

describe('the first red test', () => {
  test('shows data and text of the answer, without the marks meant for a model', () => {
    const view = reportView(REPORT, PLAIN)

    expect(view).toContain('Came back   {"nodes":[{"name":"a"}]}\n  Its text    a is fine\n  Expected')
  })

  test('shows two values that should be equal below each other', () => {
    const view = reportView(REPORT, PLAIN)

    expect(view).toContain('Wanted      107\n  Got         undefined\n')
    expect(view).not.toContain('But')
  })

  test('leaves other assertions their sentence', () => {
    const message = 'expected 200 to be less than or equal to 40'
    const view = reportView({ ...REPORT, firstRed: { ...RED, message } }, PLAIN)

    expect(view).toContain(`But         ${message}`)
    expect(view).not.toContain('Wanted')
  })

  test('does not expect something expected', () => {
    const { expected: _, compared: __, ...bare } = RED
    const view = reportView({ ...REPORT, firstRed: { ...bare, message: 'expected a tool named "x"' } }, PLAIN)

    expect(view).toContain('Expected    a tool named "x"')
  })
})

test('on a narrow terminal a title folds within its column', () => {
  const style = { ...PLAIN, columns: 80 }
  const lines = fold(reportView(REPORT, style), 80).split('\n')

  expect(lines).toContain(' 1. red        A node that cannot be reached is reported, and sinks     4 points')
  expect(lines).toContain('               nobody else')
  expect(lines.filter((line) => line.length > 80)).toEqual([])
})

test('what to type next is left out where single keys do it', () => {
  expect(reportView(REPORT, PLAIN)).toContain('What to type next')
  expect(reportView(REPORT, PLAIN, { keys: true })).not.toContain('What to type next')
})

test('a solved lab offers a solution only when the kit ships one', () => {
  const solved: Report = { ...REPORT, solved: true }

  expect(reportView(solved, PLAIN)).toContain('`lab solution 1` shows ours')
  expect(reportView({ ...solved, lab: { ...REPORT.lab, hasSolution: false } }, PLAIN)).toMatch(/Solved. `lab` lists/)
})

test('one step is counted by itself', () => {
  expect(reportView({ ...REPORT, only: 'usage' }, PLAIN)).toContain('0 of 4 points (step "usage" only)')
})
