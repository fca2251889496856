/**
 * From a script's text to its nodes.
 * Source: POSIX.1-2024, Shell Command Language, 2.10 Shell Grammar. Lists, pipelines, if, while, until, for, groups,
 * subshells, redirections, here-documents; what is left out is refused by its name.
 */
import { SyntaxFault, type Node, type Redirect, type Word } from './syntax.ts'
import { WordReader } from './words.ts'

const RESERVED = [
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'while',
  'until',
  'for',
  'in',
  'do',
  'done',
  '{',
  '}',
  '!',
  'case',
  'esac',
  'function',
]
const ABSENT = ['case', 'function']
const ASSIGNMENT = /^([A-Za-z_]\w*)=/

/** @throws SyntaxFault */
export function parse(script: string): Node {
  return new Parser(script).script()
}

class Parser {
  readonly #words: WordReader
  readonly #hereDocuments: { delimiter: string; quoted: boolean; fill(text: Word): void }[] = []

  constructor(script: string) {
    this.#words = new WordReader(script, parse)
  }

  script(): Node {
    const node = this.#list([])
    if (this.#words.next === '') return node
    throw new SyntaxFault(`"${this.#words.next}" unexpected`)
  }

  /** Commands until one of the reserved words that end the list, which is left. */
  #list(ends: readonly string[]): Node {
    const nodes: Node[] = []
    for (;;) {
      this.#skipLines()
      const reserved = this.#reserved()
      if (this.#words.next === '' || this.#words.next === ')' || (reserved && ends.includes(reserved))) break
      nodes.push(this.#andOr())
      this.#words.skipBlanks()
      if (this.#words.next === '&') throw new SyntaxFault('"&": background jobs are not simulated')
      if (this.#words.next === ';') this.#words.at += 1
      else if (this.#words.next !== '\n') break
    }
    if (nodes.length === 0 && ends.length > 0) throw this.#unexpected()
    return nodes.length === 1 ? nodes[0]! : { kind: 'sequence', nodes }
  }

  #andOr(): Node {
    let left = this.#pipeline()
    for (;;) {
      this.#words.skipBlanks()
      const operator = this.#words.text.slice(this.#words.at, this.#words.at + 2)
      if (operator !== '&&' && operator !== '||') return left
      this.#words.at += 2
      this.#skipLines()
      left = { kind: operator === '&&' ? 'and' : 'or', left, right: this.#pipeline() }
    }
  }

  #pipeline(): Node {
    const negated = this.#take('!')
    const commands = [this.#command()]
    for (;;) {
      this.#words.skipBlanks()
      if (this.#words.next !== '|' || this.#words.text[this.#words.at + 1] === '|') break
      this.#words.at += 1
      this.#skipLines()
      commands.push(this.#command())
    }
    return commands.length === 1 && !negated ? commands[0]! : { kind: 'pipeline', commands, negated }
  }

  #command(): Node {
    this.#words.skipBlanks()
    const command = this.#compound()
    if (!command) return this.#simple()
    const redirects: Redirect[] = []
    for (let redirect = this.#redirect(); redirect; redirect = this.#redirect()) redirects.push(redirect)
    return redirects.length > 0 ? { kind: 'redirected', command, redirects } : command
  }

  #compound(): Node | undefined {
    if (this.#words.next === '(') return this.#subshell()
    const reserved = this.#reserved()
    if (reserved === undefined || reserved === '!') return undefined
    if (ABSENT.includes(reserved)) throw new SyntaxFault(`"${reserved}" is not simulated`)
    if (this.#take('if')) return this.#if()
    if (this.#take('for')) return this.#for()
    if (this.#take('{')) return this.#ending('}')
    const until = reserved === 'until'
    if (!this.#take('while') && !this.#take('until')) throw this.#unexpected()
    return { kind: 'loop', until, condition: this.#ending('do'), body: this.#ending('done') }
  }

  #subshell(): Node {
    this.#words.at += 1
    const body = this.#list([])
    if (this.#words.next !== ')') throw this.#unexpected()
    this.#words.at += 1
    return { kind: 'subshell', body }
  }

  #if(): Node {
    const branches: [Node, Node][] = []
    for (;;) {
      const condition = this.#ending('then')
      branches.push([condition, this.#list(['elif', 'else', 'fi'])])
      if (this.#take('elif')) continue
      const otherwise = this.#take('else') ? this.#list(['fi']) : undefined
      this.#expect('fi')
      return { kind: 'if', branches, otherwise }
    }
  }

  #for(): Node {
    this.#words.skipBlanks()
    const name = plain(this.#words.word())
    if (name === undefined) throw this.#unexpected()
    this.#skipLines()
    const words: Word[] = []
    const listed = this.#take('in')
    if (listed) for (let word = this.#wordHere(); word; word = this.#wordHere()) words.push(word)
    this.#words.skipBlanks()
    if (this.#words.next === ';') this.#words.at += 1
    this.#skipLines()
    this.#expect('do')
    return { kind: 'for', name, words: listed ? words : undefined, body: this.#ending('done') }
  }

  #simple(): Node {
    const assignments: [string, Word][] = []
    const words: Word[] = []
    const redirects: Redirect[] = []
    for (;;) {
      const redirect = this.#redirect()
      if (redirect) {
        redirects.push(redirect)
        continue
      }
      const word = this.#wordHere()
      if (!word) break
      const assignment = words.length === 0 ? assigned(word) : undefined
      if (assignment) assignments.push(assignment)
      else words.push(word)
    }
    if (words.length + assignments.length + redirects.length === 0) throw this.#unexpected()
    const command: Node = { kind: 'simple', assignments, words }
    return redirects.length > 0 ? { kind: 'redirected', command, redirects } : command
  }

  #redirect(): Redirect | undefined {
    this.#words.skipBlanks()
    const match = /^(\d?)(<<|<&|>&|>>|>\||<|>)/.exec(this.#words.text.slice(this.#words.at, this.#words.at + 4))
    if (!match) return undefined
    const [whole, digit, operator = ''] = match
    this.#words.at += whole.length
    const target = this.#wordHere()
    if (!target) throw this.#unexpected()
    if (operator.startsWith('<<')) return this.#hereDocument(target)
    const fd = digit ? Number(digit) : operator.startsWith('<') ? 0 : 1
    if (operator === '>&' || operator === '<&') return { kind: 'copy', fd, from: Number(plain(target)) }
    return { kind: 'file', fd, operator: operator === '>|' ? '>' : (operator as '<' | '>' | '>>'), target }
  }

  #hereDocument(delimiter: Word): Redirect {
    const redirect: { kind: 'here'; text: Word } = { kind: 'here', text: [] }
    const quoted = delimiter.some((part) => part.quoted)
    const word = delimiter.map((part) => (part.kind === 'text' ? part.text : '')).join('')
    this.#hereDocuments.push({ delimiter: word, quoted, fill: (text) => (redirect.text = text) })
    return redirect
  }

  /** After the end of a line come the here-documents it announced. */
  #skipLines(): void {
    for (this.#words.skipBlanks(); this.#words.next === '\n'; this.#words.skipBlanks()) {
      this.#words.at += 1
      for (const document of this.#hereDocuments.splice(0)) this.#readDocument(document)
    }
  }

  #readDocument({ delimiter, quoted, fill }: { delimiter: string; quoted: boolean; fill(text: Word): void }): void {
    const lines: string[] = []
    for (;;) {
      if (this.#words.next === '') throw new SyntaxFault('here-document ends at the end of the file', true)
      const end = this.#words.text.indexOf('\n', this.#words.at)
      const line = this.#words.text.slice(this.#words.at, end < 0 ? undefined : end)
      this.#words.at = end < 0 ? this.#words.text.length : end
      if (line === delimiter) break
      lines.push(`${line}\n`)
      this.#words.at += 1
    }
    // The end of the delimiter's line ends the command's line, too.
    const text = lines.join('')
    fill(quoted ? [{ kind: 'text', text, quoted: true }] : new WordReader(text, parse).quotedText())
  }

  #ending(end: string): Node {
    const node = this.#list([end])
    this.#expect(end)
    return node
  }

  #expect(reserved: string): void {
    if (!this.#take(reserved)) throw this.#unexpected(` (expecting "${reserved}")`)
  }

  #take(reserved: string): boolean {
    if (this.#reserved() !== reserved) return false
    this.#words.at += reserved.length
    return true
  }

  /** The reserved word that stands here, where a command may begin. */
  #reserved(): string | undefined {
    this.#words.skipBlanks()
    const text = /^[^\s;&|<>()]+/.exec(this.#words.text.slice(this.#words.at, this.#words.at + 12))?.[0]
    return text !== undefined && RESERVED.includes(text) ? text : undefined
  }

  #wordHere(): Word | undefined {
    this.#words.skipBlanks()
    return this.#words.word()
  }

  #unexpected(more = ''): SyntaxFault {
    const { next, text, at } = this.#words
    if (next === '') return new SyntaxFault(`end of file unexpected${more}`, true)
    const what = next === '\n' ? 'newline' : `"${/^(&&|\|\||[^\s;&|<>()]+|.)/.exec(text.slice(at))?.[0] ?? next}"`
    return new SyntaxFault(`${what} unexpected${more}`)
  }
}

function plain(word: Word | undefined): string | undefined {
  const parts = word?.map((part) => (part.kind === 'text' ? part.text : undefined))
  return parts?.some((part) => part === undefined) ? undefined : parts?.join('')
}

function assigned(word: Word): [string, Word] | undefined {
  const lead = word.map((part) => (part.kind === 'text' && !part.quoted ? part.text : '\0')).join('')
  const name = ASSIGNMENT.exec(lead)?.[1]
  return name === undefined ? undefined : [name, word.slice(name.length + 1)]
}
