/**
 * Samples in memory: for each series its times and values, oldest first, and where it ended. It does not know what the
 * clock says: times are milliseconds of whatever clock its owner uses.
 * Source: https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
 */
import { keyOf, matchesAll, NAME, type Labels, type Matcher } from './labels.ts'

export type Series = {
  readonly labels: Labels
  timesMs: number[]
  values: number[]
  /** When it ceased to be there: no later instant sees a sample from before. */
  readonly endsMs: number[]
}

export type StorageOptions = {
  /** How long samples are kept, in milliseconds; for ever when absent. */
  readonly retentionMs?: number | undefined
  /**
   * Is told of each metric, or of all (undefined), before its samples from `fromMs` on are read, and may still `prepend`
   * some from before there was anybody to collect them.
   */
  readonly recall?: ((name: string | undefined, fromMs: number) => void) | undefined
}

export class Storage {
  /** How many series there are. */
  seriesCount = 0
  readonly #byName = new Map<string, Map<string, Series>>()
  readonly #known = new WeakMap<Labels, Series>()
  readonly #options: StorageOptions

  constructor(options: StorageOptions = {}) {
    this.#options = options
  }

  /** The series of these labels, begun when it is first asked for. */
  series(labels: Labels): Series {
    const known = this.#known.get(labels)
    if (known) return known
    const name = labels[NAME] ?? ''
    const named = this.#byName.get(name) ?? new Map<string, Series>()
    this.#byName.set(name, named)
    const key = keyOf(labels)
    let series = named.get(key)
    if (!series) {
      series = { labels, timesMs: [], values: [], endsMs: [] }
      named.set(key, series)
      this.seriesCount += 1
    }
    this.#known.set(labels, series)
    return series
  }

  /** Adds a sample to the series of these labels. */
  append(labels: Labels, atMs: number, value: number): void {
    this.add(this.series(labels), atMs, value)
  }

  /** Adds a sample; one that is not later than the series' last is dropped, as Prometheus drops it. */
  add({ timesMs, values }: Series, atMs: number, value: number): void {
    if (atMs <= (timesMs.at(-1) ?? -Infinity)) return
    timesMs.push(atMs)
    values.push(value)
    this.#forget(timesMs, values, atMs)
  }

  /** Adds samples from before all that the series has, oldest first. */
  prepend(labels: Labels, timesMs: readonly number[], values: readonly number[]): void {
    const series = this.series(labels)
    const first = series.timesMs[0] ?? Infinity
    const older = timesMs.filter((atMs) => atMs < first).length
    series.timesMs = [...timesMs.slice(0, older), ...series.timesMs]
    series.values = [...values.slice(0, older), ...series.values]
  }

  /** The series is no longer there. */
  end(labels: Labels, atMs: number): void {
    this.series(labels).endsMs.push(atMs)
  }

  /**
   * In the order of their labels.
   *
   * @param fromMs since when their samples are wanted; for ever when absent
   */
  select(matchers: readonly Matcher[], fromMs = -Infinity): Series[] {
    const named = matchers.find(({ name, op }) => name === NAME && op === '=')
    this.#options.recall?.(named?.value, fromMs)
    const all = named ? [...(this.#byName.get(named.value)?.values() ?? [])] : [...this.#all()]
    const found = all.filter(({ labels }) => matchesAll(labels, matchers))
    return found.sort((a, b) => (keyOf(a.labels) < keyOf(b.labels) ? -1 : 1))
  }

  snapshot(): readonly Series[] {
    return structuredClone([...this.#all()])
  }

  /** @param series as `snapshot` gave them; into a storage that has none */
  restore(series: readonly Series[]): void {
    for (const { labels, timesMs, values, endsMs } of structuredClone(series))
      Object.assign(this.series(labels), { timesMs, values, endsMs })
  }

  *#all(): Iterable<Series> {
    for (const series of this.#byName.values()) yield* series.values()
  }

  /** By the block, as Prometheus does: a sample at a time would cost each append a move of all. */
  #forget(timesMs: number[], values: number[], nowMs: number): void {
    const { retentionMs = Infinity } = this.#options
    if (timesMs[0]! > nowMs - 1.1 * retentionMs) return
    const kept = firstAfter(timesMs, nowMs - retentionMs)
    timesMs.splice(0, kept)
    values.splice(0, kept)
  }
}

/** The index of the first time that is later than `atMs`. */
export function firstAfter(timesMs: readonly number[], atMs: number): number {
  let from = 0
  let to = timesMs.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if (timesMs[middle]! <= atMs) from = middle + 1
    else to = middle
  }
  return from
}
