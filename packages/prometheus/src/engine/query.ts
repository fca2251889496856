/**
 * A query's evaluation: which samples it may see, what it has read so far, and how its tree comes to values, moment by
 * moment.
 */
import { keyOf, NAME, type Labels } from '../labels.ts'
import { firstAfter, type Series, type Storage } from '../storage.ts'
import type { Expr, Shift, Subquery, VectorSelector } from '../promql/ast.ts'
import { evaluate } from './evaluate.ts'
import { ExecutionError, type Ranges, type Sample, type Stretch, type Value } from './value.ts'

/** How long an instant sees a series' last sample. */
const LOOKBACK_MS = 300_000

export type EngineOptions = {
  readonly storage: Storage
  /** Of a subquery that does not say; the rules' interval in Prometheus. */
  readonly subqueryStepMs?: number
  /** A query that reads more ends with an error; Prometheus' --query.max-samples. */
  readonly maxSamples?: number
  /** What is added to the clock's milliseconds where time becomes a number: in `time()`, `timestamp()` and times in samples. */
  readonly shownOffsetMs?: () => number
  /** Has a metric Unix times as values? */
  readonly holdsTimes?: (name: string) => boolean
}

export type Span = { readonly startMs: number; readonly endMs: number; readonly stepMs: number }
export type RangeSeries = {
  readonly labels: Labels
  readonly points: readonly (readonly [atMs: number, value: number])[]
}

/** The series of a selector, with all their samples since then. */
type Selected = { readonly fromMs: number; readonly series: readonly Series[] }

export class Query {
  readonly #options: EngineOptions
  readonly #span: Span
  readonly #selected = new Map<VectorSelector, Selected>()
  readonly #subqueries = new Map<Subquery, Map<number, readonly Sample[]>>()
  /** How many samples it has read. */
  samples = 0

  constructor(options: EngineOptions, span: Span) {
    this.#options = options
    this.#span = span
  }

  get shownOffsetMs(): number {
    return this.#options.shownOffsetMs?.() ?? 0
  }

  /** @throws ExecutionError */
  at(expr: Expr, atMs: number): Value {
    const value = evaluate(this, expr, atMs)
    if (value.type === 'vector') unique(value.samples)
    return value
  }

  /** @throws ExecutionError */
  over(expr: Expr): RangeSeries[] {
    const { startMs, endMs, stepMs } = this.#span
    const series = new Map<string, { labels: Labels; points: (readonly [number, number])[] }>()
    for (let atMs = startMs; atMs <= endMs; atMs += stepMs) {
      for (const { labels, value } of samplesOf(this.at(expr, atMs))) {
        const key = keyOf(labels)
        let row = series.get(key)
        if (!row) series.set(key, (row = { labels, points: [] }))
        row.points.push([atMs, value])
      }
    }
    return [...series.values()].sort((a, b) => (keyOf(a.labels) < keyOf(b.labels) ? -1 : 1))
  }

  /** The last sample of each series, and when it was taken. */
  instant(selector: VectorSelector, atMs: number): (Sample & { takenMs: number })[] {
    const whenMs = this.#moment(selector, atMs)
    const found: (Sample & { takenMs: number })[] = []
    for (const { labels, timesMs, values, endsMs } of this.#select(selector, whenMs - LOOKBACK_MS)) {
      const last = firstAfter(timesMs, whenMs) - 1
      const takenMs = timesMs[last] ?? -Infinity
      if (takenMs <= whenMs - LOOKBACK_MS || endsMs.some((endMs) => endMs > takenMs && endMs <= whenMs)) continue
      found.push({ labels, value: values[last]!, takenMs })
    }
    this.#count(found.length)
    return found
  }

  range(selector: VectorSelector, rangeMs: number, atMs: number): Ranges {
    const endMs = this.#moment(selector, atMs)
    const startMs = endMs - rangeMs
    const stretches: Stretch[] = []
    for (const { labels, timesMs, values } of this.#select(selector, startMs)) {
      const [from, to] = [firstAfter(timesMs, startMs), firstAfter(timesMs, endMs)]
      if (from < to) stretches.push({ labels, timesMs: timesMs.slice(from, to), values: values.slice(from, to) })
      this.#count(to - from)
    }
    return { startMs, endMs, stretches }
  }

  /** At every multiple of the step in the range, whatever the query's own moments are. */
  subquery(subquery: Subquery, atMs: number): Ranges {
    const endMs = this.#moment(subquery, atMs)
    const startMs = endMs - subquery.rangeMs
    const stepMs = subquery.stepMs ?? this.#options.subqueryStepMs ?? 60_000
    const series = new Map<string, { labels: Labels; timesMs: number[]; values: number[] }>()
    for (let whenMs = (Math.floor(startMs / stepMs) + 1) * stepMs; whenMs <= endMs; whenMs += stepMs) {
      for (const { labels, value } of this.#subqueryAt(subquery, whenMs)) {
        const key = keyOf(labels)
        let row = series.get(key)
        if (!row) series.set(key, (row = { labels, timesMs: [], values: [] }))
        row.timesMs.push(whenMs)
        row.values.push(value)
      }
    }
    return { startMs, endMs, stretches: [...series.values()] }
  }

  #subqueryAt(subquery: Subquery, atMs: number): readonly Sample[] {
    let known = this.#subqueries.get(subquery)
    if (!known) this.#subqueries.set(subquery, (known = new Map()))
    let samples = known.get(atMs)
    if (!samples) known.set(atMs, (samples = samplesOf(evaluate(this, subquery.expr, atMs))))
    return samples
  }

  #moment({ offsetMs, at }: Shift, atMs: number): number {
    const { startMs, endMs } = this.#span
    const fromMs =
      typeof at === 'number' ? at - this.shownOffsetMs : { start: startMs, end: endMs, here: atMs }[at ?? 'here']
    return fromMs - offsetMs
  }

  #select(selector: VectorSelector, fromMs: number): readonly Series[] {
    const known = this.#selected.get(selector)
    if (known && known.fromMs <= fromMs) return known.series
    const { storage, holdsTimes } = this.#options
    const shift = this.shownOffsetMs / 1000
    const series = storage.select(selector.matchers, fromMs).map((it) => {
      const isShifted = shift !== 0 && holdsTimes?.(it.labels[NAME] ?? '')
      return isShifted ? { ...it, values: it.values.map((value) => value + shift) } : it
    })
    this.#selected.set(selector, { fromMs, series })
    return series
  }

  #count(samples: number): void {
    this.samples += samples
    if (this.samples > (this.#options.maxSamples ?? 50_000_000))
      throw new ExecutionError('query processing would load too many samples into memory in query execution')
  }
}

export function samplesOf(value: Value): readonly Sample[] {
  if (value.type === 'vector') return value.samples
  return value.type === 'scalar' ? [{ labels: {}, value: value.value }] : []
}

function unique(samples: readonly Sample[]): void {
  if (new Set(samples.map(({ labels }) => keyOf(labels))).size < samples.length)
    throw new ExecutionError('vector cannot contain metrics with the same labelset')
}
