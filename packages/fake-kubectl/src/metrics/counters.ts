/**
 * What containers have used and answered so far, as counters count it: from the start of each run, and anew with the next.
 * It grows when it is looked at, by what goes on then.
 */
import { isOver } from '../api/pod-state.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import { parseQuantity } from '../api/quantity.ts'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { statusOf } from '../containers/container.ts'
import { demandBetween } from '../load/demand.ts'
import type { Answering, Asked } from '../load/traffic.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import { wholeUse } from '../kubelet/usage.ts'

/** Upper bounds of the buckets of request durations, in seconds: the defaults of Prometheus' client libraries. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export type Requests = {
  readonly byCode: Map<number, number>
  /** How many were answered within each of BUCKETS. */
  readonly within: number[]
  count: number
  seconds: number
}

export type Counted = {
  readonly pod: Pod
  readonly container: string
  readonly startMs: number
  /** What it may have; undefined where there is no limit. */
  readonly limits: { readonly cores: number | undefined; readonly memoryBytes: number | undefined }
  cpuSeconds: number
  throttledSeconds: number
  requests: Requests | undefined
  /** What of the first look's count had come about by then, from 0 to 1. */
  readonly earlier: (atMs: number) => number
}

type Known = Counted & { readonly id: string; seenMs: number }

const PODS = builtIn('pods')

export class Counters {
  readonly #containers = new Map<string, Known>()
  readonly #machines = new Map<string, { readonly seconds: number; readonly seenMs: number }>()
  readonly #asked = new Map<string, { readonly requests: Requests; seenMs: number }>()

  /** Each container that runs, up to now. */
  containers(server: Server): Iterable<Counted> {
    const present = new Set<string>()
    for (const pod of server.store.list(PODS) as Pod[]) {
      if (isOver(pod) || server.kubelets.get(pod.spec.nodeName ?? '')?.state !== 'up') continue
      for (const { name } of pod.spec.containers) {
        const key = `${pod.metadata.uid}/${name}`
        if (this.#grow(server, pod, name, key)) present.add(key)
      }
    }
    for (const key of this.#containers.keys()) if (!present.has(key)) this.#containers.delete(key)
    return this.#containers.values()
  }

  of(pod: Pod, container: string): Counted | undefined {
    return this.#containers.get(`${pod.metadata.uid}/${container}`)
  }

  /** What those who ask a Service have been answered. */
  asked({ clock, load }: Server, { load: from, requestsPerSecond, codes, latencyMs }: Asked): Requests {
    const nowMs = clock.now()
    const known = this.#asked.get(from.service)
    const requests = known?.requests ?? noRequests()
    const count = known
      ? (requestsPerSecond * (nowMs - known.seenMs)) / 1000
      : demandBetween(from, load.startMs, nowMs - HOUR_MS, nowMs)
    add(requests, count, { codes, latencyMs })
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

  #grow(server: Server, pod: Pod, name: string, key: string): boolean {
    const status = statusOf(pod, name)
    const startedAt = status?.state.running?.startedAt
    if (startedAt === undefined) return false
    const nowMs = server.clock.now()
    const kubelet = server.kubelets.get(pod.spec.nodeName ?? '')!
    const { cores } = wholeUse(server, kubelet, pod, name)
    const found = server.load.traffic(server).byPod.get(pod.metadata.uid ?? '')
    const answering = found?.container.name === name ? found : undefined
    let known = this.#containers.get(key)
    if (known?.id !== status?.containerID) known = undefined
    const isFirst = known === undefined
    known ??= begun(server, pod, name, { id: status?.containerID ?? '', startMs: Date.parse(startedAt), answering })
    const seconds = (nowMs - known.seenMs) / 1000
    known.cpuSeconds += cores * seconds
    if (answering) {
      known.requests ??= noRequests()
      const count = isFirst ? asksSince(server, answering, known.startMs, nowMs) : answering.requestsPerSecond * seconds
      add(known.requests, count, answering)
      known.throttledSeconds += (answering.codes.get(503) ?? 0) > 0 ? seconds : 0
    }
    known.seenMs = nowMs
    this.#containers.set(key, { ...known, pod })
    return true
  }
}

const HOUR_MS = 3_600_000

type Begin = { readonly id: string; readonly startMs: number; readonly answering: Answering | undefined }

function begun(server: Server, pod: Pod, container: string, { id, startMs, answering }: Begin): Known {
  const nowMs = server.clock.now()
  const whole = answering ? asksSince(server, answering, startMs, nowMs) : 0
  const earlier = (atMs: number) =>
    answering && whole > 0
      ? asksSince(server, answering, startMs, atMs) / whole
      : (atMs - startMs) / Math.max(1, nowMs - startMs)
  const { resources } = pod.spec.containers.find(({ name }) => name === container)!
  const limit = (resource: string) => parseQuantity(resources?.limits?.[resource] ?? '')
  return {
    pod,
    container,
    limits: { cores: limit('cpu'), memoryBytes: limit('memory') },
    id,
    startMs,
    seenMs: startMs,
    cpuSeconds: 0,
    throttledSeconds: 0,
    requests: undefined,
    earlier,
  }
}

/** How often it was asked, had it always had its part of the load. */
function asksSince({ load }: Server, { sources }: Answering, startMs: number, atMs: number): number {
  let sum = 0
  for (const [from, part] of sources) sum += part * demandBetween(from, load.startMs, startMs, atMs)
  return sum
}

function noRequests(): Requests {
  return { byCode: new Map(), within: BUCKETS.map(() => 0), count: 0, seconds: 0 }
}

function add(requests: Requests, count: number, { codes, latencyMs }: Pick<Answering, 'codes' | 'latencyMs'>): void {
  for (const [code, share] of codes) requests.byCode.set(code, (requests.byCode.get(code) ?? 0) + count * share)
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
