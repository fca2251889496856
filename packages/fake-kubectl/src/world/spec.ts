/**
 * What a world is made of: machines, apps, manifests; and how a pod can stand. Written as YAML in worlds/ and stages/.
 */
import type { KubeObject } from '../api/meta.ts'
import type { SigningKey } from '../apiserver/access/tokens/jwt.ts'
import type { Schema } from '../api/schema.ts'
import type { ImageSpec } from '../containers/images.ts'
import type { LoadSpec } from '../load/demand.ts'
import type { LogProgram } from '../kubelet/kubelet.ts'
import type { PortRoutes } from '../network/routes.ts'

/**
 * A machine to be. What is absent is drawn from the seed: a name no index tells, an odd capacity of 20 to 500 GiB, how
 * full it is. `usedPercent` is of the capacity; `latencyMs` is 0 unless given, since it passes on the virtual clock.
 * `age` is how long ago it joined; `status` holds fields of the Node's status that stand in place of what is drawn.
 */
export type NodeSpec = {
  name?: string | undefined
  usedPercent?: number | undefined
  capacityBytes?: number | undefined
  cores?: number | undefined
  memoryBytes?: number | undefined
  kubelet?: 'up' | 'down' | undefined
  latencyMs?: number | undefined
  labels?: Record<string, string> | undefined
  taints?: { key: string; value?: string | undefined; effect: string }[] | undefined
  age?: string | undefined
  /** Has it a range of addresses of its own for pods? Yes unless false. */
  podCIDR?: boolean | undefined
  status?: { nodeInfo?: Record<string, string> | undefined; [field: string]: unknown } | undefined
}

/** Pods of one image, as a Deployment or DaemonSet would have made them. */
export type AppSpec = {
  name: string
  namespace: string
  image: string
  replicas?: number | undefined
  /** One pod on every node, as a DaemonSet has. */
  perNode?: boolean | undefined
  /** `full`: on a node that stands above 80 %. */
  node?: 'full' | undefined
  /** A name from stages/; `running` when absent. */
  stage?: string | undefined
  /** How long ago its pods were created, `6d`; three days when absent. */
  age?: string | undefined
  labels?: Record<string, string> | undefined
  /** More fields of its container. */
  container?: Record<string, unknown> | undefined
  /** More fields of its pods' spec. */
  spec?: Record<string, unknown> | undefined
  log?: LogProgram | undefined
  /** What its container answers: port → path → route. What its image does when absent. */
  routes?: PortRoutes | undefined
}

/**
 * A cluster to start from.
 *
 * `nodes` is a number (three when absent) or one spec each. `fullNodes` of them stand above 80 % (none when absent): those
 * that say so count, the rest are drawn among those that leave it open; the others stand below 75 %. `latencyMs` is for
 * kubelets that do not say. `metrics` says that a metrics server runs (none when absent, as in a fresh cluster). `apps` become pods; `manifests` are stored as they are, and a Pod
 * without status among them is given a node and runs.
 */
export type WorldSpec = {
  title?: string | undefined
  nodes?: number | NodeSpec[] | undefined
  fullNodes?: number | undefined
  latencyMs?: number | undefined
  metrics?: boolean | undefined
  /** How long ago its manifests were applied; nothing has changed since. Just now when absent. */
  age?: string | undefined
  /** Who asks its Services for something, how often; nobody when absent. */
  load?: LoadSpec[] | undefined
  /** How long a Prometheus in it has been there when it starts, and knows what was; no time when absent. */
  history?: string | undefined
  namespaces?: string[] | undefined
  /** How its images behave, where not as `src/images/` says. */
  images?: ImageSpec[] | undefined
  /** More ways in which a pod can stand, beside those of `src/stages/`. */
  stages?: Record<string, StageSpec> | undefined
  apps?: AppSpec[] | undefined
  manifests?: KubeObject[] | undefined
}

type Waiting = { waiting: { reason: string; message: string } }
type Terminated = { terminated: { exitCode: number; reason: string; ranFor: string } }

/**
 * How a pod stands: its phase, its containers' states, and the events of the last hour that tell why. Durations are text
 * like `90s`; messages may hold `{container}`, `{image}`, `{pod}`, `{namespace}` and `{uid}`.
 */
export type StageSpec = {
  phase: string
  ready: boolean
  /** Restarts for a day of age, at least one: an older pod has crashed more often. */
  restartsPerDay?: number | undefined
  /** How often its containers have been restarted, whatever its age. */
  restarts?: number | undefined
  state: { running: object } | Waiting | Terminated
  last?: { exitCode: number; reason: string; ranFor: string; endedAgo: string } | undefined
  unreadyReason?: string | undefined
  events?: StageEvent[] | undefined
  /** What its containers answer as they stand, whatever the app says. */
  routes?: PortRoutes | undefined
}

export type StageEvent = {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
  count: number
  firstAgo: string
  lastAgo: string
}

/**
 * What `src/` holds as data and every cluster needs: the types of all kinds, how pods can stand, and what every cluster
 * has from the start.
 */
export type Builtins = {
  readonly schema: Schema
  readonly descriptions: () => Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly stages: Readonly<Record<string, StageSpec>>
  readonly images: readonly ImageSpec[]
  readonly bootstrap: readonly KubeObject[]
  /** A key nobody else has, by true chance: what it signs must not follow from a seed. */
  readonly newSigningKey: () => SigningKey
}
