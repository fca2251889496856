/**
 * Collects what targets tell, in regular intervals, and notes what is no longer told.
 */
import { keyOf, NAME, type Labels } from './labels.ts'
import type { Family, Point } from './exposition.ts'
import type { Storage } from './storage.ts'

export type Target = {
  /** `job` and `instance`, and what else every series of it shall have. */
  readonly labels: Labels
  readonly scrapeUrl: string
  /** undefined, or why it cannot be reached. */
  readonly error?: string | undefined
  readonly collect: () => readonly Family[]
}

export type TargetState = { readonly target: Target; readonly scrapedMs: number }

export class Scraper {
  readonly #storage: Storage
  readonly #merged = new Map<string, WeakMap<Labels, Labels>>()
  readonly #labels = new Map<string, Labels>()
  readonly #timed = new Set(['ALERTS_FOR_STATE'])
  readonly #metadata = new Map<string, { type: string; help: string }>()
  #present = new Set<Labels>()
  #states: TargetState[] = []
  /** What the first scrape found, by name: what was there before anybody looked. */
  readonly #first = new Map<string, Point[]>()
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
    const present = new Set<Labels>()
    const isFirst = this.#firstMs === undefined
    this.#firstMs ??= atMs
    for (const target of targets) {
      const families = target.error === undefined ? target.collect() : []
      const points = [...this.#pointsOf(target, families), ...this.#ownPoints(target, families)]
      for (const point of points) {
        this.#storage.append(point.labels, atMs, point.value)
        present.add(point.labels)
        if (isFirst) this.#remember(point)
      }
    }
    for (const labels of this.#present) if (!present.has(labels)) this.#storage.end(labels, atMs)
    this.#present = present
    this.#states = targets.map((target) => ({ target, scrapedMs: atMs }))
  }

  /** Stores what a metric was before the first scrape, as far as that follows from what it was then. */
  recall(name: string, fromMs: number, stepMs: (atMs: number) => number): void {
    const points = this.#first.get(name) ?? []
    this.#first.delete(name)
    for (const { labels, value, sinceMs = -Infinity, earlier } of points) {
      const timesMs: number[] = []
      for (let atMs = Math.max(fromMs, sinceMs); atMs < this.#firstMs!; atMs += stepMs(this.#firstMs! - atMs))
        timesMs.push(atMs)
      this.#storage.prepend(labels, timesMs, earlier ? timesMs.map(earlier) : timesMs.map(() => value))
    }
  }

  get remembered(): Iterable<string> {
    return this.#first.keys()
  }

  #remember(point: Point): void {
    const name = point.labels[NAME]!
    const points = this.#first.get(name) ?? []
    this.#first.set(name, points)
    points.push(point)
  }

  *#pointsOf(target: Target, families: readonly Family[]): Iterable<Point> {
    const merged = this.#mergedFor(target)
    for (const { name, type, help, holdsTimes, points } of families) {
      if (!this.#metadata.has(name)) this.#metadata.set(name, { type, help })
      if (holdsTimes) this.#timed.add(name)
      for (const point of points) {
        let labels = merged.get(point.labels)
        // What a series says itself counts more than what its target says (honor_labels).
        if (!labels) merged.set(point.labels, (labels = this.#interned({ ...target.labels, ...point.labels })))
        yield { ...point, labels }
      }
    }
  }

  /** One object for all labels that say the same, so that they can be told apart by identity. */
  #interned(labels: Labels): Labels {
    const known = this.#labels.get(keyOf(labels))
    if (known) return known
    this.#labels.set(keyOf(labels), labels)
    return labels
  }

  #mergedFor({ labels, scrapeUrl }: Target): WeakMap<Labels, Labels> {
    const key = `${keyOf(labels)} ${scrapeUrl}`
    const known = this.#merged.get(key) ?? new WeakMap<Labels, Labels>()
    this.#merged.set(key, known)
    return known
  }

  /** What Prometheus itself tells of a target. */
  #ownPoints({ labels, error }: Target, families: readonly Family[]): Point[] {
    const samples = families.reduce((sum, { points }) => sum + points.length, 0)
    const own = (name: string, value: number) => ({ labels: this.#interned({ ...labels, [NAME]: name }), value })
    return [own('up', error === undefined ? 1 : 0), own('scrape_samples_scraped', samples)]
  }
}
