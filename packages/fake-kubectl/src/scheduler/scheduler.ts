/** Chooses a node for each pod that has none. */
import type { Server } from '../apiserver/server.ts'

export function runScheduler(_server: Server): void {}
