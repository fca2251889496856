/**
 * kube-scheduler: takes pods without a node from its queue, finds each a node, and binds it; or says why it cannot.
 * Source: pkg/scheduler/{scheduler,schedule_one,eventhandlers}.go.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { equal, formatTime, type KubeObject } from '../api/meta.ts'
import { isActive } from '../api/pod-state.ts'
import type { Condition, Node, Pod } from '../api/types.ts'
import { updateAs } from '../apiserver/managed-fields/own-write.ts'
import { bound } from '../apiserver/subresources/binding.ts'
import { deleteObject } from '../apiserver/verbs/deletion.ts'
import type { Server } from '../apiserver/server.ts'
import { tell, tellInSeries } from '../controllers/event-recorder.ts'
import { schedule, type Outcome } from './cycle.ts'
import { NodeInfos, occupies } from './node-info.ts'
import type { Cycle } from './plugins/plugin.ts'
import { SELECTED_NODE, waitingClaims } from './plugins/volumes.ts'
import { ineligibility, victimsFor, type Victims } from './preemption.ts'
import { SchedulingQueue } from './queue.ts'
import { GATED, NO_NODES, unavailable, unschedulable } from './reasons.ts'
import { requestsOf } from './requests.ts'

const PODS = builtIn('pods')
const NODES = builtIn('nodes')
const CLAIMS = builtIn('persistentvolumeclaims')
const STORAGE = [CLAIMS, builtIn('persistentvolumes'), builtIn('storageclasses.storage.k8s.io')]
const NAME = 'default-scheduler'
const STATUS = { component: 'kube-scheduler', subresource: 'status' } as const
const VOLUME_BINDING: ReadonlySet<string> = new Set(['VolumeBinding'])

export function runScheduler(server: Server): void {
  const scheduler = new Scheduler(server)
  scheduler.start()
  const { log } = server.store
  log.subscribe(PODS, {
    event: ({ type, object, previous }) =>
      scheduler.podChanged(type === 'DELETED' ? undefined : (object as Pod), (previous ?? object) as Pod),
    reset: () => scheduler.start(),
  })
  log.subscribe(NODES, {
    event: ({ type, object, previous }) => {
      if (type !== 'DELETED') scheduler.nodeChanged(object as Node, previous as Node | undefined)
    },
    reset: () => {},
  })
  for (const type of STORAGE) log.subscribe(type, { event: () => scheduler.storageChanged(), reset: () => {} })
}

class Scheduler {
  readonly #server: Server
  readonly #infos: NodeInfos
  readonly #queue: SchedulingQueue
  #isDue = false

  constructor(server: Server) {
    this.#server = server
    this.#infos = new NodeInfos(server.store)
    this.#queue = new SchedulingQueue(server.clock, () => this.#wake())
  }

  start(): void {
    this.#queue.clear()
    for (const pod of this.#server.pods.onNode('')) {
      if (!isOurs(pod)) continue
      if (isTried(pod)) this.#queue.addTried(pod)
      else this.#queue.add(pod)
    }
  }

  podChanged(pod: Pod | undefined, previous: Pod): void {
    if (pod && !pod.spec.nodeName) {
      if (!isOurs(pod)) this.#queue.remove(pod)
      else if (!this.#queue.has(pod) || isOtherwise(pod, previous)) this.#queue.add(pod)
      return
    }
    this.#queue.remove(previous)
    const [is, was] = [pod !== undefined && occupies(pod), occupies(previous)]
    if (is && !was) this.#queue.happened('pod bound')
    if (was && (!is || asksForLess(pod!, previous))) this.#queue.happened('pod gone')
    else if (is && was && !equal(pod!.metadata.labels, previous.metadata.labels)) this.#queue.happened('pod bound')
  }

  nodeChanged({ metadata, spec, status }: Node, previous: Node | undefined): void {
    if (!previous) return this.#queue.happened('node added')
    if (!equal(metadata.labels, previous.metadata.labels)) this.#queue.happened('node labels')
    if (!equal(status.allocatable, previous.status.allocatable)) this.#queue.happened('node resources')
    const unchanged = equal(spec.taints, previous.spec.taints) && spec.unschedulable === previous.spec.unschedulable
    if (!unchanged) this.#queue.happened('node taints')
  }

  storageChanged(): void {
    this.#queue.happened('storage')
  }

  #wake(): void {
    if (this.#isDue) return
    this.#isDue = true
    this.#server.clock.at(this.#server.clock.now(), () => this.#work())
  }

  #work(): void {
    this.#isDue = false
    for (const { namespace, name, uid } of this.#queue.take()) {
      const pod = this.#server.store.find(PODS, namespace, name) as Pod | undefined
      if (pod && pod.metadata.uid === uid && !pod.spec.nodeName && isOurs(pod)) this.#scheduleOne(pod)
    }
  }

  #scheduleOne(pod: Pod): void {
    if (((pod.spec['schedulingGates'] ?? []) as object[]).length > 0) return this.#gated(pod)
    const cycle: Cycle = { store: this.#server.store, infos: this.#infos, nodes: this.#infos.list }
    if (cycle.nodes.length === 0)
      return this.#failed(pod, cycle, { kind: 'hopeless', why: NO_NODES, plugin: 'NodeResourcesFit' })
    const outcome = schedule(pod, cycle)
    if (outcome.kind === 'fits') this.#bind(pod, outcome.nodeName)
    else this.#failed(pod, cycle, outcome)
  }

  #bind(pod: Pod, nodeName: string): void {
    const { store } = this.#server
    const waiting = waitingClaims(store, pod)
    for (const claim of waiting) selectNode(this.#server, claim, nodeName)
    // It is bound when its claims are, and is looked at again when anything of storage changes.
    if (waiting.length > 0) return this.#queue.failed(pod, VOLUME_BINDING)
    const { nominatedNodeName: _nominated, ...status } = pod.status
    store.update(PODS, bound(this.#server, { ...pod, status }, nodeName))
    tellInSeries(this.#server, PODS, pod, {
      type: 'Normal',
      reason: 'Scheduled',
      action: 'Binding',
      message: `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${nodeName}`,
      component: NAME,
    })
  }

  #gated(pod: Pod): void {
    this.#writeCondition(pod, 'SchedulingGated', GATED)
  }

  #failed(pod: Pod, cycle: Cycle, outcome: Exclude<Outcome, { kind: 'fits' }>): void {
    const isRejected = outcome.kind === 'rejected'
    const ineligible = ineligibility(pod, cycle)
    const victims = isRejected && ineligible === undefined ? victimsFor(pod, cycle, outcome.rejections) : undefined
    const nodes = cycle.nodes.length
    const why = isRejected ? [...outcome.rejections.values()] : outcome.why
    const words = victims ? unavailable(why, nodes) : unschedulable(why, nodes, ineligible)
    const message = nodes === 0 ? NO_NODES : words
    tellInSeries(this.#server, PODS, pod, {
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      message,
      component: NAME,
    })
    const plugins = isRejected ? [...outcome.rejections.values()].map(({ plugin }) => plugin) : [outcome.plugin]
    this.#queue.failed(pod, new Set(plugins))
    this.#writeCondition(pod, 'Unschedulable', message, victims?.nodeName)
    if (victims) this.#preempt(pod, victims)
  }

  #writeCondition(pod: Pod, reason: string, message: string, nominatedNodeName?: string): void {
    const { clock } = this.#server
    const others = (pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled')
    const before = pod.status.conditions?.find(({ type }) => type === 'PodScheduled')
    const lastTransitionTime = before?.status === 'False' ? before.lastTransitionTime : formatTime(clock.now())
    const condition = {
      type: 'PodScheduled',
      observedGeneration: pod.metadata.generation ?? 1,
      status: 'False',
      lastTransitionTime,
      reason,
      message,
    } as Condition
    const status = {
      ...pod.status,
      ...(nominatedNodeName !== undefined && { nominatedNodeName }),
      conditions: [...others, condition],
    }
    updateAs(this.#server, PODS, { ...pod, status }, STATUS)
  }

  #preempt(pod: Pod, { nodeName, pods }: Victims): void {
    const { uid } = pod.metadata
    for (const victim of pods) {
      const current = this.#server.store.find(PODS, victim.metadata.namespace ?? '', victim.metadata.name) as Pod
      if (!current || current.metadata.deletionTimestamp) continue
      const marked = updateAs(this.#server, PODS, disrupted(current, this.#server.clock.now()), STATUS)
      tell(this.#server, PODS, current, {
        type: 'Normal',
        reason: 'Preempted',
        message: `Preempted by pod ${uid} on node ${nodeName}`,
        component: NAME,
      })
      deleteObject(this.#server, PODS, marked, {})
    }
  }
}

/** Does this scheduler choose for it? */
function isOurs(pod: Pod): boolean {
  return (pod.spec['schedulerName'] ?? NAME) === NAME && isActive(pod)
}

function isTried({ status }: Pod): boolean {
  return (status.conditions ?? []).some(({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable')
}

/** Has what counts for scheduling changed? Its status does not. */
function isOtherwise(pod: Pod, previous: Pod): boolean {
  return !equal(pod.spec, previous.spec) || !equal(pod.metadata.labels, previous.metadata.labels)
}

function asksForLess(pod: Pod, previous: Pod): boolean {
  const [now, before] = [requestsOf(pod), requestsOf(previous)]
  return now !== before && Object.keys(before).some((name) => (now[name] ?? 0) < before[name]!)
}

function selectNode(server: Server, claim: KubeObject, nodeName: string): void {
  const annotations = { ...claim.metadata.annotations, [SELECTED_NODE]: nodeName }
  const next = { ...claim, metadata: { ...claim.metadata, annotations } }
  updateAs(server, CLAIMS, next, { component: 'kube-scheduler' })
}

function disrupted(pod: Pod, nowMs: number): Pod {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastTransitionTime: formatTime(nowMs),
    reason: 'PreemptionByScheduler',
    message: `${NAME}: preempting to accommodate a higher priority pod`,
  } as Condition
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== condition.type)
  return { ...pod, status: { ...pod.status, conditions: [...others, condition] } }
}
