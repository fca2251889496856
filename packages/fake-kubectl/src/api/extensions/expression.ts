/**
 * Go's regular expressions in JavaScript's: flags that begin in the middle, `\pL`, `[[:alpha:]]`, `\A`, `\z`, `\Q…\E`;
 * and what Go refuses, in Go's words: looking around and back. Only whether a text matches counts here.
 * Source: re2's syntax page; Go's regexp/syntax.
 */
import { characterClass, escapeOf, literal } from './expression-parts.ts'

const known = new Map<string, RegExp>()

/** @throws SyntaxError with Go's words */
export function goExpression(pattern: string): RegExp {
  const made = known.get(pattern) ?? compiled(pattern)
  known.set(pattern, made)
  return made
}

function compiled(pattern: string): RegExp {
  const source = new Translation(pattern).read()
  try {
    return new RegExp(source, 'u')
  } catch (fault) {
    throw goError((fault as Error).message)
  }
}

function goError(why: string): SyntaxError {
  return new SyntaxError(`error parsing regexp: ${why}`)
}

type Flags = { readonly i: boolean; readonly m: boolean; readonly s: boolean }

const GROUP = /^\(\?(?:P?<([A-Za-z_]\w*)>|([imsU]*)(?:-([imsU]+))?([:)]))/
const REPEAT = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})/
const MAX_REPEAT = 1000

class Translation {
  readonly #pattern: string
  #at = 0
  #made = ''
  #flags: Flags = { i: false, m: false, s: false }
  /** The flags outside of each open group. */
  readonly #outer: Flags[] = []
  /** Is there something that could be repeated? */
  #repeatable = false

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  read(): string {
    while (this.#at < this.#pattern.length) this.#next(this.#pattern.slice(this.#at))
    if (this.#outer.length > 0) throw goError(`missing closing ): \`${this.#pattern}\``)
    return this.#made
  }

  #next(rest: string): void {
    const repeat = REPEAT.exec(rest)
    if (repeat) return this.#repeat(repeat)
    switch (rest[0]) {
      case '(':
        return this.#open(rest)
      case ')':
        return this.#close()
      case '|':
        return this.#put(1, '|', false)
      case '[': {
        const [length, made] = characterClass(rest, this.#flags.i, goError)
        return this.#put(length, made)
      }
      case '\\': {
        const [length, made] = escapeOf(rest, this.#flags.i, goError)
        return this.#put(length, made)
      }
      default:
        return this.#character(rest)
    }
  }

  #character(rest: string): void {
    const { i, m, s } = this.#flags
    const [character = ''] = rest
    if (character === '.') return this.#put(1, s ? String.raw`[\s\S]` : String.raw`[^\n]`)
    if (character === '^') return this.#put(1, m ? String.raw`(?<![^\n])` : '^')
    if (character === '$') return this.#put(1, m ? String.raw`(?![^\n])` : '$')
    this.#put(character.length, literal(character, i))
  }

  #put(length: number, made: string, repeatable = true): void {
    this.#at += length
    this.#made += made
    this.#repeatable = repeatable
  }

  #repeat([text, least, most]: RegExpExecArray): void {
    const rest = this.#pattern.slice(this.#at + text.length)
    if (!this.#repeatable) throw goError(`missing argument to repetition operator: \`${text}\``)
    if (Number(least ?? 0) > MAX_REPEAT || Number(most || 0) > MAX_REPEAT || (most && Number(most) < Number(least)))
      throw goError(`invalid repeat count: \`${text}\``)
    const lazy = rest.startsWith('?') ? '?' : ''
    const again = REPEAT.exec(rest.slice(lazy.length))
    if (again) throw goError(`invalid nested repetition operator: \`${text}${lazy}${again[0]}\``)
    this.#put(text.length + lazy.length, text + lazy, false)
  }

  #open(rest: string): void {
    if (!rest.startsWith('(?')) return this.#group(1, this.#flags)
    const [text, name, on = '', off = '', end] = GROUP.exec(rest) ?? []
    if (text === undefined) throw goError(`invalid or unsupported Perl syntax: \`${rest.slice(0, 3)}\``)
    if (name !== undefined) return this.#group(text.length, this.#flags)
    const flags = this.#with(on, off)
    if (end === ':') return this.#group(text.length, flags)
    this.#at += text.length
    this.#flags = flags
    this.#repeatable = false
  }

  #with(on: string, off: string): Flags {
    const flag = (name: keyof Flags) => (this.#flags[name] || on.includes(name)) && !off.includes(name)
    return { i: flag('i'), m: flag('m'), s: flag('s') }
  }

  #group(length: number, flags: Flags): void {
    this.#outer.push(this.#flags)
    this.#flags = flags
    this.#put(length, '(?:', false)
  }

  #close(): void {
    const flags = this.#outer.pop()
    if (!flags) throw goError(`unexpected ): \`${this.#pattern}\``)
    this.#flags = flags
    this.#put(1, ')')
  }
}
