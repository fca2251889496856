/**
 * Reads a command's options as getopt does: `-la`, `-n 5`, `-n5`, `--all`, `--lines=5`, `--` ends them.
 * Source: POSIX.1-2024, 12.2 Utility Syntax Guidelines.
 */
import { EXIT, Failure } from '../process.ts'

export type Options = {
  readonly flags: ReadonlySet<string>
  readonly values: ReadonlyMap<string, string>
  readonly operands: readonly string[]
}

/**
 * @param known letters of options; a colon after one says that it takes a value
 * @param long  `{ all: 'a' }`: the letter that a long option stands for
 * @throws Failure for an option the command does not have
 */
export function options(argv: readonly string[], known: string, long: Readonly<Record<string, string>> = {}): Options {
  const flags = new Set<string>()
  const values = new Map<string, string>()
  const operands: string[] = []
  const words = argv.slice(1)
  const set = (letter: string, value: string | undefined) => {
    if (!known.includes(letter) || letter === ':') throw new Failure(`invalid option -- '${letter}'`, EXIT.usage)
    if (!known.includes(`${letter}:`)) return void flags.add(letter)
    const given = value ?? words.shift()
    if (given === undefined) throw new Failure(`option requires an argument -- '${letter}'`, EXIT.usage)
    values.set(letter, given)
  }
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') return { flags, values, operands: [...operands, ...words] }
    if (word.startsWith('--')) longOption(word, long, set)
    else if (word.length > 1 && word.startsWith('-')) shortOptions(word.slice(1), known, set)
    else operands.push(word)
  }
  return { flags, values, operands }
}

function longOption(
  word: string,
  long: Readonly<Record<string, string>>,
  set: (letter: string, value?: string) => void,
): void {
  const [name = '', value] = word.slice(2).split(/=(.*)/s)
  const letter = long[name]
  if (letter === undefined) throw new Failure(`unrecognized option '${word}'`, EXIT.usage)
  set(letter, value)
}

function shortOptions(word: string, known: string, set: (letter: string, value?: string) => void): void {
  for (let i = 0; i < word.length; i++) {
    const letter = word[i]!
    const rest = word.slice(i + 1)
    set(letter, rest === '' ? undefined : rest)
    if (known.includes(`${letter}:`)) return
  }
}
