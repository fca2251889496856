/**
 * Jobs that say how long they want to stay after their end go when that time is over.
 * Source: kubernetes/pkg/controller/ttlafterfinished/ttlafterfinished_controller.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import type { Job } from '../../api/workloads.ts'
import type { Server } from '../../apiserver/server.ts'
import { deleteObject } from '../../apiserver/verbs/deletion.ts'
import { runController, type Again } from '../controller.ts'
import { isFinished } from './job/job.ts'

const JOBS = builtIn('jobs.batch')

export function runTtlAfterFinished(server: Server): void {
  runController(server.store, server.clock, JOBS, (object) => reconcile(server, object as Job))
}

function reconcile(server: Server, job: Job): Again {
  const { ttlSecondsAfterFinished } = job.spec
  if (ttlSecondsAfterFinished === undefined || job.metadata.deletionTimestamp !== undefined || !isFinished(job)) return
  const finished = job.status.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed')
  const atMs = Date.parse(finished?.lastTransitionTime ?? '') + ttlSecondsAfterFinished * 1000
  if (atMs > server.clock.now()) return { atMs, background: true }
  deleteObject(server, JOBS, job, { propagationPolicy: 'Foreground' })
}
