/**
 * CronJobs of a world that has been there for a while: they have run whenever they were due, the last time as well as any,
 * and what they made is gone.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { formatTime } from '../api/meta.ts'
import { nextDueMs } from '../api/cron.ts'
import type { CronJob } from '../api/workloads.ts'
import type { Server } from '../apiserver/server.ts'
import { controllerOf } from '../controllers/pod-index.ts'

const CRON_JOBS = builtIn('cronjobs.batch')
const JOBS = builtIn('jobs.batch')
const PODS = builtIn('pods')
const DAY_MS = 86_400_000
/** How long a run takes that nobody has seen. */
const RUN_MS = 20_000

/** @param nowMs when the world is to be looked at */
export function settleSchedules({ store, pods }: Server, nowMs: number): void {
  for (const job of store.list(JOBS).filter((it) => controllerOf(it)?.kind === 'CronJob')) {
    const made = pods.ownedBy(job.metadata.uid ?? '').map(({ metadata }) => metadata)
    for (const { namespace = '', name } of made) store.delete(PODS, namespace, name)
    store.delete(JOBS, job.metadata.namespace ?? '', job.metadata.name)
  }
  for (const cronJob of store.list(CRON_JOBS) as CronJob[]) {
    const lastMs = lastDueMs(cronJob, nowMs - 2 * RUN_MS)
    if (lastMs === undefined) continue
    const status = { lastScheduleTime: formatTime(lastMs), lastSuccessfulTime: formatTime(lastMs + RUN_MS) }
    store.update(CRON_JOBS, { ...cronJob, status })
  }
}

function lastDueMs({ spec, metadata }: CronJob, nowMs: number): number | undefined {
  let lastMs: number | undefined
  let sinceMs = Math.max(Date.parse(metadata.creationTimestamp ?? ''), nowMs - 35 * DAY_MS)
  for (;;) {
    const dueMs = nextDueMs(spec.schedule, sinceMs, spec.timeZone)
    if (dueMs === undefined || dueMs > nowMs) return lastMs
    lastMs = sinceMs = dueMs
  }
}
