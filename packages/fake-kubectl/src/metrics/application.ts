/**
 * What an application tells of the requests it has answered, as one that uses a Prometheus client library does.
 */
import type { Family, Labels } from '@mcp-lab/prometheus'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { BUCKETS, type Counted, type Requests } from './counters.ts'
import { family, labelsOf, named, type Row } from './family.ts'

/** Nothing of a pod that nobody asks for anything. */
export function applicationMetrics(server: Server, pod: Pod): Family[] {
  const counted = pod.spec.containers.map(({ name }) => server.counters.of(pod, name))
  const answering = counted.find((it) => it?.tally.requests !== undefined)
  if (!answering) return []
  return [
    ...requestFamilies(answering, answering.tally.requests!),
    family(
      'process_start_time_seconds',
      { help: 'Start time of the process since unix epoch in seconds.', holdsTimes: true },
      [[NONE, answering.tally.startMs / 1000]],
    ),
  ]
}

const NONE: Labels = {}

function requestFamilies({ tally, earlier }: Counted, requests: Requests): Family[] {
  const more = (value: number) => ({ sinceMs: tally.startMs, earlier: (atMs: number) => value * earlier(atMs) })
  const row = (labels: Labels, value: number): Row => [labels, value, more(value)]
  const byCode = Object.entries(requests.byCode).map(([code, count]) =>
    row(
      labelsOf(CODES, code, () => ({ code, method: 'GET' })),
      Math.round(count),
    ),
  )
  const duration = 'http_request_duration_seconds'
  const bounds = [...BUCKETS.map(String), '+Inf']
  const counts = [...requests.within, requests.count].map(Math.round)
  const buckets = bounds.map((le, i) =>
    row(
      named(
        labelsOf(CODES, `le ${le}`, () => ({ method: 'GET', le })),
        `${duration}_bucket`,
      ),
      counts[i]!,
    ),
  )
  const ends = [
    row(named(GET, `${duration}_sum`), requests.seconds),
    row(named(GET, `${duration}_count`), Math.round(requests.count)),
  ]
  return [
    family('http_requests_total', { type: 'counter', help: 'Requests answered, by code.' }, byCode),
    {
      name: duration,
      type: 'histogram',
      help: 'How long answers took.',
      points: [...buckets, ...ends].map(([labels, value, rest]) => ({ labels, value, ...rest })),
    },
  ]
}

const CODES = {}
const GET: Labels = { method: 'GET' }
