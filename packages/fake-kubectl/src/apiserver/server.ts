/**
 * What the API server's parts share: the state they work on (Server) and the request they work for (Call).
 */
import type { Subject } from '@mcp-lab/rbac'
import type { Schema } from '../api/schema.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import type { Registry } from '../api/registry.ts'
import type { Random } from '../clock/random.ts'
import type { VirtualClock } from '../clock/virtual-clock.ts'
import type { Images } from '../containers/images.ts'
import type { ContainerRuntime } from '../containers/runtime.ts'
import type { EventMemory } from '../controllers/event-recorder.ts'
import type { PodIndex } from '../controllers/pod-index.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import type { Load } from '../load/load.ts'
import type { Counters } from '../metrics/counters.ts'
import type { Monitoring } from '../monitoring/monitoring.ts'
import type { Store } from '../store/store.ts'
import type { StageSpec } from '../world/spec.ts'
import type { ApiLogEntry } from './api-log.ts'
import type { Fault } from './faults.ts'
import type { Descriptions } from './openapi/component.ts'
import type { Impairment } from './impairment.ts'
import type { SigningKey } from './access/tokens/jwt.ts'
import type { RequestInfo } from './request-info.ts'
import type { Upgrade } from './remote/upgrade.ts'

export type User = Subject & { readonly uid?: string; readonly extra?: Readonly<Record<string, readonly string[]>> }

/** What the connection tells of the caller, beside the request. The door vouches for it; a caller cannot write it. */
export type Peer = {
  readonly address: string
  /** Over TLS a caller without credentials is nobody; elsewhere it may have had no way to send any. */
  readonly encrypted: boolean
  readonly certificate?: ClientCertificate
  /** How long the request has been here by a real clock, in milliseconds; virtual time counts when absent. */
  readonly elapsedMs?: () => number
}

export type ClientCertificate = {
  readonly commonName: string
  readonly organizations: readonly string[]
  /** Values of Kubernetes' own attribute for a user's UID. */
  readonly uids: readonly string[]
  /** Of the whole certificate, in hex. */
  readonly sha256: string
  /** Whether the cluster's authority signed it, for a client, and it has not expired. */
  readonly verified: boolean
}

/** A line of kube-apiserver's --token-auth-file. */
export type StaticUser = { readonly user: string; readonly groups?: readonly string[]; readonly uid?: string }

export type Server = {
  readonly schema: Schema
  /** What OpenAPI says of each type and field; read when it is first asked for. */
  readonly descriptions: () => Descriptions
  readonly kinds: Registry
  readonly store: Store
  readonly clock: VirtualClock
  readonly random: Random
  readonly kubelets: ReadonlyMap<string, Kubelet>
  /** How the images behave that pods name. */
  readonly images: Images
  /** How a pod can stand, by name. @throws RangeError for a name there is none for */
  stage(name: string): StageSpec
  readonly containers: ContainerRuntime
  /** Who asks its Services for something. */
  readonly load: Load
  /** What its containers have used and answered so far. */
  readonly counters: Counters
  /** Its Prometheus, if it has one. */
  readonly monitoring: Monitoring
  /** Pods by owner and by node. */
  readonly pods: PodIndex
  /** What the cluster's components remember of the Events they told. */
  readonly events: EventMemory
  readonly tokens: Map<string, StaticUser>
  /** Signs the tokens of service accounts; made when it is first needed. */
  readonly signingKey: () => SigningKey
  /** Of the authority that vouches for this server, in PEM. */
  rootCertificate: string
  /** Who a request without credentials is. */
  readonly anonymous: User
  /** This API server, for callers inside the cluster. */
  serve(request: Request, peer: Peer): Promise<Response>
  readonly apiLog: ApiLogEntry[]
  /** Told of each entry of the API log as it is written. */
  readonly logListeners: Set<(entry: ApiLogEntry) => void>
  readonly faults: Fault[]
  /** Decides which requests a fault meets; apart from what draws the cluster. */
  readonly chance: Random
  readonly options: ServerOptions
}

/** Switches for those who want a bare API server. */
export type ServerOptions = {
  /** The ServiceAccount plugin: a pod needs an account, and mounts its token. */
  readonly serviceAccountAdmission: boolean
  /** Whether there are kubelets that report, and run pods. */
  readonly kubelet: boolean
  /** Whether anybody chooses nodes for pods. */
  readonly scheduler: boolean
}

/** One request on its way through the chain; each stage fills in what it finds out. */
export type Call = {
  readonly server: Server
  readonly request: Request
  readonly peer: Peer
  readonly url: URL
  readonly receivedAtMs: number
  info: RequestInfo
  user: User
  impersonated: User | undefined
  /** The mode in which the caller may impersonate, where that is a constrained one. */
  impersonationConstraint?: string
  annotations: Record<string, string>
  /** Told to the client in the headers of the answer. */
  readonly warnings: string[]
  /** Whether the connection can become something other than HTTP. */
  readonly upgradable: boolean
  /** What the endpoint offers instead of its answer, where it can. */
  upgrade?: Upgrade
  /** What a fault does to the answer. */
  impairment?: Impairment
  /** SHA-256 of the body as it came, once it has been read. */
  requestDigest?: string
  /** How long the request has been here, in milliseconds. */
  readonly elapsedMs: () => number
  /** For an answer that streams: settles when the stream has ended. */
  ended?: Promise<void>
}

/** A call for a resource the server has. */
export type ResourceCall = Call & { readonly type: ResourceType }

/** Who the call acts as. */
export function actor(call: Call): User {
  return call.impersonated ?? call.user
}
