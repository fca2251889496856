/**
 * Go templates, as much of text/template as kubectl's users write: fields, variables, pipes, if, range, with, and the
 * functions and, base64decode, eq, exists, ge, gt, html, index, le, len, lt, ne, not, or, print, printf, println.
 * What is not here is refused by its name. Source: text/template; cli-runtime/pkg/printers/template.go.
 */
import { CliFault } from '../errors.ts'
import { goText, type Wire } from '../wire.ts'
import { evaluate, type Scope } from './go-template-expression.ts'

type Node =
  | { kind: 'text'; text: string }
  | { kind: 'value'; expression: string }
  | { kind: 'if' | 'range' | 'with'; expression: string; body: Node[]; otherwise: Node[] }

type Options = { readonly missingIsFault: boolean }

/** @throws CliFault `error parsing template …` */
export function goTemplate(template: string, options: Options): (object: Wire) => string {
  const tokens = tokensIn(template)
  const parse = new Parser(tokens, template)
  const nodes = parse.block()
  return (object) => {
    try {
      return render(nodes, { dot: object, variables: new Map([['$', object]]), ...options })
    } catch (fault) {
      throw new CliFault(`error executing template ${JSON.stringify(template)}: ${(fault as Error).message}`)
    }
  }
}

/** Text and `{{…}}` in turn; `{{-` and `-}}` eat the space around them. */
function tokensIn(template: string): string[] {
  const trimmed = template.replaceAll(/\s*\{\{- /g, '{{').replaceAll(/ -\}\}\s*/g, '}}')
  return trimmed.split(/(\{\{(?:"(?:[^"\\]|\\.)*"|`[^`]*`|[^"`])*?\}\})/g).filter((token) => token !== '')
}

class Parser {
  readonly #tokens: string[]
  readonly #template: string
  #depth = 0

  constructor(tokens: string[], template: string) {
    this.#tokens = tokens
    this.#template = template
  }

  block(): Node[] {
    const nodes: Node[] = []
    while (this.#tokens.length > 0 && !/^\{\{(end|else)\b/.test(this.#tokens[0]!)) nodes.push(...this.#node())
    if (this.#tokens.length > 0 && this.#depth === 0) throw this.#fault(`unexpected ${this.#tokens[0]}`)
    return nodes
  }

  #node(): Node[] {
    const token = this.#tokens.shift()!
    if (!token.startsWith('{{')) return [{ kind: 'text', text: token }]
    const inside = token.slice(2, -2).trim()
    if (/^\/\*.*\*\/$/s.test(inside)) return []
    const [, kind, expression = ''] = /^(if|range|with)\s+(.*)$/s.exec(inside) ?? []
    if (kind === undefined) return [{ kind: 'value', expression: inside }]
    return [this.#branch(kind as 'if', expression)]
  }

  #branch(kind: 'if' | 'range' | 'with', expression: string): Node {
    this.#depth += 1
    const body = this.block()
    const closing = this.#tokens.shift()?.slice(2, -2).trim()
    this.#depth -= 1
    if (closing === 'end') return { kind, expression, body, otherwise: [] }
    const [, elseIf] = /^else\s+if\s+(.*)$/s.exec(closing ?? '') ?? []
    if (elseIf !== undefined) return { kind, expression, body, otherwise: [this.#branch('if', elseIf)] }
    if (closing !== 'else') throw this.#fault('unexpected EOF')
    this.#depth += 1
    const otherwise = this.block()
    this.#depth -= 1
    if (this.#tokens.shift() === undefined) throw this.#fault('unexpected EOF')
    return { kind, expression, body, otherwise }
  }

  #fault(why: string): CliFault {
    return new CliFault(`error parsing template ${this.#template}, template: output:1: ${why}`)
  }
}

function render(nodes: readonly Node[], scope: Scope): string {
  return nodes.map((node) => renderOne(node, scope)).join('')
}

function renderOne(node: Node, scope: Scope): string {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'value':
      return valueText(node.expression, scope)
    case 'range':
      return renderRange(node, scope)
    default: {
      const inner: Scope = { ...scope, variables: new Map(scope.variables) }
      const value = declared(node.expression, inner)
      if (!isTrue(value)) return render(node.otherwise, scope)
      return render(node.body, node.kind === 'with' ? { ...inner, dot: value } : inner)
    }
  }
}

function valueText(expression: string, scope: Scope): string {
  if (/^\$\w*\s*:?=/.test(expression)) {
    declared(expression, scope)
    return ''
  }
  const value = evaluate(expression, scope)
  return value === undefined || value === null ? '<no value>' : goText(value)
}

function renderRange(node: Node & { kind: 'if' | 'range' | 'with' }, scope: Scope): string {
  const [, first, second, expression] = /^(\$\w+)(?:\s*,\s*(\$\w+))?\s*:=\s*(.*)$/s.exec(node.expression) ?? []
  const entries = entriesOf(evaluate(expression ?? node.expression, scope))
  if (entries.length === 0) return render(node.otherwise, scope)
  return entries
    .map(([key, value]) => {
      const variables = new Map(scope.variables)
      if (second) variables.set(first!, key).set(second, value)
      else if (first) variables.set(first, value)
      return render(node.body, { ...scope, dot: value, variables })
    })
    .join('')
}

function declared(expression: string, scope: Scope): Wire {
  const [, name, value] = /^(\$\w*)\s*:?=\s*(.*)$/s.exec(expression) ?? []
  const found = evaluate(value ?? expression, scope)
  if (name !== undefined) scope.variables.set(name, found)
  return found
}

function entriesOf(value: Wire): [Wire, Wire][] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value.map((item, i) => [i, item])
  if (typeof value === 'number') return Array.from({ length: value }, (_, i) => [i, i])
  if (typeof value !== 'object') throw new CliFault(`range can't iterate over ${goText(value)}`)
  return Object.keys(value)
    .sort()
    .map((key) => [key, value[key]])
}

export function isTrue(value: Wire): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return Boolean(value)
}
