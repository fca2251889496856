/**
 * What a scenario is, as its `scenario.yaml` says it; checked once, where it enters.
 */
import * as z from 'zod'

const Duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'expected a duration like 30m')

/**
 * Something that is done to the cluster. `kubectl` is a command line without its first word, which may hold `$NAME` of a
 * `let` before it; `apply` a manifest; `machine` the machine behind a node; `load` how often a Service is asked from now on.
 */
export const Step = z.union([
  z.strictObject({ kubectl: z.string(), fails: z.boolean().optional() }),
  z.strictObject({ apply: z.string() }),
  z.strictObject({ wait: Duration }),
  z.strictObject({ let: z.record(z.string().regex(/^[A-Z_]+$/), z.string()) }),
  z.strictObject({
    machine: z.strictObject({
      node: z.string(),
      usedPercent: z.number().min(0).max(100).optional(),
      kubelet: z.enum(['up', 'down']).optional(),
    }),
  }),
  z.strictObject({ load: z.record(z.string(), z.number().min(0)) }),
  z.strictObject({ answer: z.string() }),
])
export type Step = z.infer<typeof Step>
const Steps = z.array(Step)

/** What must hold of the cluster, in CEL: of one object, of several, of what PromQL or kubectl answers. */
const StateCheck = z
  .strictObject({
    title: z.string(),
    /** `deployments/production/api`, or `nodes/NAME`: the variable `object`. */
    get: z.string().optional(),
    /** `pods/production?app=api`, or `pods` for all: the variable `objects`. */
    list: z.string().optional(),
    /** The variable `value`: the sum of the result, or what there is of it in `values`. */
    promql: z.string().optional(),
    /** The variable `output`: what the command prints. */
    kubectl: z.string().optional(),
    holds: z.string(),
  })
  .refine(
    ({ get, list, promql, kubectl }) => [get, list, promql, kubectl].filter((it) => it !== undefined).length === 1,
    'expected exactly one of get, list, promql and kubectl',
  )
export type StateCheck = z.infer<typeof StateCheck>

/** What must be as it was when the ticket was written: `deployments/production/api spec.replicas metadata.uid`. */
const Preserved = z
  .string()
  .regex(/^\S+( \S+)+$/, 'expected WHAT and at least one field: deployments/production/api spec.replicas')

/** What must not even be tried: fields of a request; one that is absent may be anything. */
const Forbidden = z.strictObject({
  title: z.string(),
  verbs: z.array(z.string()).min(1),
  resources: z.array(z.string()).min(1),
  namespace: z.string().optional(),
  name: z.string().optional(),
})
export type Forbidden = z.infer<typeof Forbidden>

/** A fact that the answer must name, or must not: a regular expression, whatever the case. */
const Fact = z.strictObject({ fact: z.string(), says: z.string() })
export type Fact = z.infer<typeof Fact>

const Oracles = z.strictObject({
  state: z.array(StateCheck).default([]),
  preserve: z.array(Preserved).default([]),
  /** Objects, `Namespace/review-17`, that may be gone although what is lost is lost. */
  'may-go': z.array(z.string()).default([]),
  /** `state` holds again so much later. */
  'stable-for': Duration.optional(),
  forbidden: z.array(Forbidden).default([]),
  answer: z
    .strictObject({ cites: z.array(Fact).default([]), avoids: z.array(Fact).default([]) })
    .default({ cites: [], avoids: [] }),
})
export type Oracles = z.infer<typeof Oracles>

const Cheat = z.strictObject({ title: z.string(), steps: Steps })

export const ROLES = ['viewer', 'sre', 'admin'] as const
export type Role = (typeof ROLES)[number]

export const Scenario = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Paraphrases of what a person reports; none names the cause. */
  tickets: z.array(z.string()).min(3),
  /** The name of a world of fake-kubectl. */
  world: z.string(),
  /** Who asks its Services for what, where not as the world says. */
  load: z
    .array(
      z.strictObject({
        service: z.string(),
        requestsPerSecond: z.number(),
        dailySwing: z.number().optional(),
        growthPerDay: z.number().optional(),
      }),
    )
    .optional(),
  /** What kind of trouble it is. */
  kind: z
    .enum([
      'rollout',
      'resources',
      'network',
      'storage',
      'nodes',
      'access',
      'jobs',
      'security',
      'capacity',
      'change',
      'healthy',
    ])
    .optional(),
  /** As whom it is solved; see the world's roles. */
  role: z.enum(ROLES).default('sre'),
  budget: z
    .strictObject({ turns: z.number().int(), calls: z.number().int(), tokens: z.number().int(), minutes: z.number() })
    .default({ turns: 20, calls: 40, tokens: 60_000, minutes: 60 }),
  /** What happens beside the trouble. */
  noise: Steps.default([]),
  /** What breaks it. */
  fault: Steps.default([]),
  oracles: Oracles.optional(),
  /** What somebody does who knows. */
  expert: Steps.default([]),
  /** What looks like a solution and is none. */
  cheats: z.array(Cheat).default([]),
})
export type Scenario = z.infer<typeof Scenario>
/** One that is there to be solved, and can tell whether it was. */
export type JudgedScenario = Scenario & { readonly oracles: Oracles }
