/**
 * Jobs: pods that are to end well, so many in all and so many at a time; those that fail are tried again, later each time,
 * until it is enough. A finalizer holds each pod until it has been counted.
 * Source: kubernetes/pkg/controller/job/{job_controller,backoff_utils,tracking_utils}.go.
 */
import { builtIn } from '../../../api/kinds/built-in.ts'
import { equal, formatTime } from '../../../api/meta.ts'
import type { ApiError } from '../../../api/status.ts'
import type { Pod } from '../../../api/types.ts'
import type { Job, JobStatus, WorkloadCondition } from '../../../api/workloads.ts'
import type { Server } from '../../../apiserver/server.ts'
import { runController, type Again } from '../../controller.ts'
import { tell } from '../../event-recorder.ts'
import { claimants, claimPods } from '../claim.ts'
import { conditionOf } from '../conditions.ts'
import { inDeletionOrder } from '../deletion-order.ts'
import { createPod, deletePod, slowStart, type NewPod, type Owner } from '../pod-control.ts'
import { isActive, isOver, isReady, isTerminating } from '../../../api/pod-state.ts'
import { backedOffUntilMs, restartsOf } from './back-off.ts'
import { judge } from './failure-policy.ts'
import { formatIndexes, indexed, indexOf, nextIndexes, parseIndexes } from './indexes.ts'
import { isTracked, letGo, tracked } from './tracking.ts'
import { updateStatus } from '../../manager.ts'

const JOBS = builtIn('jobs.batch')
const PODS = builtIn('pods')
const COMPONENT = 'job-controller'
/** At most so many pods are created or deleted in one go. */
const BURST = 500

type End = { readonly kind: 'Complete' | 'Failed'; readonly reason: string; readonly message: string }

export function runJobs(server: Server): void {
  const { store, clock } = server
  runController(store, clock, JOBS, (object) => reconcile(server, object as Job), {
    watches: [{ type: PODS, concerns: claimants(server, JOBS) }],
    // Nobody is left to count its pods.
    gone: ({ metadata: { uid = '' } }) => {
      for (const pod of server.pods.ownedBy(uid)) letGo(server, pod)
    },
  })
}

export function isFinished({ status }: Job): boolean {
  return ['Complete', 'Failed'].some((type) => conditionOf(status.conditions, type)?.status === 'True')
}

function reconcile(server: Server, job: Job): Again {
  if (job.spec.managedBy !== undefined && job.spec.managedBy !== 'kubernetes.io/job-controller') return undefined
  const pods = claimPods(server, { type: JOBS, object: job })
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
    let fault: ApiError | undefined
    if (end) this.#stop(this.#pods.filter(isActive))
    else if (suspend) this.#suspend()
    else {
      this.#resume()
      fault = this.#resize()
    }
    this.#note()
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
      .filter((pod) => isTracked(pod) && this.#hasFailed(pod))
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
      (pod) => isTracked(pod) && (pod.status.phase === 'Succeeded' || this.#hasFailed(pod)),
    )
    // A Job that fails sends its pods away: they count, too.
    const stopped = end ? this.#pods.filter((pod) => isTracked(pod) && isActive(pod)) : []
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
      (pod) => isTracked(pod) && this.#hasFailed(pod) && judge(this.#job, pod).action !== 'Ignore',
    )
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

  #stop(pods: readonly Pod[]): void {
    for (const pod of pods.slice(0, BURST)) deletePod(this.#server, this.#owner, pod)
  }

  /** Those that are sent away without fault do not count. */
  #dismiss(pods: readonly Pod[]): void {
    for (const pod of pods) letGo(this.#server, pod)
    this.#stop(pods)
  }

  #suspend(): void {
    this.#dismiss(this.#pods.filter(isActive))
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

  #resize(): ApiError | undefined {
    const { parallelism = 1 } = this.#job.spec
    if (this.#job.metadata.deletionTimestamp !== undefined) return undefined
    const active = this.#pods.filter(isActive)
    const succeeded = this.#status.succeeded ?? 0
    // Work that hands itself out is done when the first pod says so.
    const isQueue = this.#completions === Infinity
    const wanted = isQueue && succeeded > 0 ? active.length : Math.min(this.#completions - succeeded, parallelism)
    if (active.length > wanted) {
      const order = inDeletionOrder(active, active, this.#nowMs)
      this.#dismiss(order.slice(0, active.length - wanted))
      return undefined
    }
    const replaced = this.#waitsForEnd ? this.#pods.filter(isTerminating).length : 0
    const missing = Math.min(wanted - active.length - replaced, BURST)
    if (missing <= 0 || this.#nowMs < backedOffUntilMs(this.#pods)) return undefined
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

  /** How many of its pods are there now, and how they are. */
  #note(): void {
    const now = this.#server.pods.ownedBy(this.#job.metadata.uid ?? '')
    const active = now.filter(isActive)
    this.#set({
      active: active.length,
      ready: active.filter(isReady).length,
      terminating: now.filter(isTerminating).length,
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
    const backedOffMs = backedOffUntilMs(this.#pods)
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
