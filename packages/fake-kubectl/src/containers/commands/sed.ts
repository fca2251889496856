/**
 * `sed` with the commands s, p, d and q, each for all lines or for those of an address.
 * Source: POSIX.1-2024 Utilities, sed; a subset that refuses what it does not know.
 */
import { bytesOf, textOf } from '../pipe.ts'
import { absolute, EXIT, Failure, print, type Process } from '../process.ts'
import { options } from './options.ts'
import { contents, linesOf } from './reading.ts'
import { basic, classes, expressionOf } from './regular.ts'

type Line = { text: string; readonly number: number; readonly last: boolean }
type Address = (line: Line) => boolean
type Command =
  | { readonly at: Address; readonly name: 'p' }
  | { readonly at: Address; readonly name: 'd' | 'q' }
  | { readonly at: Address; readonly name: 's'; substitute(line: Line): boolean; readonly prints: boolean }

export async function sed(process: Process): Promise<number> {
  const { flags, values, operands } = options(process.argv, 'nErie:', { quiet: 'n', 'in-place': 'i', expression: 'e' })
  const [script = '', ...files] = values.has('e') ? [values.get('e')!, ...operands] : operands
  const extended = flags.has('E') || flags.has('r')
  for (const name of files.length > 0 ? files : ['-']) {
    const bytes = await contents(process, name)
    if (!bytes) return EXIT.usage
    // Commands remember where a range began; each file begins anew.
    const text = edited(linesOf(textOf(bytes)), commandsIn(script, extended), flags.has('n'))
    if (flags.has('i')) process.container.files.write(absolute(process.cwd, name), bytesOf(text))
    else print(process, text)
  }
  return EXIT.ok
}

function edited(texts: readonly string[], commands: readonly Command[], quiet: boolean): string {
  const out: string[] = []
  for (const [i, text] of texts.entries()) {
    const line = { text, number: i + 1, last: i === texts.length - 1 }
    const end = apply(line, commands, out)
    if (!quiet && end !== 'd') out.push(line.text)
    if (end === 'q') break
  }
  return out.map((line) => `${line}\n`).join('')
}

function apply(line: Line, commands: readonly Command[], out: string[]): 'd' | 'q' | undefined {
  for (const command of commands) {
    if (!command.at(line)) continue
    if (command.name === 'd' || command.name === 'q') return command.name
    const prints = command.name !== 's' || (command.substitute(line) && command.prints)
    if (prints) out.push(line.text)
  }
  return undefined
}

/** `1,3p`, `/re/d`, `$d`, `s/a/b/g`, several with semicolons. */
function commandsIn(script: string, extended: boolean): Command[] {
  const commands: Command[] = []
  let rest = script.trim()
  while (rest !== '') {
    const [whole, first, second, negated, name = ''] =
      /^(\d+|\$|\/(?:[^\\/]|\\.)*\/)?(?:,(\d+|\$|\/(?:[^\\/]|\\.)*\/))?\s*(!?)\s*([a-z])/.exec(rest) ?? []
    if (whole === undefined || !'spdq'.includes(name))
      throw new Failure(`-e expression #1, char 1: unknown command: \`${rest[whole?.length ? whole.length - 1 : 0]}'`)
    const range = rangeOf(first, second, extended)
    const at: Address = (line) => range(line) !== (negated === '!')
    rest = rest.slice(whole.length)
    if (name === 's') {
      const { command, length } = substitution(rest, at, extended)
      commands.push(command)
      rest = rest.slice(length)
    } else commands.push({ at, name: name as 'p' })
    rest = rest.replace(/^[\s;]+/, '')
  }
  return commands
}

function rangeOf(first: string | undefined, second: string | undefined, extended: boolean): Address {
  if (first === undefined) return () => true
  const [from, to] = [addressOf(first, extended), second === undefined ? undefined : addressOf(second, extended)]
  if (!to) return from
  let inside = false
  return (line) => {
    const was = inside
    if (!inside && from(line)) inside = true
    const holds = inside
    const isOver = /^\d+$/.test(second ?? '') ? line.number >= Number(second) : was && to(line)
    if (inside && isOver) inside = false
    return holds
  }
}

function addressOf(text: string, extended: boolean): Address {
  if (text === '$') return ({ last }) => last
  if (!text.startsWith('/')) return ({ number }) => number === Number(text)
  const expression = expressionOf(sourceOf(text.slice(1, -1), extended))
  return (line) => expression.test(line.text)
}

/** What follows the `s`: its mark is whatever comes first. */
function substitution(text: string, at: Address, extended: boolean): { command: Command; length: number } {
  const mark = text[0] ?? ''
  const part = `((?:[^\\\\${mark}]|\\\\.)*)`
  const match =
    mark === '' ? undefined : new RegExp(`^\\${mark}${part}\\${mark}${part}\\${mark}([gip]*)`, 's').exec(text)
  if (!match) throw new Failure("-e expression #1: unterminated `s' command")
  const [whole, pattern = '', replacement = '', flags = ''] = match
  const expression = expressionOf(sourceOf(pattern, extended), flags.replaceAll('p', ''))
  const command: Command = {
    at,
    name: 's',
    prints: flags.includes('p'),
    substitute(line) {
      const before = line.text
      line.text = before.replace(expression, (found, ...groups) => replaced(replacement, found, groups as string[]))
      return line.text !== before
    },
  }
  return { command, length: whole.length }
}

/** `&` is what was found, `\\1` its first group. */
function replaced(replacement: string, found: string, groups: readonly string[]): string {
  return replacement.replaceAll(/\\(.)|&/gs, (whole, letter?: string) => {
    if (letter === undefined) return found
    if (/\d/.test(letter)) return letter === '0' ? found : (groups[Number(letter) - 1] ?? '')
    return letter === 'n' ? '\n' : letter === 't' ? '\t' : letter
  })
}

function sourceOf(pattern: string, extended: boolean): string {
  return extended ? classes(pattern) : basic(pattern)
}
