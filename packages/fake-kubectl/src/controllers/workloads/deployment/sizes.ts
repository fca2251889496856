/**
 * How many pods each of a Deployment's ReplicaSets may have: arithmetic only.
 * Source: kubernetes/pkg/controller/deployment/util/deployment_util.go.
 */
import { scaledValue } from '../../../api/int-or-percent.ts'
import type { Deployment, ReplicaSet } from '../../../api/workloads.ts'

export const DESIRED = 'deployment.kubernetes.io/desired-replicas'
export const MAXIMUM = 'deployment.kubernetes.io/max-replicas'

/** By how many pods a rollout may exceed what is asked for. */
export function maxSurge({ spec }: Deployment): number {
  return isRolling(spec) ? fenceposts(spec).surge : 0
}

/** How many of the pods asked for may be missing meanwhile. */
export function maxUnavailable({ spec }: Deployment): number {
  if (!isRolling(spec) || spec.replicas === 0) return 0
  return Math.min(fenceposts(spec).unavailable, spec.replicas)
}

/** When both come to nothing, one may be missing: otherwise nothing could move. */
function fenceposts({ strategy, replicas }: Deployment['spec']): { surge: number; unavailable: number } {
  const { maxSurge: surging = 0, maxUnavailable: missing = 0 } = strategy.rollingUpdate ?? {}
  const surge = scaledValue(surging, replicas, 'up') ?? 0
  const unavailable = scaledValue(missing, replicas, 'down') ?? 0
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

export function isRolling({ strategy }: Deployment['spec']): boolean {
  return strategy.type === 'RollingUpdate'
}

/** How large the new one may be, beside the others. */
export function newReplicas(deployment: Deployment, all: readonly ReplicaSet[], present: number): number {
  const { spec } = deployment
  if (!isRolling(spec)) return spec.replicas
  const room = spec.replicas + maxSurge(deployment) - sum(all, ({ spec: { replicas } }) => replicas)
  return room <= 0 ? present : present + Math.min(room, spec.replicas - present)
}

/**
 * What each gets of a new size when a Deployment is scaled in the middle of a rollout: as much more or less as its share,
 * the largest one the rest.
 */
export function proportions(deployment: Deployment, active: readonly ReplicaSet[]): Map<string, number> {
  const { replicas } = deployment.spec
  const total = sum(active, ({ spec }) => spec.replicas)
  const toAdd = (replicas > 0 ? replicas + maxSurge(deployment) : 0) - total
  const sizes = new Map<string, number>()
  let added = 0
  const sorted = active.toSorted((a, b) => b.spec.replicas - a.spec.replicas || byAge(a, b) * (toAdd > 0 ? -1 : 1))
  for (const set of sorted) {
    const share = toAdd === 0 || toAdd === added ? 0 : proportion(deployment, set, toAdd - added)
    added += share
    sizes.set(set.metadata.name, set.spec.replicas + share)
  }
  const [first] = sorted
  if (first && toAdd !== 0) {
    const name = first.metadata.name
    sizes.set(name, Math.max(0, sizes.get(name)! + toAdd - added))
  }
  return sizes
}

function proportion(deployment: Deployment, set: ReplicaSet, allowed: number): number {
  const share = fraction(deployment, set)
  return allowed > 0 ? Math.min(share, allowed) : Math.max(share, allowed)
}

function fraction(deployment: Deployment, { spec, metadata }: ReplicaSet): number {
  if (spec.replicas === 0) return 0
  if (deployment.spec.replicas === 0) return -spec.replicas
  const before = Number(metadata.annotations?.[MAXIMUM]) || deployment.status.replicas || 0
  if (before === 0) return 0
  return Math.round((spec.replicas * (deployment.spec.replicas + maxSurge(deployment))) / before) - spec.replicas
}

export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  return (
    Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? '') ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
  )
}

export function sum(sets: readonly ReplicaSet[], value: (set: ReplicaSet) => number | undefined): number {
  return sets.reduce((total, set) => total + (value(set) ?? 0), 0)
}
