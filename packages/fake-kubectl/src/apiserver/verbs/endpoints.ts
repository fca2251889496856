/**
 * The verbs on stored objects: get, list, create, update; patch stands in a file of its own. One implementation for all kinds.
 * Source: apiserver/pkg/endpoints/handlers.
 */
import type { KubeObject } from '../../api/meta.ts'
import type { ResourceType } from '../../api/kinds/row.ts'
import { admitNew, admitUpdate } from '../admission/admit.ts'
import { readObject } from '../decode/request-object.ts'
import { isReleased } from './deletion.ts'
import { encodeList, encodeObject, formOf } from '../encoding/encode.ts'
import { page, selection } from './list-options.ts'
import { ownedBy, withoutIdleTimes, type Ownership } from '../managed-fields/ownership.ts'
import type { ResourceCall } from '../server.ts'

export function read(call: ResourceCall): Response {
  return encodeObject(call, stored(call))
}

export function list(call: ResourceCall): Response {
  const { objects, metadata } = page(call, selection(call))
  return encodeList(call, objects, metadata)
}

export async function create(call: ResourceCall): Promise<Response> {
  formOf(call)
  return encodeObject(call, insert(call, await readObject(call), ownedBy(call)), 201)
}

export async function update(call: ResourceCall): Promise<Response> {
  formOf(call)
  return encodeObject(call, replace(call, await readObject(call), ownedBy(call)))
}

/** The object a request names. @throws ApiError 404 */
export function stored({ server, type, info }: ResourceCall): KubeObject {
  return server.store.get(type, namespaceOf(type, info.namespace), info.name)
}

export function namespaceOf(type: ResourceType, namespace: string): string {
  return type.namespaced ? namespace : ''
}

/** `dryRun=All`: everything happens but the write. */
export function isDryRun({ url }: ResourceCall): boolean {
  return url.searchParams.getAll('dryRun').some((value) => value !== '')
}

/** Stores what is left of `sent` when the server has had its say. */
export function insert(call: ResourceCall, sent: KubeObject, ownership: Ownership): KubeObject {
  const object = admitNew(call, sent, ownership)
  return isDryRun(call) ? dryCreate(call, object) : call.server.store.create(call.type, object)
}

function dryCreate({ server, type }: ResourceCall, object: KubeObject): KubeObject {
  const { namespace = '', name } = object.metadata
  return server.store.find(type, namespace, name) ? server.store.create(type, object) : object
}

/** The same in place of the object that the request names. */
export function replace(call: ResourceCall, sent: KubeObject, ownership: Ownership): KubeObject {
  const { server, type } = call
  const previous = stored(call)
  const object = withoutIdleTimes(admitUpdate(call, sent, previous, ownership), previous)
  if (isDryRun(call)) return object
  const written = server.store.update(type, object)
  if (!isReleased(type, written)) return written
  return server.store.delete(type, written.metadata.namespace ?? '', written.metadata.name)
}
