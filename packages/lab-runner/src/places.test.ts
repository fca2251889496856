import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { codeFrame, relativeTo } from './source.ts'
import { isInside, placeInStack } from './stack.ts'
import { parseTypeErrors } from './types.ts'

describe('a code frame', () => {
  test('marks line and column, with two lines on each side', () => {
    const text = 'a\nb\nc\nd\ne\nf\n'

    expect(codeFrame(text, { line: 4, column: 1 })).toBe('  2 | b\n  3 | c\n> 4 | d\n    | ^\n  5 | e\n  6 | f')
  })

  test('keeps to the file at its ends, and lines up its numbers', () => {
    const text = Array.from({ length: 10 }, (_, index) => `line ${index + 1}`).join('\r\n')

    expect(codeFrame(text, { line: 10 })).toBe('   8 | line 8\n   9 | line 9\n> 10 | line 10')
  })

  test('is absent for a line that the file does not have', () => {
    expect(codeFrame('a\n', { line: 9 })).toBeUndefined()
  })
})

describe('the first frame of the student in a stack', () => {
  const work = path.resolve('/kit/labs/01-x/src')
  const file = path.join(work, 'my file.ts')

  test.for([
    ['a function', `    at run (${file}:12:7)`],
    ['an async function', `    at async run (${file}:12:7)`],
    ['the top of a module', `    at ${file}:12:7`],
    ['a query that Vite added', `    at run (${file}?t=17:12:7)`],
  ] as const)('%s', ([, frame]) => {
    const stack = `Error: no (${file}:1:1 is text)\n    at other (${path.resolve('/kit/packages/a.ts')}:1:2)\n${frame}\n    at later (${file}:99:1)`

    expect(placeInStack(stack, work)).toEqual({ file, line: 12, column: 7 })
  })

  test('is undefined when nobody of theirs is in it', () => {
    expect(placeInStack('Error\n    at node:internal/timers:1:2', work)).toBeUndefined()
  })
})

describe('Windows paths', () => {
  test('a file is inside a folder whatever the case of the drive', () => {
    expect(isInside('c:\\kit\\labs\\src\\a.ts', 'C:\\kit\\labs\\src', path.win32)).toBe(true)
    expect(isInside('D:\\kit\\labs\\src\\a.ts', 'C:\\kit\\labs\\src', path.win32)).toBe(false)
    expect(isInside('C:\\kit\\labs\\src2\\a.ts', 'C:\\kit\\labs\\src', path.win32)).toBe(false)
  })

  test('a report names files with forward slashes', () => {
    expect(relativeTo('C:\\kit', 'C:\\kit\\labs\\01-x\\src\\a.ts', path.win32)).toBe('labs/01-x/src/a.ts')
  })

  test("the compiler's errors are read", () => {
    const output = "src/a b.ts(3,5): error TS2322: Type 'string' is not assignable.\r\n  Because of this.\r\n"

    expect(parseTypeErrors(output, 'C:\\kit\\labs\\01-x', path.win32)).toEqual([
      {
        file: 'C:\\kit\\labs\\01-x\\src\\a b.ts',
        line: 3,
        column: 5,
        message: "Type 'string' is not assignable.\n  Because of this.",
      },
    ])
  })
})
