/**
 * One scheduling cycle: which node a pod goes to, or why to none.
 * Source: pkg/scheduler/schedule_one.go.
 */
import type { Pod } from '../api/types.ts'
import { hashFraction } from '../clock/random.ts'
import type { NodeInfo } from './node-info.ts'
import { PLUGINS } from './plugins/all.ts'
import type { Cycle, Filter, Rejection } from './plugins/plugin.ts'

export type Outcome =
  | { readonly kind: 'fits'; readonly nodeName: string }
  /** Every node's rejection, by its name; or one text for all of them and the plugin that says so. */
  | { readonly kind: 'rejected'; readonly rejections: ReadonlyMap<string, Rejection> }
  | { readonly kind: 'hopeless'; readonly why: string; readonly plugin: string }

/** Clusters up to this size are looked at as a whole. */
const MIN_NODES = 100
const LEAST_PERCENT = 5

export function schedule(pod: Pod, cycle: Cycle): Outcome {
  const filters = filtersFor(pod, cycle)
  if ('why' in filters) return filters
  const { feasible, rejections } = findFeasible(pod, cycle.nodes, filters)
  if (feasible.length === 0) return { kind: 'rejected', rejections }
  return { kind: 'fits', nodeName: best(pod, cycle, feasible).name }
}

/** What each plugin asks of a node, in their order; or the one that rejects them all. */
export function filtersFor(pod: Pod, cycle: Cycle): Filter[] | Extract<Outcome, { kind: 'hopeless' }> {
  const filters: Filter[] = []
  for (const plugin of PLUGINS) {
    const filter = plugin.filter?.(pod, cycle)
    if (typeof filter === 'string') return { kind: 'hopeless', why: filter, plugin: plugin.name }
    if (filter) filters.push(filter)
  }
  return filters
}

/** The first plugin that has something against a node. */
export function rejectionOf(filters: readonly Filter[], info: NodeInfo): Rejection | undefined {
  for (const filter of filters) {
    const rejection = filter(info)
    if (rejection) return rejection
  }
  return undefined
}

function findFeasible(
  pod: Pod,
  nodes: readonly NodeInfo[],
  filters: readonly Filter[],
): { feasible: NodeInfo[]; rejections: Map<string, Rejection> } {
  const feasible: NodeInfo[] = []
  const rejections = new Map<string, Rejection>()
  const enough = numberToFind(nodes.length)
  // Not all begin at the same node, or the first ones would be asked by everybody.
  const start = enough < nodes.length ? Math.floor(hashFraction(`${pod.metadata.uid}/start`) * nodes.length) : 0
  for (let i = 0; i < nodes.length && feasible.length < enough; i++) {
    const info = nodes[(start + i) % nodes.length]!
    const rejection = rejectionOf(filters, info.withNominated(pod))
    if (rejection) rejections.set(info.name, rejection)
    else feasible.push(info)
  }
  return { feasible, rejections }
}

/** In a large cluster half of the nodes will do, or fewer. Source: numFeasibleNodesToFind. */
function numberToFind(nodes: number): number {
  if (nodes < MIN_NODES) return nodes
  const percent = Math.max(LEAST_PERCENT, 50 - Math.floor(nodes / 125))
  return Math.max(MIN_NODES, Math.floor((nodes * percent) / 100))
}

/** The node with the highest score; one of them by lot, which depends on the pod alone. */
function best(pod: Pod, cycle: Cycle, feasible: readonly NodeInfo[]): NodeInfo {
  if (feasible.length === 1) return feasible[0]!
  const totals = new Float64Array(feasible.length)
  for (const plugin of PLUGINS) {
    const score = plugin.score?.(pod, cycle)
    if (!score) continue
    const scores = score.scores(feasible)
    for (let i = 0; i < totals.length; i++) totals[i]! += score.weight * scores[i]!
  }
  const most = totals.reduce((a, b) => Math.max(a, b), -Infinity)
  const winners = feasible.filter((_, i) => totals[i] === most)
  return winners[Math.floor(hashFraction(`${pod.metadata.uid}/lot`) * winners.length)]!
}
