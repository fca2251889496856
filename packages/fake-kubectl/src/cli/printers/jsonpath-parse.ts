/**
 * A JSONPath template as kubectl has it, `{range .items[*]}{.metadata.name}{"\n"}{end}`, from text to nodes.
 * Source: client-go/util/jsonpath/parser.go.
 */
import { CliFault } from '../errors.ts'

export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'value'; value: number | boolean }
  | { kind: 'field'; name: string }
  | { kind: 'wildcard' }
  | { kind: 'recursive' }
  | { kind: 'slice'; from?: number; to?: number; step?: number; single: boolean }
  | { kind: 'union'; lists: readonly Node[][] }
  | { kind: 'filter'; left: readonly Node[]; operator: string; right: readonly Node[] }
  | { kind: 'range' }
  | { kind: 'end' }

/** A template is text and actions in turn; an action is the nodes between its braces. */
export type Template = readonly (readonly Node[])[]

/** @throws CliFault in kubectl's words */
export function parseTemplate(text: string): Template {
  const actions: Node[][] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('{', at)
    if (open !== at) actions.push([{ kind: 'text', text: text.slice(at, open < 0 ? undefined : open) }])
    if (open < 0) break
    const parser = new ActionParser(text, open + 1)
    actions.push(parser.nodes())
    at = parser.at
  }
  return actions
}

/** `metadata.name`, `.metadata.name` and `{.metadata.name}` mean the same where one field is asked for. */
export function relaxed(path: string): string {
  const [, braced, bare] = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(path) ?? []
  const field = braced ?? bare
  if (field !== undefined) return `{.${field}}`
  throw new CliFault(
    "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
  )
}

const TERMINATOR = /[\s.,[\]$@{}]/

class ActionParser {
  readonly #text: string
  at: number

  constructor(text: string, at: number) {
    this.#text = text
    this.at = at
  }

  nodes(): Node[] {
    const found: Node[] = []
    for (;;) {
      const rest = this.#text.slice(this.at)
      if (rest.startsWith('}')) {
        this.at += 1
        return found
      }
      const node = this.#node(rest, found)
      if (node) found.push(...node)
    }
  }

  #node(rest: string, before: readonly Node[]): Node[] | undefined {
    const first = rest[0]
    if (first === undefined || first === '\n' || first === '\r') throw new CliFault('unclosed action')
    if (rest.startsWith('[?(')) return [this.#filter()]
    if (rest.startsWith('..')) return this.#recursive(before)
    if (' @$'.includes(first)) {
      this.at += 1
      return undefined
    }
    if (first === '[') return this.#array()
    if (first === '"' || first === "'") return [this.#quote(first)]
    if (first === '.') {
      this.at += 1
      return [this.#field()]
    }
    if (/[-+\d]/.test(first)) return [this.#number(rest)]
    if (/[\p{L}_]/u.test(first)) return [this.#identifier()]
    throw new CliFault(
      `unrecognized character in action: U+${first.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} '${first}'`,
    )
  }

  #recursive(before: readonly Node[]): Node[] {
    if (before.at(-1)?.kind === 'recursive') throw new CliFault('invalid multiple recursive descent')
    this.at += 2
    const next = this.#text[this.at] ?? ''
    return /[\p{L}\d_]/u.test(next) ? [{ kind: 'recursive' }, this.#field()] : [{ kind: 'recursive' }]
  }

  #field(): Node {
    let name = ''
    while (this.at < this.#text.length && !TERMINATOR.test(this.#text[this.at]!)) {
      if (this.#text[this.at] === '\\') this.at += 1
      name += this.#text[this.at++] ?? ''
    }
    return name === '*' ? { kind: 'wildcard' } : { kind: 'field', name }
  }

  #number(rest: string): Node {
    const [text = ''] = /^[-+]?[\d.]*/.exec(rest) ?? []
    if (text === '' || Number.isNaN(Number(text))) throw new CliFault(`cannot parse number ${text}`)
    this.at += text.length
    return { kind: 'value', value: Number(text) }
  }

  #identifier(): Node {
    const start = this.at
    while (this.at < this.#text.length && !TERMINATOR.test(this.#text[this.at]!)) this.at += 1
    const name = this.#text.slice(start, this.at)
    if (name === 'true' || name === 'false') return { kind: 'value', value: name === 'true' }
    if (name === 'range' || name === 'end') return { kind: name }
    throw new CliFault(`unrecognized identifier ${name}`)
  }

  #quote(mark: string): Node {
    const start = this.at
    do {
      this.at += 1
      if (this.at >= this.#text.length || this.#text[this.at] === '\n') throw new CliFault('unterminated quoted string')
    } while (this.#text[this.at] !== mark || this.#text[this.at - 1] === '\\')
    this.at += 1
    return { kind: 'text', text: unescaped(this.#text.slice(start + 1, this.at - 1)) }
  }

  #array(): Node[] {
    const close = this.#text.slice(this.at).search(/[\]\n]/)
    if (close < 0 || this.#text[this.at + close] !== ']') throw new CliFault('unterminated array')
    const inside = this.#text.slice(this.at + 1, this.at + close)
    this.at += close + 1
    const parts = inside.split(',')
    if (parts.length === 1) return selector(inside === '*' ? ':' : inside)
    return [{ kind: 'union', lists: parts.map((part) => new ActionParser(`[${part.trim()}]}`, 0).nodes()) }]
  }

  #filter(): Node {
    const text = this.#filterText()
    const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)(.+?)$/s.exec(text) ?? []
    if (left === undefined) return { kind: 'filter', left: action(text), operator: 'exists', right: [] }
    return { kind: 'filter', left: action(left), operator: operator!, right: action(right!) }
  }

  #filterText(): string {
    const start = this.at + 3
    let mark = ''
    for (this.at = start; this.at < this.#text.length; this.at++) {
      const character = this.#text[this.at]!
      if (character === '\n') break
      if (mark === '' && (character === '"' || character === "'")) mark = character
      else if (character === mark && this.#text[this.at - 1] !== '\\') mark = ''
      else if (character === ')' && mark === '') {
        if (this.#text[this.at + 1] !== ']') throw new CliFault('unclosed array expect ]')
        this.at += 2
        return this.#text.slice(start, this.at - 2)
      }
    }
    throw new CliFault('unterminated filter')
  }
}

function action(text: string): Node[] {
  return new ActionParser(`${text}}`, 0).nodes()
}

/** What stands in brackets: `'key'`, `0`, `-1:`, `0:5:2`. */
function selector(text: string): Node[] {
  const [, key] = /^'([^']*)'$/.exec(text) ?? []
  if (key !== undefined) return action(`.${key}`)
  const [all, from, to, step] = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text) ?? []
  if (all === undefined) throw new CliFault(`invalid array index ${text}`)
  const bound = (part: string | undefined): number | undefined =>
    part && part !== ':' ? Number(part.replace(':', '')) : undefined
  const [first, last, every] = [bound(from), bound(to), bound(step)]
  return [
    {
      kind: 'slice',
      single: to === undefined,
      ...(first !== undefined && { from: first }),
      ...(last !== undefined && { to: last }),
      ...(every !== undefined && { step: every }),
    },
  ]
}

const ESCAPED: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }

function unescaped(text: string): string {
  return text.replaceAll(/\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|.)/gs, (_, code: string) =>
    /^[ux]./.test(code) ? String.fromCodePoint(Number.parseInt(code.slice(1), 16)) : (ESCAPED[code] ?? code),
  )
}
