/**
 * StatefulSets: pods with names and claims of their own, made and replaced one after the other.
 * Source: kubernetes/pkg/controller/statefulset/{stateful_set,stateful_set_control,stateful_set_utils,stateful_pod_control}.go.
 */
import { builtIn } from '../../../api/kinds/built-in.ts'
import { scaledValue } from '../../../api/int-or-percent.ts'
import { equal } from '../../../api/meta.ts'
import { ApiError } from '../../../api/status.ts'
import type { Pod } from '../../../api/types.ts'
import type { ControllerRevision, StatefulSet } from '../../../api/workloads.ts'
import type { Server } from '../../../apiserver/server.ts'
import { deleteObject } from '../../../apiserver/verbs/deletion.ts'
import { runController, type Again } from '../../controller.ts'
import { claimants, claimPods } from '../claim.ts'
import { forgetOldest, hashOf, historyOf, REVISION_HASH, templateOf, type History } from '../history.ts'
import { draftPod } from '../pod-control.ts'
import { isAvailable, isOver, isReady, nextAvailableMs } from '../../../api/pod-state.ts'
import { submit, updateStatus } from '../../manager.ts'
import { identified, makeClaims, say, SETS, tieClaims, COMPONENT } from './claims.ts'

const PODS = builtIn('pods')
const POD_NAME = 'statefulset.kubernetes.io/pod-name'
const POD_INDEX = 'apps.kubernetes.io/pod-index'

export function runStatefulSets(server: Server): void {
  const { store, clock } = server
  runController(store, clock, SETS, (object) => reconcile(server, object as StatefulSet), {
    watches: [{ type: PODS, concerns: claimants(server, SETS) }],
  })
}

function reconcile(server: Server, set: StatefulSet): Again {
  const { deletionTimestamp } = set.metadata
  const owner = { type: SETS, object: set, component: COMPONENT }
  const pods = claimPods(server, owner, (pod) => ordinalOf(set, pod) !== undefined)
  if (deletionTimestamp !== undefined) return undefined
  const history = historyOf(server, owner)
  const sync = new Sync(server, set, { pods, history })
  try {
    sync.run()
  } finally {
    sync.writeStatus()
  }
  const inUse = new Set([...pods.map(hashOf), set.status.currentRevision ?? ''])
  forgetOldest(server, history, set.spec.revisionHistoryLimit ?? 10, inUse)
  return nextAvailableMs(pods, set.spec.minReadySeconds ?? 0, server.clock.now())
}

/** The number at the end of a name; undefined when the name is not one of the set's. */
function ordinalOf({ metadata }: StatefulSet, pod: Pod): number | undefined {
  const text = pod.metadata.name.startsWith(`${metadata.name}-`)
    ? pod.metadata.name.slice(metadata.name.length + 1)
    : ''
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/** One look at one StatefulSet. */
class Sync {
  readonly #server: Server
  readonly #set: StatefulSet
  readonly #pods: ReadonlyMap<number, Pod>
  readonly #nowMs: number
  readonly #update: ControllerRevision
  readonly #current: ControllerRevision
  readonly #first: number

  constructor(server: Server, set: StatefulSet, { pods, history }: { pods: readonly Pod[]; history: History }) {
    this.#server = server
    this.#set = set
    this.#nowMs = server.clock.now()
    this.#pods = new Map(pods.map((pod) => [ordinalOf(set, pod) ?? -1, pod]))
    this.#update = history.latest
    const { currentRevision } = set.status
    this.#current = history.older.find(({ metadata }) => metadata.name === currentRevision) ?? history.latest
    this.#first = set.spec.ordinals?.start ?? 0
  }

  run(): void {
    const isOrdered = this.#set.spec.podManagementPolicy !== 'Parallel'
    for (const ordinal of this.#ordinals) if (!this.#make(ordinal) && isOrdered) return
    if (!this.#shrink(isOrdered)) return
    if (this.#set.spec.updateStrategy?.type !== 'OnDelete') this.#roll()
  }

  get #ordinals(): number[] {
    return Array.from({ length: this.#set.spec.replicas }, (_, i) => this.#first + i)
  }

  #isWanted(ordinal: number): boolean {
    return ordinal >= this.#first && ordinal < this.#first + this.#set.spec.replicas
  }

  /** @returns whether the next one may follow */
  #make(ordinal: number): boolean {
    const pod = this.#pods.get(ordinal)
    if (!pod) {
      this.#create(ordinal)
      return false
    }
    if (isOver(pod)) {
      this.#recreate(pod)
      return false
    }
    makeClaims(this.#server, this.#set, pod)
    return this.#isHealthy(pod)
  }

  /** One that has ended goes first, a new one comes when it has gone. */
  #recreate(pod: Pod): void {
    if (pod.metadata.deletionTimestamp !== undefined) return
    const { name, namespace } = this.#set.metadata
    const [type, reason, word] =
      pod.status.phase === 'Failed'
        ? (['Warning', 'RecreatingFailedPod', 'failed'] as const)
        : (['Normal', 'RecreatingTerminatedPod', 'terminated'] as const)
    say(
      this.#server,
      this.#set,
      type,
      reason,
      `StatefulSet ${namespace}/${name} is recreating ${word} Pod ${pod.metadata.name}`,
    )
    this.#delete(pod)
  }

  #isHealthy(pod: Pod): boolean {
    const isUp = pod.status.phase === 'Running' && pod.metadata.deletionTimestamp === undefined
    return isUp && isAvailable(pod, this.#set.spec.minReadySeconds ?? 0, this.#nowMs)
  }

  /** Those beyond the number that is asked for go, the last one first. @returns whether none is left */
  #shrink(isOrdered: boolean): boolean {
    const condemned = [...this.#pods].filter(([ordinal]) => !this.#isWanted(ordinal)).sort(([a], [b]) => b - a)
    for (const [, pod] of condemned) {
      tieClaims(this.#server, this.#set, pod)
      if (pod.metadata.deletionTimestamp === undefined) this.#delete(pod)
      if (isOrdered) return false
    }
    return condemned.length === 0
  }

  /** Replaces pods of an older template, the last one first, down to the partition. */
  #roll(): void {
    const { partition = 0, maxUnavailable = 1 } = this.#set.spec.updateStrategy?.rollingUpdate ?? {}
    const most = Math.max(1, scaledValue(maxUnavailable, this.#set.spec.replicas, 'up') ?? 1)
    const replicas = this.#ordinals.flatMap((ordinal) => this.#pods.get(ordinal) ?? [])
    let unavailable = replicas.filter((pod) => !this.#isHealthy(pod)).length
    for (const ordinal of this.#ordinals.toReversed()) {
      if (ordinal < this.#first + partition) return
      const pod = this.#pods.get(ordinal)
      if (!pod) return
      const isOld = hashOf(pod) !== this.#update.metadata.name
      if (isOld && pod.metadata.deletionTimestamp === undefined) {
        if (this.#isHealthy(pod)) {
          if (unavailable >= most) return
          unavailable += 1
        }
        this.#delete(pod)
        if (unavailable >= most) return
      } else if (!this.#isHealthy(pod) && unavailable >= most) return
    }
  }

  #create(ordinal: number): void {
    const { name } = this.#set.metadata
    const revision = this.#isCurrent(ordinal) ? this.#current : this.#update
    const template = templateOf(revision)
    const podName = `${name}-${ordinal}`
    const labels = {
      ...template.metadata?.labels,
      [POD_INDEX]: String(ordinal),
      [REVISION_HASH]: revision.metadata.name,
      [POD_NAME]: podName,
    }
    const spec = identified(this.#set, template.spec, podName)
    const pod = draftPod({ type: SETS, object: this.#set }, template, { metadata: { name: podName, labels }, spec })
    makeClaims(this.#server, this.#set, pod)
    try {
      submit(this.#server, PODS, pod)
    } catch (fault) {
      if (fault instanceof ApiError) this.#tellOf('create', podName, fault)
      throw fault
    }
    this.#tellOf('create', podName)
  }

  /** Below the partition, and before its turn in a rollout, a pod is made as it was. */
  #isCurrent(ordinal: number): boolean {
    const { type = 'RollingUpdate', rollingUpdate } = this.#set.spec.updateStrategy ?? {}
    if (type !== 'RollingUpdate') return false
    const kept = rollingUpdate === undefined ? (this.#set.status.currentReplicas ?? 0) : (rollingUpdate.partition ?? 0)
    return ordinal < this.#first + kept
  }

  #delete(pod: Pod): void {
    deleteObject(this.#server, PODS, pod, {})
    this.#tellOf('delete', pod.metadata.name)
  }

  writeStatus(): void {
    const set = this.#set
    const pods = (this.#server.pods.ownedBy(set.metadata.uid ?? '') as readonly Pod[]).filter((pod) => !isOver(pod))
    const lives = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    const ready = pods.filter((pod) => pod.status.phase === 'Running' && isReady(pod))
    const available = ready.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, this.#nowMs))
    const count = ({ metadata }: ControllerRevision): number =>
      lives.filter((pod) => hashOf(pod) === metadata.name).length
    const updated = count(this.#update)
    const isRolled = updated === pods.length && ready.length === pods.length && updated === set.spec.replicas
    const current = isRolled ? this.#update : this.#current
    const currentReplicas = count(current)
    const status = {
      ...(set.metadata.generation !== undefined && { observedGeneration: set.metadata.generation }),
      replicas: pods.length,
      ...(ready.length > 0 && { readyReplicas: ready.length }),
      ...(available.length > 0 && { availableReplicas: available.length }),
      ...(currentReplicas > 0 && { currentReplicas }),
      ...(updated > 0 && { updatedReplicas: updated }),
      currentRevision: current.metadata.name,
      updateRevision: this.#update.metadata.name,
      collisionCount: set.status.collisionCount ?? 0,
    }
    if (!equal(status, set.status)) updateStatus(this.#server, SETS, { ...set, status })
  }

  #tellOf(verb: 'create' | 'delete', podName: string, fault?: ApiError): void {
    const what = `${verb} Pod ${podName} in StatefulSet ${this.#set.metadata.name}`
    const done = verb === 'create' ? 'Create' : 'Delete'
    if (fault) say(this.#server, this.#set, 'Warning', `Failed${done}`, `${what} failed error: ${fault.message}`)
    else say(this.#server, this.#set, 'Normal', `Successful${done}`, `${what} successful`)
  }
}
