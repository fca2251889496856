/**
 * Deployments: a ReplicaSet for each template they have had, and the pods moved from the old ones to the new one, a few at a
 * time or all at once.
 * Source: kubernetes/pkg/controller/deployment/{deployment_controller,sync,rolling,recreate}.go.
 */
import { builtIn } from '../../../api/kinds/built-in.ts'
import { equal, type KubeObject } from '../../../api/meta.ts'
import { ApiError } from '../../../api/status.ts'
import type { Pod } from '../../../api/types.ts'
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../../api/workloads.ts'
import { deleteObject } from '../../../apiserver/verbs/deletion.ts'
import type { Server } from '../../../apiserver/server.ts'
import { runController, type Again, type ObjectKey } from '../../controller.ts'
import { tell } from '../../event-recorder.ts'
import { controllerOf } from '../../pod-index.ts'
import { claim, claimants } from '../claim.ts'
import { conditionOf, withCondition } from '../conditions.ts'
import { controllerReference } from '../pod-control.ts'
import { isOver } from '../../../api/pod-state.ts'
import { annotated, desiredReplicas, draftSet, newSet, nextRevision, REVISION, revisionOf, sized } from './revisions.ts'
import { byAge, isRolling, maxUnavailable, newReplicas, proportions, sum } from './sizes.ts'
import { condition, counted, hasDeadline, isComplete, lateAtMs, rolledOut, TIMED_OUT } from './status.ts'
import { submit, update, updateStatus } from '../../manager.ts'

const DEPLOYMENTS = builtIn('deployments.apps')
const SETS = builtIn('replicasets.apps')
const PODS = builtIn('pods')
const COMPONENT = 'deployment-controller'

export function runDeployments(server: Server): void {
  const { store, clock } = server
  runController(store, clock, DEPLOYMENTS, (object) => new Sync(server, object as Deployment).run(), {
    watches: [
      { type: SETS, concerns: claimants(server, DEPLOYMENTS) },
      { type: PODS, concerns: (pod) => recreatingOwner(server, pod), matters: hasEnded },
    ],
  })
}

/** One that replaces all pods at once waits until the last old one has gone. */
function recreatingOwner({ store }: Server, pod: KubeObject): ObjectKey[] {
  const { namespace = '' } = pod.metadata
  const set = store.find(SETS, namespace, controllerOf(pod)?.name ?? '')
  const owner = set && controllerOf(set)
  const deployment = owner && (store.find(DEPLOYMENTS, namespace, owner.name) as Deployment | undefined)
  return deployment && !isRolling(deployment.spec) ? [{ namespace, name: deployment.metadata.name }] : []
}

function hasEnded(pod: KubeObject, previous: KubeObject): boolean {
  return isOver(pod as Pod) !== isOver(previous as Pod)
}

/** One look at one Deployment; what it writes it goes on with. */
class Sync {
  readonly #server: Server
  readonly #nowMs: number
  #deployment: Deployment
  #latest: ReplicaSet | undefined
  #old: readonly ReplicaSet[] = []

  constructor(server: Server, deployment: Deployment) {
    this.#server = server
    this.#nowMs = server.clock.now()
    this.#deployment = deployment
  }

  run(): Again {
    const { spec, metadata } = this.#deployment
    this.#find()
    if (metadata.deletionTimestamp !== undefined) return this.#writeStatus(counted)
    this.#notePause()
    if (spec.paused || this.#isScaled()) return this.#rescale()
    const wait = isRolling(spec) ? this.#roll() : this.#recreate()
    if (!wait && isComplete(this.#deployment, this.#deployment.status)) this.#forgetOldest()
    this.#writeStatus(rolledOut)
    const atMs = lateAtMs(this.#deployment)
    return atMs === undefined ? undefined : { atMs, background: true }
  }

  /** Which ReplicaSets are its own, and which of them is of the present template. */
  #find(): void {
    const object = this.#deployment
    const { namespace = '', uid } = object.metadata
    const candidates = this.#server.store.list(SETS, namespace).filter((set) => {
      const controller = controllerOf(set)
      return !controller || controller.uid === uid
    })
    const claimed = { owner: { type: DEPLOYMENTS, object }, selector: object.spec.selector, type: SETS }
    const sets = claim(this.#server, candidates as ReplicaSet[], claimed)
    this.#latest = newSet(object, sets)
    this.#old = sets.filter((it) => it !== this.#latest).toSorted(byAge)
    if (this.#latest && object.metadata.deletionTimestamp === undefined) this.#adoptLatest(this.#latest)
  }

  /** An earlier revision that is wanted again becomes the newest one. */
  #adoptLatest(latest: ReplicaSet): void {
    const { minReadySeconds = 0 } = this.#deployment.spec
    const next = annotated(this.#deployment, latest, nextRevision(this.#old))
    const isTimed = (latest.spec.minReadySeconds ?? 0) === minReadySeconds
    this.#latest = this.#writeSet(isTimed ? next : { ...next, spec: { ...next.spec, minReadySeconds } })
    const isKnown = conditionOf(this.#deployment.status.conditions, 'Progressing') !== undefined
    const message = `Found new replica set "${latest.metadata.name}"`
    this.#noteRevision(isKnown ? undefined : { reason: 'FoundNewReplicaSet', message })
  }

  #noteRevision(progress: { reason: string; message: string } | undefined): void {
    const { metadata, status } = this.#deployment
    const annotations = { ...metadata.annotations, [REVISION]: String(revisionOf(this.#latest!)) }
    const nowMs = this.#nowMs
    const conditions =
      progress && hasDeadline(this.#deployment)
        ? withCondition(status.conditions ?? [], condition('Progressing', 'True', { ...progress, nowMs }))
        : status.conditions
    this.#write({ ...status, ...(conditions && { conditions }) }, annotations)
  }

  #createLatest(): void {
    const deployment = this.#deployment
    const draft = draftSet(deployment)
    const size = newReplicas(deployment, this.#old, 0)
    const set = sized(deployment, annotated(deployment, draft, nextRevision(this.#old)), size)
    const ownerReferences = [controllerReference({ type: DEPLOYMENTS, object: deployment })]
    const named = { ...set, metadata: { ...set.metadata, ownerReferences } }
    const { name } = draft.metadata
    try {
      this.#latest = submit(this.#server, SETS, named) as ReplicaSet
    } catch (fault) {
      if (fault instanceof ApiError) this.#cannotCreate(name, fault)
      throw fault
    }
    if (size > 0) this.#tellScaled('up', name, 0, size)
    this.#noteRevision({ reason: 'NewReplicaSetCreated', message: `Created new replica set "${name}"` })
  }

  #cannotCreate(name: string, fault: ApiError): void {
    const { status } = this.#deployment
    // Another template has the same name: the next attempt uses another one.
    if (fault.reason === 'AlreadyExists')
      return this.#write({ ...status, collisionCount: (status.collisionCount ?? 0) + 1 })
    const [reason, message] = ['ReplicaSetCreateError', `Failed to create new replica set "${name}": ${fault.message}`]
    if (hasDeadline(this.#deployment)) {
      const failed = condition('Progressing', 'False', { reason, message, nowMs: this.#nowMs })
      this.#write({ ...status, conditions: withCondition(status.conditions ?? [], failed) })
    }
    this.#tell('Warning', reason, message)
  }

  /** While it is paused its deadline does not run. */
  #notePause(): void {
    const { spec, status } = this.#deployment
    const { reason } = conditionOf(status.conditions, 'Progressing') ?? {}
    if (!hasDeadline(this.#deployment) || reason === TIMED_OUT) return
    const isNoted = reason === 'DeploymentPaused'
    if (Boolean(spec.paused) === isNoted) return
    const nowMs = this.#nowMs
    const said = spec.paused
      ? { reason: 'DeploymentPaused', message: 'Deployment is paused', nowMs }
      : { reason: 'DeploymentResumed', message: 'Deployment is resumed', nowMs }
    const conditions = withCondition(status.conditions ?? [], condition('Progressing', 'Unknown', said))
    this.#write({ ...status, conditions })
  }

  /** Is it asked for another number of pods than its ReplicaSets were told? */
  #isScaled(): boolean {
    return this.#all.filter(isSome).some((set) => {
      const desired = desiredReplicas(set)
      return desired !== undefined && desired !== this.#deployment.spec.replicas
    })
  }

  #rescale(): undefined {
    const { spec } = this.#deployment
    const sole = this.#activeOrLatest()
    const latest = this.#latest
    if (sole) this.#scale(sole, spec.replicas)
    else if (latest && isSaturated(this.#deployment, latest))
      for (const set of this.#old.filter(isSome)) this.#scale(set, 0)
    else if (isRolling(spec)) {
      const active = this.#all.filter(isSome)
      const sizes = proportions(this.#deployment, active)
      for (const set of active) this.#scale(set, sizes.get(set.metadata.name)!)
    }
    if (spec.paused) this.#forgetOldest()
    this.#writeStatus(counted)
  }

  /** The only one with pods; where none has any, the newest. */
  #activeOrLatest(): ReplicaSet | undefined {
    const active = this.#all.filter(isSome)
    if (active.length === 0) return this.#latest ?? this.#old.at(-1)
    return active.length === 1 ? active[0] : undefined
  }

  /** @returns whether it waits for what it has done */
  #roll(): boolean {
    if (!this.#latest) this.#createLatest()
    const latest = this.#latest!
    const { replicas } = this.#deployment.spec
    const present = latest.spec.replicas
    const wanted = present > replicas ? replicas : newReplicas(this.#deployment, this.#all, present)
    if (present !== replicas && this.#scale(latest, wanted)) return true
    return this.#shrinkOld()
  }

  #shrinkOld(): boolean {
    const latest = this.#latest!
    const total = sum(this.#all, ({ spec }) => spec.replicas)
    const needed = this.#deployment.spec.replicas - maxUnavailable(this.#deployment)
    const missing = latest.spec.replicas - (latest.status.availableReplicas ?? 0)
    const spare = total - needed - missing
    if (!this.#old.some(isSome) || spare <= 0) return false
    // Those that do not work are not missed: they go first.
    const unhealthy = this.#takeFromOld(spare, ({ spec, status }) => spec.replicas - (status.availableReplicas ?? 0))
    const available = sum(this.#all, ({ status }) => status.availableReplicas)
    const healthy = this.#takeFromOld(available - needed, ({ spec }) => spec.replicas)
    return unhealthy + healthy > 0
  }

  /** @returns how many were taken, the oldest first */
  #takeFromOld(most: number, ofEach: (set: ReplicaSet) => number): number {
    let taken = 0
    for (const set of this.#old) {
      const count = Math.min(most - taken, ofEach(set), set.spec.replicas)
      if (count <= 0) continue
      this.#scale(set, set.spec.replicas - count)
      taken += count
    }
    return taken
  }

  /** @returns whether it waits for what it has done */
  #recreate(): boolean {
    const old = this.#old.filter(isSome)
    for (const set of old) this.#scale(set, 0)
    if (old.length > 0 || this.#isOldRunning()) return true
    if (!this.#latest) this.#createLatest()
    return this.#scale(this.#latest!, this.#deployment.spec.replicas)
  }

  #isOldRunning(): boolean {
    return this.#old.some(({ metadata }) =>
      this.#server.pods.ownedBy(metadata.uid ?? '').some((pod: Pod) => !isOver(pod)),
    )
  }

  /** Old revisions beyond the limit go, the oldest first; none that still has pods. */
  #forgetOldest(): void {
    const { revisionHistoryLimit } = this.#deployment.spec
    if (revisionHistoryLimit === undefined) return
    const kept = this.#old.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    const oldest = kept.toSorted((a, b) => revisionOf(a) - revisionOf(b) || byAge(a, b))
    for (const set of oldest.slice(0, Math.max(0, kept.length - revisionHistoryLimit))) {
      const { metadata, spec, status } = set
      const isSeen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
      if (status.replicas === 0 && spec.replicas === 0 && isSeen) deleteObject(this.#server, SETS, set, {})
    }
  }

  get #all(): ReplicaSet[] {
    return this.#latest ? [...this.#old, this.#latest] : [...this.#old]
  }

  /** @returns whether its size has changed */
  #scale(set: ReplicaSet, replicas: number): boolean {
    const before = set.spec.replicas
    const written = this.#writeSet(sized(this.#deployment, set, replicas))
    if (set === this.#latest) this.#latest = written
    else this.#old = this.#old.map((it) => (it === set ? written : it))
    if (before === replicas) return false
    this.#tellScaled(before < replicas ? 'up' : 'down', set.metadata.name, before, replicas)
    return true
  }

  #writeSet(set: ReplicaSet): ReplicaSet {
    return update(this.#server, SETS, set) as ReplicaSet
  }

  #writeStatus(statusOf: typeof counted): undefined {
    const status = statusOf(this.#deployment, { all: this.#all, latest: this.#latest }, this.#nowMs)
    this.#write(status)
  }

  #write(status: DeploymentStatus, annotations = this.#deployment.metadata.annotations): void {
    const { metadata } = this.#deployment
    if (equal(status, this.#deployment.status) && equal(annotations, metadata.annotations)) return
    const next = { ...this.#deployment, metadata: { ...metadata, ...(annotations && { annotations }) }, status }
    this.#deployment = updateStatus(this.#server, DEPLOYMENTS, next) as Deployment
  }

  #tellScaled(way: 'up' | 'down', name: string, from: number, to: number): void {
    this.#tell('Normal', 'ScalingReplicaSet', `Scaled ${way} replica set ${name} from ${from} to ${to}`)
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    tell(this.#server, DEPLOYMENTS, this.#deployment, { type, reason, message, component: COMPONENT })
  }
}

function isSome({ spec }: ReplicaSet): boolean {
  return spec.replicas > 0
}

/** Has the new one all pods that were asked for, and do they work? */
function isSaturated({ spec }: Deployment, latest: ReplicaSet): boolean {
  const counts = [desiredReplicas(latest), latest.spec.replicas, latest.status.availableReplicas ?? 0]
  return counts.every((count) => count === spec.replicas)
}
