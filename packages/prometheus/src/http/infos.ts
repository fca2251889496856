/**
 * What Prometheus remarks on a query that works and is probably not meant so.
 * Source: prometheus/util/annotations
 */
import { NAME } from '../labels.ts'
import type { Expr } from '../promql/ast.ts'

const OF_COUNTERS: ReadonlySet<string> = new Set(['rate', 'irate', 'increase'])
const COUNTER_NAME = /_(total|sum|count|bucket)$/

export function infosOf(expr: Expr): string[] {
  return [...new Set(remarks(expr))]
}

function remarks(expr: Expr): string[] {
  switch (expr.kind) {
    case 'paren':
    case 'unary':
    case 'subquery':
    case 'aggregation':
      return remarks(expr.expr)
    case 'binary':
      return [...remarks(expr.left), ...remarks(expr.right)]
    case 'call': {
      const own = OF_COUNTERS.has(expr.name) ? expr.args.flatMap((arg) => noCounter(arg)) : []
      return [...own, ...expr.args.flatMap((arg) => remarks(arg))]
    }
    default:
      return []
  }
}

function noCounter(arg: Expr): string[] {
  if (arg.kind !== 'matrix') return []
  const name = arg.vector.matchers.find((it) => it.name === NAME && it.op === '=')?.value
  if (name === undefined || COUNTER_NAME.test(name)) return []
  return [
    `PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(name)}`,
  ]
}
