/**
 * Pods on a node that drives them away go: at once, or when the time is over for which they put up with it.
 * Source: kubernetes/pkg/controller/tainteviction/taint_eviction.go.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { equal, formatTime, type KubeObject } from '../api/meta.ts'
import type { Condition, Node, Pod, Taint } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { deleteObject } from '../apiserver/verbs/deletion.ts'
import { tolerates, type Toleration } from '../scheduler/plugins/node.ts'
import { runController, type Again } from './controller.ts'
import { tell } from './event-recorder.ts'
import { updateStatus } from './manager.ts'

const NODES = builtIn('nodes')
const PODS = builtIn('pods')
const DELETED = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' } as const

/** By node and taint: since when, where the taint itself does not say. */
type Seen = Map<string, number>

export function runTaintEviction(server: Server): void {
  const seen: Seen = new Map()
  server.store.log.subscribe(NODES, { event: () => {}, reset: () => seen.clear() })
  runController(server.store, server.clock, NODES, (object) => reconcile(server, object as Node, seen), {
    watches: [
      {
        type: PODS,
        concerns: (pod) => {
          const name = (pod as Pod).spec.nodeName
          return name ? [{ namespace: '', name }] : []
        },
        matters: (pod, previous) => !equal(pod['spec'], previous['spec']),
      },
    ],
  })
}

function reconcile(server: Server, node: Node, seen: Seen): Again {
  const taints = since(node, seen, server.clock.now())
  if (taints.length === 0) return undefined
  let nextMs = Infinity
  for (const pod of server.pods.onNode(node.metadata.name)) {
    if (pod.metadata.deletionTimestamp !== undefined) continue
    const dueAtMs = Math.min(...taints.map(({ taint, sinceMs }) => sinceMs + toleratedMs(pod, taint)))
    if (dueAtMs <= server.clock.now()) evict(server, pod)
    else nextMs = Math.min(nextMs, dueAtMs)
  }
  return Number.isFinite(nextMs) ? { atMs: nextMs, background: true } : undefined
}

/** Those that drive pods away, with the time they came. */
function since({ metadata, spec }: Node, seen: Seen, nowMs: number): { taint: Taint; sinceMs: number }[] {
  const taints = (spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute')
  const keyOf = ({ key, value = '' }: Taint): string => `${metadata.name}/${key}=${value}`
  const keys = new Set(taints.map(keyOf))
  for (const key of seen.keys()) if (key.startsWith(`${metadata.name}/`) && !keys.has(key)) seen.delete(key)
  return taints.map((taint) => {
    if (taint.timeAdded !== undefined) return { taint, sinceMs: Date.parse(taint.timeAdded) }
    const sinceMs = seen.get(keyOf(taint)) ?? nowMs
    seen.set(keyOf(taint), sinceMs)
    return { taint, sinceMs }
  })
}

/** The shortest time that any of its tolerations of this taint gives; none when it does not tolerate it. */
function toleratedMs(pod: Pod, taint: Taint): number {
  if (!tolerates(pod, taint)) return 0
  const all = (pod.spec['tolerations'] ?? []) as (Toleration & { tolerationSeconds?: number })[]
  const fitting = all.filter((it) => tolerates({ spec: { tolerations: [it] } } as unknown as Pod, taint))
  const seconds = fitting.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? [])
  return seconds.length > 0 ? Math.max(0, Math.min(...seconds)) * 1000 : Infinity
}

function evict(server: Server, pod: Pod): void {
  const { namespace, name } = pod.metadata
  tell(server, PODS, pod, {
    type: 'Normal',
    reason: 'TaintManagerEviction',
    message: `Marking for deletion Pod ${namespace}/${name}`,
    component: 'taint-eviction-controller',
  })
  const message = 'Taint manager: deleting due to NoExecute taint'
  const told: Condition = { ...DELETED, message, lastTransitionTime: formatTime(server.clock.now()) }
  const conditions = [...(pod.status.conditions ?? []).filter(({ type }) => type !== told.type), told]
  const marked = { ...pod, status: { ...pod.status, conditions } }
  const written = updateStatus(server, PODS, marked)
  deleteObject(server, PODS, written as KubeObject, {})
}
