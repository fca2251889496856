/**
 * What a StatefulSet's pod has of its own: a name in the network, and a claim for each of the set's templates.
 * Source: kubernetes/pkg/controller/statefulset/{stateful_pod_control,stateful_set_utils}.go.
 */
import { builtIn } from '../../../api/kinds/built-in.ts'
import type { KubeObject } from '../../../api/meta.ts'
import { ApiError } from '../../../api/status.ts'
import type { Pod, PodSpec } from '../../../api/types.ts'
import type { StatefulSet } from '../../../api/workloads.ts'
import type { Server } from '../../../apiserver/server.ts'
import { tell } from '../../event-recorder.ts'
import { submit, update } from '../../manager.ts'
import { controllerReference } from '../pod-control.ts'

export const SETS = builtIn('statefulsets.apps')
export const COMPONENT = 'statefulset-controller'
const PODS = builtIn('pods')
const CLAIMS = builtIn('persistentvolumeclaims')

/** The template's spec as the spec of one pod. */
export function identified(
  { spec: { serviceName, volumeClaimTemplates = [] } }: StatefulSet,
  spec: PodSpec,
  podName: string,
): PodSpec {
  const claimed = volumeClaimTemplates.map((template) => ({
    name: template.metadata.name,
    persistentVolumeClaim: { claimName: claimName(template, podName) },
  }))
  const names = new Set(claimed.map(({ name }) => name))
  const others = ((spec['volumes'] ?? []) as { name: string }[]).filter(({ name }) => !names.has(name))
  const volumes = [...others, ...claimed]
  return {
    ...spec,
    hostname: podName,
    ...(serviceName && { subdomain: serviceName }),
    ...(volumes.length > 0 && { volumes }),
  }
}

function claimName({ metadata }: KubeObject, podName: string): string {
  return `${metadata.name}-${podName}`
}

/** Those of a pod that are not there yet. @throws ApiError when one is refused; an event tells so */
export function makeClaims(server: Server, set: StatefulSet, pod: Pod): void {
  const { namespace = '' } = set.metadata
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = claimName(template, pod.metadata.name)
    if (server.store.find(CLAIMS, namespace, name)) continue
    const { status: _status, ...rest } = template
    const labels = { ...template.metadata.labels, ...set.spec.selector.matchLabels }
    const metadata = { name, namespace, labels, ...ownedBySet(set) }
    const what = `Claim ${name} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`
    try {
      submit(server, CLAIMS, { ...rest, metadata } as KubeObject)
      say(server, set, 'Normal', 'SuccessfulCreate', `create ${what} success`)
    } catch (fault) {
      if (fault instanceof ApiError)
        say(server, set, 'Warning', 'FailedCreate', `create ${what} failed error: ${fault.message}`)
      throw fault
    }
  }
}

/** Claims that are to go with the set belong to it. */
function ownedBySet(set: StatefulSet): object {
  const isDeleted = set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete'
  return isDeleted ? { ownerReferences: [controllerReference({ type: SETS, object: set })] } : {}
}

/** Claims that are to go with a pod which is no longer wanted belong to that pod. */
export function tieClaims(server: Server, set: StatefulSet, pod: Pod): void {
  if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const found = server.store.find(CLAIMS, pod.metadata.namespace ?? '', claimName(template, pod.metadata.name))
    if (!found) continue
    const ownerReferences = [controllerReference({ type: PODS, object: pod })]
    update(server, CLAIMS, { ...found, metadata: { ...found.metadata, ownerReferences } })
  }
}

export function say(
  server: Server,
  set: StatefulSet,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  tell(server, SETS, set, { type, reason, message, component: COMPONENT })
}
