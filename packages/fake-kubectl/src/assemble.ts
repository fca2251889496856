/**
 * Puts a cluster together: store, clock, machines, controllers and API server. Pure: same options, same cluster; it moves
 * only when its clock is advanced. Files, sockets and real time are in `node/`.
 */
import { parseDuration } from './api/age.ts'
import { BUILT_IN } from './api/kinds/built-in.ts'
import { METRICS } from './api/kinds/metrics.ts'
import { createRegistry } from './api/registry.ts'
import { NOBODY } from './apiserver/access/authenticate.ts'
import { handle } from './apiserver/handler.ts'
import type { Server, User } from './apiserver/server.ts'
import type { SigningKey } from './apiserver/access/tokens/jwt.ts'
import { createRandom } from './clock/random.ts'
import { VirtualClock } from './clock/virtual-clock.ts'
import { runAccountSecrets } from './controllers/account-secrets.ts'
import { runCustomResourceDefinitions } from './controllers/custom-resources.ts'
import { EventMemory } from './controllers/event-recorder.ts'
import { runAutoscalers } from './controllers/autoscaler/autoscaler.ts'
import { runDisruption } from './controllers/disruption.ts'
import { runEventExpiry } from './controllers/event-expiry.ts'
import { runGarbageCollector } from './controllers/garbage-collector.ts'
import { Images } from './containers/images.ts'
import { ContainerRuntime } from './containers/runtime.ts'
import { runNamespaceController } from './controllers/namespace.ts'
import { runNetworkControllers } from './controllers/network/all.ts'
import { runNodeLifecycle } from './controllers/node-lifecycle.ts'
import { NO_CERTIFICATE } from './controllers/root-certificate.ts'
import { PodIndex } from './controllers/pod-index.ts'
import { runRoleAggregation } from './controllers/role-aggregation.ts'
import { runProtection } from './controllers/protection.ts'
import { runResourceQuotaController } from './controllers/resource-quota.ts'
import { runProvisioners } from './controllers/storage/provisioner.ts'
import { runVolumes } from './controllers/storage/volumes.ts'
import { runTaintEviction } from './controllers/taint-eviction.ts'
import { runWorkloadControllers } from './controllers/workloads/all.ts'
import { Load } from './load/load.ts'
import { Counters } from './metrics/counters.ts'
import { Monitoring } from './monitoring/monitoring.ts'
import { runPodWorkers } from './kubelet/pod-workers.ts'
import { type Kubelet } from './kubelet/kubelet.ts'
import { runScheduler } from './scheduler/scheduler.ts'
import { Store } from './store/store.ts'
import { stageNamed } from './world/pods.ts'
import { buildWorld } from './world/build.ts'
import { settleSchedules } from './world/schedules.ts'
import type { Builtins, WorldSpec } from './world/spec.ts'
import { formatTime } from './api/meta.ts'
import { faceOf, type Cluster, type ClusterOptions, type Snapshot } from './cluster.ts'

const EPOCH = '2026-01-15T09:00:00Z'
const START_REVISION = 1000
const ADMIN: User = { user: 'admin', uid: 'admin-uid', groups: ['system:masters', 'system:authenticated'] }

export function assembleCluster(options: ClusterOptions, builtins: Builtins): Cluster {
  const ageMs = parseDuration(options.world?.age ?? '0s')
  const kubelets = new Map<string, Kubelet>()
  const server = createServer(options, kubelets, builtins)
  if (ageMs === 0) buildWorld(server, kubelets, worldOf(options), builtins)
  const cluster = begun(server, kubelets, options)
  if (ageMs > 0) cluster.restore(grown(options, builtins, ageMs))
  // What there is to be seen begins now.
  server.monitoring.watch()
  return cluster
}

function worldOf({ world, manifests = [] }: ClusterOptions): WorldSpec {
  return { ...world, manifests: [...(world?.manifests ?? []), ...manifests] }
}

/** Everything that works in a cluster begins to. */
function begun(server: Server, kubelets: Map<string, Kubelet>, options: ClusterOptions): Cluster {
  server.containers.watch(server)
  runControllers(server)
  if (options.controllers ?? true) {
    runWorkloadControllers(server)
    runNetworkControllers(server)
    runVolumes(server)
    runProvisioners(server)
    runDisruption(server)
    runAutoscalers(server)
    runTaintEviction(server)
  }
  if (server.options.scheduler) runScheduler(server)
  if (server.options.kubelet) runKubelets(server)
  server.clock.advance(0)
  return faceOf(server, kubelets)
}

/** By world, and by what else a cluster is created with. */
const known = new WeakMap<WorldSpec, Map<string, Snapshot>>()
const MOST_KNOWN = 4

/**
 * A world of some age: what was to happen soon after its manifests were applied has happened, and nothing since. Growing up
 * takes longer than anything else in it, so the last ones are remembered.
 */
function grown({ world = {}, ...options }: ClusterOptions, builtins: Builtins, ageMs: number): Snapshot {
  const grownUp = known.get(world) ?? new Map<string, Snapshot>()
  known.set(world, grownUp)
  const key = JSON.stringify(options)
  const snapshot = grownUp.get(key) ?? growUp({ ...options, world }, builtins, ageMs)
  if (grownUp.size >= MOST_KNOWN) grownUp.clear()
  grownUp.set(key, snapshot)
  return snapshot
}

function growUp(options: ClusterOptions, builtins: Builtins, ageMs: number): Snapshot {
  const nowMs = Date.parse(options.startAt ?? EPOCH)
  const kubelets = new Map<string, Kubelet>()
  const server = createServer({ ...options, startAt: formatTime(nowMs - ageMs) }, kubelets, builtins)
  buildWorld(server, kubelets, worldOf(options), builtins)
  const cluster = begun(server, kubelets, options)
  cluster.settle()
  settleSchedules(server, nowMs)
  return { ...cluster.snapshot(), nowMs }
}

function createServer(options: ClusterOptions, kubelets: Map<string, Kubelet>, builtins: Builtins): Server {
  const { schema, descriptions, newSigningKey } = builtins
  const { seed = 1, startAt = EPOCH, tokens = {}, anonymous = 'admin', world } = options
  const { metrics = world?.metrics ?? false } = options
  let key: SigningKey | undefined
  const startMs = Date.parse(startAt)
  if (Number.isNaN(startMs))
    throw new RangeError(`startAt ${JSON.stringify(startAt)}: expected an ISO 8601 time like ${EPOCH}`)
  const store = new Store(START_REVISION)
  const server: Server = {
    schema,
    descriptions,
    kinds: createRegistry(metrics ? [...BUILT_IN, ...METRICS] : BUILT_IN),
    store,
    clock: new VirtualClock(startMs),
    random: createRandom(seed),
    kubelets,
    images: new Images(options.images ?? [], world?.images ?? [], builtins.images),
    stage: (name) => stageNamed({ ...builtins.stages, ...world?.stages }, name),
    containers: new ContainerRuntime(),
    load: new Load(world?.load ?? [], startMs),
    counters: new Counters(),
    get monitoring() {
      return monitoring
    },
    pods: new PodIndex(store),
    events: new EventMemory(),
    serve: (request, peer) => handle(server, request, peer),
    tokens: new Map(Object.entries(tokens)),
    signingKey: () => (key ??= newSigningKey()),
    rootCertificate: NO_CERTIFICATE,
    anonymous: anonymous === 'admin' ? ADMIN : NOBODY,
    apiLog: [],
    logListeners: new Set(),
    faults: [],
    chance: createRandom(seed + 1),
    options: {
      serviceAccountAdmission: options.serviceAccountAdmission ?? true,
      kubelet: options.kubelet ?? true,
      scheduler: options.scheduler ?? true,
    },
  }
  const monitoring = new Monitoring(server, world?.history)
  return server
}

function runControllers(server: Server): void {
  runNamespaceController(server)
  runGarbageCollector(server)
  runProtection(server)
  runRoleAggregation(server)
  runResourceQuotaController(server)
  runEventExpiry(server)
  runAccountSecrets(server)
  runCustomResourceDefinitions(server)
}

function runKubelets(server: Server): void {
  runPodWorkers(server)
  runNodeLifecycle(server, server.kubelets)
}
