/**
 * The verbs on stored objects: get, list, create, update; patch stands in a file of its own. One implementation for all kinds.
 * Source: apiserver/pkg/endpoints/handlers.
 */
import type { KubeObject } from '../api/meta.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import { admitNew, admitUpdate } from './admit.ts'
import { readObject } from './decode/request-object.ts'
import { isReleased } from './deletion.ts'
import { encodeList, encodeObject, formOf } from './encode.ts'
import { page, selection } from './list-options.ts'
import type { ResourceCall } from './server.ts'

export function read(call: ResourceCall): Response {
  return encodeObject(call, stored(call))
}

export function list(call: ResourceCall): Response {
  const { objects, metadata } = page(call, selection(call))
  return encodeList(call, objects, metadata)
}

export async function create(call: ResourceCall): Promise<Response> {
  formOf(call)
  const { store } = call.server
  const object = admitNew(call, await readObject(call))
  return encodeObject(call, isDryRun(call) ? dryCreate(call, object) : store.create(call.type, object), 201)
}

export async function update(call: ResourceCall): Promise<Response> {
  formOf(call)
  const sent = await readObject(call)
  return encodeObject(call, replace(call, sent))
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

function dryCreate({ server, type }: ResourceCall, object: KubeObject): KubeObject {
  const { namespace = '', name } = object.metadata
  return server.store.find(type, namespace, name) ? server.store.create(type, object) : object
}

/** Writes what is left of `sent` when the server has had its say. */
export function replace(call: ResourceCall, sent: KubeObject): KubeObject {
  const { server, type } = call
  const previous = stored(call)
  const object = admitUpdate(call, sent, previous)
  if (isDryRun(call)) return object
  const written = server.store.update(type, object)
  if (!isReleased(type, written)) return written
  return server.store.delete(type, written.metadata.namespace ?? '', written.metadata.name)
}
