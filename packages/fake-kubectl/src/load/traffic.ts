/**
 * Who answers how many requests, how fast and how well, at one moment: load is spread over the ready endpoints of a
 * Service; what answers it may ask other Services, and is as slow and as faulty as they are; who is asked for more than
 * its processor can do is slow, and refuses the rest.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import type { KubeObject } from '../api/meta.ts'
import { parseQuantity } from '../api/quantity.ts'
import type { Container, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import type { Serving } from '../containers/images.ts'
import { stageUse } from '../kubelet/usage.ts'
import { pod as dialPod } from '../network/dial.ts'
import { resolve } from '../network/dns.ts'
import { endpointsOf } from '../network/endpoints.ts'
import { isAllowed } from '../network/policies.ts'
import { demandAt, type LoadSpec } from './demand.ts'
import { servingOf } from './serving.ts'

/** How requests are answered: shares of all answers by code, which add up to one, and how long half of them take at most. */
export type Outcome = { readonly codes: ReadonlyMap<number, number>; readonly latencyMs: number }

/** What one pod does with what it is asked. */
export type Answering = Outcome & {
  readonly container: Container
  readonly requestsPerSecond: number
  /** What that takes of its processors. */
  readonly cores: number
  /** How much of each load comes to it: what it was asked earlier follows from that. */
  readonly sources: ReadonlyMap<LoadSpec, number>
}

/** How a Service looks to who asks it. */
export type Asked = Outcome & {
  readonly service: KubeObject
  readonly load: LoadSpec
  readonly requestsPerSecond: number
}

export type Traffic = { readonly byPod: ReadonlyMap<string, Answering>; readonly asked: readonly Asked[] }

export const NO_TRAFFIC: Traffic = { byPod: new Map(), asked: [] }

const SERVICES = builtIn('services')
const PODS = builtIn('pods')
/** What asks itself, through whomever, is not followed for ever. */
const MOST_HOPS = 8
/** How long somebody waits for an answer that never comes. */
const TIMEOUT_MS = 5000
const UNAVAILABLE = 503

export function trafficAt(server: Server, loads: readonly LoadSpec[], startMs: number): Traffic {
  const flow = new Flow(server)
  const nowMs = server.clock.now()
  for (const load of loads) flow.send(load, load.service, { rate: demandAt(load, startMs, nowMs), part: 1 }, 0)
  const asked = loads.flatMap((load) => {
    const service = flow.service(load.service)
    if (!service) return []
    return [{ service, load, requestsPerSecond: demandAt(load, startMs, nowMs), ...flow.outcome(load.service, 0) }]
  })
  return { byPod: flow.answering(), asked }
}

type Backend = {
  readonly pod: Pod
  /** Where it listens. */
  readonly port: number
  readonly container: Container
  readonly serving: Serving
  readonly sources: Map<LoadSpec, number>
  /** What it may use for requests. */
  readonly cores: number
  rate: number
  outcome: Outcome | undefined
}

class Flow {
  readonly #server: Server
  readonly #backends = new Map<string, readonly Backend[]>()
  readonly #byPod = new Map<string, Backend>()
  readonly #outcomes = new Map<string, Outcome>()
  /** By pod and name, the Service it means. */
  readonly #reaches = new Map<string, string | undefined>()
  /** By address. */
  #pods: Map<string, Pod> | undefined

  constructor(server: Server) {
    this.#server = server
  }

  service(key: string): KubeObject | undefined {
    const [namespace = '', name = ''] = key.split('/')
    return this.#server.store.find(SERVICES, namespace, name)
  }

  /** @param requests a second, and which part of the load they are */
  send(load: LoadSpec, key: string, requests: { rate: number; part: number }, hops: number): void {
    const backends = this.#behind(key)
    if (hops > MOST_HOPS || backends.length === 0) return
    const [rate, part] = [requests.rate / backends.length, requests.part / backends.length]
    for (const backend of backends) {
      backend.rate += rate
      backend.sources.set(load, (backend.sources.get(load) ?? 0) + part)
      for (const name of backend.serving.calls ?? []) {
        const target = this.#reached(backend.pod, name)
        if (target !== undefined) this.send(load, target, { rate, part }, hops + 1)
      }
    }
  }

  outcome(key: string, hops: number): Outcome {
    const known = this.#outcomes.get(key)
    if (known) return known
    const backends = this.#behind(key)
    if (backends.length === 0 || hops > MOST_HOPS) return { codes: new Map([[UNAVAILABLE, 1]]), latencyMs: 1 }
    const all = backends.map((backend) => this.#outcomeOf(backend, hops))
    const codes = new Map<number, number>()
    for (const outcome of all)
      for (const [code, share] of outcome.codes) codes.set(code, (codes.get(code) ?? 0) + share / all.length)
    const found = { codes, latencyMs: all.reduce((sum, { latencyMs }) => sum + latencyMs, 0) / all.length }
    this.#outcomes.set(key, found)
    return found
  }

  answering(): Map<string, Answering> {
    const found = new Map<string, Answering>()
    for (const [uid, backend] of this.#byPod) {
      const { container, rate, sources, serving } = backend
      const cores = Math.min((rate * serving.cpuMs) / 1000, backend.cores)
      found.set(uid, { ...this.#outcomeOf(backend, 0), container, requestsPerSecond: rate, cores, sources })
    }
    return found
  }

  #outcomeOf(backend: Backend, hops: number): Outcome {
    return (backend.outcome ??= this.#workedOut(backend, hops))
  }

  #workedOut(backend: Backend, hops: number): Outcome {
    const { serving, rate, pod, cores } = backend
    const use = (rate * serving.cpuMs) / 1000 / cores
    let works = 1 - serving.errors
    // What waits for a processor waits the longer the less of it is free.
    let latencyMs = serving.latencyMs / Math.max(0.05, 1 - Math.min(use, 1) ** 2)
    for (const name of serving.calls ?? []) {
      const target = this.#reached(pod, name)
      const asked = target === undefined ? undefined : this.outcome(target, hops + 1)
      works *= asked ? shareOfSuccess(asked) : 0
      latencyMs += asked ? asked.latencyMs : TIMEOUT_MS
    }
    const refused = use > 1 ? 1 - 1 / use : 0
    const codes = new Map([
      [200, (1 - refused) * works],
      [500, (1 - refused) * (1 - works)],
      [UNAVAILABLE, refused],
    ])
    for (const [code, share] of codes) if (share <= 0) codes.delete(code)
    return { codes, latencyMs: Math.min(latencyMs, TIMEOUT_MS) }
  }

  /** What is left for requests of what the container may have. */
  #coresOf(pod: Pod, container: Container): number {
    const kubelet = this.#server.kubelets.get(pod.spec.nodeName ?? '')
    const limit = parseQuantity(container.resources?.limits?.['cpu'] ?? '') ?? kubelet?.cores ?? 1
    const own = kubelet
      ? (stageUse(kubelet, this.#server.images, pod, container.name, this.#server.clock.now()).cores ?? 0)
      : 0
    return Math.max(0.001, limit - own)
  }

  /** The Service a pod means by a name, if it can be asked from there. */
  #reached(from: Pod, name: string): string | undefined {
    const asked = `${from.metadata.uid} ${name}`
    if (!this.#reaches.has(asked)) this.#reaches.set(asked, this.#reachedNow(from, name))
    return this.#reaches.get(asked)
  }

  #reachedNow(from: Pod, name: string): string | undefined {
    const answer = resolve(this.#server, from, name)
    if (answer.kind !== 'found') return undefined
    const [service = '', namespace = ''] = answer.name.split('.')
    const key = `${namespace}/${service}`
    const isOpen = ({ pod, port }: Backend) =>
      isAllowed(this.#server, from, { address: pod.status.podIP ?? '', port, protocol: 'TCP', pod })
    const backends = this.#behind(key)
    return backends.length > 0 && backends.every(isOpen) ? key : undefined
  }

  /** The pods a Service sends requests to, and that listen where it sends them. */
  #behind(key: string): readonly Backend[] {
    const known = this.#backends.get(key)
    if (known) return known
    const service = this.service(key)
    const endpoints = service ? endpointsOf(this.#server, service).filter(({ ready }) => ready) : []
    const backends = endpoints.flatMap(({ address, ports }) => {
      const pod = this.#podAt(address)
      const port = pod && [...ports.values()].find((it) => dialPod(this.#server, pod, it).kind === 'connected')
      return pod && port !== undefined ? [this.#backendOf(pod, port)] : []
    })
    this.#backends.set(key, backends)
    return backends
  }

  #backendOf(pod: Pod, port: number): Backend {
    const uid = pod.metadata.uid ?? ''
    const known = this.#byPod.get(uid)
    if (known) return known
    const container = pod.spec.containers.find((it) => it['ports'] !== undefined) ?? pod.spec.containers[0]!
    const backend: Backend = {
      pod,
      port,
      container,
      serving: servingOf(this.#server, pod, container),
      sources: new Map(),
      cores: this.#coresOf(pod, container),
      rate: 0,
      outcome: undefined,
    }
    this.#byPod.set(uid, backend)
    return backend
  }

  #podAt(address: string): Pod | undefined {
    this.#pods ??= new Map((this.#server.store.list(PODS) as Pod[]).map((pod) => [pod.status.podIP ?? '', pod]))
    return this.#pods.get(address)
  }
}

function shareOfSuccess({ codes }: Outcome): number {
  return codes.get(200) ?? 0
}
