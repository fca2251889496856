/**
 * What is in use is not deleted: the finalizer that a PersistentVolumeClaim, a PersistentVolume and a
 * VolumeAttributesClass got when it was created goes when nobody needs it any more.
 * Source: kubernetes/pkg/controller/volume/{pvcprotection,pvprotection,vacprotection}.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import { at, isFields, type KubeObject } from '../api/meta.ts'
import { isOver } from '../api/pod-state.ts'
import type { Pod } from '../api/types.ts'
import type { Store } from '../store/store.ts'
import { runController } from './controller.ts'
import type { Recorder } from './events.ts'
import { withoutFinalizer, write } from './release.ts'

const PODS = builtIn('pods')
const CLAIMS = builtIn('persistentvolumeclaims')
const VOLUMES = builtIn('persistentvolumes')
const CLASSES = builtIn('volumeattributesclasses.storage.k8s.io')

export function runProtection(server: Recorder): void {
  const { store } = server
  const lookAtClaim = protect(server, CLAIMS, ({ metadata: { namespace = '', name } }) =>
    store.list(PODS, namespace).some((pod) => !isOver(pod as Pod) && claimsOf(pod).includes(name)),
  )
  protect(server, VOLUMES, (volume) => at(volume, 'status.phase') === 'Bound')
  const lookAtClass = protect(server, CLASSES, ({ metadata: { name } }) => usesClass(store, name))

  onChange(store, PODS, (pod) => {
    for (const claim of claimsOf(pod)) lookAtClaim(pod.metadata.namespace ?? '', claim)
  })
  for (const type of [CLAIMS, VOLUMES]) onChange(store, type, (it) => lookAtClass('', classOf(it)))
}

function protect(
  { store, clock }: Recorder,
  type: ResourceType,
  isUsed: (object: KubeObject) => boolean,
): (namespace: string, name: string) => void {
  return runController(store, clock, type, (object) => {
    const { deletionTimestamp, finalizers = [] } = object.metadata
    if (deletionTimestamp && finalizers.includes(type.protection!) && !isUsed(object))
      write({ store }, type, withoutFinalizer(object, type.protection!))
    return undefined
  })
}

function onChange(store: Store, type: ResourceType, look: (object: KubeObject) => void): void {
  store.log.subscribe(type, { event: ({ object }) => look(object), reset: () => {} })
}

function claimsOf(pod: KubeObject): string[] {
  const volumes = at(pod, 'spec.volumes')
  if (!Array.isArray(volumes)) return []
  const names = volumes.map((volume) => at(volume, 'persistentVolumeClaim.claimName'))
  return names.filter((name) => typeof name === 'string')
}

function classOf(object: KubeObject): string {
  const name = isFields(object['spec']) ? object['spec']['volumeAttributesClassName'] : undefined
  return typeof name === 'string' ? name : ''
}

function usesClass(store: Store, name: string): boolean {
  return [CLAIMS, VOLUMES].some((type) => store.list(type).some((object) => classOf(object) === name))
}
