/**
 * A small world of samples, and how tests ask for what comes of them.
 */
import { createPrometheus, NAME, type Family, type Labels, type Prometheus } from '../src/index.ts'

/** Just after midnight: no sample falls on the edge of a range, where Prometheus 2 and 3 differ. */
export const START_MS = Date.UTC(2026, 0, 15) + 4100
export const STEP_MS = 15_000
/** An hour of samples, and a moment that falls on none of them. */
export const COUNT = 240
export const NOW_MS = START_MS + COUNT * STEP_MS + 7_300

export type World = {
  readonly labels: Labels
  readonly type: 'counter' | 'gauge'
  readonly value: (i: number) => number | undefined
}[]

/** Requests of two pods, one of which starts anew; durations of one; use of memory; a disk that fills. */
export const WORLD: World = [
  ...['api-1', 'api-2'].flatMap((pod, p) =>
    ['200', '500'].map((code, c) => ({
      labels: { [NAME]: 'http_requests_total', job: 'api', pod, code },
      type: 'counter' as const,
      value: (i: number) => (p === 1 && i > 150 ? i - 151 : i) * (c === 0 ? 30 : 3) + ((i * 7) % 5) * (i > 0 ? 1 : 0),
    })),
  ),
  ...['0.1', '0.5', '1', '+Inf'].map((le, b) => ({
    labels: { [NAME]: 'http_request_duration_seconds_bucket', job: 'api', le },
    type: 'counter' as const,
    value: (i: number) => i * [10, 25, 29, 30][b]!,
  })),
  ...['api-1', 'api-2', 'db-0'].map((pod, p) => ({
    labels: {
      [NAME]: 'container_memory_working_set_bytes',
      namespace: p < 2 ? 'shop' : 'data',
      pod,
      container: pod.split('-')[0]!,
    },
    type: 'gauge' as const,
    value: (i: number) => 1e6 * (50 + p * 10 + Math.round(Math.sin(i / 9) * 100) / 10),
  })),
  ...['api-1', 'api-2', 'db-0'].map((pod, p) => ({
    labels: { [NAME]: 'kube_pod_info', namespace: p < 2 ? 'shop' : 'data', pod, node: `n${(p % 2) + 1}` },
    type: 'gauge' as const,
    value: () => 1,
  })),
  {
    labels: { [NAME]: 'node_filesystem_avail_bytes', node: 'n1', mountpoint: '/' },
    type: 'gauge',
    value: (i) => 1e9 - i * 1.5e6 - ((i * 13) % 7) * 1e4,
  },
  // One that is seen for the last time half an hour ago.
  { labels: { [NAME]: 'gone', pod: 'x' }, type: 'gauge', value: (i) => (i < 120 ? i : undefined) },
]

export function createWorld(world: World = WORLD): Prometheus {
  let nowMs = START_MS
  const prometheus = createPrometheus({ now: () => nowMs })
  for (let i = 0; i <= COUNT; i += 1) {
    nowMs = START_MS + i * STEP_MS
    for (const { labels, value } of world) {
      const it = value(i)
      if (it !== undefined) prometheus.engine.storage.append(labels, nowMs, it)
    }
  }
  nowMs = NOW_MS
  return prometheus
}

export type Answer = {
  readonly status: string
  readonly data?: { resultType: string; result: unknown }
  readonly error?: string
  readonly errorType?: string
}

export async function ask(
  prometheus: Prometheus,
  path: string,
  parameters: Record<string, string> = {},
): Promise<Answer> {
  const url = `http://prometheus/api/v1/${path}?${new URLSearchParams(parameters).toString()}`
  return (await (await prometheus.fetch(new Request(url))).json()) as Answer
}

/** One query now: each sample's labels without the name, and its value. */
export async function instant(prometheus: Prometheus, query: string): Promise<[Record<string, string>, number][]> {
  const { data, error } = await ask(prometheus, 'query', { query })
  if (!data) throw new Error(error)
  const result = data.result as { metric: Record<string, string>; value: [number, string] }[]
  return result.map(({ metric, value }) => [metric, Number(value[1])])
}

/** A family of one gauge. */
export function gauge(name: string, labels: Labels, value: number): Family {
  return { name, type: 'gauge', help: name, points: [{ labels: { [NAME]: name, ...labels }, value }] }
}
