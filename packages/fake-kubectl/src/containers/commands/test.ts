/**
 * `test` and `[`: whether something holds, as an exit code.
 * Source: POSIX.1-2024 Utilities, test.
 */
import type { Entry } from '../tree.ts'
import { FileFault } from '../file-system.ts'
import { absolute, EXIT, Failure, type Process } from '../process.ts'

const NUMBERS: Record<string, (a: number, b: number) => boolean> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
}

export function test(process: Process): number {
  const [name, ...words] = process.argv
  if (name === '[' && words.pop() !== ']') throw new Failure("missing ']'", EXIT.usage)
  return Number(!holds(process, words))
}

/** `-o` binds weaker than `-a`, that weaker than `!`. */
function holds(process: Process, words: readonly string[]): boolean {
  if (words.length > 3) {
    for (const operator of ['-o', '-a']) {
      const at = words.indexOf(operator)
      if (at <= 0) continue
      const [left, right] = [holds(process, words.slice(0, at)), holds(process, words.slice(at + 1))]
      return operator === '-o' ? left || right : left && right
    }
  }
  if (words[0] === '!' && words.length > 1) return !holds(process, words.slice(1))
  const [first = '', second = '', third = ''] = words
  if (words.length <= 1) return first !== ''
  if (words.length === 2) return unary(process, first, second)
  if (words.length === 3) return binary(first, second, third)
  throw new Failure('too many arguments', EXIT.usage)
}

function unary(process: Process, operator: string, operand: string): boolean {
  if (operator === '-z') return operand === ''
  if (operator === '-n') return operand !== ''
  if (operator === '-t') return process.terminal !== undefined
  const entry = entryAt(process, operand, operator !== '-L' && operator !== '-h')
  const tests: Record<string, () => boolean> = {
    '-e': () => entry !== undefined,
    '-f': () => entry?.kind === 'file',
    '-d': () => entry?.kind === 'directory',
    '-L': () => entry?.kind === 'link',
    '-h': () => entry?.kind === 'link',
    '-s': () => entry?.kind === 'file' && entry.bytes.length > 0,
    '-r': () => entry !== undefined,
    '-w': () => entry !== undefined,
    '-x': () => entry !== undefined && (entry.mode & 0o111) !== 0,
  }
  const test = tests[operator]
  if (!test) throw new Failure(`${operator}: unexpected operator`, EXIT.usage)
  return test()
}

function binary(left: string, operator: string, right: string): boolean {
  if (operator === '=' || operator === '==') return left === right
  if (operator === '!=') return left !== right
  const compare = NUMBERS[operator]
  if (!compare) throw new Failure(`${operator}: unexpected operator`, EXIT.usage)
  for (const word of [left, right]) if (!/^-?\d+$/.test(word)) throw new Failure(`Illegal number: ${word}`, EXIT.usage)
  return compare(Number(left), Number(right))
}

function entryAt({ container, cwd }: Process, path: string, last: boolean): Entry | undefined {
  try {
    return container.files.stat(absolute(cwd, path), { last })
  } catch (fault) {
    if (fault instanceof FileFault) return undefined
    throw fault
  }
}
