/**
 * How fast an autoscaler may follow its metrics: what was proposed of late holds it back, and rules limit each step.
 * Source: kubernetes/pkg/controller/podautoscaler/horizontal.go, normalizeDesiredReplicas and …WithBehaviors.
 */

export type ScalingPolicy = {
  readonly type: 'Pods' | 'Percent'
  readonly value: number
  readonly periodSeconds: number
}

export type ScalingRules = {
  readonly stabilizationWindowSeconds?: number
  readonly selectPolicy?: 'Max' | 'Min' | 'Disabled'
  readonly policies?: readonly ScalingPolicy[]
}

export type Behavior = { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules }

/** The longest period that a rule may have. */
const LONGEST_MS = 1_800_000

type Change = { readonly change: number; readonly atMs: number }

/** What the controller remembers of one autoscaler; lost when it is started anew. */
export class PaceMemory {
  recommendations: { readonly replicas: number; readonly atMs: number }[] = []
  /** By how much it grew, or shrank, and when. */
  ups: readonly Change[] = []
  downs: readonly Change[] = []

  /** It went from one size to another. */
  changed(from: number, to: number, atMs: number): void {
    const lately = (changes: readonly Change[]): Change[] => changes.filter((it) => it.atMs > atMs - LONGEST_MS)
    const change = { change: Math.abs(to - from), atMs }
    if (to > from) this.ups = [...lately(this.ups), change]
    else this.downs = [...lately(this.downs), change]
  }
}

export type Bounds = { readonly current: number; readonly min: number; readonly max: number; readonly nowMs: number }

export type Paced = {
  readonly replicas: number
  /** Whether what was proposed before holds it back, and in which direction. */
  readonly stabilized?: 'up' | 'down'
  readonly limit?: 'TooFewReplicas' | 'TooManyReplicas' | 'ScaleUpLimit' | 'ScaleDownLimit'
}

const DEFAULT_DOWN_WINDOW_S = 300

export function paced(wanted: number, behavior: Behavior | undefined, memory: PaceMemory, bounds: Bounds): Paced {
  const { scaleUp, scaleDown } = behavior ?? {}
  const upWindowS = scaleUp?.stabilizationWindowSeconds ?? 0
  const downWindowS = scaleDown?.stabilizationWindowSeconds ?? DEFAULT_DOWN_WINDOW_S
  const { nowMs, current } = bounds
  const recent = (windowS: number): number[] =>
    memory.recommendations.filter(({ atMs }) => atMs > nowMs - windowS * 1000).map(({ replicas }) => replicas)
  const [lowest, highest] = [Math.min(wanted, ...recent(upWindowS)), Math.max(wanted, ...recent(downWindowS))]
  // Between the two it stays where it is.
  const steady = Math.min(Math.max(current, lowest), highest)
  const longestMs = Math.max(upWindowS, downWindowS) * 1000
  memory.recommendations = memory.recommendations.filter(({ atMs }) => atMs > nowMs - longestMs)
  memory.recommendations.push({ replicas: wanted, atMs: nowMs })
  const stabilized = steady === wanted ? {} : { stabilized: wanted < steady ? ('down' as const) : ('up' as const) }
  return { ...limited(steady, behavior, memory, bounds), ...stabilized }
}

function limited(
  wanted: number,
  behavior: Behavior | undefined,
  memory: PaceMemory,
  bounds: Bounds,
): Omit<Paced, 'stabilized'> {
  const { current, min, max } = bounds
  if (wanted > current) {
    const most = behavior?.scaleUp ? limitOf('up', behavior.scaleUp, memory, bounds) : Math.max(2 * current, 4)
    if (wanted > Math.min(most, max))
      return most < max
        ? { replicas: Math.max(most, current), limit: 'ScaleUpLimit' }
        : { replicas: max, limit: 'TooManyReplicas' }
    return { replicas: wanted }
  }
  const least = behavior?.scaleDown ? limitOf('down', behavior.scaleDown, memory, bounds) : 0
  if (wanted < Math.max(least, min))
    return least > min
      ? { replicas: Math.min(least, current), limit: 'ScaleDownLimit' }
      : { replicas: min, limit: 'TooFewReplicas' }
  return wanted > max ? { replicas: max, limit: 'TooManyReplicas' } : { replicas: wanted }
}

type Way = 'up' | 'down'

/** How far the rules let it go in one direction, given what it did in their periods. */
function limitOf(
  way: Way,
  { selectPolicy = 'Max', policies = [] }: ScalingRules,
  memory: PaceMemory,
  { current, nowMs }: Bounds,
): number {
  if (selectPolicy === 'Disabled') return current
  const sign = way === 'up' ? 1 : -1
  const limits = policies.map((policy) => {
    const start = current - sum(memory.ups, policy, nowMs) + sum(memory.downs, policy, nowMs)
    if (policy.type === 'Pods') return start + sign * policy.value
    return (way === 'up' ? Math.ceil : Math.trunc)(start * (1 + (sign * policy.value) / 100))
  })
  // The greatest change, whichever way it goes.
  return (selectPolicy === 'Max') === (way === 'up') ? Math.max(...limits) : Math.min(...limits)
}

function sum(changes: readonly Change[], { periodSeconds }: ScalingPolicy, nowMs: number): number {
  return changes
    .filter(({ atMs }) => atMs > nowMs - periodSeconds * 1000)
    .reduce((total, { change }) => total + change, 0)
}
