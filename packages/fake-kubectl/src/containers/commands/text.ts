/**
 * The commands on text, by name; those that hand it on whole or in part stand here.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { LineReader, readAll, textOf } from '../pipe.ts'
import { absolute, EXIT, Failure, print, type Command, type Process } from '../process.ts'
import { grep } from './grep.ts'
import { cut, sort, tr, uniq, wc } from './lines.ts'
import { options } from './options.ts'
import { contents, linesOf } from './reading.ts'
import { sed } from './sed.ts'

export const TEXT_COMMANDS: Readonly<Record<string, Command>> = {
  cat,
  cut,
  grep,
  head,
  sed,
  sort,
  tail,
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

/** Stops reading when it has enough, and so ends whoever would write for ever. */
async function head(process: Process): Promise<number> {
  const { count, inBytes, operands } = partOf(process)
  if (operands.length > 0 || inBytes || count < 0)
    return parts(
      process,
      (lines) => lines.slice(0, count),
      (bytes) => bytes.subarray(0, count),
    )
  const reader = new LineReader(process.stdin)
  for (let read = 0; read < count; read++) {
    const line = await reader.line()
    if (line === undefined || !print(process, `${line}\n`)) break
  }
  return EXIT.ok
}

function tail(process: Process): Promise<number> {
  const { count, fromStart } = partOf(process)
  const first = (length: number) => (fromStart ? Math.max(0, count - 1) : Math.max(0, length - Math.abs(count)))
  return parts(
    process,
    (lines) => lines.slice(first(lines.length)),
    (bytes) => bytes.subarray(first(bytes.length)),
  )
}

type Part = {
  readonly count: number
  readonly inBytes: boolean
  readonly fromStart: boolean
  readonly operands: readonly string[]
}

/** `-5`, `-n 5`, `-c 5`, `-n +5` */
function partOf({ argv }: Process): Part {
  const words = argv.map((word, i) => (i === 1 && /^-\d+$/.test(word) ? `-n${word.slice(1)}` : word))
  const { operands, values, flags } = options(words, 'n:c:fq', { lines: 'n', bytes: 'c', follow: 'f' })
  if (flags.has('f')) throw new Failure('-f: following a file is not simulated')
  const text = values.get('c') ?? values.get('n') ?? '10'
  if (!/^[-+]?\d+$/.test(text)) throw new Failure(`invalid number of lines: '${text}'`)
  return { count: Number(text), inBytes: values.has('c'), fromStart: text.startsWith('+'), operands }
}

async function parts(
  process: Process,
  ofLines: (lines: string[]) => string[],
  ofBytes: (bytes: Uint8Array) => Uint8Array,
): Promise<number> {
  const { inBytes, operands } = partOf(process)
  let code: number = EXIT.ok
  for (const name of operands.length > 0 ? operands : ['-']) {
    const whole = await contents(process, name)
    if (!whole) {
      code = EXIT.failure
      continue
    }
    if (operands.length > 1) print(process, `==> ${name} <==\n`)
    if (inBytes) process.stdout.write(ofBytes(whole))
    else for (const line of ofLines(linesOf(textOf(whole)))) print(process, `${line}\n`)
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
