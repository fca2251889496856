/**
 * Functions of a range vector: each makes one number of a series' samples in a range, or none.
 * Source: prometheus/promql/functions.go; rates are extrapolated to the ends of the range as there.
 */
import type { Stretch } from '../value.ts'
import { line, mean, quantile, variance } from './statistics.ts'

/** The range, and when the query looks. */
type Range = { readonly startMs: number; readonly endMs: number; readonly atMs: number }

type OverTime = (stretch: Stretch, range: Range, parameters: readonly number[]) => number | undefined

export const OVER_TIME: Readonly<Record<string, OverTime>> = {
  rate: (stretch, range) => extrapolated(stretch, range, { isCounter: true, perSecond: true }),
  increase: (stretch, range) => extrapolated(stretch, range, { isCounter: true, perSecond: false }),
  delta: (stretch, range) => extrapolated(stretch, range, { isCounter: false, perSecond: false }),
  irate: (stretch) => lastChange(stretch, { isCounter: true, perSecond: true }),
  idelta: (stretch) => lastChange(stretch, { isCounter: false, perSecond: false }),
  deriv: ({ timesMs, values }) => (values.length < 2 ? undefined : line(timesMs, values, timesMs[0]!).slope),
  predict_linear: ({ timesMs, values }, { atMs }, [seconds = 0]) => {
    if (values.length < 2) return undefined
    const { intercept, slope } = line(timesMs, values, atMs)
    return intercept + slope * seconds
  },
  changes: ({ values }) =>
    count(values, (value, before) => value !== before && !(Number.isNaN(value) && Number.isNaN(before))),
  resets: ({ values }) => count(values, (value, before) => value < before),
  avg_over_time: ({ values }) => mean(values),
  sum_over_time: ({ values }) => values.reduce((sum, value) => sum + value, 0),
  count_over_time: ({ values }) => values.length,
  last_over_time: ({ values }) => values.at(-1),
  present_over_time: () => 1,
  min_over_time: ({ values }) =>
    values.reduce((least, value) => (value < least || Number.isNaN(least) ? value : least)),
  max_over_time: ({ values }) => values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most)),
  stdvar_over_time: ({ values }) => variance(values),
  stddev_over_time: ({ values }) => Math.sqrt(variance(values)),
  quantile_over_time: ({ values }, _, [q = NaN]) => quantile(q, values),
}

type Change = { readonly isCounter: boolean; readonly perSecond: boolean }

/** The change in the whole range, guessed from that between the first and the last sample in it. */
function extrapolated(
  { timesMs, values }: Stretch,
  { startMs, endMs }: Range,
  { isCounter, perSecond }: Change,
): number | undefined {
  if (values.length < 2) return undefined
  const [first, last] = [values[0]!, values.at(-1)!]
  const change = last - first + (isCounter ? lostAtResets(values) : 0)
  const sampled = (timesMs.at(-1)! - timesMs[0]!) / 1000
  const between = sampled / (values.length - 1)
  // What is so far from a sample is a series that began, or ended, in the range.
  const reach = (seconds: number) => (seconds >= between * 1.1 ? between / 2 : seconds)
  let toStart = reach((timesMs[0]! - startMs) / 1000)
  // A counter was never below zero.
  if (isCounter && change > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / change))
  const factor = (sampled + toStart + reach((endMs - timesMs.at(-1)!) / 1000)) / sampled
  return (change * factor) / (perSecond ? (endMs - startMs) / 1000 : 1)
}

function lostAtResets(values: readonly number[]): number {
  return values.reduce((lost, value, i) => (i > 0 && value < values[i - 1]! ? lost + values[i - 1]! : lost), 0)
}

function lastChange({ timesMs, values }: Stretch, { isCounter, perSecond }: Change): number | undefined {
  const [before, last] = values.slice(-2)
  if (before === undefined || last === undefined) return undefined
  const change = isCounter && last < before ? last : last - before
  return perSecond ? change / ((timesMs.at(-1)! - timesMs.at(-2)!) / 1000) : change
}

function count(values: readonly number[], counts: (value: number, before: number) => boolean): number {
  return values.filter((value, i) => i > 0 && counts(value, values[i - 1]!)).length
}
