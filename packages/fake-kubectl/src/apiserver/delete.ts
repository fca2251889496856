/**
 * Deletion: at once, or later when a pod must end, a namespace must empty, or finalizers hold the object.
 * Source: apiserver/pkg/registry/generic/registry/store.go; pkg/registry/core/{pod,namespace}.
 */
import { at, formatTime, isFields, own, type Fields, type KubeObject } from '../api/meta.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import { badRequest, conflict, forbidden, type Status } from '../api/status.ts'
import type { Pod } from '../api/types.ts'
import { readValue } from './body.ts'
import { encodeList, encodeObject, formOf, respond } from './encode.ts'
import { isDryRun, stored } from './endpoints.ts'
import { page, selection } from './list-options.ts'
import type { ResourceCall } from './server.ts'

const PROTECTED_NAMESPACES = ['default', 'kube-system', 'kube-public']

export async function remove(call: ResourceCall): Promise<Response> {
  formOf(call)
  const options = await readOptions(call)
  const object = stored(call)
  checkPreconditions(call.type, object, options)
  const left = removeOne(call, object, options)
  return left ? encodeObject(call, left) : respond(call, success(call.type, object))
}

export async function removeCollection(call: ResourceCall): Promise<Response> {
  const options = await readOptions(call)
  const { objects, metadata } = page(call, selection(call))
  for (const object of objects) removeOne(call, object, options)
  return encodeList(call, objects, metadata)
}

/** @returns the object while it is still there, undefined when it is gone */
export function removeOne(call: ResourceCall, object: KubeObject, options: Fields): KubeObject | undefined {
  const { type, server } = call
  const { name, namespace = '' } = object.metadata
  if (type.plural === 'namespaces' && PROTECTED_NAMESPACES.includes(name)) {
    throw forbidden(type, name, 'this namespace may not be deleted')
  }
  const graceSeconds = gracePeriod(type, object, options)
  const held = graceSeconds > 0 || type.plural === 'namespaces' || (object.metadata.finalizers ?? []).length > 0
  if (isDryRun(call)) return held ? object : undefined
  if (held) return server.store.update(type, terminating(type, object, graceSeconds, server.clock.now()))
  server.store.delete(type, namespace, name)
  return undefined
}

function gracePeriod({ kind }: ResourceType, object: KubeObject, options: Fields): number {
  if (kind !== 'Pod') return 0
  const { spec, status } = object as Pod
  if (!spec.nodeName || ['Succeeded', 'Failed'].includes(status.phase ?? '')) return 0
  const asked = own(options, 'gracePeriodSeconds')
  return typeof asked === 'number' ? asked : (spec.terminationGracePeriodSeconds ?? 30)
}

/** Deleting again never prolongs the time an object has. */
function terminating(type: ResourceType, object: KubeObject, graceSeconds: number, nowMs: number): KubeObject {
  const { deletionTimestamp, deletionGracePeriodSeconds, generation } = object.metadata
  const earlier = deletionTimestamp !== undefined && (deletionGracePeriodSeconds ?? 0) <= graceSeconds
  const metadata = {
    ...object.metadata,
    deletionTimestamp: earlier ? deletionTimestamp : formatTime(nowMs + graceSeconds * 1000),
    ...(type.plural !== 'namespaces' && {
      deletionGracePeriodSeconds: earlier ? deletionGracePeriodSeconds : graceSeconds,
    }),
    ...(generation !== undefined && !deletionTimestamp && { generation: generation + 1 }),
  } as KubeObject['metadata']
  return type.plural === 'namespaces'
    ? { ...object, metadata, status: { phase: 'Terminating' } }
    : { ...object, metadata }
}

/** From the body, or from the query, which clients without a body use. */
async function readOptions(call: ResourceCall): Promise<Fields> {
  const body = (await readValue(call, 'DeleteOptions')) ?? {}
  if (!isFields(body)) throw badRequest('the object provided is unrecognized (must be of type DeleteOptions)')
  const seconds = call.url.searchParams.get('gracePeriodSeconds')
  const options = seconds === null ? body : { gracePeriodSeconds: Number(seconds), ...body }
  const grace = own(options, 'gracePeriodSeconds') ?? 0
  if (Number.isInteger(grace) && (grace as number) >= 0) return options
  throw badRequest(
    `DeleteOptions in version "v1" cannot be handled as a DeleteOptions: gracePeriodSeconds: Invalid value: ${JSON.stringify(grace)}: must be a non-negative integer`,
  )
}

export function checkPreconditions(type: ResourceType, { metadata }: KubeObject, options: Fields): void {
  const uid = at(options, 'preconditions.uid')
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${String(uid)}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`
    throw conflict({ group: type.group, plural: type.kind }, metadata.name, why)
  }
  const version = at(options, 'preconditions.resourceVersion')
  if (version !== undefined && version !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${String(version)}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`
    throw conflict({ group: type.group, plural: type.kind }, metadata.name, why)
  }
}

function success({ plural, group }: ResourceType, { metadata }: KubeObject): Status {
  const details = { name: metadata.name, ...(group && { group }), kind: plural, uid: metadata.uid ?? '' }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
}
