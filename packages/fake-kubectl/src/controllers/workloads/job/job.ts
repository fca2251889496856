/**
 * Jobs: pods that are to end well, so many in all and so many at a time; those that fail are tried again, later each time,
 * until it is enough. A finalizer holds each pod until it has been counted.
 * Source: kubernetes/pkg/controller/job/{job_controller,backoff_utils,tracking_utils}.go.
 */
import { builtIn } from '../../../api/kinds/built-in.ts'
import { equal, formatTime, type KubeObject } from '../../../api/meta.ts'
import { selectsLabels } from '../../../api/label-selector.ts'
import type { ApiError } from '../../../api/status.ts'
import type { Container, Pod } from '../../../api/types.ts'
import type { Job, JobStatus, PodTemplate, WorkloadCondition } from '../../../api/workloads.ts'
import type { Server } from '../../../apiserver/server.ts'
import { runController, type Again, type ObjectKey } from '../../controller.ts'
import { tell } from '../../event-recorder.ts'
import { controllerOf } from '../../pod-index.ts'
import { withoutFinalizer, write } from '../../release.ts'
import { claim } from '../claim.ts'
import { conditionOf } from '../conditions.ts'
import { inDeletionOrder } from '../deletion-order.ts'
import { createPod, deletePod, slowStart, type NewPod, type Owner } from '../pod-control.ts'
import { isActive, isOver, isReady, isTerminating } from '../../../api/pod-state.ts'
import { judge } from './failure-policy.ts'
import { formatIndexes, INDEX, indexOf, nextIndexes, parseIndexes } from './indexes.ts'
import { updateStatus } from '../../manager.ts'

const JOBS = builtIn('jobs.batch')
const PODS = builtIn('pods')
const TRACKING = 'batch.kubernetes.io/job-tracking'
const COMPONENT = 'job-controller'
const FIRST_BACK_OFF_MS = 10_000
const LAST_BACK_OFF_MS = 600_000
/** At most so many pods are created or deleted in one go. */
const BURST = 500

type End = { readonly kind: 'Complete' | 'Failed'; readonly reason: string; readonly message: string }

export function runJobs(server: Server): void {
  const { store, clock } = server
  runController(store, clock, JOBS, (object) => reconcile(server, object as Job), {
    watches: [{ type: PODS, concerns: (pod) => ownersOf(server, pod) }],
    // Nobody is left to count its pods.
    gone: ({ metadata: { uid = '' } }) => {
      for (const pod of server.pods.ownedBy(uid)) letGo(server, pod)
    },
  })
}

export function isFinished({ status }: Job): boolean {
  return ['Complete', 'Failed'].some((type) => conditionOf(status.conditions, type)?.status === 'True')
}

function ownersOf({ store }: Server, { metadata }: KubeObject): ObjectKey[] {
  const { namespace = '', labels } = metadata
  const controller = controllerOf({ metadata })
  if (controller) return controller.kind === JOBS.kind ? [{ namespace, name: controller.name }] : []
  return store
    .list(JOBS, namespace)
    .filter((job) => selectsLabels((job as Job).spec.selector, labels))
    .map(({ metadata: { name } }) => ({ namespace, name }))
}

function reconcile(server: Server, job: Job): Again {
  const { uid = '', namespace = '' } = job.metadata
  if (job.spec.managedBy !== undefined && job.spec.managedBy !== 'kubernetes.io/job-controller') return undefined
  const candidates = [...server.pods.ownedBy(uid), ...server.pods.orphansIn(namespace)]
  const claimed = { owner: { type: JOBS, object: job }, selector: job.spec.selector, type: PODS }
  const pods = claim(server, candidates, claimed)
  if (isFinished(job)) return void pods.forEach((pod) => isOver(pod) && letGo(server, pod))
  return new Sync(server, job, pods).run()
}

/** One look at one Job that has not finished. */
class Sync {
  readonly #server: Server
  readonly #job: Job
  readonly #owner: Owner
  readonly #pods: readonly Pod[]
  readonly #nowMs: number
  readonly #completions: number
  #status: JobStatus

  constructor(server: Server, job: Job, pods: readonly Pod[]) {
    this.#server = server
    this.#job = job
    this.#owner = { type: JOBS, object: job, component: COMPONENT }
    this.#pods = pods
    this.#nowMs = server.clock.now()
    this.#completions = job.spec.completions ?? Infinity
    this.#status = { ...job.status, uncountedTerminatedPods: {} }
  }

  run(): Again {
    const { suspend = false } = this.#job.spec
    if (!suspend && this.#status.startTime === undefined) this.#set({ startTime: formatTime(this.#nowMs) })
    const end = this.#pendingEnd() ?? this.#end()
    const counted = this.#count(end)
    const deleted = new Set<string>()
    let fault: ApiError | undefined
    if (end) this.#stop(this.#pods.filter(isActive), deleted)
    else if (suspend) this.#suspend(deleted)
    else {
      this.#resume()
      fault = this.#resize(deleted)
    }
    this.#note(deleted)
    const finished = end ?? this.#success()
    if (finished) this.#finish(finished)
    this.#write()
    for (const pod of counted) letGo(this.#server, pod)
    if (fault) throw fault
    return finished ? undefined : this.#nextLookMs()
  }

  /** Why it is to end though some of its pods still do. */
  #pendingEnd(): End | undefined {
    const target = conditionOf(this.#status.conditions, 'FailureTarget')
    if (target?.status === 'True') return { kind: 'Failed', reason: target.reason ?? '', message: target.message ?? '' }
    return undefined
  }

  #end(): End | undefined {
    const { backoffLimit = 6, activeDeadlineSeconds, suspend = false, template } = this.#job.spec
    const forbidden = this.#pods
      .filter((pod) => this.#isUncounted(pod) && this.#hasFailed(pod))
      .map((pod) => judge(this.#job, pod))
      .find(({ action }) => action === 'FailJob')
    if (forbidden) return { kind: 'Failed', reason: 'PodFailurePolicy', message: forbidden.message }
    const failures = (this.#status.failed ?? 0) + this.#newFailures().length
    const restarts = template.spec.restartPolicy === 'OnFailure' ? restartsOf(this.#pods) : 0
    const isTooOften = failures > backoffLimit || (restarts > 0 && restarts >= backoffLimit)
    if (isTooOften) {
      const message = 'Job has reached the specified backoff limit'
      return { kind: 'Failed', reason: 'BackoffLimitExceeded', message }
    }
    if (activeDeadlineSeconds !== undefined && !suspend && this.#nowMs >= this.#deadlineMs()!) {
      const message = 'Job was active longer than specified deadline'
      return { kind: 'Failed', reason: 'DeadlineExceeded', message }
    }
    return undefined
  }

  #deadlineMs(): number | undefined {
    const { activeDeadlineSeconds } = this.#job.spec
    const { startTime } = this.#status
    if (activeDeadlineSeconds === undefined || startTime === undefined) return undefined
    return Date.parse(startTime) + activeDeadlineSeconds * 1000
  }

  /** Notes how the pods ended that nobody has counted. @returns them */
  #count(end: End | undefined): readonly Pod[] {
    const ended = this.#pods.filter(
      (pod) => this.#isUncounted(pod) && (pod.status.phase === 'Succeeded' || this.#hasFailed(pod)),
    )
    // A Job that fails sends its pods away: they count, too.
    const stopped = end ? this.#pods.filter((pod) => this.#isUncounted(pod) && isActive(pod)) : []
    const succeeded = ended.filter(({ status }) => status.phase === 'Succeeded')
    const failed = [...this.#newFailures(), ...stopped]
    if (this.#isIndexed) {
      const done = parseIndexes(this.#status.completedIndexes)
      for (const pod of succeeded) {
        const index = indexOf(pod, this.#completions)
        if (index !== undefined) done.add(index)
      }
      this.#set({ ...(done.size > 0 && { succeeded: done.size, completedIndexes: formatIndexes(done) }) })
    } else if (succeeded.length > 0) this.#set({ succeeded: (this.#status.succeeded ?? 0) + succeeded.length })
    if (failed.length > 0) this.#set({ failed: (this.#status.failed ?? 0) + failed.length })
    return [...ended, ...stopped]
  }

  #newFailures(): Pod[] {
    return this.#pods.filter(
      (pod) => this.#isUncounted(pod) && this.#hasFailed(pod) && judge(this.#job, pod).action !== 'Ignore',
    )
  }

  #isUncounted({ metadata }: Pod): boolean {
    return metadata.finalizers?.includes(TRACKING) ?? false
  }

  /** One that was told to end is no success either, unless it is replaced only when it has failed. */
  #hasFailed({ metadata, status }: Pod): boolean {
    if (status.phase === 'Failed') return true
    return metadata.deletionTimestamp !== undefined && status.phase !== 'Succeeded' && !this.#waitsForEnd
  }

  get #waitsForEnd(): boolean {
    return this.#job.spec.podReplacementPolicy === 'Failed'
  }

  get #isIndexed(): boolean {
    return this.#job.spec.completionMode === 'Indexed'
  }

  #stop(pods: readonly Pod[], deleted: Set<string>): void {
    for (const pod of pods.slice(0, BURST)) {
      deletePod(this.#server, this.#owner, pod)
      deleted.add(pod.metadata.name)
    }
  }

  /** Those that are sent away without fault do not count. */
  #dismiss(pods: readonly Pod[], deleted: Set<string>): void {
    for (const pod of pods) letGo(this.#server, pod)
    this.#stop(pods, deleted)
  }

  #suspend(deleted: Set<string>): void {
    this.#dismiss(this.#pods.filter(isActive), deleted)
    if (conditionOf(this.#status.conditions, 'Suspended')?.status === 'True') return
    this.#condition({ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' })
    const { startTime: _begun, ...rest } = this.#status
    this.#status = rest
    this.#tell('Normal', 'Suspended', 'Job suspended')
  }

  #resume(): void {
    if (conditionOf(this.#status.conditions, 'Suspended')?.status !== 'True') return
    this.#condition({ type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' })
    this.#set({ startTime: formatTime(this.#nowMs) })
    this.#tell('Normal', 'Resumed', 'Job resumed')
  }

  #resize(deleted: Set<string>): ApiError | undefined {
    const { parallelism = 1 } = this.#job.spec
    if (this.#job.metadata.deletionTimestamp !== undefined) return undefined
    const active = this.#pods.filter(isActive)
    const succeeded = this.#status.succeeded ?? 0
    // Work that hands itself out is done when the first pod says so.
    const isQueue = this.#completions === Infinity
    const wanted = isQueue && succeeded > 0 ? active.length : Math.min(this.#completions - succeeded, parallelism)
    if (active.length > wanted) {
      const order = inDeletionOrder(active, active, this.#nowMs)
      this.#dismiss(order.slice(0, active.length - wanted), deleted)
      return undefined
    }
    const replaced = this.#waitsForEnd ? this.#pods.filter(isTerminating).length : 0
    const missing = Math.min(wanted - active.length - replaced, BURST)
    if (missing <= 0 || this.#nowMs < this.#backedOffUntilMs()) return undefined
    return this.#create(missing, active)
  }

  #create(count: number, active: readonly Pod[]): ApiError | undefined {
    const template = tracked(this.#job.spec.template)
    if (!this.#isIndexed) return slowStart(count, () => createPod(this.#server, this.#owner, template)).fault
    const taken = parseIndexes(this.#status.completedIndexes)
    for (const pod of active) taken.add(indexOf(pod, this.#completions) ?? -1)
    const indexes = nextIndexes(count, this.#completions, taken)
    return slowStart(indexes.length, (i) =>
      createPod(this.#server, this.#owner, indexed(template, indexes[i]!), this.#named(indexes[i]!)),
    ).fault
  }

  #named(index: number): NewPod {
    const { name } = this.#job.metadata
    return { metadata: { generateName: `${name}-${index}-` }, spec: { hostname: `${name}-${index}` } }
  }

  /** After failures in a row it waits 10 s, 20 s, and so on up to ten minutes from the last one. */
  #backedOffUntilMs(): number {
    const ends = this.#pods
      .filter((pod) => isOver(pod))
      .map((pod) => ({ failed: pod.status.phase === 'Failed', atMs: endedMs(pod) }))
      .sort((a, b) => b.atMs - a.atMs)
    const successAt = ends.findIndex(({ failed }) => !failed)
    const failures = successAt < 0 ? ends.length : successAt
    if (failures === 0) return 0
    return ends[0]!.atMs + Math.min(FIRST_BACK_OFF_MS * 2 ** (failures - 1), LAST_BACK_OFF_MS)
  }

  /** How many of its pods are there now, and how they are. */
  #note(deleted: ReadonlySet<string>): void {
    const now = this.#server.pods.ownedBy(this.#job.metadata.uid ?? '')
    const active = now.filter((pod) => isActive(pod))
    this.#set({
      active: active.length,
      ready: active.filter(isReady).length,
      terminating: now.filter((pod) => isTerminating(pod) || deleted.has(pod.metadata.name)).length,
    })
  }

  #success(): End | undefined {
    const { active = 0, succeeded = 0 } = this.#status
    const isDone = this.#completions === Infinity ? succeeded > 0 && active === 0 : succeeded >= this.#completions
    if (!isDone || this.#job.spec.suspend) return undefined
    return { kind: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
  }

  /** It says at once how it will end, and that it has when its last pod is gone or done. */
  #finish({ kind, reason, message }: End): void {
    const target = kind === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget'
    if (!conditionOf(this.#status.conditions, target))
      this.#condition({ type: target, status: 'True', reason, message })
    const { active = 0, terminating = 0 } = this.#status
    if (active > 0 || terminating > 0) return
    this.#condition({ type: kind, status: 'True', reason, message })
    if (kind === 'Complete') this.#set({ completionTime: formatTime(this.#nowMs) })
    if (kind === 'Complete') this.#tell('Normal', 'Completed', 'Job completed')
    else this.#tell('Warning', reason, message)
  }

  #nextLookMs(): Again {
    const backedOffMs = this.#backedOffUntilMs()
    const isWaiting = backedOffMs > this.#nowMs
    const deadlineMs = this.#job.spec.suspend ? undefined : this.#deadlineMs()
    // Somebody waits for another try, nobody for a deadline.
    if (isWaiting && (deadlineMs === undefined || backedOffMs <= deadlineMs)) return backedOffMs
    return deadlineMs === undefined ? undefined : { atMs: deadlineMs, background: true }
  }

  #condition(said: Pick<WorkloadCondition, 'type' | 'status' | 'reason' | 'message'>): void {
    const now = formatTime(this.#nowMs)
    const next = { ...said, lastProbeTime: now, lastTransitionTime: now }
    const { conditions = [] } = this.#status
    const known = conditions.some(({ type }) => type === said.type)
    this.#set({
      conditions: known ? conditions.map((it) => (it.type === said.type ? next : it)) : [...conditions, next],
    })
  }

  #set(fields: Partial<JobStatus>): void {
    this.#status = { ...this.#status, ...fields }
  }

  #write(): void {
    const { active, succeeded, failed, ...rest } = this.#status
    const counts = Object.entries({ active, succeeded, failed }).filter(([, count]) => count)
    const status = { ...rest, ...Object.fromEntries(counts) }
    if (equal(status, this.#job.status)) return
    updateStatus(this.#server, JOBS, { ...this.#job, status })
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    tell(this.#server, JOBS, this.#job, { type, reason, message, component: COMPONENT })
  }
}

function tracked(template: PodTemplate): PodTemplate {
  const finalizers = [...(template.metadata?.finalizers ?? []), TRACKING]
  return { ...template, metadata: { ...template.metadata, finalizers } }
}

/** Its containers learn their index from their environment. */
function indexed(template: PodTemplate, index: number): PodTemplate {
  const { metadata, spec } = template
  const [labels, annotations] = [metadata?.labels, metadata?.annotations].map((it) => ({
    ...it,
    [INDEX]: String(index),
  }))
  const fieldPath = `metadata.labels['${INDEX}']`
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } }
  const told = (container: Container): Container => {
    const env = (container['env'] ?? []) as { name: string }[]
    return env.some(({ name }) => name === variable.name) ? container : { ...container, env: [...env, variable] }
  }
  return {
    metadata: { ...metadata, labels: labels!, annotations: annotations! },
    spec: {
      ...spec,
      containers: spec.containers.map(told),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(told) }),
    },
  }
}

function letGo(server: Server, { metadata }: Pod): void {
  const pod = server.store.find(PODS, metadata.namespace ?? '', metadata.name)
  if (pod?.metadata.finalizers?.includes(TRACKING)) write(server, PODS, withoutFinalizer(pod, TRACKING))
}

/** Of pods that restart in place each new start is a failure. */
function restartsOf(pods: readonly Pod[]): number {
  const going = pods.filter(({ status }) => status.phase === 'Running' || status.phase === 'Pending')
  return going.reduce(
    (sum, { status }) =>
      sum +
      [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].reduce(
        (count, { restartCount }) => count + restartCount,
        0,
      ),
    0,
  )
}

function endedMs({ status, metadata }: Pod): number {
  const ends = (status.containerStatuses ?? []).map(({ state }) => Date.parse(state.terminated?.finishedAt ?? ''))
  const known = ends.filter((ms) => !Number.isNaN(ms))
  return known.length > 0
    ? Math.max(...known)
    : Date.parse(metadata.deletionTimestamp ?? metadata.creationTimestamp ?? '')
}
