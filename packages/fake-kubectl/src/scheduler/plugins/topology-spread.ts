/**
 * Pods that are to be spread over zones, hosts or whatever a label names. A pod without a say of its own is spread over
 * hosts and zones beside its siblings, as far as that costs nothing.
 * Source: pkg/scheduler/framework/plugins/podtopologyspread.
 */
import { selectsLabels } from '../../api/label-selector.ts'
import type { Fields } from '../../api/meta.ts'
import type { Pod, Taint } from '../../api/types.ts'
import { controllerOf } from '../../controllers/pod-index.ts'
import type { NodeInfo } from '../node-info.ts'
import { REASONS } from '../reasons.ts'
import { matchesSelector, requiredTerms } from './node-selector.ts'
import { tolerates } from './node.ts'
import type { Cycle, Plugin, Rejection, Score } from './plugin.ts'

type Constraint = {
  maxSkew: number
  topologyKey: string
  whenUnsatisfiable: string
  labelSelector?: Fields
  minDomains?: number
  nodeAffinityPolicy?: string
  nodeTaintsPolicy?: string
  matchLabelKeys?: string[]
}

const NAME = 'PodTopologySpread'
const SKEWED: Rejection = { plugin: NAME, reasons: [REASONS.spread], unresolvable: false }
const UNLABELLED: Rejection = { plugin: NAME, reasons: [REASONS.spreadLabel], unresolvable: true }
const HOST = 'kubernetes.io/hostname'
const ZONE = 'topology.kubernetes.io/zone'

export const topologySpread: Plugin = {
  name: NAME,
  wakes: ['node added', 'node labels', 'pod gone', 'pod bound'],
  filter(pod, cycle) {
    const hard = constraintsOf(pod).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
    if (hard.length === 0) return undefined
    const counted = hard.map((constraint) => ({ constraint, counts: countsOf(cycle, pod, constraint) }))
    return ({ labels }) => {
      for (const { constraint, counts } of counted) {
        const place = labels[constraint.topologyKey]
        if (place === undefined) return UNLABELLED
        const isTooFew = counts.size < (constraint.minDomains ?? 1)
        const least = isTooFew ? 0 : Math.min(...counts.values())
        const self = selects(constraint, pod, pod) ? 1 : 0
        if ((counts.get(place) ?? 0) + self - least > constraint.maxSkew) return SKEWED
      }
      return undefined
    }
  },
  score(pod, cycle) {
    const own = constraintsOf(pod)
    if (own.length === 0) return besideSiblings(pod)
    const soft = own.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway')
    if (soft.length === 0) return undefined
    const counted = soft.map((constraint) => ({ constraint, counts: countsOf(cycle, pod, constraint) }))
    const raw = ({ labels }: NodeInfo) =>
      counted.reduce((sum, { constraint, counts }) => {
        const place = labels[constraint.topologyKey]
        if (place === undefined) return sum
        return sum + (counts.get(place) ?? 0) * Math.log(counts.size + 2) + constraint.maxSkew - 1
      }, 0)
    return { weight: 2, scores: (infos) => fewest(infos.map(raw)) }
  },
}

function constraintsOf({ spec }: Pod): readonly Constraint[] {
  return (spec['topologySpreadConstraints'] ?? []) as Constraint[]
}

function selects({ labelSelector, matchLabelKeys = [] }: Constraint, from: Pod, other: Pod): boolean {
  const labels = other.metadata.labels ?? {}
  const own = from.metadata.labels ?? {}
  return (
    other.metadata.namespace === from.metadata.namespace &&
    other.metadata.deletionTimestamp === undefined &&
    selectsLabels(labelSelector, labels) &&
    matchLabelKeys.every((key) => own[key] === undefined || own[key] === labels[key])
  )
}

/** How many pods each topology has, of those the pod could go to. */
function countsOf({ nodes }: Cycle, pod: Pod, constraint: Constraint): Map<string, number> {
  const counts = new Map<string, number>()
  const { labels, terms } = requiredTerms(pod)
  for (const info of nodes) {
    const place = info.labels[constraint.topologyKey]
    if (place === undefined) continue
    if (constraint.nodeAffinityPolicy !== 'Ignore') {
      if (labels?.some(([key, value]) => info.labels[key] !== value)) continue
      if (terms && !matchesSelector(terms, info)) continue
    }
    if (constraint.nodeTaintsPolicy === 'Honor' && untolerated(pod, info.node!.spec?.taints)) continue
    let count = counts.get(place) ?? 0
    for (const other of info.pods.values()) if (selects(constraint, pod, other)) count += 1
    counts.set(place, count)
  }
  return counts
}

function untolerated(pod: Pod, taints: readonly Taint[] = []): boolean {
  return taints.some((taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(pod, taint))
}

/** The cluster's defaults: hosts with a skew of 3, zones with one of 5. */
function besideSiblings(pod: Pod): Score | undefined {
  const owner = controllerOf(pod)
  if (!owner || owner.kind === 'DaemonSet') return undefined
  return {
    weight: 2,
    scores(infos) {
      const here = infos.map(({ siblings }) => siblings.get(owner.uid) ?? 0)
      const zones = new Map<string, number>()
      for (const [i, { labels }] of infos.entries()) {
        const zone = labels[ZONE]
        if (zone !== undefined) zones.set(zone, (zones.get(zone) ?? 0) + here[i]!)
      }
      const hosts = Math.log(infos.length + 2)
      const inZones = Math.log(zones.size + 2)
      return fewest(
        infos.map(({ labels }, i) => {
          const host = labels[HOST] === undefined ? 0 : here[i]! * hosts + 2
          const zone = labels[ZONE]
          return host + (zone === undefined ? 0 : zones.get(zone)! * inZones + 4)
        }),
      )
    },
  }
}

function fewest(raw: readonly number[]): number[] {
  let [least, most] = [Infinity, 0]
  for (const score of raw) {
    least = Math.min(least, score)
    most = Math.max(most, score)
  }
  if (most === 0) return raw.map(() => 100)
  return raw.map((score) => Math.floor((100 * (most + least - score)) / most))
}
