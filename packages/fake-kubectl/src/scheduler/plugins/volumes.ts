/**
 * Pods with claims: bound ones tie them to where their volumes can be reached, others wait, or are bound where the pod
 * goes.
 * Source: pkg/scheduler/framework/plugins/volumebinding.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at, type KubeObject } from '../../api/meta.ts'
import { parseQuantity } from '../../api/quantity.ts'
import type { Pod } from '../../api/types.ts'
import type { Store } from '../../store/store.ts'
import { REASONS } from '../reasons.ts'
import { matchesSelector, type NodeTerm } from './node-selector.ts'
import type { Filter, Plugin, Rejection } from './plugin.ts'

const CLAIMS = builtIn('persistentvolumeclaims')
const VOLUMES = builtIn('persistentvolumes')
const CLASSES = builtIn('storageclasses.storage.k8s.io')
const NO_PROVISIONER = 'kubernetes.io/no-provisioner'
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node'

const NAME = 'VolumeBinding'
const reject = (reason: string): Rejection => ({ plugin: NAME, reasons: [reason], unresolvable: true })
const ELSEWHERE = reject(REASONS.volumeNode)
const NONE = reject(REASONS.volumeNone)
const GONE = reject(REASONS.volumeGone)

export const volumeBinding: Plugin = {
  name: NAME,
  wakes: ['storage', 'node added', 'node labels'],
  filter(pod, { store }) {
    const names = claimNamesOf(pod)
    if (names.length === 0) return undefined
    const filters: Filter[] = []
    for (const name of names) {
      const claim = store.find(CLAIMS, pod.metadata.namespace ?? '', name)
      if (!claim) return `persistentvolumeclaim ${JSON.stringify(name)} not found`
      if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim ${JSON.stringify(name)} is being deleted`
      if (at(claim, 'status.phase') === 'Lost')
        return `persistentvolumeclaim ${JSON.stringify(name)} bound to non-existent persistentvolume ${JSON.stringify(at(claim, 'spec.volumeName') ?? '')}`
      if (isBound(claim)) filters.push(reachable(store, claim))
      else if (waitsForConsumer(store, claim)) filters.push(bindable(store, claim), chosenBefore(claim))
      else return REASONS.claimUnbound
    }
    return (info) => {
      for (const filter of filters) {
        const rejection = filter(info)
        if (rejection) return rejection
      }
      return undefined
    }
  },
}

/** Claims that are to be bound where their pod goes: the binder is told the node. */
export function waitingClaims(store: Store, pod: Pod): KubeObject[] {
  return claimNamesOf(pod).flatMap((name) => {
    const claim = store.find(CLAIMS, pod.metadata.namespace ?? '', name)
    return claim && !isBound(claim) && waitsForConsumer(store, claim) ? [claim] : []
  })
}

function claimNamesOf({ metadata, spec }: Pod): string[] {
  type Volume = { name: string; persistentVolumeClaim?: { claimName: string }; ephemeral?: object }
  return ((spec['volumes'] ?? []) as Volume[]).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (ephemeral) return [`${metadata.name}-${name}`]
    return persistentVolumeClaim ? [persistentVolumeClaim.claimName] : []
  })
}

function isBound(claim: KubeObject): boolean {
  const volume = at(claim, 'spec.volumeName')
  return volume !== undefined && volume !== '' && at(claim, 'status.phase') === 'Bound'
}

function classOf(store: Store, claim: KubeObject): KubeObject | undefined {
  return store.find(CLASSES, '', String(at(claim, 'spec.storageClassName') ?? ''))
}

function waitsForConsumer(store: Store, claim: KubeObject): boolean {
  return classOf(store, claim)?.['volumeBindingMode'] === 'WaitForFirstConsumer'
}

function reachable(store: Store, claim: KubeObject): Filter {
  const volume = store.find(VOLUMES, '', String(at(claim, 'spec.volumeName')))
  if (!volume) return () => GONE
  const terms = at(volume, 'spec.nodeAffinity.required.nodeSelectorTerms') as NodeTerm[] | undefined
  return (info) => (terms && !matchesSelector(terms, info) ? ELSEWHERE : undefined)
}

/** A volume may be on its way to the node that was chosen for it. */
function chosenBefore(claim: KubeObject): Filter {
  const chosen = claim.metadata.annotations?.[SELECTED_NODE]
  return (info) => (chosen === undefined || chosen === info.name ? undefined : ELSEWHERE)
}

/** A claim of a class that provisions can be bound anywhere; another needs a volume that is there. */
function bindable(store: Store, claim: KubeObject): Filter {
  const storageClass = classOf(store, claim)
  if (storageClass?.['provisioner'] !== NO_PROVISIONER) return () => undefined
  const asked = parseQuantity(String(at(claim, 'spec.resources.requests.storage') ?? '0')) ?? 0
  const free = store
    .list(VOLUMES)
    .filter(
      (volume) =>
        at(volume, 'spec.claimRef') === undefined &&
        at(volume, 'spec.storageClassName') === storageClass.metadata.name &&
        (parseQuantity(String(at(volume, 'spec.capacity.storage') ?? '0')) ?? 0) >= asked,
    )
  return (info) => {
    const fits = free.some((volume) => {
      const terms = at(volume, 'spec.nodeAffinity.required.nodeSelectorTerms') as NodeTerm[] | undefined
      return !terms || matchesSelector(terms, info)
    })
    return fits ? undefined : NONE
  }
}
