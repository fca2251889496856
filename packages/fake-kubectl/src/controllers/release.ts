/**
 * How controllers write an object that may be on its way out: when the last finalizer goes, the object goes with it, as
 * in a request.
 * Source: apiserver/pkg/registry/generic/registry/store.go, ShouldDeleteDuringUpdate.
 */
import type { ResourceType } from '../api/kinds/row.ts'
import type { KubeObject } from '../api/meta.ts'
import { isReleased } from '../apiserver/verbs/deletion.ts'
import type { Store } from '../store/store.ts'

/** @returns the object as written; undefined when it is gone */
export function write({ store }: { store: Store }, type: ResourceType, object: KubeObject): KubeObject | undefined {
  const written = store.update(type, object)
  if (!isReleased(type, written)) return written
  store.delete(type, written.metadata.namespace ?? '', written.metadata.name)
  return undefined
}

export function withoutFinalizer(object: KubeObject, finalizer: string): KubeObject {
  const { finalizers = [], ...metadata } = object.metadata
  const others = finalizers.filter((it) => it !== finalizer)
  return { ...object, metadata: { ...metadata, ...(others.length > 0 && { finalizers: others }) } }
}
