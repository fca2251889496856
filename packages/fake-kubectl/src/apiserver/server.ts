/**
 * What the API server's parts share: the state they work on (Server) and the request they work for (Call).
 */
import type { Subject } from '@mcp-lab/rbac'
import type { Schema } from '../api/schema.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import type { Registry } from '../api/registry.ts'
import type { Random } from '../clock/random.ts'
import type { VirtualClock } from '../clock/virtual-clock.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import type { Store } from '../store/store.ts'
import type { ApiLogEntry } from './api-log.ts'
import type { Fault } from './faults.ts'
import type { RequestInfo } from './request-info.ts'

export type User = Subject & { readonly uid?: string }

export type Server = {
  readonly schema: Schema
  readonly kinds: Registry
  readonly store: Store
  readonly clock: VirtualClock
  readonly random: Random
  readonly kubelets: ReadonlyMap<string, Kubelet>
  readonly tokens: ReadonlyMap<string, User>
  /** Who a request without credentials is. */
  readonly anonymous: User
  readonly apiLog: ApiLogEntry[]
  readonly faults: Fault[]
}

/** One request on its way through the chain; each stage fills in what it finds out. */
export type Call = {
  readonly server: Server
  readonly request: Request
  readonly url: URL
  readonly receivedAtMs: number
  info: RequestInfo
  user: User
  impersonated: User | undefined
  annotations: Record<string, string>
  /** For an answer that streams: settles when the stream has ended. */
  ended?: Promise<void>
}

/** A call for a resource the server has. */
export type ResourceCall = Call & { readonly type: ResourceType }

/** Who the call acts as. */
export function actor(call: Call): User {
  return call.impersonated ?? call.user
}
