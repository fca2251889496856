/**
 * DaemonSets: a pod on every node that will have one.
 * Source: kubernetes/pkg/controller/daemon/{daemon_controller,update}.go; daemon/util/daemonset_util.go.
 */
import { builtIn } from '../../../api/kinds/built-in.ts'
import { scaledValue } from '../../../api/int-or-percent.ts'
import { equal, type KubeObject } from '../../../api/meta.ts'
import type { ApiError } from '../../../api/status.ts'
import type { Node, Pod, PodSpec } from '../../../api/types.ts'
import type { DaemonSet, PodTemplate } from '../../../api/workloads.ts'
import type { Server } from '../../../apiserver/server.ts'
import { runController, type Again, type ObjectKey } from '../../controller.ts'
import { tell } from '../../event-recorder.ts'
import { BackOff } from '../back-off.ts'
import { claimants, claimPods } from '../claim.ts'
import { forgetOldest, hashOf, historyOf, REVISION_HASH } from '../history.ts'
import { createPod, deletePod, slowStart, type Owner } from '../pod-control.ts'
import { isAvailable, isReady, nextAvailableMs } from '../../../api/pod-state.ts'
import { updateStatus } from '../../manager.ts'
import { byNode, daemonSpec, nodeOf, onNode, placementOf, type Placement } from './placement.ts'

const SETS = builtIn('daemonsets.apps')
const NODES = builtIn('nodes')
const PODS = builtIn('pods')
const COMPONENT = 'daemonset-controller'
/** At most so many pods are created or deleted in one go. */
const BURST = 250

export function runDaemonSets(server: Server): void {
  const { store, clock } = server
  const backOff = new BackOff()
  store.log.subscribe(SETS, { event: () => {}, reset: () => backOff.clear() })
  runController(store, clock, SETS, (object) => reconcile(server, object as DaemonSet, backOff), {
    watches: [
      { type: PODS, concerns: claimants(server, SETS) },
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

function reconcile(server: Server, set: DaemonSet, backOff: BackOff): Again {
  const { deletionTimestamp } = set.metadata
  if (deletionTimestamp !== undefined) return undefined
  const owner = { type: SETS, object: set, component: COMPONENT }
  const history = historyOf(server, owner)
  const pods = claimPods(server, owner)
  const sync = new Sync(server, owner, { pods, hash: hashOf(history.latest), backOff })
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
  readonly #spec: PodSpec
  readonly #placements: ReadonlyMap<Node, Placement>
  readonly #onNode: ReadonlyMap<string, readonly Pod[]>
  readonly #backOff: BackOff
  #retryAtMs: number | undefined

  constructor(
    server: Server,
    owner: Owner & { readonly object: DaemonSet },
    { pods, hash, backOff }: { pods: readonly Pod[]; hash: string; backOff: BackOff },
  ) {
    this.#server = server
    this.#owner = owner
    this.#set = owner.object
    this.#hash = hash
    this.#nowMs = server.clock.now()
    this.#nodes = server.store.list(NODES) as Node[]
    this.#spec = daemonSpec(owner.object.spec.template.spec)
    this.#placements = new Map(this.#nodes.map((node) => [node, placementOf(this.#spec, node)]))
    this.#onNode = byNode(pods)
    this.#backOff = backOff
  }

  /** Sees to it that each node has the pod it should, and no other. @returns what kept it from doing so */
  manage(): ApiError | undefined {
    const missing: string[] = []
    for (const node of this.#nodes) {
      const { name } = node.metadata
      const pods = this.#onNode.get(name) ?? []
      const { shouldRun, mayStay } = this.#placements.get(node)!
      if (!mayStay) for (const pod of pods) this.#delete(pod)
      else if (pods.length === 0) {
        if (shouldRun) missing.push(name)
      } else this.#keepOne(pods)
    }
    const known = new Set(this.#nodes.map(({ metadata }) => metadata.name))
    for (const [name, pods] of this.#onNode) if (!known.has(name)) for (const pod of pods) this.#delete(pod)
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
    const dueAtMs = this.#backOff.dueAtMs(`${this.#set.metadata.uid}/${nodeOf(pod)}`, this.#nowMs)
    if (dueAtMs > this.#nowMs) {
      this.#retryAtMs = Math.min(this.#retryAtMs ?? Infinity, dueAtMs)
      return true
    }
    if (phase === 'Failed')
      this.#tell('Warning', 'FailedDaemonPod', `Found failed daemon pod ${where}, will try to kill it`)
    else this.#tell('Normal', 'SucceededDaemonPod', `Found succeeded daemon pod ${where}, will try to delete it`)
    this.#delete(pod)
    return true
  }

  /** Replaces pods of old templates, as far as the strategy allows. */
  update(): void {
    if (this.#set.spec.updateStrategy?.type === 'OnDelete') return
    let room = this.#surge > 0 ? this.#surge : this.#maxUnavailable
    const wanting = this.#nodes
      .filter((node) => this.#placements.get(node)!.shouldRun)
      .map(({ metadata }) => metadata.name)
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
    return this.#nodes.filter((node) => this.#placements.get(node)!.shouldRun).length
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
      const { shouldRun } = this.#placements.get(node)!
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
    const availableAtMs = nextAvailableMs(now, this.#set.spec.minReadySeconds ?? 0, this.#nowMs)
    if (availableAtMs !== undefined) return availableAtMs
    return this.#retryAtMs === undefined ? undefined : { atMs: this.#retryAtMs, background: true }
  }

  #create(nodeName: string): void {
    const { template } = this.#set.spec
    const labels = { ...template.metadata?.labels, [REVISION_HASH]: this.#hash }
    const told: PodTemplate = { ...template, metadata: { ...template.metadata, labels } }
    createPod(this.#server, this.#owner, { ...told, spec: onNode(this.#spec, nodeName) })
  }

  #delete(pod: Pod): void {
    deletePod(this.#server, this.#owner, pod)
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    tell(this.#server, SETS, this.#set, { type, reason, message, component: COMPONENT })
  }
}

function createdMs({ metadata }: Pod): number {
  return Date.parse(metadata.creationTimestamp ?? '')
}
