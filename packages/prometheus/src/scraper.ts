/**
 * Collects what targets tell, in regular intervals, and notes what is no longer told.
 */
import { keyOf, NAME, type Labels } from './labels.ts'
import type { Family, Point } from './exposition.ts'
import type { Series, Storage } from './storage.ts'

export type Target = {
  /** `job` and `instance`, and what else every series of it shall have. */
  readonly labels: Labels
  readonly scrapeUrl: string
  /** undefined, or why it cannot be reached. */
  readonly error?: string | undefined
  readonly collect: () => readonly Family[]
}

export type TargetState = { readonly target: Target; readonly scrapedMs: number }

/** Series of a target, by the lists and labels in which its source gives them. */
type Cache = {
  readonly lists: WeakMap<readonly Point[], readonly Series[]>
  readonly labels: WeakMap<Labels, Series>
}

/** What was found first of a metric, and how far back it has been told since. */
type Past = { readonly points: Point[]; reachedMs: number }

/** Since when samples are wanted, since when there may be any, and how far apart they are. */
type Recall = {
  readonly fromMs: number
  readonly historyFromMs: number
  readonly stepMs: (beforeMs: number) => number
}

export class Scraper {
  readonly #storage: Storage
  #caches = new Map<string, Cache>()
  readonly #timed = new Set(['ALERTS_FOR_STATE'])
  readonly #metadata = new Map<string, { type: string; help: string }>()
  #present: Series[] = []
  #states: TargetState[] = []
  /** What the first scrape found, by name: what was there before anybody looked. */
  readonly #first = new Map<string, Past>()
  #firstMs: number | undefined

  constructor(storage: Storage) {
    this.#storage = storage
  }

  get targets(): readonly TargetState[] {
    return this.#states
  }

  get metadata(): ReadonlyMap<string, { type: string; help: string }> {
    return this.#metadata
  }

  holdsTimes(name: string): boolean {
    return this.#timed.has(name)
  }

  scrape(targets: readonly Target[], atMs: number): void {
    const before = this.#present
    this.#present = []
    const caches = new Map<string, Cache>()
    for (const target of targets) {
      const families = target.error === undefined ? target.collect() : []
      const key = `${keyOf(target.labels)} ${target.scrapeUrl}`
      const cache = this.#caches.get(key) ?? { lists: new WeakMap(), labels: new WeakMap() }
      caches.set(key, cache)
      for (const family of families) this.#note(family)
      for (const { points } of families) this.#store(points, this.#seriesOf(points, target, cache), atMs)
      const own = ownPoints(target, families)
      this.#store(own, this.#seriesOf(own, target, cache), atMs)
    }
    // Those of targets that are gone are not needed any more.
    this.#caches = caches
    this.#firstMs ??= atMs
    for (const { timesMs, endsMs } of before) if (timesMs.at(-1) !== atMs) endsMs.push(atMs)
    this.#states = targets.map((target) => ({ target, scrapedMs: atMs }))
  }

  #note({ name, type, help, holdsTimes }: Family): void {
    if (!this.#metadata.has(name)) this.#metadata.set(name, { type, help })
    if (holdsTimes) this.#timed.add(name)
  }

  #store(points: readonly Point[], series: readonly Series[], atMs: number): void {
    for (const [i, point] of points.entries()) {
      this.#storage.add(series[i]!, atMs, point.value)
      this.#present.push(series[i]!)
      if (this.#firstMs === undefined) this.#remember({ ...point, labels: series[i]!.labels }, atMs)
    }
  }

  /** Points that are the same list as before, as of a source that has not changed, have the same series. */
  #seriesOf(points: readonly Point[], target: Target, { lists, labels }: Cache): readonly Series[] {
    const known = lists.get(points)
    if (known) return known
    const series = points.map((point) => {
      let found = labels.get(point.labels)
      // What a series says itself counts more than what its target says (honor_labels).
      if (!found) labels.set(point.labels, (found = this.#storage.series({ ...target.labels, ...point.labels })))
      return found
    })
    lists.set(points, series)
    return series
  }

  /**
   * Stores what a metric was before the first scrape, as far as that follows from what it was then, and as far back as
   * somebody asks.
   *
   * @param name of all metrics when undefined
   */
  recall(name: string | undefined, wanted: Recall): void {
    for (const it of name === undefined ? this.#first.values() : [this.#first.get(name)])
      if (it) this.#extend(it, wanted)
  }

  #extend(past: Past, { fromMs, historyFromMs, stepMs }: Recall): void {
    const firstMs = this.#firstMs!
    const timesMs: number[] = []
    while (past.reachedMs > Math.max(fromMs, historyFromMs)) {
      past.reachedMs -= stepMs(firstMs - past.reachedMs)
      timesMs.push(past.reachedMs)
    }
    if (timesMs.length === 0) return
    timesMs.reverse()
    for (const { labels, value, sinceMs = -Infinity, earlier = () => value } of past.points) {
      const there = timesMs.filter((atMs) => atMs >= sinceMs)
      this.#storage.prepend(labels, there, there.map(earlier))
    }
  }

  #remember(point: Point, atMs: number): void {
    const name = point.labels[NAME]!
    const past = this.#first.get(name) ?? { points: [], reachedMs: atMs }
    this.#first.set(name, past)
    past.points.push(point)
  }
}

/** What Prometheus itself tells of a target. */
function ownPoints({ error }: Target, families: readonly Family[]): Point[] {
  const samples = families.reduce((sum, { points }) => sum + points.length, 0)
  return [
    { labels: UP, value: error === undefined ? 1 : 0 },
    { labels: SCRAPED, value: samples },
  ]
}

const UP: Labels = { [NAME]: 'up' }
const SCRAPED: Labels = { [NAME]: 'scrape_samples_scraped' }
