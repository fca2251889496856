/** The controllers that make pods. */
import type { Server } from '../../apiserver/server.ts'
import { runCronJobs } from './cron-job.ts'
import { runDaemonSets } from './daemon-set/daemon-set.ts'
import { runDeployments } from './deployment/deployment.ts'
import { runJobs } from './job/job.ts'
import { runReplicaSets } from './replica-set.ts'
import { runStatefulSets } from './stateful-set/stateful-set.ts'
import { runTtlAfterFinished } from './ttl-after-finished.ts'

export function runWorkloadControllers(server: Server): void {
  runDeployments(server)
  runReplicaSets(server)
  runStatefulSets(server)
  runDaemonSets(server)
  runJobs(server)
  runCronJobs(server)
  runTtlAfterFinished(server)
}
