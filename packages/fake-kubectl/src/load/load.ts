/**
 * The load on a cluster: what it comes to now, worked out once for each moment and state, and what it has come to so far.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import type { Server } from '../apiserver/server.ts'
import type { LoadSpec } from './demand.ts'
import { NO_TRAFFIC, trafficAt, type Traffic } from './traffic.ts'

const WATCHED = ['pods', 'services', 'endpointslices.discovery.k8s.io', 'networkpolicies.networking.k8s.io'].map(
  builtIn,
)

export class Load {
  #loads: readonly LoadSpec[]
  /** The day on which each load is what it says. */
  readonly startMs: number
  #known: { readonly at: string; readonly traffic: Traffic } | undefined
  #isWorking = false

  constructor(loads: readonly LoadSpec[], startMs: number) {
    this.#loads = loads
    this.startMs = startMs
  }

  get loads(): readonly LoadSpec[] {
    return this.#loads
  }

  /** From now on somebody asks for something else. */
  set(loads: readonly LoadSpec[]): void {
    this.#loads = loads
    this.#known = undefined
  }

  traffic(server: Server): Traffic {
    // Who asks what a pod uses while that is worked out is told what it uses without requests.
    if (this.#loads.length === 0 || this.#isWorking) return NO_TRAFFIC
    const at = [server.clock.now(), ...WATCHED.map((type) => server.store.changedAt(type))].join(' ')
    if (this.#known?.at === at) return this.#known.traffic
    this.#isWorking = true
    try {
      const traffic = trafficAt(server, this.#loads, this.startMs)
      this.#known = { at, traffic }
      return traffic
    } finally {
      this.#isWorking = false
    }
  }
}
