/**
 * One look at a pod: what is due now happens, and what is due later is noted. Level-triggered: a pod may be looked at any
 * time, and looking twice changes nothing.
 * Source: pkg/kubelet/kubelet.go SyncPod, SyncTerminatingPod; kuberuntime_manager.go computePodActions.
 */
import { tell } from '../../controllers/event-recorder.ts'
import { builtIn } from '../../api/kinds/built-in.ts'
import type { Container, Pod } from '../../api/types.ts'
import type { Server } from '../../apiserver/server.ts'
import type { Kubelet } from '../kubelet.ts'
import type { PodRecord } from './record.ts'

/** When a pod is to be looked at again. */
export class Due {
  /** Somebody waits for it. */
  foregroundMs = Infinity
  backgroundMs = Infinity

  /** @param background nobody waits for it: it happens when time passes */
  at(ms: number, { background = false }: { background?: boolean } = {}): void {
    if (background) this.backgroundMs = Math.min(this.backgroundMs, ms)
    else this.foregroundMs = Math.min(this.foregroundMs, ms)
  }
}

export type Sync = {
  readonly server: Server
  readonly kubelet: Kubelet
  readonly pod: Pod
  readonly record: PodRecord
  readonly nowMs: number
  readonly due: Due
  /** Something has changed that the pod's status tells. */
  changed: boolean
}

export type Kind = 'init' | 'sidecar' | 'main' | 'ephemeral'

export type Spec = Container & { readonly kind: Kind }

/** A pod's containers in the order in which they start. */
export function containersOf({ spec }: Pod): Spec[] {
  const init = (spec.initContainers ?? []).map((it): Spec => ({
    ...it,
    kind: it.restartPolicy === 'Always' ? 'sidecar' : 'init',
  }))
  const main = spec.containers.map((it): Spec => ({ ...it, kind: 'main' }))
  const ephemeral = ((spec['ephemeralContainers'] ?? []) as Container[]).map((it): Spec => ({
    ...it,
    kind: 'ephemeral',
  }))
  return [...init, ...main, ...ephemeral]
}

/** Whether a container is started again after it has ended so. */
export function restarts({ spec }: Pod, { kind, restartPolicy: own }: Spec, code: number): boolean {
  if (kind === 'ephemeral') return false
  const policy = kind === 'sidecar' ? 'Always' : (own ?? spec.restartPolicy ?? 'Always')
  if (policy === 'Never') return false
  return code !== 0 || (policy === 'Always' && kind !== 'init')
}

type Word = { readonly type?: 'Normal' | 'Warning'; readonly reason: string; readonly message: string }

/** An Event of the pod, or of one of its containers. */
export function say({ server, kubelet, pod }: Sync, { type = 'Normal', reason, message }: Word, spec?: Spec): void {
  const fieldPath = spec && `${FIELDS[spec.kind]}{${spec.name}}`
  tell(server, builtIn('pods'), pod, {
    type,
    reason,
    message,
    component: 'kubelet',
    host: kubelet.nodeName,
    ...(fieldPath && { fieldPath }),
  })
}

const FIELDS: Record<Kind, string> = {
  init: 'spec.initContainers',
  sidecar: 'spec.initContainers',
  main: 'spec.containers',
  ephemeral: 'spec.ephemeralContainers',
}
