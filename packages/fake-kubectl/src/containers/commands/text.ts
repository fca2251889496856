/**
 * The commands on text, by name; those that hand it on whole or in part stand here.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { readAll, textOf } from '../pipe.ts'
import { absolute, EXIT, Failure, print, type Command, type Process } from '../process.ts'
import { grep } from './grep.ts'
import { cut, sort, tr, uniq, wc } from './lines.ts'
import { options } from './options.ts'
import { contents, linesOf } from './reading.ts'

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

async function tee(process: Process): Promise<number> {
  const { flags, operands } = options(process.argv, 'a')
  const bytes = await readAll(process.stdin)
  for (const name of operands)
    process.container.files.write(absolute(process.cwd, name), bytes, { append: flags.has('a') })
  process.stdout.write(bytes)
  return EXIT.ok
}
