/**
 * Commands that read text and write text: cat, head, tail, grep, wc, sort, and the like.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils and grep.
 */
import { FileFault } from '../file-system.ts'
import { bytesOf, concat, readAll, textOf } from '../pipe.ts'
import { absolute, complain, EXIT, Failure, print, type Command, type Process } from '../process.ts'
import { options } from './options.ts'

export const TEXT_COMMANDS: Readonly<Record<string, Command>> = {
  cat,
  cut,
  grep,
  head: (process) =>
    ends(
      process,
      (lines, count) => lines.slice(0, count),
      (bytes, count) => bytes.subarray(0, count),
    ),
  sort,
  tail: (process) =>
    ends(
      process,
      (lines, count) => (count === 0 ? [] : lines.slice(-count)),
      (bytes, count) => bytes.subarray(Math.max(0, bytes.length - count)),
    ),
  tee,
  tr,
  uniq,
  wc,
}

/** Copies as it comes, so that what is typed is seen at once. */
async function cat(process: Process): Promise<number> {
  const { operands, flags } = options(process.argv, 'nAu')
  let code: number = EXIT.ok
  for (const name of operands.length > 0 ? operands : ['-']) {
    if (name === '-' && !flags.has('n')) {
      for (let chunk = await process.stdin.read(); chunk; chunk = await process.stdin.read())
        if (!process.stdout.write(chunk)) return code
      continue
    }
    const bytes = await contents(process, name)
    if (!bytes) code = EXIT.failure
    else if (flags.has('n'))
      print(
        process,
        linesOf(textOf(bytes))
          .map((line, i) => `${String(i + 1).padStart(6)}\t${line}\n`)
          .join(''),
      )
    else process.stdout.write(bytes)
  }
  return code
}

/** A file's bytes, or standard input's; undefined after a complaint. */
export async function contents(process: Process, name: string): Promise<Uint8Array | undefined> {
  if (name === '-') return readAll(process.stdin)
  try {
    return process.container.files.read(absolute(process.cwd, name))
  } catch (fault) {
    if (!(fault instanceof FileFault)) throw fault
    const command = process.argv[0]!.split('/').at(-1)!
    const verb = ['head', 'tail'].includes(command)
      ? `cannot open '${name}' for reading`
      : command === 'sort'
        ? `cannot read: ${name}`
        : name
    complain(process, `${command}: ${verb}: ${fault.message}`)
    return undefined
  }
}

export function linesOf(text: string): string[] {
  if (text === '') return []
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
}

async function ends(
  process: Process,
  lines: (lines: string[], count: number) => string[],
  bytes: (bytes: Uint8Array, count: number) => Uint8Array,
): Promise<number> {
  const argv = process.argv.map((word, i) => (i > 0 && /^-\d+$/.test(word) ? `-n${word.slice(1)}` : word))
  const { operands, values, flags } = options(argv, 'n:c:fq', { lines: 'n', bytes: 'c', follow: 'f' })
  if (flags.has('f')) throw new Failure('-f: following a file is not simulated')
  const count = Number(values.get('c') ?? values.get('n') ?? 10)
  if (!Number.isInteger(count)) throw new Failure(`invalid number of lines: '${values.get('n') ?? values.get('c')}'`)
  let code: number = EXIT.ok
  for (const name of operands.length > 0 ? operands : ['-']) {
    const whole = await contents(process, name)
    if (!whole) {
      code = EXIT.failure
      continue
    }
    if (operands.length > 1) print(process, `==> ${name} <==\n`)
    if (values.has('c')) process.stdout.write(bytes(whole, Math.abs(count)))
    else
      print(
        process,
        lines(linesOf(textOf(whole)), Math.abs(count))
          .map((line) => `${line}\n`)
          .join(''),
      )
  }
  return code
}

async function grep(process: Process): Promise<number> {
  const { flags, values, operands } = options(process.argv, 'EFGivcnqlowhHrse:m:A:B:', {
    color: 's',
    'ignore-case': 'i',
  })
  const [pattern, ...files] = values.has('e') ? [values.get('e')!, ...operands] : operands
  if (pattern === undefined) throw new Failure('no pattern given', EXIT.usage)
  const expression = grepExpression(pattern, flags)
  let found = 0
  let code: number = EXIT.ok
  const names = flags.has('r') ? files.flatMap((name) => below(process, name)) : files
  for (const name of names.length > 0 ? names : ['-']) {
    const bytes = await contents(process, name)
    if (!bytes) {
      code = EXIT.usage
      continue
    }
    const matching = linesOf(textOf(bytes))
      .map((line, i) => ({ line, number: i + 1 }))
      .filter(({ line }) => expression.test(line) !== flags.has('v'))
    const taken = matching.slice(0, Number(values.get('m') ?? Infinity))
    found += taken.length
    if (!flags.has('q'))
      print(process, matched(name, taken, { flags, several: names.length > 1 || flags.has('r'), expression }))
  }
  return code === EXIT.ok ? Number(found === 0) : code
}

function matched(
  name: string,
  taken: readonly { line: string; number: number }[],
  { flags, several, expression }: { flags: ReadonlySet<string>; several: boolean; expression: RegExp },
): string {
  const prefix = (several && !flags.has('h')) || flags.has('H') ? `${name}:` : ''
  if (flags.has('c')) return `${prefix}${taken.length}\n`
  if (flags.has('l')) return taken.length > 0 ? `${name}\n` : ''
  const all = new RegExp(expression, `${expression.flags}g`)
  return taken
    .flatMap(({ line, number }) =>
      (flags.has('o') ? (line.match(all) ?? []) : [line]).map(
        (text) => `${prefix}${flags.has('n') ? `${number}:` : ''}${text}\n`,
      ),
    )
    .join('')
}

/** Basic expressions have `+ ? | ( ) { }` as letters, and as operators behind a backslash. */
function grepExpression(pattern: string, flags: ReadonlySet<string>): RegExp {
  const basic = pattern.replaceAll(/\\?[+?|(){}]/g, (it) => (it.length === 2 ? it[1]! : `\\${it}`))
  const source = flags.has('F') ? pattern.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&') : flags.has('E') ? pattern : basic
  try {
    return new RegExp(flags.has('w') ? `\\b(?:${source})\\b` : source, flags.has('i') ? 'i' : '')
  } catch {
    throw new Failure(`Invalid regular expression: ${pattern}`, EXIT.usage) // JavaScript's own words would help nobody here.
  }
}

function below(process: Process, name: string): string[] {
  const { files } = process.container
  const path = absolute(process.cwd, name)
  if (!files.isDirectory(path)) return [name]
  return files.list(path).flatMap((child) => below(process, `${name.replace(/\/$/, '')}/${child}`))
}

async function wc(process: Process): Promise<number> {
  const { flags, operands } = options(process.argv, 'lwcm')
  const shown = ['l', 'w', 'c'].filter(
    (letter) => flags.size === 0 || flags.has(letter) || (letter === 'c' && flags.has('m')),
  )
  const totals = { l: 0, w: 0, c: 0 }
  let code: number = EXIT.ok
  const row = (counts: typeof totals, name: string) => {
    const cells = shown.map((letter) => String(counts[letter as keyof typeof totals]))
    const wide = cells.length > 1 ? cells.map((cell) => cell.padStart(7)) : cells
    print(process, `${wide.join(' ')}${name === '-' ? '' : ` ${name}`}\n`)
  }
  for (const name of operands.length > 0 ? operands : ['-']) {
    const bytes = await contents(process, name)
    if (!bytes) {
      code = EXIT.failure
      continue
    }
    const text = textOf(bytes)
    const counts = { l: text.split('\n').length - 1, w: text.split(/\s+/).filter(Boolean).length, c: bytes.length }
    for (const letter of ['l', 'w', 'c'] as const) totals[letter] += counts[letter]
    row(counts, name)
  }
  if (operands.length > 1) row(totals, 'total')
  return code
}

async function sort(process: Process): Promise<number> {
  const { flags, values, operands } = options(process.argv, 'rnuk:t:hfb')
  const lines = linesOf(await joined(process, operands))
  const field = Number(/^\d+/.exec(values.get('k') ?? '')?.[0] ?? 0)
  const separator = values.get('t') ?? /\s+/
  const key = (line: string) => (field > 0 ? (line.trim().split(separator)[field - 1] ?? '') : line)
  const compare = flags.has('n')
    ? (a: string, b: string) => (Number.parseFloat(key(a)) || 0) - (Number.parseFloat(key(b)) || 0)
    : byBytes(key)
  const sorted = lines.sort((a, b) => compare(a, b) || byBytes((it) => it)(a, b))
  const ordered = flags.has('r') ? sorted.toReversed() : sorted
  print(process, (flags.has('u') ? [...new Set(ordered)] : ordered).map((line) => `${line}\n`).join(''))
  return EXIT.ok
}

function byBytes(key: (line: string) => string): (a: string, b: string) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)
}

async function uniq(process: Process): Promise<number> {
  const { flags, operands } = options(process.argv, 'cdu')
  const runs: { line: string; count: number }[] = []
  for (const line of linesOf(await joined(process, operands))) {
    if (runs.at(-1)?.line === line) runs.at(-1)!.count += 1
    else runs.push({ line, count: 1 })
  }
  const wanted = runs.filter(({ count }) => (!flags.has('d') || count > 1) && (!flags.has('u') || count === 1))
  print(
    process,
    wanted.map(({ line, count }) => `${flags.has('c') ? `${String(count).padStart(7)} ` : ''}${line}\n`).join(''),
  )
  return EXIT.ok
}

async function cut(process: Process): Promise<number> {
  const { values, operands } = options(process.argv, 'd:f:c:s')
  const list = values.get('f') ?? values.get('c')
  if (list === undefined) throw new Failure('you must specify a list of bytes, characters, or fields')
  const wanted = list.split(',').map((range) => range.split('-').map((end) => (end === '' ? undefined : Number(end))))
  const takes = (n: number) => wanted.some(([from = 1, to]) => n >= from && n <= (to ?? from))
  const separator = values.has('f') ? (values.get('d') ?? '\t') : ''
  for (const line of linesOf(await joined(process, operands))) {
    const parts = line.split(separator)
    print(
      process,
      `${separator !== '' && parts.length === 1 ? line : parts.filter((_, i) => takes(i + 1)).join(separator)}\n`,
    )
  }
  return EXIT.ok
}

async function tr(process: Process): Promise<number> {
  const { flags, operands } = options(process.argv, 'ds')
  const [from, to] = [setOf(operands[0] ?? ''), setOf(operands[1] ?? '')]
  const text = textOf(await readAll(process.stdin))
  const letters = [...text].flatMap((letter) => {
    const at = from.indexOf(letter)
    if (at < 0) return [letter]
    return flags.has('d') ? [] : [to[Math.min(at, to.length - 1)] ?? letter]
  })
  print(
    process,
    (flags.has('s') ? letters.filter((it, i) => it !== letters[i - 1] || !from.includes(it)) : letters).join(''),
  )
  return EXIT.ok
}

function setOf(text: string): string[] {
  const plain = text.replaceAll('\\n', '\n').replaceAll('\\t', '\t')
  const named = plain
    .replace('[:lower:]', 'a-z')
    .replace('[:upper:]', 'A-Z')
    .replace('[:digit:]', '0-9')
    .replace('[:space:]', ' \t\n')
  return [...named.replaceAll(/(.)-(.)/gs, (_, a: string, b: string) => range(a, b))]
}

function range(from: string, to: string): string {
  const [a, b] = [from.charCodeAt(0), to.charCodeAt(0)]
  return String.fromCharCode(...Array.from({ length: Math.max(0, b - a + 1) }, (_, i) => a + i))
}

async function tee(process: Process): Promise<number> {
  const { flags, operands } = options(process.argv, 'a')
  const bytes = await readAll(process.stdin)
  for (const name of operands)
    process.container.files.write(absolute(process.cwd, name), bytes, { append: flags.has('a') })
  process.stdout.write(bytes)
  return EXIT.ok
}

async function joined(process: Process, names: readonly string[]): Promise<string> {
  const parts: Uint8Array[] = []
  for (const name of names.length > 0 ? names : ['-']) parts.push((await contents(process, name)) ?? bytesOf(''))
  return textOf(concat(parts))
}
