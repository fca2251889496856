/**
 * Aggregation: many series to one for each group of labels, or the k first of each group.
 */
import { except, keyOf, NAME, only, withLabel, type Labels } from '../labels.ts'
import type { Aggregation } from '../promql/ast.ts'
import { mean, quantile, variance } from './functions/statistics.ts'
import { ExecutionError, valueText, type Sample, type Value } from './value.ts'

const FOLDS: Readonly<Record<string, (values: readonly number[], parameter: number) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: (values) => mean(values),
  count: (values) => values.length,
  group: () => 1,
  min: (values) => values.reduce((least, value) => (value < least || Number.isNaN(least) ? value : least)),
  max: (values) => values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most)),
  stddev: (values) => Math.sqrt(variance(values)),
  stdvar: (values) => variance(values),
  quantile: (values, parameter) => quantile(parameter, values),
}

type Group = { readonly labels: Labels; readonly samples: Sample[] }

export function aggregate(
  aggregation: Aggregation,
  samples: readonly Sample[],
  parameter: Value | undefined,
): Sample[] {
  const { op } = aggregation
  const groups = grouped(aggregation, samples)
  const fold = FOLDS[op]
  const number = parameter?.type === 'scalar' ? parameter.value : NaN
  if (fold) {
    return groups.map((group) => ({
      labels: group.labels,
      value: fold(
        group.samples.map(({ value }) => value),
        number,
      ),
    }))
  }
  if (op === 'topk' || op === 'bottomk') return groups.flatMap((group) => first(group.samples, number, op === 'topk'))
  return groups.flatMap((group) => countValues(group, (parameter as { value: string }).value))
}

const groupLabels = new WeakMap<Aggregation, WeakMap<Labels, Labels>>()

/** In the order in which they are met. */
function grouped(aggregation: Aggregation, samples: readonly Sample[]): Group[] {
  let known = groupLabels.get(aggregation)
  if (!known) groupLabels.set(aggregation, (known = new WeakMap()))
  const groups = new Map<string, Group>()
  for (const sample of samples) {
    let labels = known.get(sample.labels)
    if (!labels) known.set(sample.labels, (labels = labelsOfGroup(aggregation, sample.labels)))
    const key = keyOf(labels)
    const group = groups.get(key)
    if (group) group.samples.push(sample)
    else groups.set(key, { labels, samples: [sample] })
  }
  return [...groups.values()]
}

function labelsOfGroup({ without, grouping }: Aggregation, labels: Labels): Labels {
  return without ? except(labels, [...grouping, NAME]) : only(labels, grouping)
}

function first(samples: readonly Sample[], count: number, isTop: boolean): Sample[] {
  if (Number.isNaN(count)) throw new ExecutionError('Parameter value is NaN')
  const rank = ({ value }: Sample) => (Number.isNaN(value) ? -Infinity : isTop ? value : -value)
  return [...samples].sort((a, b) => rank(b) - rank(a)).slice(0, Math.max(0, Math.floor(count)))
}

function countValues({ labels, samples }: Group, name: string): Sample[] {
  if (!/^[a-zA-Z_]\w*$/.test(name)) throw new ExecutionError(`invalid label name ${JSON.stringify(name)}`)
  const counts = new Map<string, number>()
  for (const { value } of samples) counts.set(valueText(value), (counts.get(valueText(value)) ?? 0) + 1)
  return [...counts].map(([text, value]) => ({ labels: withLabel(labels, name, text), value }))
}
