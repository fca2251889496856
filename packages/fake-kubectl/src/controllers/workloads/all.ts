/** The controllers that make pods. */
import type { Server } from '../../apiserver/server.ts'

export function runWorkloadControllers(_server: Server): void {}
