/**
 * Commands that print what they are given: echo, printf, seq.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { breathe, EXIT, Failure, print, type Process } from '../process.ts'

export function echo({ argv, stdout }: Process): number {
  let words = argv.slice(1)
  let newline = true
  let escapes = false
  for (; /^-[neE]+$/.test(words[0] ?? ''); words = words.slice(1)) {
    newline &&= !words[0]!.includes('n')
    escapes = words[0]!.includes('e')
  }
  const text = words.join(' ')
  print({ stdout }, `${escapes ? unescaped(text) : text}${newline ? '\n' : ''}`)
  return EXIT.ok
}

const ESCAPES: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  a: '\u0007',
  b: '\b',
  e: '\u001B',
  '0': '\0',
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(x[0-9a-fA-F]{1,2}|0[0-7]{1,3}|.)/g, (whole, code: string) => {
    if (/^x./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    if (/^0[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8))
    return ESCAPES[code] ?? whole
  })
}

const MAX_WIDTH = 4096

/** The format is used again until all arguments are. */
export function printf({ argv, stdout }: Process): number {
  const [, format, ...args] = argv
  if (format === undefined) throw new Failure('missing operand')
  do {
    const before = args.length
    const text = unescaped(format).replaceAll(
      /%([-0]*)(\d*)(?:\.(\d+))?([sdixcqb%])/g,
      (_, flags: string, width: string, precision: string | undefined, kind: string) =>
        kind === '%'
          ? '%'
          : padded(printed(kind, args.shift() ?? '', precision), flags, Math.min(Number(width), MAX_WIDTH)),
    )
    print({ stdout }, text)
    if (args.length === before) break
  } while (args.length > 0)
  return EXIT.ok
}

function printed(kind: string, value: string, precision: string | undefined): string {
  if (kind === 'd' || kind === 'i') return String(Number.parseInt(value, 10) || 0)
  if (kind === 'x') return (Number.parseInt(value, 10) || 0).toString(16)
  if (kind === 'c') return value.slice(0, 1)
  if (kind === 'b') return unescaped(value)
  return precision === undefined ? value : value.slice(0, Number(precision))
}

function padded(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width)
  return text.padStart(width, flags.includes('0') ? '0' : ' ')
}

export async function seq(process: Process): Promise<number> {
  const numbers = process.argv.slice(1).map(Number)
  if (numbers.length === 0 || numbers.some((it) => !Number.isFinite(it))) throw new Failure('missing operand')
  const [first, step, last] =
    numbers.length === 1
      ? [1, 1, numbers[0]!]
      : numbers.length === 2
        ? [numbers[0]!, 1, numbers[1]!]
        : (numbers as [number, number, number])
  for (let n = first; step > 0 ? n <= last : n >= last; n += step) {
    if (!print(process, `${n}\n`) || step === 0) break
    await breathe(process)
  }
  return EXIT.ok
}
