/**
 * What the built-in tools need beside their call: parts of the server that made them.
 */
import type { Policy } from '@mcp-lab/rbac'
import type { ChangeLog } from '../changes/change-log.ts'
import type { Compare } from '../changes/diff.ts'
import type { Discovery } from '../kube/discovery.ts'

export type Services = {
  /** One for the server, so that every tool profits from what another learned of the cluster. */
  readonly discovery: Discovery
  readonly policy: () => Policy
  readonly changes: ChangeLog
  /** Shows no secret. */
  readonly compare: Compare
  readonly now: () => Date
  /** Resolves after some time, or rejects when the signal aborts. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>
  /** The names of all tools of the server. */
  readonly tools: () => readonly string[]
  readonly prometheus: PrometheusService
}

/** The Service in front of a Prometheus, reached through the API server's proxy. */
export type PrometheusService = { readonly namespace: string; readonly service: string; readonly port: number }

export const DEFAULT_PROMETHEUS: PrometheusService = { namespace: 'monitoring', service: 'prometheus', port: 9090 }
