/**
 * A cluster as its users have it: what it is created with, what it offers, what is kept of it. Its only interface is the
 * Kubernetes API; what stands beside is for tests and scenarios.
 */
import type { Prometheus, Series } from '@mcp-lab/prometheus'
import { parseDuration } from './api/age.ts'
import type { KubeObject } from './api/meta.ts'
import type { ApiLogEntry } from './apiserver/api-log.ts'
import type { Fault } from './apiserver/faults.ts'
import { connect, handle } from './apiserver/handler.ts'
import type { Peer, Server, StaticUser } from './apiserver/server.ts'
import type { Upgrade } from './apiserver/remote/upgrade.ts'
import { VirtualClock } from './clock/virtual-clock.ts'
import { type ImageSpec } from './containers/images.ts'
import { type StoredContainers } from './containers/runtime.ts'
import { runNodeLifecycle } from './controllers/node-lifecycle.ts'
import { publishRootCertificate } from './controllers/root-certificate.ts'
import type { LoadSpec } from './load/demand.ts'
import { type StoredCounters } from './metrics/counters.ts'
import { restoreKubelet, storeKubelet, type Kubelet, type StoredKubelet } from './kubelet/kubelet.ts'
import { type StoredObjects } from './store/store.ts'
import type { WorldSpec } from './world/spec.ts'

export type ClusterOptions = {
  /** Three nodes and nothing on them when absent. */
  world?: WorldSpec
  /** Draws everything the world leaves open; 1 when absent. */
  seed?: number
  /** How images behave, before what the world and the simulator say of them. */
  images?: readonly ImageSpec[]
  /** More objects, beside the world's. */
  manifests?: KubeObject[]
  /** Virtual now at the start, ISO 8601; a fixed day when absent, so that runs are equal. */
  startAt?: string
  /** Who each bearer token is, like kube-apiserver's --token-auth-file. */
  tokens?: Readonly<Record<string, StaticUser>>
  /**
   * Who a request without credentials is, in process or over plain HTTP. `admin` (in system:masters) when absent: kubectl
   * sends no credentials over plain HTTP, even with a token in its kubeconfig, and impersonation alone must then do.
   * `system:anonymous` for the real rule, which always holds over TLS.
   */
  anonymous?: 'admin' | 'system:anonymous'
  /** Has the cluster a metrics server, so that `kubectl top` works? As its world says when absent. */
  metrics?: boolean
  /** Kubelets that report, and run pods; without them nodes and pods stay as they are. On when absent. */
  kubelet?: boolean
  /** Chooses nodes for pods; without it they wait for a nodeName, or for a binding. On when absent. */
  scheduler?: boolean
  /** Deployments, Jobs, Services and so on do what they promise; without them they are only stored. On when absent. */
  controllers?: boolean
  /** The admission plugin that gives pods an account and its token; on when absent, as in a real cluster. */
  serviceAccountAdmission?: boolean
}

/** Everything a cluster is, as JSON; its API log is not part of it. */
export type Snapshot = {
  readonly format: 1
  readonly nowMs: number
  readonly randomState: number
  readonly store: StoredObjects
  readonly kubelets: readonly StoredKubelet[]
  readonly containers: StoredContainers
  readonly loads: readonly LoadSpec[]
  readonly counters: StoredCounters
  /** What its Prometheus has stored. */
  readonly series: readonly Series[]
}

/** A simulated cluster. Its only interface is the Kubernetes API; what stands beside `fetch` is for tests and scenarios. */
export type Cluster = {
  /** The Kubernetes API, with the signature of the global fetch. Any origin will do: `https://cluster/api/v1/nodes`. */
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>
  /** The same for a request that came over a connection, of which `peer` tells what the request itself cannot. */
  serve(request: Request, peer: Peer): Promise<Response>
  /**
   * The same for a request that asks for an upgrade (exec, attach, port-forward): an ordinary answer when it is refused,
   * else what to `begin` once the client has been told of the new protocol.
   */
  connect(request: Request, peer?: Peer): Promise<Response | Upgrade>
  /** Who each bearer token is; add and remove at will. */
  readonly tokens: Map<string, StaticUser>
  /** Tells every namespace whom to believe: a certificate in PEM, of whoever signs the server's. */
  publishRootCertificate(certificate: string): void
  readonly clock: VirtualClock
  /** Lets virtual time pass, `'5m'`, and everything that is due in it happen. */
  advance(duration: string): void
  /**
   * Lets the cluster come to rest: everything happens that somebody waits for (pods start, rollouts go on), and time
   * passes as that needs, at most `within`, ten minutes when absent. What goes on for ever (heartbeats, probes, another
   * try in five minutes) is not waited for. `settle('0s')` lets happen what is due now.
   */
  settle(within?: string): void
  /** One Kubernetes audit event for each request that ended, in that order. */
  readonly apiLog: readonly ApiLogEntry[]
  /** Tells of each entry as it is written, its times those of the client's clock. @returns what ends it */
  followApiLog(listener: (entry: ApiLogEntry) => void): () => void
  /** The machine behind each node. */
  readonly kubelets: ReadonlyMap<string, Kubelet>
  /** From now on its Services are asked for this, and nothing else. */
  setLoad(loads: readonly LoadSpec[]): void
  /** The Prometheus in it, while it runs. */
  readonly prometheus: Prometheus | undefined
  /** Requests that match are delayed, refused or dropped, or their answers cut short; add and remove at will. */
  readonly faults: Fault[]
  /** Requests begun and answered so far; `drive` watches it to see whether anything still moves. */
  readonly activity: number
  snapshot(): Snapshot
  /** Open watches end with 410 Expired, as after an etcd restore. */
  restore(snapshot: Snapshot): void
}

const IN_PROCESS: Peer = { address: '127.0.0.1', encrypted: false }

/** What is offered of a server and its machines. */
export function faceOf(server: Server, kubelets: Map<string, Kubelet>): Cluster {
  const { clock, tokens, store, random, apiLog, faults } = server
  let activity = 0
  const serve = async (request: Request, peer: Peer) => {
    activity += 1
    try {
      return await handle(server, request, peer)
    } finally {
      activity += 1
    }
  }
  return {
    fetch(input, init) {
      const isRequest = typeof input === 'object' && 'headers' in input && init === undefined
      return serve(isRequest ? input : new Request(input, init), IN_PROCESS)
    },
    serve,
    async connect(request, peer = IN_PROCESS) {
      activity += 1
      const answer = await connect(server, request, peer)
      activity += 1
      return 'begin' in answer ? noted(answer, () => (activity += 1)) : answer
    },
    tokens,
    publishRootCertificate: (certificate) => publishRootCertificate(server, certificate),
    clock,
    advance: (duration) => clock.advance(parseDuration(duration)),
    settle: (within = '10m') => settle(clock, clock.now() + parseDuration(within)),
    apiLog,
    followApiLog(listener) {
      server.logListeners.add(listener)
      return () => server.logListeners.delete(listener)
    },
    kubelets,
    setLoad: (loads) => server.load.set(loads),
    get prometheus() {
      return server.monitoring.prometheus
    },
    faults,
    get activity() {
      return activity
    },
    snapshot: () => ({
      format: 1,
      nowMs: clock.now(),
      randomState: random.state,
      store: structuredClone(store.snapshot()),
      kubelets: [...kubelets.values()].map((kubelet) => storeKubelet(kubelet)),
      containers: server.containers.snapshot(),
      loads: server.load.loads,
      counters: server.counters.snapshot(),
      series: server.monitoring.snapshot(),
    }),
    restore(snapshot) {
      clock.reset(snapshot.nowMs)
      random.state = snapshot.randomState
      kubelets.clear()
      for (const stored of snapshot.kubelets) kubelets.set(stored.nodeName, restoreKubelet(stored))
      server.events.clear()
      server.load.set(snapshot.loads)
      server.counters.restore(snapshot.counters)
      server.monitoring.restore(snapshot.series)
      store.restore(snapshot.store)
      server.containers.restore(snapshot.containers)
      if (server.options.kubelet) runNodeLifecycle(server, kubelets)
      clock.advance(0)
    },
  }
}

function settle(clock: VirtualClock, untilMs: number): void {
  clock.advance(0)
  for (;;) {
    const dueAtMs = clock.nextDueAtMs({ foreground: true })
    if (dueAtMs === undefined || dueAtMs > untilMs) return
    clock.advanceTo(dueAtMs)
  }
}

/** Every message is activity, so that `drive` does not jump over a conversation. */
function noted({ begin, ...chosen }: Upgrade, note: () => void): Upgrade {
  return {
    ...chosen,
    begin(wire) {
      const send = (message: Uint8Array) => {
        note()
        wire.send(message)
      }
      const conversation = begin({ ...wire, send })
      const receive = (message: Uint8Array) => {
        note()
        conversation.receive(message)
      }
      return { ...conversation, receive }
    },
  }
}
