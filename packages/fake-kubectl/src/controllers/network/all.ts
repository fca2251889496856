/** The controllers that say who stands behind a Service. */
import type { Server } from '../../apiserver/server.ts'
import { runEndpointSlices } from './endpoint-slices.ts'
import { runEndpoints } from './endpoints.ts'

export function runNetworkControllers(server: Server): void {
  runEndpointSlices(server)
  runEndpoints(server)
}
