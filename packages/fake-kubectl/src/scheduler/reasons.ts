/**
 * Why pods are not scheduled, in the scheduler's words.
 * Source: the ErrReason constants of pkg/scheduler/framework/plugins; framework/types.go FitError; recorded from 1.36.
 */
import type { Rejection } from './plugins/plugin.ts'

export const REASONS = {
  unschedulable: 'node(s) were unschedulable',
  taint: 'node(s) had untolerated taint(s)',
  affinity: "node(s) didn't match Pod's node affinity/selector",
  ports: "node(s) didn't have free ports for the requested pod ports",
  pods: 'Too many pods',
  podAffinity: "node(s) didn't match pod affinity rules",
  podAntiAffinity: "node(s) didn't match pod anti-affinity rules",
  existingAntiAffinity: "node(s) didn't satisfy existing pods anti-affinity rules",
  spread: "node(s) didn't match pod topology spread constraints",
  spreadLabel: "node(s) didn't match pod topology spread constraints (missing required label)",
  volumeNode: "node(s) didn't match PersistentVolume's node affinity",
  volumeNone: "node(s) didn't find available persistent volumes to bind",
  volumeGone: 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
  claimUnbound: 'pod has unbound immediate PersistentVolumeClaims',
} as const

export const NO_NODES = 'no nodes available to schedule pods'
export const GATED = 'Scheduling is blocked due to non-empty scheduling gates'

const NOT_HELPFUL = 'Preemption is not helpful for scheduling'
const NO_VICTIMS = 'No preemption victims found for incoming pod'

export function insufficient(resource: string): string {
  return `Insufficient ${resource}`
}

/**
 * `0/3 nodes are available: 1 …, 2 …. no new claims to deallocate, preemption: …`
 *
 * @param rejections one a node, or one text for all of them
 * @param ineligible why the pod may send none away, where it may not
 */
export function unschedulable(rejections: readonly Rejection[] | string, nodes: number, ineligible?: string): string {
  const after = ineligible ?? `0/${nodes} nodes are available: ${preemption(rejections, nodes)}.`
  return `${unavailable(rejections, nodes)} no new claims to deallocate, preemption: ${after}`
}

/** The same where others are sent away for the pod. */
export function unavailable(rejections: readonly Rejection[] | string, nodes: number): string {
  const why = typeof rejections === 'string' ? rejections : histogram(rejections.flatMap(({ reasons }) => reasons))
  return `0/${nodes} nodes are available: ${why}.`
}

function preemption(rejections: readonly Rejection[] | string, nodes: number): string {
  if (typeof rejections === 'string') return `${nodes} ${NOT_HELPFUL}`
  return histogram(rejections.map(({ unresolvable }) => (unresolvable ? NOT_HELPFUL : NO_VICTIMS)))
}

/** `1 that, 2 this`, sorted as text. */
function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ')
}
