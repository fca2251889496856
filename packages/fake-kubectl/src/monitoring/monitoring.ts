/**
 * The cluster's Prometheus: runs as long as a pod with its image does, keeps its history when the pod is replaced, as on
 * a volume, and scrapes in virtual time.
 */
import { createPrometheus, type Family, type Labels, type Prometheus, type Series } from '@mcp-lab/prometheus'
import { parseDuration } from '../api/age.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { startOf } from '../containers/container.ts'
import type { FileSystem } from '../containers/file-system.ts'
import { family } from '../metrics/family.ts'
import { readConfig } from './config.ts'
import { targets } from './targets.ts'

const PODS = builtIn('pods')
const CONFIG_MAPS = builtIn('configmaps')
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Prometheus' default. */
const RETENTION_MS = 15 * DAY_MS

export class Monitoring {
  readonly #server: Server
  readonly #history: string
  #prometheus: Prometheus | undefined
  /** The pod in which it runs, if it does. */
  #pod: Pod | undefined
  #scrapeMs = MINUTE_MS
  /** Were its files good when they were read last? */
  #isConfigured = true
  /** What they were read at: versions of what they come from. */
  #readAt: string | undefined
  /** What it knew when the cluster was saved. */
  #saved: readonly Series[] | undefined
  /** Takes the next scrape off the clock. */
  #cancel: () => void = () => {}

  /** @param history how long it has been there when the cluster starts */
  constructor(server: Server, history = '0s') {
    this.#server = server
    this.#history = history
  }

  get prometheus(): Prometheus | undefined {
    return this.#pod && this.#prometheus
  }

  /** What it tells of itself. */
  metrics(): Family[] {
    const series = this.#prometheus?.engine.storage.seriesCount ?? 0
    return [
      family(
        'prometheus_config_last_reload_successful',
        { help: 'Whether the last configuration reload attempt was successful.' },
        [[NONE, Number(this.#isConfigured)]],
      ),
      family('prometheus_tsdb_head_series', { help: 'Total number of series in the head block.' }, [[NONE, series]]),
    ]
  }

  snapshot(): readonly Series[] {
    return this.#prometheus?.engine.storage.snapshot() ?? []
  }

  /** What was known; whoever runs in the restored cluster goes on from it. */
  restore(series: readonly Series[]): void {
    this.#saved = series
  }

  watch(): void {
    const { store } = this.#server
    for (const pod of store.list(PODS) as Pod[]) this.#notice(pod)
    store.log.subscribe(PODS, {
      event: ({ type, object }) => (type === 'DELETED' ? this.#leave(object as Pod) : this.#notice(object as Pod)),
      reset: () => {
        this.#pod = undefined
        this.#prometheus = undefined
        this.#readAt = undefined
        for (const pod of store.list(PODS) as Pod[]) this.#notice(pod)
      },
    })
  }

  async fetch(request: Request): Promise<Response> {
    const prometheus = this.#prometheus
    if (!prometheus) return new Response('Service Unavailable', { status: 503 })
    return prometheus.fetch(request)
  }

  #notice(pod: Pod): void {
    if (this.#containerOf(pod) === undefined) return
    if (!this.#runs(pod)) return this.#leave(pod)
    if (this.#pod === undefined) this.#begin(pod)
    else if (this.#pod.metadata.uid === pod.metadata.uid) this.#pod = pod
  }

  /** Another pod with its image takes over, if there is one. */
  #leave({ metadata }: Pod): void {
    if (this.#pod?.metadata.uid !== metadata.uid) return
    this.#pod = undefined
    const next = (this.#server.store.list(PODS) as Pod[]).find((pod) => this.#runs(pod))
    if (next) this.#begin(next)
  }

  #runs(pod: Pod): boolean {
    const container = this.#containerOf(pod)
    return container !== undefined && startOf(pod, container) !== undefined && !pod.metadata.deletionTimestamp
  }

  #containerOf({ spec }: Pod): string | undefined {
    return spec.containers.find(({ image = '' }) => {
      const ports = Object.values(this.#server.images.profile(image).ports ?? {})
      return ports.some((routes) =>
        Object.values(routes).some((it) => typeof it === 'object' && it.program === 'prometheus'),
      )
    })?.name
  }

  #begin(pod: Pod): void {
    const { clock } = this.#server
    this.#pod = pod
    this.#prometheus ??= this.#created()
    this.#cancel()
    // When the clock moves next, so that what happens at the same moment has happened.
    this.#cancel = clock.at(clock.now(), () => this.#scrape(), { background: true })
  }

  #created(): Prometheus {
    const { clock } = this.#server
    const historyMs = parseDuration(this.#history)
    return createPrometheus({
      now: () => clock.now(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      shownOffsetMs: () => clock.shownOffsetMs,
      series: this.#saved,
      retentionMs: Math.max(RETENTION_MS, historyMs),
      historyFromMs: clock.now() - historyMs,
      historyStepMs: (beforeMs) => (beforeMs > DAY_MS ? 10 * MINUTE_MS : MINUTE_MS / 2),
    })
  }

  #scrape(): void {
    const pod = this.#pod
    const server = this.#server
    if (!pod) return
    this.#readFiles(pod)
    server.counters.look(server)
    this.#prometheus!.scrape(targets(server, pod))
    const nextMs = server.clock.now() + this.#scrapeMs
    this.#cancel = server.clock.at(nextMs, () => this.#scrape(), { background: true })
  }

  /** Again whenever they may have changed: a ConfigMap that is mounted, or the pod. */
  #readFiles(pod: Pod): void {
    const { store, containers } = this.#server
    const readAt = `${store.changedAt(CONFIG_MAPS)} ${pod.metadata.resourceVersion}`
    if (this.#readAt === readAt) return
    const files = containers.open(this.#server, pod, this.#containerOf(pod)!)?.files
    if (!files) return
    this.#readAt = readAt
    this.#configure(files)
  }

  /** Files that are none change nothing: Prometheus goes on as it was, and says so. */
  #configure(files: FileSystem): void {
    try {
      const { scrapeMs, rules } = readConfig(files)
      this.#scrapeMs = scrapeMs
      this.#isConfigured = true
      this.#prometheus!.loadRules(rules)
    } catch (fault) {
      if (!(fault instanceof RangeError)) throw fault
      this.#isConfigured = false
    }
  }
}

const NONE: Labels = {}
