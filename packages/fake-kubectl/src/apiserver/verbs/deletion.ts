/**
 * What deleting an object comes to: it is gone at once, or it stays with a deletionTimestamp, because a pod has time to
 * end, a namespace must be emptied, or finalizers hold it. The same for requests and for controllers.
 * Source: apiserver/pkg/registry/generic/registry/store.go; rest/delete.go; pkg/registry/core/{pod,namespace}.
 */
import { at, formatTime, type KubeObject, type ObjectMeta } from '../../api/meta.ts'
import type { ResourceType } from '../../api/kinds/row.ts'
import { isOver } from '../../api/pod-state.ts'
import { conflict, forbidden } from '../../api/status.ts'
import type { Pod } from '../../api/types.ts'
import type { Server } from '../server.ts'

export type Propagation = 'Background' | 'Foreground' | 'Orphan'

export type DeleteOptions = {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: Propagation
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

/** Finalizers that the garbage collector works off. */
export const ORPHAN = 'orphan'
export const FOREGROUND = 'foregroundDeletion'

const PROTECTED_NAMESPACES = ['default', 'kube-system', 'kube-public']
const BEING_EMPTIED =
  'The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will automatically be purged by the system.'

/**
 * Deletes an object, or begins to.
 *
 * @returns the object while it is still there, undefined when it is gone
 * @throws  ApiError 403, 409
 */
export function deleteObject(
  { store, clock }: Pick<Server, 'store' | 'clock'>,
  type: ResourceType,
  object: KubeObject,
  options: DeleteOptions,
  dryRun = false,
): KubeObject | undefined {
  checkPreconditions(type, object, options)
  const next = deleted(type, object, options, clock.now())
  if (dryRun || next === object) return next
  if (next) return store.update(type, next)
  store.delete(type, object.metadata.namespace ?? '', object.metadata.name)
  return undefined
}

/** Was it deleted before, and held by finalizers only, of which the last has now gone? */
export function isReleased(type: ResourceType, object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata
  const isHeld = finalizers.length > 0 || (type.storage === 'namespaces' && isFilled(object))
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && !isHeld
}

/** As it will be stored; undefined when nothing keeps it. */
function deleted(
  type: ResourceType,
  object: KubeObject,
  options: DeleteOptions,
  nowMs: number,
): KubeObject | undefined {
  if (type.storage === 'namespaces') {
    const terminating = terminatingNamespace(type, object, nowMs)
    if (terminating) return terminating
  }
  const graceSeconds = type.storage === 'pods' ? grace(object as Pod, options) : 0
  const { deletionTimestamp, deletionGracePeriodSeconds: earlier = 0 } = object.metadata
  const isEnding = deletionTimestamp !== undefined && earlier > 0
  // Deleting again never prolongs the time an object has.
  if (isEnding && (options.gracePeriodSeconds ?? earlier) >= earlier) return object
  const finalizers = withCleanup(type, object.metadata, withPropagation(type, object.metadata, options))
  if (graceSeconds === 0 && finalizers.length === 0) return undefined
  return { ...object, metadata: marked(object.metadata, graceSeconds, finalizers, nowMs) }
}

function marked(metadata: ObjectMeta, graceSeconds: number, finalizers: string[], nowMs: number): ObjectMeta {
  const { finalizers: _finalizers, generation, deletionTimestamp, deletionGracePeriodSeconds = 0, ...rest } = metadata
  const first = deletionTimestamp === undefined
  // A shorter grace moves the end forward, but never into the past.
  const endMs = first ? nowMs : Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000
  const isFixed = !first && deletionGracePeriodSeconds === 0
  return {
    ...rest,
    ...(generation !== undefined && { generation: first ? generation + 1 : generation }),
    ...(finalizers.length > 0 && { finalizers }),
    deletionTimestamp: isFixed ? deletionTimestamp : formatTime(Math.max(nowMs, endMs + graceSeconds * 1000)),
    deletionGracePeriodSeconds: graceSeconds,
  }
}

/** How long a pod may take to end: nothing to wait for where nothing runs. Less than no time is a second. */
function grace(pod: Pod, { gracePeriodSeconds: asked }: DeleteOptions): number {
  const { spec, metadata } = pod
  if (!spec.nodeName || isOver(pod)) return 0
  const own = metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30
  const seconds = asked ?? own
  return seconds < 0 ? 1 : seconds
}

/** What becomes of the dependents is told to the garbage collector by a finalizer. */
function withPropagation(
  { orphansDependents }: ResourceType,
  { finalizers = [] }: ObjectMeta,
  { propagationPolicy: asked }: DeleteOptions,
): string[] {
  const others = finalizers.filter((it) => it !== ORPHAN && it !== FOREGROUND)
  const policy = asked ?? present(finalizers) ?? (orphansDependents ? 'Orphan' : 'Background')
  if (policy === 'Background') return others
  return [...others, policy === 'Orphan' ? ORPHAN : FOREGROUND]
}

function withCleanup({ cleanup }: ResourceType, { deletionTimestamp }: ObjectMeta, finalizers: string[]): string[] {
  if (!cleanup || deletionTimestamp || finalizers.includes(cleanup)) return finalizers
  return [...finalizers, cleanup]
}

function present(finalizers: readonly string[]): Propagation | undefined {
  if (finalizers.includes(ORPHAN)) return 'Orphan'
  return finalizers.includes(FOREGROUND) ? 'Foreground' : undefined
}

/** The first deletion only begins to empty it; undefined when that is done. @throws ApiError 403, 409 */
function terminatingNamespace(type: ResourceType, object: KubeObject, nowMs: number): KubeObject | undefined {
  const { metadata } = object
  if (PROTECTED_NAMESPACES.includes(metadata.name))
    throw forbidden(type, metadata.name, 'this namespace may not be deleted')
  if (metadata.deletionTimestamp) {
    if (isFilled(object)) throw conflict(type, metadata.name, BEING_EMPTIED)
    return undefined
  }
  const status = { ...(object['status'] as object), phase: 'Terminating' }
  return { ...object, metadata: { ...metadata, deletionTimestamp: formatTime(nowMs) }, status }
}

function isFilled(namespace: KubeObject): boolean {
  return ((at(namespace, 'spec.finalizers') ?? []) as unknown[]).length > 0
}

function checkPreconditions(type: ResourceType, { metadata }: KubeObject, { preconditions = {} }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`
    throw conflict({ group: type.group, plural: type.kind }, metadata.name, why)
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`
    throw conflict({ group: type.group, plural: type.kind }, metadata.name, why)
  }
}
