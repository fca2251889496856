/**
 * A Prometheus: storage, scraper, rules and HTTP API, put together. It has no clock of its own: its owner says when to
 * scrape, and what time it is.
 */
import { Query, samplesOf, type EngineOptions } from './engine/query.ts'
import type { Sample } from './engine/value.ts'
import { api } from './http/api.ts'
import { parse } from './promql/parse.ts'
import { Rules } from './rules/rules.ts'
import type { RuleGroup } from './rules/rule-file.ts'
import { Scraper, type Target, type TargetState } from './scraper.ts'
import { Storage, type Series } from './storage.ts'

export type PrometheusOptions = {
  /** In milliseconds; all times in storage are of this clock. */
  readonly now: () => number
  /** Passes time of that clock, for queries take some; none when absent. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
  /** What clients' clocks show more than this one; 0 when absent. */
  readonly shownOffsetMs?: () => number
  readonly evaluationIntervalMs?: number
  readonly retentionMs?: number
  /** From when on something is known of the time before the first scrape; that scrape when absent. */
  readonly historyFromMs?: number
  /** What one that was there before had stored. */
  readonly series?: readonly Series[] | undefined
  /** How far apart its samples are, so long before the first scrape. */
  readonly historyStepMs?: (beforeMs: number) => number
}

export type Prometheus = {
  /** The HTTP API, `/api/v1/…`. */
  fetch(request: Request): Promise<Response>
  scrape(targets: readonly Target[]): void
  /**
   * What a query comes to now, at no cost.
   *
   * @throws ParseError, ExecutionError
   */
  instant(query: string): readonly Sample[]
  /** Puts other rules in place of those there are. */
  loadRules(groups: readonly RuleGroup[]): void
  readonly engine: EngineOptions
  readonly rules: Rules
  readonly targets: readonly TargetState[]
}

/**
 * @example
 * const prometheus = createPrometheus({ now: () => clock.now() })
 * prometheus.scrape(targets)
 * await prometheus.fetch(new Request('http://prometheus/api/v1/query?query=up'))
 */
export function createPrometheus(options: PrometheusOptions): Prometheus {
  const { now, shownOffsetMs = () => 0, evaluationIntervalMs = 60_000, retentionMs, historyFromMs } = options
  const { historyStepMs = () => 60_000 } = options
  const recall = (name: string | undefined, fromMs: number): void => {
    if (historyFromMs !== undefined) scraper.recall(name, { fromMs, historyFromMs, stepMs: historyStepMs })
    if (name === undefined || rules.writes(name)) rules.catchUp(now())
  }
  const storage = new Storage({ retentionMs, recall })
  storage.restore(options.series ?? [])
  const scraper = new Scraper(storage)
  const holdsTimes = (name: string): boolean => scraper.holdsTimes(name)
  const engine: EngineOptions = { storage, subqueryStepMs: evaluationIntervalMs, shownOffsetMs, holdsTimes }
  const rules = new Rules(engine, evaluationIntervalMs)
  const prometheus: Prometheus = {
    fetch: (request) => api({ ...options, shownOffsetMs, engine, rules, scraper }, request),
    scrape: (targets) => scraper.scrape(targets, now()),
    instant: (query) => {
      const atMs = now()
      return samplesOf(new Query(engine, { startMs: atMs, endMs: atMs, stepMs: 1 }).at(parse(query), atMs))
    },
    loadRules: (groups) => rules.load(groups, now()),
    engine,
    rules,
    get targets() {
      return scraper.targets
    },
  }
  return prometheus
}
