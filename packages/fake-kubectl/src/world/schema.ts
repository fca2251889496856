/**
 * The border at which worlds and stages enter: their YAML is checked once, here.
 */
import { z } from 'zod'
import type { KubeObject } from '../api/meta.ts'
import type { ImageSpec, LifeStage } from '../containers/images.ts'
import type { LogProgram } from '../kubelet/kubelet.ts'
import type { Route } from '../network/routes.ts'
import type { AppSpec, NodeSpec, StageSpec, WorldSpec } from './spec.ts'

const Texts = z.record(z.string(), z.string())
const Count = z.number().int().min(0)
const Duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'expected a duration like 90s')

const Node: z.ZodType<NodeSpec> = z.strictObject({
  name: z.string().optional(),
  usedPercent: z.number().min(0).max(100).optional(),
  capacityBytes: z.number().int().positive().optional(),
  cores: z.number().int().positive().optional(),
  memoryBytes: z.number().int().positive().optional(),
  kubelet: z.enum(['up', 'down']).optional(),
  latencyMs: z.number().min(0).optional(),
  labels: Texts.optional(),
  taints: z.array(z.strictObject({ key: z.string(), value: z.string().optional(), effect: z.string() })).optional(),
  age: Duration.optional(),
  podCIDR: z.boolean().optional(),
  status: z.looseObject({ nodeInfo: Texts.optional() }).optional(),
})

const RouteSpec: z.ZodType<Route | string> = z.union([
  z.string(),
  z.strictObject({
    status: z.number().int().min(200).max(599).optional(),
    headers: Texts.optional(),
    body: z.string().optional(),
    delayMs: z.number().min(0).optional(),
    directory: z.string().startsWith('/').optional(),
    program: z.enum(['prometheus', 'kube-state-metrics', 'node-exporter', 'ingress-metrics']).optional(),
  }),
])
const Routes = z.record(z.string().regex(/^\d{1,5}$/), z.record(z.string().startsWith('/'), RouteSpec))

const Lines = z.array(z.string()).min(1)
const Log: z.ZodType<LogProgram> = z
  .strictObject({
    everyMs: z.number().min(0),
    lines: Lines,
    times: z.number().int().positive().optional(),
    burst: z.number().int().positive().optional(),
    followed: z.strictObject({ everyMs: z.number().positive(), lines: Lines }).optional(),
  })
  .refine(({ everyMs, times }) => everyMs > 0 || times !== undefined, 'lines that come all at once need times')

const App: z.ZodType<AppSpec> = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  image: z.string(),
  replicas: Count.optional(),
  perNode: z.boolean().optional(),
  node: z.literal('full').optional(),
  stage: z.string().optional(),
  age: Duration.optional(),
  labels: Texts.optional(),
  container: z.record(z.string(), z.unknown()).optional(),
  spec: z.record(z.string(), z.unknown()).optional(),
  log: Log.optional(),
  routes: Routes.optional(),
})

const Requirement = z
  .string()
  .regex(
    /^(no )?(env \w+(=\S*)?|file \/\S+|name [\w.-]+|service [\w.-]+:\d+|memory < \S+|run < \d+)$/,
    'expected `env NAME`, `env NAME=glob`, `file /path`, `name of.a.host`, `service name:port`, `memory < 256Mi` or `run < 3`, with `no` before it for the contrary',
  )
const Curve = z.string().regex(/^\S+?(\.\.\S+ over \S+)?$/, 'expected a quantity, or a way like 64Mi..600Mi over 20m')

const ServingSpec = z
  .strictObject({
    latencyMs: z.number().positive(),
    errors: z.number().min(0).max(1),
    cpuMs: z.number().min(0),
    calls: z.array(z.string()),
  })
  .partial()

const LifeStageSpec: z.ZodType<LifeStage> = z.strictObject({
  when: z.array(Requirement).optional(),
  for: z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m|h|d)(\.\.\d+(\.\d+)?(ms|s|m|h|d))?$/, 'expected a duration, or a span like 20s..40s')
    .optional(),
  until: z.array(Requirement).optional(),
  log: Log.optional(),
  ports: Routes.optional(),
  serves: ServingSpec.optional(),
  healthy: z.boolean().optional(),
  writes: Texts.optional(),
  removes: z.array(z.string()).optional(),
  cpu: Curve.optional(),
  memory: Curve.optional(),
  disk: Curve.optional(),
  exit: z.number().int().min(0).max(255).optional(),
})

const Image: z.ZodType<ImageSpec> = z.strictObject({
  image: z.union([z.string(), z.array(z.string()).min(1)]),
  os: z.enum(['debian', 'alpine', 'busybox', 'none']).optional(),
  without: z.array(z.string()).optional(),
  only: z.array(z.string()).optional(),
  env: Texts.optional(),
  workingDir: z.string().startsWith('/').optional(),
  command: z.array(z.string()).optional(),
  user: Count.optional(),
  files: z.record(z.string().startsWith('/'), z.string()).optional(),
  ports: Routes.optional(),
  sizeBytes: z.number().int().positive().optional(),
  tags: z.string().optional(),
  pull: z
    .strictObject({
      takes: Duration.optional(),
      fails: z.enum(['not found', 'denied', 'no such host']).optional(),
    })
    .optional(),
  serves: ServingSpec.optional(),
  log: Log.optional(),
  stages: z.array(LifeStageSpec).min(1).optional(),
  stopsIn: Duration.optional(),
  exitOnTerm: z.number().int().min(0).max(255).optional(),
  stands: z.union([z.string(), Texts]).optional(),
  startsIn: Duration.optional(),
})

/** A file of `src/images/`. */
export const ImageTable: z.ZodType<ImageSpec[]> = z.array(Image)

const Manifest = z.custom<KubeObject>((value) => {
  const object = z.looseObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.looseObject({ name: z.string() }),
  })
  return object.safeParse(value).success
}, 'expected a Kubernetes object with apiVersion, kind and metadata.name')

export const World: z.ZodType<WorldSpec> = z.strictObject({
  title: z.string().optional(),
  nodes: z.union([Count.max(5000), z.array(Node)]).optional(),
  fullNodes: Count.optional(),
  latencyMs: z.number().min(0).optional(),
  metrics: z.boolean().optional(),
  load: z
    .array(
      z.strictObject({
        service: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'expected NAMESPACE/NAME'),
        requestsPerSecond: z.number().min(0),
        dailySwing: z.number().min(0).max(0.99).optional(),
        growthPerDay: z.number().optional(),
      }),
    )
    .optional(),
  age: Duration.optional(),
  history: Duration.optional(),
  namespaces: z.array(z.string()).optional(),
  images: ImageTable.optional(),
  stages: z
    .record(
      z.string(),
      z.lazy(() => Stage),
    )
    .optional(),
  apps: z.array(App).optional(),
  manifests: z.array(Manifest).optional(),
})

const StageState = z.union([
  z.strictObject({ running: z.strictObject({}) }),
  z.strictObject({ waiting: z.strictObject({ reason: z.string(), message: z.string() }) }),
  z.strictObject({ terminated: z.strictObject({ exitCode: z.number(), reason: z.string(), ranFor: Duration }) }),
])

const StageEvent = z.strictObject({
  type: z.enum(['Normal', 'Warning']),
  reason: z.string(),
  message: z.string(),
  count: Count,
  firstAgo: Duration,
  lastAgo: Duration,
})

export const Stage: z.ZodType<StageSpec> = z.strictObject({
  phase: z.string(),
  ready: z.boolean(),
  restartsPerDay: z.number().positive().optional(),
  restarts: Count.optional(),
  state: StageState,
  last: z.strictObject({ exitCode: z.number(), reason: z.string(), ranFor: Duration, endedAgo: Duration }).optional(),
  unreadyReason: z.string().optional(),
  events: z.array(StageEvent).optional(),
  routes: Routes.optional(),
})
