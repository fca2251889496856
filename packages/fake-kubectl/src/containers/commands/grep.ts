/**
 * `grep`: lines that match.
 * Source: POSIX.1-2024 Utilities, grep and 9 Regular Expressions; GNU grep.
 */
import { textOf } from '../pipe.ts'
import { absolute, EXIT, Failure, print, type Process } from '../process.ts'
import { entryOf } from './operands.ts'
import { options } from './options.ts'
import { contents, linesOf } from './reading.ts'
import { basic, expressionOf, literal } from './regular.ts'

export async function grep(process: Process): Promise<number> {
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

function grepExpression(pattern: string, flags: ReadonlySet<string>): RegExp {
  const source = flags.has('F') ? literal(pattern) : flags.has('E') ? pattern : basic(pattern)
  return expressionOf(flags.has('w') ? `\\b(?:${source})\\b` : source, flags.has('i') ? 'i' : '')
}

function below(process: Process, name: string): string[] {
  const { files } = process.container
  const path = absolute(process.cwd, name)
  // Links are followed where they are named, not on the way down: they may lead in circles.
  if (!files.isDirectory(path)) return [name]
  const children = files.list(path).filter((child) => entryOf(files, `${path}/${child}`).kind !== 'link')
  return children.flatMap((child) => below(process, `${name.replace(/\/$/, '')}/${child}`))
}
