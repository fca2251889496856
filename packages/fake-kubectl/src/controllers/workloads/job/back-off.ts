/**
 * How often a Job's pods have failed, and how long it waits until it tries again.
 * Source: kubernetes/pkg/controller/job/backoff_utils.go.
 */
import { isOver } from '../../../api/pod-state.ts'
import type { Pod } from '../../../api/types.ts'

const FIRST_MS = 10_000
const LAST_MS = 600_000

/** After failures in a row it waits 10 s, 20 s, and so on up to ten minutes from the last one. */
export function backedOffUntilMs(pods: readonly Pod[]): number {
  const ends = pods
    .filter(isOver)
    .map((pod) => ({ failed: pod.status.phase === 'Failed', atMs: endedMs(pod) }))
    .sort((a, b) => b.atMs - a.atMs)
  const successAt = ends.findIndex(({ failed }) => !failed)
  const failures = successAt < 0 ? ends.length : successAt
  if (failures === 0) return 0
  return ends[0]!.atMs + Math.min(FIRST_MS * 2 ** (failures - 1), LAST_MS)
}

/** Of pods that restart in place each new start is a failure. */
export function restartsOf(pods: readonly Pod[]): number {
  const going = pods.filter(({ status }) => status.phase === 'Running' || status.phase === 'Pending')
  const statuses = going.flatMap(({ status }) => [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
  ])
  return statuses.reduce((count, { restartCount }) => count + restartCount, 0)
}

function endedMs({ status, metadata }: Pod): number {
  const ends = (status.containerStatuses ?? []).map(({ state }) => Date.parse(state.terminated?.finishedAt ?? ''))
  const known = ends.filter((ms) => !Number.isNaN(ms))
  return known.length > 0
    ? Math.max(...known)
    : Date.parse(metadata.deletionTimestamp ?? metadata.creationTimestamp ?? '')
}
