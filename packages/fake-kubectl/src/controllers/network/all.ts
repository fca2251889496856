/** The controllers that say who stands behind a Service. */
import type { Server } from '../../apiserver/server.ts'

export function runNetworkControllers(_server: Server): void {}
