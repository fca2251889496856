/**
 * What containers have used and answered so far, as counters count it: from the start of each run, and anew with the next.
 * It grows when it is looked at, by what goes on then.
 */
import { isOver } from '../api/pod-state.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import { parseQuantity } from '../api/quantity.ts'
import type { Container, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { statusOf } from '../containers/container.ts'
import { demandBetween } from '../load/demand.ts'
import type { Answering, Asked, Outcome } from '../load/traffic.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import { wholeUse } from '../kubelet/usage.ts'

/** Upper bounds of the buckets of request durations, in seconds: the defaults of Prometheus' client libraries. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export type Requests = {
  readonly byCode: Record<string, number>
  /** How many were answered within each of BUCKETS. */
  readonly within: number[]
  count: number
  seconds: number
}

/** What one run of a container has come to; plain JSON, part of a snapshot. */
export type Tally = {
  /** As its containerID. */
  readonly id: string
  readonly startMs: number
  /** What it may have; absent where there is no limit. */
  readonly limits: { readonly cores?: number; readonly memoryBytes?: number }
  seenMs: number
  cpuSeconds: number
  throttledSeconds: number
  requests?: Requests
}

export type Counted = {
  readonly pod: Pod
  readonly container: string
  readonly tally: Tally
  /** What of the count had come about by then, had all been as it is, from 0 to 1. */
  readonly earlier: (atMs: number) => number
}

type Busy = { seconds: number; seenMs: number }
type AskedSoFar = { readonly requests: Requests; seenMs: number }

export type StoredCounters = {
  readonly tallies: Readonly<Record<string, Tally>>
  readonly machines: Readonly<Record<string, Busy>>
  readonly asked: Readonly<Record<string, AskedSoFar>>
}

const PODS = builtIn('pods')

export class Counters {
  /** By pod and container, `UID/app`. */
  #tallies = new Map<string, Tally>()
  #machines = new Map<string, Busy>()
  #asked = new Map<string, AskedSoFar>()
  #counted = new Map<string, Counted>()

  /** Looks at each container that runs; `of` tells what it has come to. */
  look(server: Server): void {
    this.#counted = new Map()
    for (const pod of server.store.list(PODS) as Pod[]) {
      if (isOver(pod) || server.kubelets.get(pod.spec.nodeName ?? '')?.state !== 'up') continue
      for (const container of pod.spec.containers) {
        const counted = this.#grown(server, pod, container)
        if (counted) this.#counted.set(keyOf(pod, container.name), counted)
      }
    }
    for (const key of this.#tallies.keys()) if (!this.#counted.has(key)) this.#tallies.delete(key)
  }

  of(pod: Pod, container: string): Counted | undefined {
    return this.#counted.get(keyOf(pod, container))
  }

  /** What those who ask a Service have been answered. */
  asked({ clock, load }: Server, { load: from, requestsPerSecond, ...outcome }: Asked): Requests {
    const nowMs = clock.now()
    const known = this.#asked.get(from.service)
    const requests = known?.requests ?? noRequests()
    const count = known
      ? (requestsPerSecond * (nowMs - known.seenMs)) / 1000
      : demandBetween(from, load.startMs, nowMs - HOUR_MS, nowMs)
    add(requests, count, outcome)
    this.#asked.set(from.service, { requests, seenMs: nowMs })
    return requests
  }

  /** How long a machine's processors have been busy since it started, of which `cores` now are. */
  busySeconds({ nodeName, startedAt }: Kubelet, cores: number, nowMs: number): number {
    const { seconds, seenMs } = this.#machines.get(nodeName) ?? { seconds: 0, seenMs: Date.parse(startedAt) }
    const grown = seconds + (cores * (nowMs - seenMs)) / 1000
    this.#machines.set(nodeName, { seconds: grown, seenMs: nowMs })
    return grown
  }

  snapshot(): StoredCounters {
    return structuredClone({
      tallies: Object.fromEntries(this.#tallies),
      machines: Object.fromEntries(this.#machines),
      asked: Object.fromEntries(this.#asked),
    })
  }

  restore(stored: StoredCounters): void {
    const { tallies, machines, asked } = structuredClone(stored)
    this.#tallies = new Map(Object.entries(tallies))
    this.#machines = new Map(Object.entries(machines))
    this.#asked = new Map(Object.entries(asked))
    this.#counted = new Map()
  }

  #grown(server: Server, pod: Pod, container: Container): Counted | undefined {
    const { name } = container
    const status = statusOf(pod, name)
    const startedAt = status?.state.running?.startedAt
    if (startedAt === undefined) return undefined
    const nowMs = server.clock.now()
    const found = server.load.traffic(server).byPod.get(pod.metadata.uid ?? '')
    const answering = found?.container.name === name ? found : undefined
    const { containerID: id = '' } = status!
    const known = this.#tallies.get(keyOf(pod, name))
    const isFirst = known?.id !== id
    const tally = isFirst ? begun(container, id, Date.parse(startedAt)) : known
    this.#tallies.set(keyOf(pod, name), tally)
    const seconds = (nowMs - tally.seenMs) / 1000
    tally.cpuSeconds += wholeUse(server, server.kubelets.get(pod.spec.nodeName ?? '')!, pod, name).cores * seconds
    if (answering) {
      tally.requests ??= noRequests()
      const count = isFirst ? asksSince(server, answering, tally.startMs, nowMs) : answering.requestsPerSecond * seconds
      add(tally.requests, count, answering)
      tally.throttledSeconds += (answering.codes.get(503) ?? 0) > 0 ? seconds : 0
    }
    tally.seenMs = nowMs
    return { pod, container: name, tally, earlier: shareBy(server, answering, tally.startMs, nowMs) }
  }
}

const HOUR_MS = 3_600_000

function keyOf({ metadata }: Pod, container: string): string {
  return `${metadata.uid}/${container}`
}

function begun({ resources }: Container, id: string, startMs: number): Tally {
  const cores = parseQuantity(resources?.limits?.['cpu'] ?? '')
  const memoryBytes = parseQuantity(resources?.limits?.['memory'] ?? '')
  const limits = { ...(cores !== undefined && { cores }), ...(memoryBytes !== undefined && { memoryBytes }) }
  return { id, startMs, limits, seenMs: startMs, cpuSeconds: 0, throttledSeconds: 0 }
}

/** By the load where there is one, else evenly. Hardly ever asked for, so that it is worked out then. */
function shareBy(server: Server, answering: Answering | undefined, startMs: number, nowMs: number): Counted['earlier'] {
  let whole: number | undefined
  return (atMs) => {
    whole ??= answering ? asksSince(server, answering, startMs, nowMs) : 0
    if (answering && whole > 0) return asksSince(server, answering, startMs, atMs) / whole
    return (atMs - startMs) / Math.max(1, nowMs - startMs)
  }
}

/** How often it was asked, had it always had its part of the load. */
function asksSince({ load }: Server, { sources }: Answering, startMs: number, atMs: number): number {
  let sum = 0
  for (const [from, part] of sources) sum += part * demandBetween(from, load.startMs, startMs, atMs)
  return sum
}

function noRequests(): Requests {
  return { byCode: {}, within: BUCKETS.map(() => 0), count: 0, seconds: 0 }
}

function add(requests: Requests, count: number, { codes, latencyMs }: Outcome): void {
  for (const [code, share] of codes) requests.byCode[code] = (requests.byCode[code] ?? 0) + count * share
  for (const [i, bound] of BUCKETS.entries()) requests.within[i]! += count * within(latencyMs / 1000, bound)
  requests.count += count
  requests.seconds += (count * latencyMs * MEAN) / 1000
}

/** The share of answers within `bound`, half of them being within `median`: log-logistic, three for its shape. */
function within(median: number, bound: number): number {
  return 1 / (1 + (median / bound) ** 3)
}

/** The mean of such answers, for a median of one. */
const MEAN = Math.PI / 3 / Math.sin(Math.PI / 3)
