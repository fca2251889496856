/**
 * Reads words: quotes, parameters, substitutions. Knows nothing of commands but that a substitution holds some.
 * Source: POSIX.1-2024, Shell Command Language, 2.2 Quoting and 2.6 Word Expansions.
 */
import { SyntaxFault, type Node, type Word, type WordPart } from './syntax.ts'

const BLANK = /[ \t]/
const META = new Set([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')'])
const OPERATOR = /^(:[-=+?]|##|%%|[-=+?#%])/

export class WordReader {
  readonly text: string
  at = 0
  readonly #parse: (script: string) => Node

  /** @param parse reads the script inside `$(…)` */
  constructor(text: string, parse: (script: string) => Node) {
    this.text = text
    this.#parse = parse
  }

  get next(): string {
    return this.text[this.at] ?? ''
  }

  skipBlanks(): void {
    for (;;) {
      if (this.text.startsWith('\\\n', this.at)) this.at += 2
      else if (BLANK.test(this.next)) this.at += 1
      else break
    }
    if (this.next === '#') this.at += /^[^\n]*/.exec(this.text.slice(this.at))![0].length
  }

  /** A word; undefined where none begins. */
  word(): Word | undefined {
    const parts: WordPart[] = []
    while (this.next !== '' && !META.has(this.next)) parts.push(...this.#part())
    return parts.length > 0 ? parts : undefined
  }

  /** All of the text as if in double quotes: a here-document, an argument; or up to the quote that ends it. */
  quotedText(end = ''): Word {
    const parts: WordPart[] = []
    for (;;) {
      if (this.at >= this.text.length) {
        if (end === '') return parts
        throw new SyntaxFault('Unterminated quoted string', true)
      }
      if (this.next === end) return parts
      parts.push(...this.#quotedPart(end))
    }
  }

  #part(): WordPart[] {
    switch (this.next) {
      case "'":
        return [{ kind: 'text', text: this.#until("'"), quoted: true }]
      case '"': {
        this.at += 1
        const parts = this.quotedText('"')
        this.at += 1
        return [{ kind: 'text', text: '', quoted: true }, ...parts]
      }
      case '\\':
        this.at += 2
        return [{ kind: 'text', text: this.text[this.at - 1] ?? '\\', quoted: true }]
      case '$':
      case '`':
        return [this.#dollar(false)]
      default:
        return [{ kind: 'text', text: this.#take(), quoted: false }]
    }
  }

  #quotedPart(end: string): WordPart[] {
    if (this.next === '\\') {
      const escaped = this.text[this.at + 1] ?? ''
      this.at += 2
      if (escaped === '\n') return []
      return [{ kind: 'text', text: ['$', '`', '\\', end].includes(escaped) ? escaped : `\\${escaped}`, quoted: true }]
    }
    if (this.next === '$' || this.next === '`') return [this.#dollar(true)]
    return [{ kind: 'text', text: this.#take(), quoted: true }]
  }

  #take(): string {
    return this.text[this.at++]!
  }

  /** From an opening mark to the same mark again. */
  #until(mark: string): string {
    const end = this.text.indexOf(mark, this.at + 1)
    if (end < 0) throw new SyntaxFault('Unterminated quoted string', true)
    const inner = this.text.slice(this.at + 1, end)
    this.at = end + 1
    return inner
  }

  #dollar(quoted: boolean): WordPart {
    if (this.next === '`')
      return { kind: 'substitution', script: this.#parse(this.#until('`').replaceAll(/\\([`$\\])/g, '$1')), quoted }
    if (this.text.startsWith('$((', this.at)) {
      const inner = this.#balanced(3, '))')
      return { kind: 'arithmetic', expression: new WordReader(inner, this.#parse).quotedText(), quoted }
    }
    if (this.text.startsWith('$(', this.at))
      return { kind: 'substitution', script: this.#parse(this.#balanced(2, ')')), quoted }
    if (this.text.startsWith('${', this.at)) return this.#braced(quoted)
    const name = /^\$([A-Za-z_]\w*|[0-9?$#@*!-])/.exec(this.text.slice(this.at))?.[1]
    this.at += 1 + (name?.length ?? 0)
    if (name === undefined) return { kind: 'text', text: '$', quoted }
    return { kind: 'parameter', name, operator: '', argument: [], quoted }
  }

  #braced(quoted: boolean): WordPart {
    const inner = this.#balanced(2, '}', '{')
    const [, length, name, rest = ''] = /^(#?)([A-Za-z_]\w*|[0-9]+|[?$#@*])(.*)$/s.exec(inner) ?? []
    if (name === undefined) throw new SyntaxFault('Bad substitution')
    if (length && rest === '') return { kind: 'parameter', name, operator: 'length', argument: [], quoted }
    const operator = OPERATOR.exec(rest)?.[0] ?? ''
    if (rest !== '' && operator === '') throw new SyntaxFault('Bad substitution')
    const argument = new WordReader(rest.slice(operator.length), this.#parse).quotedText()
    return { kind: 'parameter', name, operator, argument, quoted }
  }

  /** The text between an opening of `skip` letters and its end; quotes and nested brackets inside do not end it. */
  #balanced(skip: number, end: string, open = '('): string {
    const start = (this.at += skip)
    let depth = 0
    for (; this.at < this.text.length; this.at++) {
      if (this.next === '\\') this.at += 1
      else if (this.next === "'") this.at = Math.max(this.at, this.text.indexOf("'", this.at + 1))
      else if (depth === 0 && this.text.startsWith(end, this.at)) {
        const inner = this.text.slice(start, this.at)
        this.at += end.length
        return inner
      } else if (this.next === open) depth += 1
      else if (this.next === end[0]) depth -= 1
    }
    throw new SyntaxFault(`end of file unexpected (expecting "${end}")`, true)
  }
}
