/**
 * The flags of a command line, read as kubectl reads them: `--name=value`, `--name value`, `-n value`, `-n=value`,
 * `-nvalue`, `-Aw`, flags and arguments in any order, and `--` before what is for somebody else. Flags are rows; what is
 * wrong is told in the words of the library that kubectl uses. Source: spf13/pflag, flag.go.
 */
import { UsageFault } from './errors.ts'

/** `strings` is a list split at commas, `array` one whose elements may hold commas; both may be repeated. */
export type FlagType = 'bool' | 'string' | 'int' | 'duration' | 'strings' | 'array'

/** Name, one-letter name or '', type, value when absent, help, and the value of a flag that stands without one. */
export type FlagRow = readonly [
  name: string,
  short: string,
  type: FlagType,
  initial: string,
  help: string,
  bare?: string,
]

/** What a command line says. Asking for a flag that the command does not have is a fault of ours. */
export type Flags = {
  text(name: string): string
  on(name: string): boolean
  number(name: string): number
  /** Milliseconds. */
  duration(name: string): number
  list(name: string): readonly string[]
  /** Was it given, with whatever value? */
  given(name: string): boolean
}

export type Parsed = {
  readonly flags: Flags
  readonly args: readonly string[]
  /** How many arguments stand before `--`; -1 without one. */
  readonly dashAt: number
}

/** @throws UsageFault in pflag's words */
export function parseFlags(argv: readonly string[], rows: readonly FlagRow[]): Parsed {
  const found = new Map<string, string[]>()
  const args: string[] = []
  let dashAt = -1
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--') {
      dashAt = args.length
      args.push(...argv.slice(i + 1))
      break
    }
    if (!isFlag(word)) args.push(word)
    else i += takeFlag(word, argv[i + 1], rows, found)
  }
  return { flags: answers(rows, found), args, dashAt }
}

/** The first argument that is no flag and no flag's value, for finding the command: its index, or -1. */
export function firstArgument(argv: readonly string[], rows: readonly FlagRow[]): number {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--') return -1
    if (!isFlag(word)) return i
    if (wantsNext(word, rows)) i += 1
  }
  return -1
}

function isFlag(word: string): boolean {
  return word.startsWith('-') && word !== '-'
}

/** A flag nobody knows is taken for one with a value, as cobra does. */
function wantsNext(word: string, rows: readonly FlagRow[]): boolean {
  if (word.includes('=')) return false
  const row = word.startsWith('--') ? byName(word.slice(2), rows) : rows.find(([, short]) => short === word[1])
  if (!word.startsWith('--') && word.length > 2) return false
  return row === undefined || bareValue(row) === undefined
}

/** @returns how many further words the flag took */
function takeFlag(
  word: string,
  next: string | undefined,
  rows: readonly FlagRow[],
  found: Map<string, string[]>,
): number {
  return word.startsWith('--') ? takeLong(word, next, rows, found) : takeShort(word, next, rows, found)
}

function takeLong(
  word: string,
  next: string | undefined,
  rows: readonly FlagRow[],
  found: Map<string, string[]>,
): number {
  const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? []
  if (name === '' || name.startsWith('-')) throw new UsageFault(`bad flag syntax: ${word}`)
  const row = byName(name, rows)
  if (row === undefined) throw new UsageFault(`unknown flag: --${name}`)
  if (value !== undefined) return keep(row, value, found)
  const bare = bareValue(row)
  if (bare !== undefined) return keep(row, bare, found)
  if (next === undefined) throw new UsageFault(`flag needs an argument: --${name}`)
  return keep(row, next, found) + 1
}

function takeShort(
  word: string,
  next: string | undefined,
  rows: readonly FlagRow[],
  found: Map<string, string[]>,
): number {
  for (let i = 1; i < word.length; i++) {
    const letter = word[i]!
    const row = rows.find(([, short]) => short === letter)
    if (row === undefined)
      throw new UsageFault(
        `unknown shorthand flag: '${letter}' in ${word.slice(i - 1 === 0 ? 0 : i).replace(/^(?!-)/, '-')}`,
      )
    if (word[i + 1] === '=') return keep(row, word.slice(i + 2), found)
    const bare = bareValue(row)
    if (bare !== undefined) {
      keep(row, bare, found)
      continue
    }
    if (i + 1 < word.length) return keep(row, word.slice(i + 1), found)
    if (next === undefined) throw new UsageFault(`flag needs an argument: '${letter}' in ${word}`)
    return keep(row, next, found) + 1
  }
  return 0
}

function byName(name: string, rows: readonly FlagRow[]): FlagRow | undefined {
  const dashed = name.replaceAll('_', '-')
  return rows.find(([known]) => known === dashed)
}

function bareValue([, , type, , , bare]: FlagRow): string | undefined {
  return type === 'bool' ? 'true' : bare
}

function keep(row: FlagRow, value: string, found: Map<string, string[]>): 0 {
  const [name, short, type] = row
  const why = wrong(type, value)
  if (why !== undefined) {
    const named = short === '' ? `--${name}` : `-${short}, --${name}`
    throw new UsageFault(`invalid argument ${JSON.stringify(value)} for "${named}" flag: ${why}`)
  }
  const values = type === 'strings' ? csv(value) : [value]
  found.set(name, type === 'strings' || type === 'array' ? [...(found.get(name) ?? []), ...values] : values)
  return 0
}

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True']
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False']

function wrong(type: FlagType, value: string): string | undefined {
  switch (type) {
    case 'bool':
      return [...TRUE, ...FALSE].includes(value)
        ? undefined
        : `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`
    case 'int':
      return /^[+-]?\d+$/.test(value) ? undefined : `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`
    case 'duration':
      return goDuration(value) === undefined ? durationFault(value) : undefined
    default:
      return undefined
  }
}

function durationFault(value: string): string {
  const lacksUnit = /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(value)
  return `time: ${lacksUnit ? 'missing unit in' : 'invalid'} duration ${JSON.stringify(value)}`
}

const UNIT_MS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Go's duration as milliseconds: `1h30m`, `0`, `-5s`; undefined when it is none. */
export function goDuration(text: string): number | undefined {
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  if (rest === '0') return 0
  if (!/^((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(rest)) return undefined
  const parts = [...rest.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)]
  const sum = parts.reduce((total, [, number, unit]) => total + Number(number) * UNIT_MS[unit!]!, 0)
  return sign === '-' ? -sum : sum
}

function csv(value: string): string[] {
  if (value === '') return []
  const cells = value.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? []
  return cells.slice(0, value.endsWith(',') ? undefined : -1).map((cell) =>
    cell
      .replace(/,$/, '')
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"'),
  )
}

function answers(rows: readonly FlagRow[], found: ReadonlyMap<string, string[]>): Flags {
  const row = (name: string): FlagRow => {
    const known = rows.find(([its]) => its === name)
    if (known === undefined) throw new TypeError(`this command has no flag --${name}`)
    return known
  }
  const text = (name: string): string => {
    const [, , , initial] = row(name)
    return found.get(name)?.at(-1) ?? initial
  }
  return {
    text,
    on: (name) => TRUE.includes(text(name)),
    number: (name) => Number(text(name)),
    duration: (name) => goDuration(text(name)) ?? 0,
    list: (name) => found.get(name) ?? csv(row(name)[3]),
    given: (name) => row(name) !== undefined && found.has(name),
  }
}
