/**
 * How a write gets into its object's managedFields. Given to admission, because ownership is settled in the middle of it:
 * after the defaults, before plugins and the server add what nobody sent.
 */
import { fromStorage } from '../../api/conversion.ts'
import { equal, type KubeObject, type ManagedFieldsEntry } from '../../api/meta.ts'
import type { ResourceCall } from '../server.ts'
import { managerOf } from '../verbs/write-options.ts'
import { managedAfterUpdate } from './managed-fields.ts'
import { scopeOf } from './scope.ts'

/**
 * @param live undefined when the object is new
 * @param next what is written, with the managedFields its client sent
 */
export type Ownership = (live: KubeObject | undefined, next: KubeObject) => ManagedFieldsEntry[] | undefined

/** What a create, an update or a patch changes is the client's. */
export function ownedBy(call: ResourceCall): Ownership {
  const { server, type, info } = call
  const manager = managerOf(call)
  return (live, next) => {
    const scope = scopeOf(server, type, info.subresource)
    return managedAfterUpdate(scope, live && fromStorage(type, live), fromStorage(type, next), manager)
  }
}

/** Settled before: by an apply, or by a write to the Scale. */
export function ownedAs(entries: ManagedFieldsEntry[] | undefined): Ownership {
  return () => entries
}

export function withOwners<T extends KubeObject>(object: T, entries: ManagedFieldsEntry[] | undefined): T {
  const { managedFields: _before, ...metadata } = object.metadata
  return { ...object, metadata: { ...metadata, ...(entries && { managedFields: entries }) } }
}

/** A write that would change nothing but when its manager last wrote is none. */
export function withoutIdleTimes(object: KubeObject, previous: KubeObject): KubeObject {
  const [now, before] = [object.metadata.managedFields, previous.metadata.managedFields]
  if (!now || now.length !== before?.length || !now.some(({ time }, i) => time !== before[i]!.time)) return object
  if (!now.every((entry, i) => equal({ ...entry, time: '' }, { ...before[i], time: '' }))) return object
  const { resourceVersion } = previous.metadata
  const idle = withOwners(object, before)
  const isIdle = equal({ ...idle, metadata: { ...idle.metadata, resourceVersion } }, previous)
  return isIdle ? idle : object
}
