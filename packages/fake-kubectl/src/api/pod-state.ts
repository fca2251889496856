/**
 * How far a pod has come, as its status tells.
 * Source: kubernetes/pkg/api/v1/pod/util.go; pkg/controller/controller_utils.go.
 */
import type { Condition, Pod } from './types.ts'

/** Neither over nor on its way out: it counts as a replica. */
export function isActive(pod: Pod): boolean {
  return !isOver(pod) && pod.metadata.deletionTimestamp === undefined
}

export function isOver({ status }: Pod): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed'
}

/** Told to end, and not at its end. */
export function isTerminating(pod: Pod): boolean {
  return !isOver(pod) && pod.metadata.deletionTimestamp !== undefined
}

export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True'
}

/** Ready, and has been for so long. */
export function isAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  return isReady(pod) && availableAtMs(pod, minReadySeconds) <= nowMs
}

/** When a pod that is ready will have been so for long enough, in milliseconds. */
export function availableAtMs(pod: Pod, minReadySeconds: number): number {
  return readySinceMs(pod) + minReadySeconds * 1000
}

/** 0 when it is not ready. */
export function readySinceMs(pod: Pod): number {
  const ready = readyCondition(pod)
  return ready?.status === 'True' ? Date.parse(ready.lastTransitionTime ?? '') || 0 : 0
}

function readyCondition({ status }: Pod): Condition | undefined {
  return status.conditions?.find(({ type }) => type === 'Ready')
}

/** @returns when the first of those that are ready will be available, if one is not yet */
export function nextAvailableMs(pods: readonly Pod[], minReadySeconds: number, nowMs: number): number | undefined {
  const times = pods.filter(isReady).map((pod) => availableAtMs(pod, minReadySeconds))
  const coming = times.filter((ms) => ms > nowMs)
  return coming.length > 0 ? Math.min(...coming) : undefined
}
