/**
 * The end of a pod: its kubelet stops the containers and then deletes the object. A kubelet that is down does neither,
 * and the pod stays Terminating.
 * Source: kubelet's pod workers; API concepts, "Pod Lifecycle", termination.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import type { Pod } from '../api/types.ts'
import { deleteObject } from '../apiserver/verbs/deletion.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import { runController } from './controller.ts'
import { recordEvent, type Recorder } from './events.ts'

/** Most programs end soon after SIGTERM; only those that ignore it use up the grace period. */
const STOPPING_MS = 1000
const LOOK_AGAIN_MS = 10_000
const PODS = builtIn('pods')

export function runPodTermination(server: Recorder, kubelets: ReadonlyMap<string, Kubelet>): void {
  const { store, clock } = server
  runController(store, clock, PODS, (object) => {
    const pod = object as Pod
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
    // Without grace nothing is left to stop: finalizers alone still hold it.
    if (!deletionTimestamp || deletionGracePeriodSeconds === 0) return undefined
    if (kubelets.get(pod.spec.nodeName ?? '')?.state !== 'up') return clock.now() + LOOK_AGAIN_MS
    const goneAtMs = stoppedAtMs(pod)
    if (clock.now() < goneAtMs) return goneAtMs
    killed(server, pod)
    deleteObject(server, PODS, pod, { gracePeriodSeconds: 0 })
    return undefined
  })
}

function stoppedAtMs({ metadata }: Pod): number {
  const graceMs = (metadata.deletionGracePeriodSeconds ?? 0) * 1000
  return Date.parse(metadata.deletionTimestamp ?? '') - graceMs + Math.min(STOPPING_MS, graceMs)
}

function killed(server: Recorder, pod: Pod): void {
  if (server.store.find(builtIn('namespaces'), '', pod.metadata.namespace ?? '')?.metadata.deletionTimestamp) return
  const now = server.clock.now()
  for (const { name } of pod.spec.containers) {
    const fieldPath = `spec.containers{${name}}`
    const happening = {
      type: 'Normal',
      reason: 'Killing',
      message: `Stopping container ${name}`,
      component: 'kubelet',
      fieldPath,
    } as const
    recordEvent(server, PODS, pod, { ...happening, host: pod.spec.nodeName ?? '', firstMs: now, lastMs: now, count: 1 })
  }
}
