/**
 * Do the types of a query fit? Its messages are Prometheus'.
 * Source: prometheus/promql/parser/parse.go, checkAST.
 */
import {
  COMPARISONS,
  ParseError,
  SET_OPERATORS,
  type Aggregation,
  type Binary,
  type Call,
  type Expr,
  type ValueType,
} from './ast.ts'
import { SIGNATURES } from './signatures.ts'

const AGGREGATIONS: Readonly<Record<string, ValueType | undefined>> = {
  ...Object.fromEntries('sum avg min max count group stddev stdvar'.split(' ').map((op) => [op, undefined])),
  topk: 'scalar',
  bottomk: 'scalar',
  quantile: 'scalar',
  count_values: 'string',
}

/** @throws ParseError where they do not */
export function checked(query: string, expr: Expr): Expr {
  check(expr, (message) => {
    throw new ParseError(query, 0, message)
  })
  return expr
}

type Refuse = (message: string) => never

export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'vector':
    case 'aggregation':
      return 'instant vector'
    case 'matrix':
    case 'subquery':
      return 'range vector'
    case 'paren':
    case 'unary':
      return typeOf(expr.expr)
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'instant vector'
    case 'call':
      return SIGNATURES.get(expr.name)?.gives ?? 'instant vector'
  }
}

function check(expr: Expr, refuse: Refuse): void {
  switch (expr.kind) {
    case 'paren':
      return check(expr.expr, refuse)
    case 'unary':
      check(expr.expr, refuse)
      return expects(
        expr.expr,
        ['scalar', 'instant vector'],
        `unary expression only allowed on expressions of type scalar or instant vector, got "${typeOf(expr.expr)}"`,
        refuse,
      )
    case 'subquery':
      check(expr.expr, refuse)
      return expects(
        expr.expr,
        ['scalar', 'instant vector'],
        `subquery is only allowed on instant vector, got ${typeOf(expr.expr)} instead`,
        refuse,
      )
    case 'call':
      return checkCall(expr, refuse)
    case 'aggregation':
      return checkAggregation(expr, refuse)
    case 'binary':
      return checkBinary(expr, refuse)
    default:
  }
}

function expects(expr: Expr, types: readonly ValueType[], message: string, refuse: Refuse): void {
  if (!types.includes(typeOf(expr))) refuse(message)
}

function checkCall({ name, args }: Call, refuse: Refuse): void {
  const signature = SIGNATURES.get(name)
  if (!signature) return refuse(`unknown function with name "${name}"`)
  const { takes, optional, variadic } = signature
  const least = takes.length - optional
  const wrong = (bound: string, count: number) =>
    refuse(`expected ${bound}${count} argument(s) in call to "${name}", got ${args.length}`)
  if (args.length < least) wrong(optional > 0 ? 'at least ' : '', least)
  if (!variadic && args.length > takes.length) wrong(optional > 0 ? 'at most ' : '', takes.length)
  for (const [i, arg] of args.entries()) {
    check(arg, refuse)
    const type = takes[Math.min(i, takes.length - 1)]!
    expects(arg, [type], `expected type ${type} in call to function "${name}", got ${typeOf(arg)}`, refuse)
  }
}

function checkAggregation({ op, expr, parameter }: Aggregation, refuse: Refuse): void {
  if (!(op in AGGREGATIONS)) return refuse(`the aggregation "${op}" is experimental, and not supported`)
  check(expr, refuse)
  expects(
    expr,
    ['instant vector'],
    `expected type instant vector in aggregation expression, got ${typeOf(expr)}`,
    refuse,
  )
  const type = AGGREGATIONS[op]
  const count = (parameter ? 1 : 0) + 1
  const wanted = type ? 2 : 1
  if (count !== wanted)
    return refuse(`wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${count}`)
  if (!type || !parameter) return
  check(parameter, refuse)
  expects(parameter, [type], `expected type ${type} in aggregation parameter, got ${typeOf(parameter)}`, refuse)
}

function checkBinary({ op, left, right, bool, matching }: Binary, refuse: Refuse): void {
  check(left, refuse)
  check(right, refuse)
  const types = [typeOf(left), typeOf(right)]
  if (types.some((type) => type !== 'scalar' && type !== 'instant vector'))
    refuse('binary expression must contain only scalar and instant vector types')
  if (bool && !COMPARISONS.has(op)) refuse('bool modifier can only be used on comparison operators')
  const scalars = types.filter((type) => type === 'scalar').length
  if (scalars === 2 && COMPARISONS.has(op) && !bool) refuse('comparisons between scalars must use BOOL modifier')
  if (SET_OPERATORS.has(op)) {
    if (scalars > 0) refuse(`set operator "${op}" not allowed in binary scalar expression`)
    if (matching.many) refuse(`no grouping allowed for "${op}" operation`)
  }
  if (scalars > 0 && (matching.on || matching.labels.length > 0))
    refuse('vector matching only allowed between instant vectors')
  const doubled = matching.on ? matching.include.find((label) => matching.labels.includes(label)) : undefined
  if (doubled) refuse(`label "${doubled}" must not occur in ON and GROUP clause at once`)
}
