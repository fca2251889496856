/**
 * Of the pods of one owner, which can best be spared.
 * Source: kubernetes/pkg/controller/controller_utils.go, ActivePodsWithRanks.
 */
import type { Pod } from '../../api/types.ts'
import { isReady, readySinceMs } from '../../api/pod-state.ts'

const COST = 'controller.kubernetes.io/pod-deletion-cost'
const PHASES = ['Pending', 'Unknown', 'Running']

/**
 * The first is the first to go: one that has not started before one that has, a doubled one before one that stands alone on
 * its node, a young one before an old one.
 *
 * @param related all pods that do the same work, also those of other ReplicaSets of one Deployment
 */
export function inDeletionOrder(pods: readonly Pod[], related: readonly Pod[], nowMs: number): Pod[] {
  const onNode = new Map<string, number>()
  for (const { spec } of related) onNode.set(spec.nodeName ?? '', (onNode.get(spec.nodeName ?? '') ?? 0) + 1)
  const rank = ({ spec }: Pod): number => onNode.get(spec.nodeName ?? '') ?? 0
  return pods.toSorted(
    (a, b) =>
      Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
      PHASES.indexOf(a.status.phase ?? '') - PHASES.indexOf(b.status.phase ?? '') ||
      Number(isReady(a)) - Number(isReady(b)) ||
      cost(a) - cost(b) ||
      rank(b) - rank(a) ||
      byAge(readySinceMs(a), readySinceMs(b), nowMs, a, b) ||
      restarts(b) - restarts(a) ||
      byAge(createdMs(a), createdMs(b), nowMs, a, b),
  )
}

/** The younger first, but only where the ages differ by a power of two; of those that are nearly as old, any. */
function byAge(aMs: number, bMs: number, nowMs: number, a: Pod, b: Pod): number {
  if (aMs === bMs) return 0
  if (aMs === 0 || bMs === 0) return aMs === 0 ? -1 : 1
  return magnitude(nowMs - aMs) - magnitude(nowMs - bMs) || ((a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1)
}

function magnitude(ageMs: number): number {
  return ageMs > 0 ? Math.floor(Math.log2(ageMs * 1e6)) : -1
}

function createdMs({ metadata }: Pod): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0
}

function cost({ metadata }: Pod): number {
  return Number(metadata.annotations?.[COST] ?? 0) || 0
}

function restarts({ status }: Pod): number {
  return Math.max(0, ...(status.containerStatuses ?? []).map(({ restartCount }) => restartCount))
}
