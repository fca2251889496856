/**
 * Text to tree, by Prometheus' own grammar for editors (`@prometheus-io/lezer-promql`). That grammar lets `offset`, `@`
 * and `[…]` take a whole expression; as in Prometheus itself, they bind to what stands right before them.
 */
import { parser } from '@prometheus-io/lezer-promql'
import type { SyntaxNode } from '@lezer/common'
import { matcher, NAME, type Matcher, type MatchOp } from '../labels.ts'
import { ParseError, type At, type Expr, type Matching, type VectorSelector } from './ast.ts'
import { checked } from './check.ts'
import { numberOf, spanOf, stringOf } from './literals.ts'

const NO_MATCHING: Matching = { on: false, labels: [], include: [] }
const known = new Map<string, Expr>()
const MOST_KNOWN = 1000

/**
 * @throws ParseError for what is no query, or one whose types do not fit
 * @example parse('sum by (pod) (rate(http_requests_total{code=~"5.."}[5m]))').kind // 'aggregation'
 */
export function parse(query: string): Expr {
  const found = known.get(query)
  if (found) return found
  const expr = checked(query, new Reader(query).read())
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(query, expr)
  return expr
}

class Reader {
  readonly #query: string

  constructor(query: string) {
    this.#query = query
  }

  read(): Expr {
    if (this.#query.trim() === '') throw new ParseError(this.#query, 0, 'no expression found in input')
    const tree = parser.parse(this.#query)
    const cursor = tree.cursor()
    do if (cursor.type.isError) throw this.#unexpected(cursor.node)
    while (cursor.next())
    return this.#expr(tree.topNode.firstChild!)
  }

  #unexpected({ from, to, prevSibling, parent }: SyntaxNode): ParseError {
    const text = this.#query.slice(from, to) || this.#query.slice(from).trimStart().slice(0, 1)
    const what = text === '' ? 'end of input' : JSON.stringify(text)
    const unknown = /^[a-zA-Z_]\w*$/.exec(this.#query.slice(prevSibling?.from ?? from, from).trim())
    const isCall = text.startsWith('(') && parent?.name !== 'FunctionCall' && unknown
    if (isCall) return new ParseError(this.#query, prevSibling!.from, `unknown function with name "${unknown[0]}"`)
    return new ParseError(this.#query, from, `unexpected ${what}`)
  }

  #expr(node: SyntaxNode): Expr {
    switch (node.name) {
      case 'ParenExpr':
        return { kind: 'paren', expr: this.#expr(node.firstChild!) }
      case 'NumberDurationLiteral':
        return { kind: 'number', value: this.#number(node) }
      case 'StringLiteral':
        return { kind: 'string', value: this.#string(node) }
      case 'VectorSelector':
        return this.#selector(node)
      case 'UnaryExpr':
        return { kind: 'unary', op: this.#text(node.firstChild!) as '+' | '-', expr: this.#expr(node.lastChild!) }
      case 'BinaryExpr':
        return this.#binary(node)
      case 'AggregateExpr':
        return this.#aggregation(node)
      case 'FunctionCall':
        return { kind: 'call', name: this.#text(node.firstChild!), args: this.#args(node) }
      case 'MatrixSelector':
      case 'SubqueryExpr':
      case 'OffsetExpr':
      case 'StepInvariantExpr':
        return bound(this.#expr(node.firstChild!), (expr) => this.#suffix(node, expr))
      default:
        throw new ParseError(this.#query, node.from, `${JSON.stringify(this.#text(node))} is not supported here`)
    }
  }

  #binary(node: SyntaxNode): Expr {
    const children = childrenOf(node)
    const op = this.#text(children[1]!).toLowerCase()
    const right = this.#expr(children.at(-1)!)
    const bool = children.some(({ name }) => name === 'BoolModifier')
    const clause = children.find(({ name }) => name === 'MatchingModifierClause')
    const fill = children.find(({ name }) => name.startsWith('Fill'))
    if (fill) throw new ParseError(this.#query, fill.from, 'fill modifiers are not supported')
    const matching = clause ? this.#matching(clause) : NO_MATCHING
    const left = this.#expr(children[0]!)
    const isNegative = left.kind === 'number' && /^[-+]/.test(this.#text(children[0]!))
    if (op === '^' && isNegative) {
      // The grammar takes the sign for the literal's; it is the power's.
      const power: Expr = {
        kind: 'binary',
        op,
        left: { kind: 'number', value: Math.abs(left.value) },
        right,
        bool,
        matching,
      }
      return left.value < 0 ? { kind: 'unary', op: '-', expr: power } : power
    }
    return { kind: 'binary', op, left, right, bool, matching }
  }

  #matching(clause: SyntaxNode): Matching {
    const children = childrenOf(clause)
    const side = children.find(({ name }) => name === 'GroupLeft' || name === 'GroupRight')
    const [labels, include] = children.filter(({ name }) => name === 'GroupingLabels')
    return {
      on: children[0]!.name === 'On',
      labels: this.#grouping(labels),
      include: this.#grouping(include),
      ...(side && { many: side.name === 'GroupLeft' ? 'left' : 'right' }),
    }
  }

  #aggregation(node: SyntaxNode): Expr {
    const modifier = node.getChild('AggregateModifier')
    const args = this.#args(node)
    const op = this.#text(node.firstChild!).toLowerCase()
    const expr = args.at(-1)
    if (!expr) throw new ParseError(this.#query, node.from, `no arguments for aggregate expression provided`)
    return {
      kind: 'aggregation',
      op,
      expr,
      ...(args.length > 1 && { parameter: args[0] }),
      without: modifier?.firstChild?.name === 'Without',
      grouping: this.#grouping(modifier?.getChild('GroupingLabels') ?? undefined),
    }
  }

  #args(node: SyntaxNode): Expr[] {
    return childrenOf(node.getChild('FunctionCallBody')!).map((child) => this.#expr(child))
  }

  #grouping(node: SyntaxNode | undefined): string[] {
    return node ? childrenOf(node).map((it) => (it.name === 'LabelName' ? this.#text(it) : this.#quoted(it))) : []
  }

  #quoted(node: SyntaxNode): string {
    return this.#string(node.firstChild!)
  }

  #suffix(node: SyntaxNode, expr: Expr): Expr {
    const fault = (message: string) => new ParseError(this.#query, node.from, message)
    if (node.name === 'MatrixSelector') {
      if (expr.kind !== 'vector') throw fault('ranges only allowed for vector selectors')
      if (expr.offsetMs !== 0) throw fault('no offset modifiers allowed before range')
      if (expr.at !== undefined) throw fault('no @ modifiers allowed before range')
      return { kind: 'matrix', vector: expr, rangeMs: this.#span(node, 0) }
    }
    if (node.name === 'SubqueryExpr') {
      const stepMs = node.getChildren('DurationExpr').length > 1 ? this.#span(node, 1) : undefined
      return { kind: 'subquery', expr, rangeMs: this.#span(node, 0), stepMs, offsetMs: 0 }
    }
    if (node.name === 'OffsetExpr') {
      const offsetMs = this.#duration(node.getChild('OffsetDurationExpr')!)
      return shifted(expr, { offsetMs }, () =>
        fault('offset modifier must be preceded by an instant vector selector or range vector selector or a subquery'),
      )
    }
    return shifted(expr, { at: this.#at(node) }, () =>
      fault('@ modifier must be preceded by an instant vector selector or range vector selector or a subquery'),
    )
  }

  #span(node: SyntaxNode, index: number): number {
    const span = node.getChildren('DurationExpr')[index]!
    const ms = this.#duration(span)
    if (ms <= 0) throw new ParseError(this.#query, span.from, 'duration must be greater than 0')
    return ms
  }

  #duration(node: SyntaxNode): number {
    return this.#literal(node, spanOf)
  }

  #at(node: SyntaxNode): At {
    const named = node.getChild('AtModifierPreprocessors')
    if (named) return named.firstChild!.name === 'AtStart' ? 'start' : 'end'
    return Math.round(this.#number(node.getChild('NumberDurationLiteral')!) * 1000)
  }

  #number(node: SyntaxNode): number {
    return this.#literal(node, numberOf)
  }

  #selector(node: SyntaxNode): VectorSelector {
    const matchers: Matcher[] = []
    const name = node.getChild('Identifier')
    if (name) matchers.push(matcher(NAME, '=', this.#text(name)))
    for (const child of childrenOf(node.getChild('LabelMatchers'))) matchers.push(this.#matcher(child))
    if (name && matchers.slice(1).some((it) => it.name === NAME)) {
      throw new ParseError(
        this.#query,
        node.from,
        `metric name must not be set twice: ${JSON.stringify(this.#text(name))} or more`,
      )
    }
    if (matchers.every(({ matches }) => matches(''))) {
      throw new ParseError(this.#query, node.from, 'vector selector must contain at least one non-empty matcher')
    }
    return { kind: 'vector', matchers, offsetMs: 0 }
  }

  #matcher(node: SyntaxNode): Matcher {
    if (node.name === 'QuotedLabelName') return matcher(NAME, '=', this.#quoted(node))
    const name = node.firstChild!
    const label = name.name === 'LabelName' ? this.#text(name) : this.#quoted(name)
    const op = this.#text(node.getChild('MatchOp')!) as MatchOp
    const value = this.#string(node.getChild('StringLiteral')!)
    return this.#literal(node, () => matcher(label, op, value))
  }

  #string(node: SyntaxNode): string {
    return this.#literal(node, stringOf)
  }

  /** What a part of the text means by itself. */
  #literal<T>(node: SyntaxNode, meaning: (text: string) => T): T {
    try {
      return meaning(this.#text(node))
    } catch (fault) {
      if (!(fault instanceof RangeError)) throw fault
      throw new ParseError(this.#query, node.from, fault.message)
    }
  }

  #text({ from, to }: SyntaxNode): string {
    return this.#query.slice(from, to)
  }
}

function childrenOf(node: SyntaxNode | null): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node?.firstChild ?? null; child; child = child.nextSibling)
    if (child.name !== 'LineComment') children.push(child)
  return children
}

/** Gives a suffix to what stands right before it: the last operand. */
function bound(expr: Expr, suffix: (expr: Expr) => Expr): Expr {
  if (expr.kind === 'binary') return { ...expr, right: bound(expr.right, suffix) }
  if (expr.kind === 'unary') return { ...expr, expr: bound(expr.expr, suffix) }
  return suffix(expr)
}

function shifted(expr: Expr, shift: { offsetMs?: number; at?: At }, fault: () => ParseError): Expr {
  if (expr.kind === 'vector' || expr.kind === 'subquery') return { ...expr, ...shift }
  if (expr.kind === 'matrix') return { ...expr, vector: { ...expr.vector, ...shift } }
  throw fault()
}
