/**
 * Commands that count, sort and cut lines.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { readAll, textOf } from '../pipe.ts'
import { EXIT, Failure, print, type Process } from '../process.ts'
import { options } from './options.ts'
import { contents, joined, linesOf } from './reading.ts'

export async function wc(process: Process): Promise<number> {
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

export async function sort(process: Process): Promise<number> {
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

export async function uniq(process: Process): Promise<number> {
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

export async function cut(process: Process): Promise<number> {
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

export async function tr(process: Process): Promise<number> {
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
