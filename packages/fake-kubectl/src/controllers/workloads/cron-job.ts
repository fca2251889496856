/**
 * CronJobs: a Job each time their schedule is due.
 * Source: kubernetes/pkg/controller/cronjob/{cronjob_controllerv2,utils}.go.
 */
import { nextDueMs } from '../../api/cron.ts'
import { builtIn } from '../../api/kinds/built-in.ts'
import { apiVersionOf } from '../../api/kinds/row.ts'
import { equal, formatTime, type KubeObject } from '../../api/meta.ts'
import { ApiError } from '../../api/status.ts'
import type { CronJob, Job } from '../../api/workloads.ts'
import type { Server } from '../../apiserver/server.ts'
import { deleteObject } from '../../apiserver/verbs/deletion.ts'
import { runController, type Again } from '../controller.ts'
import { tell } from '../event-recorder.ts'
import { controllerOf } from '../pod-index.ts'
import { conditionOf } from './conditions.ts'
import { isFinished } from './job/job.ts'
import { controllerReference } from './pod-control.ts'
import { submit, updateStatus } from '../manager.ts'

const CRON_JOBS = builtIn('cronjobs.batch')
const JOBS = builtIn('jobs.batch')
const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp'
const COMPONENT = 'cronjob-controller'
/** More starts than this missed at once: something is wrong with somebody's clock. */
const MANY_MISSED = 100
/** How far after its minute a start is still in time. */
const GRACE_MS = 100

export function runCronJobs(server: Server): void {
  runController(server.store, server.clock, CRON_JOBS, (object) => new Sync(server, object as CronJob).run(), {
    watches: [
      {
        type: JOBS,
        concerns: (job) => {
          const controller = controllerOf(job)
          const { namespace = '' } = job.metadata
          return controller?.kind === CRON_JOBS.kind ? [{ namespace, name: controller.name }] : []
        },
      },
    ],
  })
}

/** One look at one CronJob. */
class Sync {
  readonly #server: Server
  readonly #cronJob: CronJob
  readonly #nowMs: number
  #status: CronJob['status']

  constructor(server: Server, cronJob: CronJob) {
    this.#server = server
    this.#cronJob = cronJob
    this.#nowMs = server.clock.now()
    this.#status = cronJob.status
  }

  run(): Again {
    this.#seeFinished()
    this.#forgetOldest()
    const { deletionTimestamp } = this.#cronJob.metadata
    const { suspend = false } = this.#cronJob.spec
    if (deletionTimestamp === undefined && !suspend) this.#start()
    this.#write()
    if (deletionTimestamp !== undefined || suspend) return undefined
    const { schedule, timeZone } = this.#cronJob.spec
    const atMs = nextDueMs(schedule, this.#nowMs, timeZone)
    return atMs === undefined ? undefined : { atMs: atMs + GRACE_MS, background: true }
  }

  #jobs(): Job[] {
    const { namespace, uid } = this.#cronJob.metadata
    return (this.#server.store.list(JOBS, namespace) as Job[]).filter((job) => controllerOf(job)?.uid === uid)
  }

  /** Jobs that have ended since they were last seen are told of, and no longer active. */
  #seeFinished(): void {
    const jobs = new Map(this.#jobs().map((job) => [job.metadata.uid, job]))
    let active = (this.#status.active ?? []) as { uid: string; name: string }[]
    for (const { uid, name } of active) {
      const job = jobs.get(uid)
      if (job && !isFinished(job)) continue
      active = active.filter((it) => it.uid !== uid)
      if (!job) {
        this.#tell('Normal', 'MissingJob', `Active job went missing: ${name}`)
        continue
      }
      const end = conditionOf(job.status.conditions, 'Complete') ? 'Complete' : 'Failed'
      this.#tell('Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${end}`)
      const { completionTime } = job.status
      if (completionTime !== undefined && completionTime > (this.#status.lastSuccessfulTime ?? '')) {
        this.#status = { ...this.#status, lastSuccessfulTime: completionTime }
      }
    }
    this.#setActive(active)
  }

  #forgetOldest(): void {
    const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = this.#cronJob.spec
    for (const [type, limit] of [
      ['Complete', successfulJobsHistoryLimit],
      ['Failed', failedJobsHistoryLimit],
    ] as const) {
      const ended = this.#jobs().filter(({ status }) => conditionOf(status.conditions, type)?.status === 'True')
      const sorted = ended.toSorted((a, b) =>
        startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : a.metadata.name < b.metadata.name ? -1 : 1,
      )
      for (const job of sorted.slice(0, Math.max(0, ended.length - limit))) this.#delete(job)
    }
  }

  #start(): void {
    const { startingDeadlineSeconds, concurrencyPolicy = 'Allow' } = this.#cronJob.spec
    const dueMs = this.#lastDueMs()
    if (dueMs === undefined) return
    if (startingDeadlineSeconds !== undefined && dueMs + startingDeadlineSeconds * 1000 < this.#nowMs) {
      const when = new Date(dueMs).toUTCString().replace('GMT', '+0000')
      return this.#tell('Warning', 'MissSchedule', `Missed scheduled time to start a job: ${when}`)
    }
    const active = (this.#status.active ?? []) as { uid: string; name: string }[]
    const name = `${this.#cronJob.metadata.name}-${Math.floor(dueMs / 60_000)}`
    if (this.#jobs().some(({ metadata }) => metadata.name === name)) return
    if (concurrencyPolicy === 'Forbid' && active.length > 0) {
      const why = 'Not starting job because prior execution is running and concurrency policy is Forbid'
      return this.#tell('Normal', 'JobAlreadyActive', why)
    }
    if (concurrencyPolicy === 'Replace') {
      const uids = new Set(active.map(({ uid }) => uid))
      for (const job of this.#jobs()) if (uids.has(job.metadata.uid ?? '')) this.#delete(job)
    }
    this.#create(name, dueMs)
  }

  /** The last time it was due since it was last started, or came to be; undefined when there was none. */
  #lastDueMs(): number | undefined {
    const { schedule, timeZone, startingDeadlineSeconds } = this.#cronJob.spec
    const { creationTimestamp = '' } = this.#cronJob.metadata
    let sinceMs = Date.parse(this.#status.lastScheduleTime ?? creationTimestamp)
    if (startingDeadlineSeconds !== undefined) {
      sinceMs = Math.max(sinceMs, this.#nowMs - startingDeadlineSeconds * 1000)
    }
    let lastMs: number | undefined
    let missed = 0
    for (let dueMs = nextDueMs(schedule, sinceMs, timeZone); dueMs !== undefined && dueMs <= this.#nowMs;) {
      lastMs = dueMs
      missed += 1
      dueMs = nextDueMs(schedule, dueMs, timeZone)
    }
    if (missed > MANY_MISSED) {
      const why = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew'
      this.#tell('Warning', 'TooManyMissedTimes', why)
    }
    return lastMs
  }

  #create(name: string, dueMs: number): void {
    const { spec, metadata } = this.#cronJob
    const { labels, annotations } = spec.jobTemplate.metadata ?? {}
    const job = {
      metadata: {
        name,
        namespace: metadata.namespace,
        ...(labels && { labels }),
        annotations: { ...annotations, [SCHEDULED_AT]: formatTime(dueMs) },
        ownerReferences: [controllerReference({ type: CRON_JOBS, object: this.#cronJob })],
      },
      spec: spec.jobTemplate.spec,
    }
    try {
      const created = submit(this.#server, JOBS, job as unknown as KubeObject)
      this.#tell('Normal', 'SuccessfulCreate', `Created job ${name}`)
      const { uid, resourceVersion } = created.metadata
      const reference = {
        kind: JOBS.kind,
        namespace: metadata.namespace,
        name,
        uid,
        apiVersion: apiVersionOf(JOBS),
        resourceVersion,
      }
      this.#setActive([...(this.#status.active ?? []), reference])
      this.#status = { ...this.#status, lastScheduleTime: formatTime(dueMs) }
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault
      this.#tell('Warning', 'FailedCreate', `Error creating job: ${fault.message}`)
      this.#write()
      throw fault
    }
  }

  #delete(job: Job): void {
    deleteObject(this.#server, JOBS, job, { propagationPolicy: 'Background' })
    const { name, uid } = job.metadata
    this.#setActive(((this.#status.active ?? []) as { uid: string }[]).filter((it) => it.uid !== uid))
    this.#tell('Normal', 'SuccessfulDelete', `Deleted job ${name}`)
  }

  #setActive(active: readonly object[]): void {
    const { active: _before, ...rest } = this.#status
    this.#status = active.length > 0 ? { ...rest, active } : rest
  }

  #write(): void {
    if (equal(this.#status, this.#cronJob.status)) return
    updateStatus(this.#server, CRON_JOBS, { ...this.#cronJob, status: this.#status })
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    tell(this.#server, CRON_JOBS, this.#cronJob, { type, reason, message, component: COMPONENT })
  }
}

function startOf({ status }: Job): string {
  return status.startTime ?? ''
}
