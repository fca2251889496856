/**
 * From words to arguments: parameters, substitutions, arithmetic, then splitting at blanks, then file names.
 * Source: POSIX.1-2024, Shell Command Language, 2.6 Word Expansions.
 */
import { join } from '../tree.ts'
import { calculate } from './arithmetic.ts'
import type { Node, Word, WordPart } from './syntax.ts'

/** What expansion needs of the shell. */
export type Scope = {
  get(name: string): string | undefined
  set(name: string, value: string): void
  /** `$1`, `$2` … */
  readonly positional: readonly string[]
  /** What a script prints, for `$(…)`. */
  capture(script: Node): Promise<string>
  /** Names in a directory, and whether they are directories; undefined when it cannot be read. */
  list(directory: string): string[] | undefined
  readonly cwd: string
}

/** A letter that splits no word and matches no file name by itself stands here with `quoted`. */
type Letter = { readonly text: string; readonly quoted: boolean; readonly splits: boolean }

export class ExpansionFault extends Error {
  override readonly name = 'ExpansionFault'
}

/** Zero, one or more arguments a word. */
export async function expandWords(words: readonly Word[], scope: Scope): Promise<string[]> {
  const fields: string[] = []
  for (const word of words) for (const field of await expandWord(word, scope)) fields.push(...fileNames(field, scope))
  return fields
}

/** One text, without splitting or file names: for assignments, redirections, here-documents. */
export async function expandText(word: Word, scope: Scope): Promise<string> {
  const letters = await lettersOf(word, scope)
  return letters.map(({ text }) => text).join('')
}

async function expandWord(word: Word, scope: Scope): Promise<Letter[][]> {
  const only = word.find((part) => part.kind === 'parameter' && part.name === '@' && part.quoted)
  if (only && word.every((part) => part === only || (part.kind === 'text' && part.text === '')))
    return scope.positional.map((text) => [{ text, quoted: true, splits: false }])
  return split(await lettersOf(word, scope))
}

async function lettersOf(word: Word, scope: Scope): Promise<Letter[]> {
  const letters: Letter[] = []
  for (const [i, part] of word.entries()) {
    const text = await textOf(part, scope, i === 0)
    const splits = part.kind !== 'text' && !part.quoted
    if (part.quoted && text === '') letters.push({ text: '', quoted: true, splits: false })
    for (const letter of text) letters.push({ text: letter, quoted: part.quoted, splits })
  }
  return letters
}

async function textOf(part: WordPart, scope: Scope, first: boolean): Promise<string> {
  switch (part.kind) {
    case 'text':
      return first && part.text === '~' && !part.quoted ? (scope.get('HOME') ?? '~') : part.text
    case 'substitution':
      return (await scope.capture(part.script)).replace(/\n+$/, '')
    case 'arithmetic':
      return String(calculate(await expandText(part.expression, scope), scope))
    case 'parameter':
      return parameter(part, scope)
  }
}

async function parameter(
  { name, operator, argument }: Extract<WordPart, { kind: 'parameter' }>,
  scope: Scope,
): Promise<string> {
  const value = name === '@' || name === '*' ? scope.positional.join(' ') : scope.get(name)
  const missing = value === undefined || (operator.startsWith(':') && value === '')
  if (operator === 'length') return String((value ?? '').length)
  if (['#', '##', '%', '%%'].includes(operator))
    return trimmed(value ?? '', operator, await expandText(argument, scope))
  switch (operator.at(-1)) {
    case '-':
      return missing ? expandText(argument, scope) : value
    case '+':
      return missing ? '' : expandText(argument, scope)
    case '=':
      if (missing) scope.set(name, await expandText(argument, scope))
      return scope.get(name) ?? ''
    case '?':
      if (!missing) return value
      throw new ExpansionFault(`${name}: ${(await expandText(argument, scope)) || 'parameter not set or null'}`)
    default:
      return value ?? ''
  }
}

function trimmed(value: string, operator: string, pattern: string): string {
  const lengths = Array.from({ length: value.length + 1 }, (_, i) => i)
  const ordered = operator.length === 2 ? lengths.toReversed() : lengths
  const matcher = globPattern([...pattern].map((text) => ({ text, quoted: false, splits: false })))
  const fromStart = operator[0] === '#'
  const length = ordered.find((it) => matcher.test(fromStart ? value.slice(0, it) : value.slice(value.length - it)))
  if (length === undefined) return value
  return fromStart ? value.slice(length) : value.slice(0, value.length - length)
}

function split(letters: readonly Letter[]): Letter[][] {
  const fields: Letter[][] = []
  let field: Letter[] = []
  for (const letter of letters) {
    if (!letter.splits || !/\s/.test(letter.text)) field.push(letter)
    else if (field.length > 0) {
      fields.push(field)
      field = []
    }
  }
  return field.length > 0 ? [...fields, field] : fields
}

/** `*`, `?` and `[…]` become the names they match; without a match they stay as they are. */
function fileNames(field: readonly Letter[], scope: Scope): string[] {
  const text = field.map((letter) => letter.text).join('')
  if (!field.some((letter) => !letter.quoted && /[*?[]/.test(letter.text))) return [text]
  const absolute = text.startsWith('/')
  const parts = partsOf(field)
  const found = parts.reduce<string[]>(
    (paths, part) => paths.flatMap((path) => matches(path, part, scope)),
    [absolute ? '/' : scope.cwd],
  )
  const prefix = scope.cwd === '/' ? '/' : `${scope.cwd}/`
  return found.length === 0 ? [text] : found.map((path) => (absolute ? path : path.slice(prefix.length))).sort()
}

function partsOf(field: readonly Letter[]): Letter[][] {
  const parts: Letter[][] = [[]]
  for (const letter of field) {
    if (letter.text === '/') parts.push([])
    else parts.at(-1)!.push(letter)
  }
  return parts.filter((part) => part.length > 0)
}

function matches(directory: string, part: readonly Letter[], scope: Scope): string[] {
  const hidden = part[0]?.text === '.'
  const names = (scope.list(directory) ?? []).filter((name) => hidden || !name.startsWith('.'))
  const pattern = globPattern(part)
  return names.filter((name) => pattern.test(name)).map((name) => join(directory, name))
}

/** A shell pattern as a regular expression over the whole text. */
function globPattern(letters: readonly Letter[]): RegExp {
  let source = ''
  for (let i = 0; i < letters.length; i++) {
    const { text, quoted } = letters[i]!
    const close = text === '[' && !quoted ? letters.findIndex((it, at) => at > i + 1 && it.text === ']') : -1
    if (quoted) source += escaped(text)
    else if (text === '*') source += '.*'
    else if (text === '?') source += '.'
    else if (close > 0) {
      const inner = letters
        .slice(i + 1, close)
        .map((it) => it.text)
        .join('')
      source += `[${inner.replace(/^!/, '^').replaceAll('\\', '\\\\')}]`
      i = close
    } else source += escaped(text)
  }
  return new RegExp(`^(?:${source})$`, 's')
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

/** For commands that take a pattern themselves: `find -name`. */
export function matchesGlob(pattern: string, name: string): boolean {
  return globPattern([...pattern].map((text) => ({ text, quoted: false, splits: false }))).test(name)
}
