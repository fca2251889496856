/** The controllers that make pods. */
import type { Server } from '../../apiserver/server.ts'
import { runDeployments } from './deployment/deployment.ts'
import { runReplicaSets } from './replica-set.ts'

export function runWorkloadControllers(server: Server): void {
  runDeployments(server)
  runReplicaSets(server)
}
