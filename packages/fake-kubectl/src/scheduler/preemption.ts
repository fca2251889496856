/**
 * Preemption: where pods of less priority would have to go so that a pod fits, and which node costs least.
 * Source: pkg/scheduler/framework/preemption/preemption.go; plugins/defaultpreemption.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { selectsLabels } from '../api/label-selector.ts'
import { at, type KubeObject } from '../api/meta.ts'
import type { Pod } from '../api/types.ts'
import { filtersFor, rejectionOf } from './cycle.ts'
import { priorityOf, type NodeInfo } from './node-info.ts'
import type { Cycle, Rejection } from './plugins/plugin.ts'

export type Victims = { readonly nodeName: string; readonly pods: readonly Pod[]; readonly violations: number }

/** Why a pod may send none away; undefined when it may. */
export function ineligibility({ spec, status }: Pod, { infos }: Cycle): string | undefined {
  if (spec['preemptionPolicy'] === 'Never') return 'not eligible due to preemptionPolicy=Never.'
  const nominated = infos.get(status.nominatedNodeName ?? '')
  const isMakingRoom = [...(nominated?.pods.values() ?? [])].some(({ metadata }) => metadata.deletionTimestamp)
  return isMakingRoom ? 'not eligible due to a terminating pod on the nominated node.' : undefined
}

/** The pods that would have to go, on the node where least is lost; undefined where nothing helps. */
export function victimsFor(pod: Pod, cycle: Cycle, rejections: ReadonlyMap<string, Rejection>): Victims | undefined {
  const candidates = cycle.nodes.flatMap((info) => {
    const rejection = rejections.get(info.name)
    if (!rejection || rejection.unresolvable) return []
    const victims = victimsOn(pod, cycle, info)
    return victims ? [victims] : []
  })
  return candidates.sort(cheaper)[0]
}

function victimsOn(pod: Pod, cycle: Cycle, info: NodeInfo): Victims | undefined {
  const lower = [...info.pods.values()].filter((other) => priorityOf(other) < priorityOf(pod))
  if (lower.length === 0 || !fitsWithout(pod, cycle, info, lower)) return undefined
  const budgets = cycle.store.list(builtIn('poddisruptionbudgets.policy'))
  const [violating, others] = split(budgets, lower.sort(moreImportant))
  // As many as possible are spared: those that a budget protects first, the most important first.
  const victims: Pod[] = [...lower]
  let violations = 0
  const spare = (candidate: Pod): boolean => {
    const without = victims.filter((it) => it !== candidate)
    if (!fitsWithout(pod, cycle, info, without)) return false
    victims.splice(victims.indexOf(candidate), 1)
    return true
  }
  for (const candidate of violating) if (!spare(candidate)) violations += 1
  for (const candidate of others) spare(candidate)
  return { nodeName: info.name, pods: victims.sort(moreImportant), violations }
}

function fitsWithout(pod: Pod, cycle: Cycle, info: NodeInfo, gone: readonly Pod[]): boolean {
  const emptier = info.without(gone)
  const nodes = cycle.nodes.map((it) => (it === info ? emptier : it))
  const filters = filtersFor(pod, { ...cycle, nodes })
  return !('why' in filters) && rejectionOf(filters, emptier) === undefined
}

/** Those whose going a disruption budget forbids, and the others. */
function split(budgets: readonly KubeObject[], pods: readonly Pod[]): [Pod[], Pod[]] {
  const left = new Map(budgets.map((budget) => [budget, Number(at(budget, 'status.disruptionsAllowed') ?? 0)]))
  const violating: Pod[] = []
  const others: Pod[] = []
  for (const pod of pods) {
    const over = budgets.filter(
      (budget) =>
        budget.metadata.namespace === pod.metadata.namespace &&
        selectsLabels(at(budget, 'spec.selector'), pod.metadata.labels),
    )
    for (const budget of over) left.set(budget, left.get(budget)! - 1)
    ;(over.some((budget) => left.get(budget)! < 0) ? violating : others).push(pod)
  }
  return [violating, others]
}

function startOf({ status, metadata }: Pod): string {
  return status.startTime ?? metadata.creationTimestamp ?? ''
}

/** Higher priority first, then who has run longer. */
function moreImportant(a: Pod, b: Pod): number {
  return priorityOf(b) - priorityOf(a) || (startOf(a) < startOf(b) ? -1 : 1)
}

/** Fewest broken budgets, then the least important first victim, the smallest sum, the fewest, the youngest. */
function cheaper(a: Victims, b: Victims): number {
  const sum = ({ pods }: Victims) => pods.reduce((total, pod) => total + priorityOf(pod), 0)
  const highest = ({ pods }: Victims) => (pods[0] ? priorityOf(pods[0]) : -Infinity)
  return (
    a.violations - b.violations ||
    highest(a) - highest(b) ||
    sum(a) - sum(b) ||
    a.pods.length - b.pods.length ||
    (startOf(a.pods[0]!) > startOf(b.pods[0]!) ? -1 : 1)
  )
}
