/**
 * Which objects a controller's object controls: those that name it and fit its selector. Orphans that fit are adopted,
 * those that no longer fit are let go.
 * Source: kubernetes/pkg/controller/controller_ref_manager.go.
 */
import type { ResourceType } from '../../api/kinds/row.ts'
import type { KubeObject } from '../../api/meta.ts'
import { selectsLabels } from '../../api/label-selector.ts'
import { builtIn } from '../../api/kinds/built-in.ts'
import type { Pod } from '../../api/types.ts'
import type { ObjectKey } from '../controller.ts'
import type { Server } from '../../apiserver/server.ts'
import { controllerOf } from '../pod-index.ts'
import { controllerReference } from './pod-control.ts'
import { update } from '../manager.ts'

const PODS = builtIn('pods')

export type Claim = {
  readonly owner: { readonly type: ResourceType; readonly object: KubeObject }
  readonly selector: unknown
  /** The kind of what is claimed. */
  readonly type: ResourceType
}

/** @param candidates those that the owner controls, and those that nobody does */
export function claim<T extends KubeObject>(server: Server, candidates: readonly T[], claimed: Claim): T[] {
  const { uid, deletionTimestamp } = claimed.owner.object.metadata
  return candidates.flatMap((object) => {
    const controller = controllerOf(object)
    const fits = selectsLabels(claimed.selector, object.metadata.labels)
    if (controller) {
      if (controller.uid !== uid) return []
      if (!fits && deletionTimestamp === undefined) release(server, claimed, object)
      return fits ? [object] : []
    }
    if (!fits || deletionTimestamp !== undefined || object.metadata.deletionTimestamp !== undefined) return []
    return [adopt(server, claimed, object)]
  })
}

function adopt<T extends KubeObject>(server: Server, { owner, type }: Claim, object: T): T {
  const ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)]
  return update(server, type, { ...object, metadata: { ...object.metadata, ownerReferences } }) as T
}

function release(server: Server, { owner, type }: Claim, object: KubeObject): void {
  const { ownerReferences = [], ...metadata } = object.metadata
  const others = ownerReferences.filter(({ uid }) => uid !== owner.object.metadata.uid)
  const kept = others.length > 0 ? { ...metadata, ownerReferences: others } : metadata
  update(server, type, { ...object, metadata: kept })
}

/** The pods that an owner controls; orphans that `fits` lets in and its selector chooses are adopted. */
export function claimPods(server: Server, owner: Claim['owner'], fits: (pod: Pod) => boolean = () => true): Pod[] {
  const { uid = '', namespace = '' } = owner.object.metadata
  const candidates = [...server.pods.ownedBy(uid), ...server.pods.orphansIn(namespace).filter(fits)]
  return claim(server, candidates, { owner, selector: selectorOf(owner.object), type: PODS })
}

/** Whom an object concerns: the owner of this kind that controls it; of an orphan, all that would take it. */
export function claimants({ store }: Server, type: ResourceType): (object: KubeObject) => ObjectKey[] {
  return (object) => {
    const { namespace = '', labels } = object.metadata
    const controller = controllerOf(object)
    if (controller) return controller.kind === type.kind ? [{ namespace, name: controller.name }] : []
    return store
      .list(type, namespace)
      .filter((owner) => selectsLabels(selectorOf(owner), labels))
      .map(({ metadata: { name } }) => ({ namespace, name }))
  }
}

function selectorOf(owner: KubeObject): unknown {
  return (owner['spec'] as { selector?: unknown }).selector
}
