/**
 * Quantiles of classic histograms: counters of observations up to `le`.
 * Source: prometheus/promql/quantile.go, BucketQuantile.
 */
import { except, keyOf, NAME, type Labels } from '../../labels.ts'
import type { Sample } from '../value.ts'

type Bucket = { readonly upperBound: number; count: number }

/** One sample for each histogram among the buckets. @param q from 0 to 1 */
export function histogramQuantile(q: number, samples: readonly Sample[]): Sample[] {
  const histograms = new Map<string, { labels: Labels; buckets: Bucket[] }>()
  for (const { labels, value } of samples) {
    const upperBound = boundOf(labels['le'])
    if (upperBound === undefined) continue
    const rest = except(labels, [NAME, 'le'])
    const histogram = histograms.get(keyOf(rest)) ?? { labels: rest, buckets: [] }
    histograms.set(keyOf(rest), histogram)
    histogram.buckets.push({ upperBound, count: value })
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({ labels, value: quantileOf(q, buckets) }))
}

function boundOf(le: string | undefined): number | undefined {
  if (le === undefined || le.trim() === '') return undefined
  const bound = /^\+?Inf$/i.test(le) ? Infinity : Number(le)
  return Number.isNaN(bound) ? undefined : bound
}

function quantileOf(q: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(q)) return NaN
  if (q < 0) return -Infinity
  if (q > 1) return Infinity
  const buckets = monotonic(merged([...unsorted].sort((a, b) => a.upperBound - b.upperBound)))
  const last = buckets.at(-1)
  if (!last || last.upperBound !== Infinity || buckets.length < 2) return NaN
  if (last.count === 0 || Number.isNaN(last.count)) return NaN
  const rank = q * last.count
  const at = buckets.findIndex(({ count }, i) => i === buckets.length - 1 || count >= rank)
  if (at === buckets.length - 1) return buckets.at(-2)!.upperBound
  const { upperBound, count } = buckets[at]!
  if (at === 0 && upperBound <= 0) return upperBound
  const below = at === 0 ? { upperBound: 0, count: 0 } : buckets[at - 1]!
  return below.upperBound + ((upperBound - below.upperBound) * (rank - below.count)) / (count - below.count)
}

function merged(sorted: readonly Bucket[]): Bucket[] {
  const buckets: Bucket[] = []
  for (const { upperBound, count } of sorted) {
    const last = buckets.at(-1)
    if (last?.upperBound === upperBound) last.count += count
    else buckets.push({ upperBound, count })
  }
  return buckets
}

/** Buckets are read one after the other, so that a later one may know less than an earlier. */
function monotonic(buckets: Bucket[]): Bucket[] {
  let most = -Infinity
  for (const bucket of buckets) {
    if (bucket.count > most) most = bucket.count
    else bucket.count = most
  }
  return buckets
}
