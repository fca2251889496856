/**
 * One expression at one moment.
 */
import { NAME, withoutName, type Labels } from '../labels.ts'
import type { Call, Expr } from '../promql/ast.ts'
import { aggregate } from './aggregate.ts'
import { arithmetic, combine } from './binary.ts'
import { histogramQuantile } from './functions/histogram.ts'
import { labelJoin, labelReplace } from './functions/labels.ts'
import { EACH } from './functions/each.ts'
import { OVER_TIME } from './functions/over-time.ts'
import { DATE_PARTS } from './functions/date.ts'
import type { Query } from './query.ts'
import type { Ranges, Sample, Value } from './value.ts'

export function evaluate(query: Query, expr: Expr, atMs: number): Value {
  switch (expr.kind) {
    case 'number':
      return scalar(expr.value)
    case 'string':
      return { type: 'string', value: expr.value }
    case 'paren':
      return evaluate(query, expr.expr, atMs)
    case 'vector':
      return vector(query.instant(expr, atMs))
    case 'matrix':
      return { type: 'matrix', ranges: query.range(expr.vector, expr.rangeMs, atMs) }
    case 'subquery':
      return { type: 'matrix', ranges: query.subquery(expr, atMs) }
    case 'unary':
      return negated(evaluate(query, expr.expr, atMs), expr.op)
    case 'aggregation': {
      const parameter = expr.parameter && evaluate(query, expr.parameter, atMs)
      return vector(aggregate(expr, samples(query, expr.expr, atMs), parameter))
    }
    case 'binary': {
      const [left, right] = [evaluate(query, expr.left, atMs), evaluate(query, expr.right, atMs)]
      return left.type === 'scalar' && right.type === 'scalar'
        ? scalar(arithmetic(expr.op, left.value, right.value))
        : vector(combine(expr, left, right))
    }
    case 'call':
      return call(query, expr, atMs)
  }
}

function call(query: Query, { name, args }: Call, atMs: number): Value {
  const number = (i: number) => (evaluate(query, args[i]!, atMs) as { value: number }).value
  const text = (i: number) => (evaluate(query, args[i]!, atMs) as { value: string }).value
  const many = (i: number) => samples(query, args[i]!, atMs)
  const overTime = OVER_TIME[name]
  if (overTime) {
    const at = args.findIndex((arg) => isRange(arg))
    const parameters = args.flatMap((_, i) => (i === at ? [] : [number(i)]))
    return vector(
      eachStretch(ranges(query, args[at]!, atMs), name, (stretch, range) =>
        overTime(stretch, { ...range, atMs }, parameters),
      ),
    )
  }
  const each = EACH[name]
  if (each) {
    const parameters = args.slice(1).map((_, i) => number(i + 1))
    return vector(
      many(0).map(({ labels, value }) => ({ labels: withoutName(labels), value: each(value, ...parameters) })),
    )
  }
  const datePart = DATE_PARTS[name]
  if (datePart) {
    const now = [{ labels: {}, value: (atMs + query.shownOffsetMs) / 1000 }]
    return vector(
      (args.length > 0 ? many(0) : now).map(({ labels, value }) => ({
        labels: withoutName(labels),
        value: datePart(value),
      })),
    )
  }
  switch (name) {
    case 'time':
      return scalar((atMs + query.shownOffsetMs) / 1000)
    case 'pi':
      return scalar(Math.PI)
    case 'vector':
      return vector([{ labels: {}, value: number(0) }])
    case 'scalar': {
      const [only, more] = many(0)
      return scalar(only && !more ? only.value : NaN)
    }
    case 'timestamp':
      return vector(timestamps(query, args[0]!, atMs))
    case 'sort':
      return vector([...many(0)].sort((a, b) => ascending(a.value, b.value)))
    case 'sort_desc':
      return vector([...many(0)].sort((a, b) => ascending(-a.value, -b.value)))
    case 'absent':
      return vector(many(0).length > 0 ? [] : [{ labels: impliedLabels(args[0]!), value: 1 }])
    case 'absent_over_time':
      return vector(
        ranges(query, args[0]!, atMs).stretches.length > 0 ? [] : [{ labels: impliedLabels(args[0]!), value: 1 }],
      )
    case 'histogram_quantile':
      return vector(histogramQuantile(number(0), many(1)))
    case 'label_replace':
      return vector(labelReplace(many(0), text(1), text(2), text(3), text(4)))
    case 'label_join':
      return vector(
        labelJoin(
          many(0),
          text(1),
          text(2),
          args.slice(3).map((_, i) => text(i + 3)),
        ),
      )
    default:
      throw new Error(`function ${name} has a signature and no meaning`)
  }
}

function eachStretch(
  { startMs, endMs, stretches }: Ranges,
  name: string,
  work: (stretch: Ranges['stretches'][number], range: { startMs: number; endMs: number }) => number | undefined,
): Sample[] {
  // Of these the value is still the metric's own.
  const keepsName = name === 'last_over_time'
  return stretches.flatMap((stretch) => {
    const value = work(stretch, { startMs, endMs })
    return value === undefined ? [] : [{ labels: keepsName ? stretch.labels : withoutName(stretch.labels), value }]
  })
}

function timestamps(query: Query, expr: Expr, atMs: number): Sample[] {
  const seconds = (ms: number) => (ms + query.shownOffsetMs) / 1000
  const selector = expr.kind === 'paren' ? expr.expr : expr
  const taken = selector.kind === 'vector' ? query.instant(selector, atMs) : samples(query, expr, atMs)
  return taken.map((it) => ({
    labels: withoutName(it.labels),
    value: seconds('takenMs' in it ? (it.takenMs as number) : atMs),
  }))
}

/** What is known of a series that is not there: what its selector demands. */
function impliedLabels(expr: Expr): Labels {
  const selector = expr.kind === 'matrix' ? expr.vector : expr
  if (selector.kind === 'paren') return impliedLabels(selector.expr)
  if (selector.kind !== 'vector') return {}
  const named = selector.matchers.filter(({ name }) => name !== NAME)
  const once = named.filter(({ name, op }) => op === '=' && named.filter((it) => it.name === name).length === 1)
  return Object.fromEntries(once.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]))
}

function isRange(expr: Expr): boolean {
  return expr.kind === 'matrix' || expr.kind === 'subquery' || (expr.kind === 'paren' && isRange(expr.expr))
}

function ranges(query: Query, expr: Expr, atMs: number): Ranges {
  return (evaluate(query, expr, atMs) as { ranges: Ranges }).ranges
}

function samples(query: Query, expr: Expr, atMs: number): readonly Sample[] {
  return (evaluate(query, expr, atMs) as { samples: readonly Sample[] }).samples
}

function negated(value: Value, op: '+' | '-'): Value {
  if (op === '+') return value
  if (value.type === 'scalar') return scalar(-value.value)
  const { samples: all } = value as { samples: readonly Sample[] }
  return vector(all.map(({ labels, value: it }) => ({ labels: withoutName(labels), value: -it })))
}

/** NaN stands last, whichever way it is sorted. */
function ascending(a: number, b: number): number {
  return Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b
}

function scalar(value: number): Value {
  return { type: 'scalar', value }
}

function vector(all: readonly Sample[]): Value {
  return { type: 'vector', samples: all }
}
