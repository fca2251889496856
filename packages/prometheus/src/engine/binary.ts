/**
 * Operators between vectors: which series of one side meets which of the other, and what comes of it.
 * Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
 */
import { except, keyOf, NAME, only, withLabel, withoutName, type Labels } from '../labels.ts'
import { COMPARISONS, SET_OPERATORS, type Binary, type Matching } from '../promql/ast.ts'
import { ExecutionError, type Sample, type Value } from './value.ts'

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
  atan2: (a, b) => Math.atan2(a, b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '>': (a, b) => Number(a > b),
  '<': (a, b) => Number(a < b),
  '>=': (a, b) => Number(a >= b),
  '<=': (a, b) => Number(a <= b),
}

/** Comparisons come to 1 or 0. */
export function arithmetic(op: string, a: number, b: number): number {
  const operator = OPERATORS[op]
  if (!operator) throw new ExecutionError(`the operator "${op}" is not supported`)
  return operator(a, b)
}

/** At least one of the two is a vector. */
export function combine(binary: Binary, left: Value, right: Value): Sample[] {
  if (left.type === 'vector' && right.type === 'vector') {
    if (SET_OPERATORS.has(binary.op)) return combineSets(binary, left.samples, right.samples)
    return combineVectors(binary, left.samples, right.samples)
  }
  if (left.type === 'vector') return withScalar(binary, left.samples, (value) => [value, numberOf(right)])
  return withScalar(binary, (right as { samples: readonly Sample[] }).samples, (value) => [numberOf(left), value])
}

function numberOf(value: Value): number {
  return (value as { value: number }).value
}

function withScalar(
  { op, bool }: Binary,
  samples: readonly Sample[],
  operands: (value: number) => [number, number],
): Sample[] {
  const filters = COMPARISONS.has(op) && !bool
  return samples.flatMap((sample) => {
    const value = arithmetic(op, ...operands(sample.value))
    if (filters) return value === 1 ? [sample] : []
    return [{ labels: withoutName(sample.labels), value }]
  })
}

/** By what a series is met. */
function meeting({ on, labels }: Matching): (of: Labels) => string {
  return (of) => keyOf(on ? only(of, labels) : except(of, [...labels, NAME]))
}

function combineSets({ op, matching }: Binary, left: readonly Sample[], right: readonly Sample[]): Sample[] {
  const key = meeting(matching)
  const has = (samples: readonly Sample[]) => {
    const keys = new Set(samples.map(({ labels }) => key(labels)))
    return ({ labels }: Sample) => keys.has(key(labels))
  }
  const [inLeft, inRight] = [has(left), has(right)]
  if (op === 'and') return left.filter(inRight)
  if (op === 'unless') return left.filter((sample) => !inRight(sample))
  return [...left, ...right.filter((sample) => !inLeft(sample))]
}

function combineVectors(binary: Binary, left: readonly Sample[], right: readonly Sample[]): Sample[] {
  const { op, bool, matching } = binary
  const key = meeting(matching)
  const isSwapped = matching.many === 'right'
  const [many, one] = isSwapped ? [right, left] : [left, right]
  const ones = uniquelyMet(one, key, matching, isSwapped ? 'left' : 'right')
  const met = new Map<string, Set<string>>()
  const filters = COMPARISONS.has(op) && !bool
  return many.flatMap((sample) => {
    const group = key(sample.labels)
    const partner = ones.get(group)
    if (!partner) return []
    const [a, b] = isSwapped ? [partner.value, sample.value] : [sample.value, partner.value]
    const value = arithmetic(op, a, b)
    if (filters && value === 0) return []
    const labels = labelsOfResult(sample.labels, partner.labels, matching, !filters)
    once(met, group, keyOf(labels), matching)
    // A comparison that filters lets the left side through, whichever side is the many.
    return [{ labels, value: filters ? a : value }]
  })
}

function uniquelyMet(
  samples: readonly Sample[],
  key: (labels: Labels) => string,
  matching: Matching,
  side: 'left' | 'right',
): Map<string, Sample> {
  const found = new Map<string, Sample>()
  for (const sample of samples) {
    const group = key(sample.labels)
    const other = found.get(group)
    if (other) {
      const of = matching.on ? only(sample.labels, matching.labels) : except(sample.labels, [...matching.labels, NAME])
      throw new ExecutionError(
        `found duplicate series for the match group ${labelsText(of)} on the ${side} hand-side of the operation: ` +
          `[${labelsText(sample.labels)}, ${labelsText(other.labels)}];` +
          'many-to-many matching not allowed: matching labels must be unique on one side',
      )
    }
    found.set(group, sample)
  }
  return found
}

function once(met: Map<string, Set<string>>, group: string, key: string, { many }: Matching): void {
  const keys = met.get(group) ?? new Set()
  if (!many && keys.size > 0)
    throw new ExecutionError(
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    )
  if (keys.has(key)) throw new ExecutionError('multiple matches for labels: grouping labels must ensure unique matches')
  met.set(group, keys.add(key))
}

function labelsOfResult(
  of: Labels,
  partner: Labels,
  { on, labels, many, include }: Matching,
  dropsName: boolean,
): Labels {
  const named = dropsName ? withoutName(of) : of
  if (!many) return on ? only(named, labels) : except(named, labels)
  return include.reduce((result, name) => withLabel(result, name, partner[name] ?? ''), named)
}

/** `{a="x", b="y"}`, the name before it. */
export function labelsText(labels: Labels): string {
  const { [NAME]: name = '', ...rest } = labels
  const pairs = Object.keys(rest)
    .sort()
    .map((label) => `${label}=${JSON.stringify(rest[label])}`)
  return name !== '' && pairs.length === 0 ? name : `${name}{${pairs.join(', ')}}`
}
