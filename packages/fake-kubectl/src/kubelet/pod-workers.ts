/** What kubelets do with the pods bound to their nodes. */
import type { Server } from '../apiserver/server.ts'

export function runPodWorkers(_server: Server): void {}
