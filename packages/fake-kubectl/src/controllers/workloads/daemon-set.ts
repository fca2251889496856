/**
 * DaemonSets: a pod on every node that will have one.
 * Source: kubernetes/pkg/controller/daemon/{daemon_controller,update}.go; daemon/util/daemonset_util.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { scaledValue } from '../../api/int-or-percent.ts'
import { equal, type KubeObject } from '../../api/meta.ts'
import { selectsLabels } from '../../api/label-selector.ts'
import type { ApiError } from '../../api/status.ts'
import type { Node, Pod, PodSpec, Taint } from '../../api/types.ts'
import type { DaemonSet, PodTemplate } from '../../api/workloads.ts'
import type { Server } from '../../apiserver/server.ts'
import { tolerates } from '../../scheduler/plugins/node.ts'
import { matchesTerm, requiredTerms } from '../../scheduler/plugins/node-selector.ts'
import { runController, type Again, type ObjectKey } from '../controller.ts'
import { tell } from '../event-recorder.ts'
import { controllerOf } from '../pod-index.ts'
import { claim } from './claim.ts'
import { forgetOldest, hashOf, historyOf, REVISION_HASH } from './history.ts'
import { createPod, deletePod, slowStart, type Owner } from './pod-control.ts'
import { isAvailable, isReady, nextAvailableMs } from '../../api/pod-state.ts'
import { updateStatus } from '../manager.ts'

const SETS = builtIn('daemonsets.apps')
const NODES = builtIn('nodes')
const PODS = builtIn('pods')
const COMPONENT = 'daemonset-controller'
/** At most so many pods are created or deleted in one go. */
const BURST = 250
const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 900_000

/** What its pods put up with, whatever their template says: they belong to the node. */
const TOLERATIONS = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
].map(([key, effect]) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect }))
const HOST_NETWORK = { key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' }

export function runDaemonSets(server: Server): void {
  const { store, clock } = server
  runController(store, clock, SETS, (object) => reconcile(server, object as DaemonSet), {
    watches: [
      { type: PODS, concerns: (pod) => ownersOf(server, pod) },
      { type: NODES, concerns: () => all(server), matters: isOtherwise },
    ],
  })
}

function all({ store }: Server): ObjectKey[] {
  return store.list(SETS).map(({ metadata: { namespace = '', name } }) => ({ namespace, name }))
}

/** A node's heartbeats concern no DaemonSet. */
function isOtherwise(node: KubeObject, previous: KubeObject): boolean {
  const seen = ({ metadata, spec }: KubeObject): unknown => ({ labels: metadata.labels, spec })
  return !equal(seen(node), seen(previous))
}

function ownersOf({ store }: Server, { metadata }: KubeObject): ObjectKey[] {
  const { namespace = '', labels } = metadata
  const controller = controllerOf({ metadata })
  if (controller) return controller.kind === SETS.kind ? [{ namespace, name: controller.name }] : []
  return store
    .list(SETS, namespace)
    .filter((set) => selectsLabels((set as DaemonSet).spec.selector, labels))
    .map(({ metadata: { name } }) => ({ namespace, name }))
}

function reconcile(server: Server, set: DaemonSet): Again {
  const { uid = '', namespace = '', deletionTimestamp } = set.metadata
  if (deletionTimestamp !== undefined) return undefined
  const owner = { type: SETS, object: set, component: COMPONENT }
  const history = historyOf(server, owner)
  const candidates = [...server.pods.ownedBy(uid), ...server.pods.orphansIn(namespace)]
  const pods = claim(server, candidates, { owner, selector: set.spec.selector, type: PODS })
  const sync = new Sync(server, owner, { pods, hash: hashOf(history.latest) })
  const fault = sync.manage()
  sync.update()
  forgetOldest(server, history, set.spec.revisionHistoryLimit ?? 10, new Set(pods.map(hashOf)))
  const again = sync.writeStatus()
  if (fault) throw fault
  return again
}

/** One look at one DaemonSet. */
class Sync {
  readonly #server: Server
  readonly #owner: Owner & { readonly object: DaemonSet }
  readonly #set: DaemonSet
  readonly #hash: string
  readonly #nodes: readonly Node[]
  readonly #nowMs: number
  readonly #onNode: ReadonlyMap<string, readonly Pod[]>
  #retryAtMs: number | undefined

  constructor(
    server: Server,
    owner: Owner & { readonly object: DaemonSet },
    { pods, hash }: { pods: readonly Pod[]; hash: string },
  ) {
    this.#server = server
    this.#owner = owner
    this.#set = owner.object
    this.#hash = hash
    this.#nowMs = server.clock.now()
    this.#nodes = server.store.list(NODES) as Node[]
    this.#onNode = byNode(pods)
  }

  /** Sees to it that each node has the pod it should, and no other. @returns what kept it from doing so */
  manage(): ApiError | undefined {
    const missing: string[] = []
    for (const node of this.#nodes) {
      const { name } = node.metadata
      const pods = this.#onNode.get(name) ?? []
      const { shouldRun, mayStay } = this.#verdict(node)
      if (!mayStay) for (const pod of pods) this.#delete(pod)
      else if (pods.length === 0) {
        if (shouldRun) missing.push(name)
      } else this.#keepOne(pods)
    }
    for (const [name, pods] of this.#onNode)
      if (!this.#nodes.some(({ metadata }) => metadata.name === name)) for (const pod of pods) this.#delete(pod)
    const { fault } = slowStart(Math.min(missing.length, BURST), (i) => this.#create(missing[i]!))
    return fault
  }

  /** One that has failed goes, and of several that live the oldest stays; during an update with surge, the newest, too. */
  #keepOne(pods: readonly Pod[]): void {
    const live = pods.filter((pod) => !this.#hasEnded(pod) && pod.metadata.deletionTimestamp === undefined)
    if (live.length <= 1 || this.#surge > 0) return
    const byAge = live.toSorted((a, b) => createdMs(a) - createdMs(b))
    const [, ...others] = byAge
    for (const pod of others) this.#delete(pod)
  }

  #hasEnded(pod: Pod): boolean {
    const { phase } = pod.status
    if (phase !== 'Failed' && phase !== 'Succeeded') return false
    if (pod.metadata.deletionTimestamp !== undefined) return true
    const { namespace, name } = pod.metadata
    const where = `${namespace}/${name} on node ${nodeOf(pod)}`
    const again = createdMs(pod) + this.#backOffMs(pod)
    if (again > this.#nowMs) {
      this.#retryAtMs = Math.min(this.#retryAtMs ?? Infinity, again)
      return true
    }
    if (phase === 'Failed')
      this.#tell('Warning', 'FailedDaemonPod', `Found failed daemon pod ${where}, will try to kill it`)
    else this.#tell('Normal', 'SucceededDaemonPod', `Found succeeded daemon pod ${where}, will try to delete it`)
    this.#delete(pod)
    return true
  }

  /** A pod that failed as soon as it came is not replaced at once. */
  #backOffMs(pod: Pod): number {
    const livedMs = this.#nowMs - createdMs(pod)
    return livedMs >= LAST_RETRY_MS ? 0 : FIRST_RETRY_MS
  }

  /** Replaces pods of old templates, as far as the strategy allows. */
  update(): void {
    if (this.#set.spec.updateStrategy?.type === 'OnDelete') return
    let room = this.#surge > 0 ? this.#surge : this.#maxUnavailable
    const wanting = this.#nodes.filter((node) => this.#verdict(node).shouldRun).map(({ metadata }) => metadata.name)
    const old: Pod[] = []
    for (const name of wanting) {
      const pods = (this.#onNode.get(name) ?? []).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      const [newest, oldest] = [pods.find((pod) => this.#isNew(pod)), pods.find((pod) => !this.#isNew(pod))]
      if (this.#surge > 0) {
        if (newest && oldest) {
          if (this.#isAvailable(newest)) this.#delete(oldest)
          else room -= 1
        } else if (oldest) old.push(oldest)
      } else if (!oldest) room -= newest && this.#isAvailable(newest) ? 0 : 1
      // One that does not work is not missed.
      else if (!this.#isAvailable(oldest)) {
        this.#delete(oldest)
        room -= 1
      } else old.push(oldest)
    }
    for (const pod of old.slice(0, Math.max(0, room))) {
      if (this.#surge > 0) this.#create(nodeOf(pod)!)
      else this.#delete(pod)
    }
  }

  get #maxUnavailable(): number {
    const { maxUnavailable = 1 } = this.#set.spec.updateStrategy?.rollingUpdate ?? {}
    return scaledValue(maxUnavailable, this.#desired, 'up') ?? 1
  }

  get #surge(): number {
    const { maxSurge = 0 } = this.#set.spec.updateStrategy?.rollingUpdate ?? {}
    return scaledValue(maxSurge, this.#desired, 'up') ?? 0
  }

  get #desired(): number {
    return this.#nodes.filter((node) => this.#verdict(node).shouldRun).length
  }

  #isNew(pod: Pod): boolean {
    return hashOf(pod) === this.#hash
  }

  #isAvailable(pod: Pod): boolean {
    return isAvailable(pod, this.#set.spec.minReadySeconds ?? 0, this.#nowMs)
  }

  writeStatus(): Again {
    const now = this.#server.pods.ownedBy(this.#set.metadata.uid ?? '')
    const onNode = byNode(now)
    const counts = { desired: 0, current: 0, misplaced: 0, ready: 0, available: 0, updated: 0 }
    for (const node of this.#nodes) {
      const { shouldRun } = this.#verdict(node)
      const pods = onNode.get(node.metadata.name) ?? []
      if (!shouldRun) {
        counts.misplaced += pods.length > 0 ? 1 : 0
        continue
      }
      counts.desired += 1
      const [pod] = pods.toSorted((a, b) => createdMs(a) - createdMs(b))
      if (!pod) continue
      counts.current += 1
      counts.ready += Number(pods.some(isReady))
      counts.available += Number(pods.some((it) => isReady(it) && this.#isAvailable(it)))
      counts.updated += Number(pods.some((it) => this.#isNew(it)))
    }
    const status = {
      currentNumberScheduled: counts.current,
      numberMisscheduled: counts.misplaced,
      desiredNumberScheduled: counts.desired,
      numberReady: counts.ready,
      ...(this.#set.metadata.generation !== undefined && { observedGeneration: this.#set.metadata.generation }),
      ...(counts.updated > 0 && { updatedNumberScheduled: counts.updated }),
      ...(counts.available > 0 && { numberAvailable: counts.available }),
      ...(counts.desired > counts.available && { numberUnavailable: counts.desired - counts.available }),
    }
    if (!equal(status, this.#set.status)) updateStatus(this.#server, SETS, { ...this.#set, status })
    const times = [this.#retryAtMs, nextAvailableMs(now, this.#set.spec.minReadySeconds ?? 0, this.#nowMs)]
    const coming = times.filter((ms) => ms !== undefined)
    return coming.length > 0 ? Math.min(...coming) : undefined
  }

  /** Whether a node should have a pod, and whether one that is there may stay. */
  #verdict({ metadata, spec }: Node): { shouldRun: boolean; mayStay: boolean } {
    const pod = { metadata: {}, spec: daemonSpec(this.#set.spec.template.spec), status: {} } as unknown as Pod
    const { labels: wanted, terms } = requiredTerms(pod)
    const labels = metadata.labels ?? {}
    const node = { name: metadata.name, labels }
    const { nodeName } = this.#set.spec.template.spec
    const fits =
      (nodeName === undefined || nodeName === '' || nodeName === metadata.name) &&
      (wanted ?? []).every(([key, value]) => labels[key] === value) &&
      (terms === undefined || terms.some((term) => matchesTerm(term, node)))
    if (!fits) return { shouldRun: false, mayStay: false }
    const untolerated = (spec?.taints ?? []).filter((taint: Taint) => !tolerates(pod, taint))
    const drives = untolerated.some(({ effect }) => effect === 'NoExecute')
    return { shouldRun: !drives && !untolerated.some(({ effect }) => effect === 'NoSchedule'), mayStay: !drives }
  }

  #create(nodeName: string): void {
    const { template } = this.#set.spec
    const labels = { ...template.metadata?.labels, [REVISION_HASH]: this.#hash }
    const told: PodTemplate = { ...template, metadata: { ...template.metadata, labels } }
    createPod(this.#server, this.#owner, { ...told, spec: onNode(daemonSpec(template.spec), nodeName) })
  }

  #delete(pod: Pod): void {
    deletePod(this.#server, this.#owner, pod)
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    tell(this.#server, SETS, this.#set, { type, reason, message, component: COMPONENT })
  }
}

type NodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: object[] } }

function daemonSpec(spec: PodSpec): PodSpec {
  const own = (spec['tolerations'] ?? []) as { key?: string; effect?: string }[]
  const more = spec['hostNetwork'] === true ? [...TOLERATIONS, HOST_NETWORK] : TOLERATIONS
  const added = more.filter(({ key, effect }) => !own.some((it) => it.key === key && it.effect === effect))
  return { ...spec, tolerations: [...own, ...added] }
}

/** The scheduler is left no choice: the affinity names the node. */
function onNode(spec: PodSpec, nodeName: string): PodSpec {
  const affinity = (spec['affinity'] ?? {}) as { nodeAffinity?: NodeAffinity }
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [nodeName] }]
  const terms = affinity.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [{}]
  const nodeSelectorTerms = terms.map((term) => ({ ...term, matchFields }))
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
  return { ...spec, affinity: { ...affinity, nodeAffinity: { ...affinity.nodeAffinity, ...required } } }
}

function byNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const found = new Map<string, Pod[]>()
  for (const pod of pods) {
    const name = nodeOf(pod)
    if (name === undefined) continue
    const others = found.get(name)
    if (others) others.push(pod)
    else found.set(name, [pod])
  }
  return found
}

/** Where a pod is, or is to be. */
function nodeOf({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName
  const affinity = spec['affinity'] as { nodeAffinity?: NodeAffinity } | undefined
  const terms = (affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []) as {
    matchFields?: { key: string; values?: string[] }[]
  }[]
  return terms.flatMap((term) => term.matchFields ?? []).find(({ key }) => key === 'metadata.name')?.values?.[0]
}

function createdMs({ metadata }: Pod): number {
  return Date.parse(metadata.creationTimestamp ?? '')
}
