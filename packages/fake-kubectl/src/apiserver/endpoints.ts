/**
 * The verbs on stored objects: get, list, create, update, patch. One implementation for all kinds.
 * Source: apiserver/pkg/endpoints/handlers.
 */
import { fromStorage, toStorage } from '../api/conversion.ts'
import { isFields, own, type KubeObject } from '../api/meta.ts'
import { jsonPatch, mergePatch } from '../api/patch.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import { badRequest, unsupportedMediaType } from '../api/status.ts'
import { admitNew, admitUpdate } from './admit.ts'
import { goSyntaxError, mediaType, readObject, readText } from './body.ts'
import { encodeList, encodeObject, formOf } from './encode.ts'
import { page, selection } from './list-options.ts'
import type { ResourceCall } from './server.ts'
import { checkShapes, jsonType } from './shapes.ts'
import { shiftTimes } from './shown-time.ts'

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

export async function patch(call: ResourceCall): Promise<Response> {
  formOf(call)
  const sent = await patched(call, fromStorage(call.type, stored(call)))
  return encodeObject(call, replace(call, toStorage(call.type, sent)))
}

/** What the patch in the request's body makes of an object of the call's type. @throws ApiError */
export async function patched(call: ResourceCall, previous: KubeObject): Promise<KubeObject> {
  const apply = PATCHES.get(mediaType(call))
  if (!apply) throw unsupportedMediaType([...PATCHES.keys()])
  const change = patchValue(await readText(call))
  const sent = patchedObject(apply(previous, shiftTimes(change, -call.server.clock.shownOffsetMs)), change, previous)
  checkShapes(sent, call.type)
  return sent
}

const PATCHES: ReadonlyMap<string, (target: unknown, patch: unknown) => unknown> = new Map([
  ['application/json-patch+json', jsonPatch],
  ['application/merge-patch+json', mergeFields],
])

function mergeFields(target: unknown, patch: unknown): unknown {
  if (isFields(patch)) return mergePatch(target, patch)
  throw badRequest(`json: cannot unmarshal ${jsonType(patch)} into Go value of type map[string]interface {}`)
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
  const values = url.searchParams.getAll('dryRun').filter((value) => value !== '')
  const unknown = values.find((value) => value !== 'All')
  if (unknown !== undefined)
    throw badRequest(`Invalid value: ["${unknown}"]: dryRun: Unsupported value: "${unknown}": supported values: "All"`)
  return values.length > 0
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
  if (!isReleased(written)) return written
  return server.store.delete(type, written.metadata.namespace ?? '', written.metadata.name)
}

/** Deleted before, and held only by finalizers of which the last has now gone. */
function isReleased({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && !metadata.finalizers && metadata.deletionGracePeriodSeconds === 0
}

function patchValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (fault) {
    throw badRequest(goSyntaxError(text, fault as SyntaxError))
  }
}

/** A patch may ask for the version it was made for; otherwise it applies to whatever is there. */
function patchedObject(patched: unknown, change: unknown, previous: KubeObject): KubeObject {
  const metadata = isFields(patched) ? own(patched, 'metadata') : undefined
  if (!isFields(patched) || !isFields(metadata))
    throw badRequest('json: cannot unmarshal into Go struct field .metadata of type v1.ObjectMeta')
  const asked = isFields(change)
    ? own((own(change, 'metadata') ?? {}) as object as Record<string, unknown>, 'resourceVersion')
    : undefined
  const resourceVersion = typeof asked === 'string' ? asked : previous.metadata.resourceVersion
  return { ...patched, metadata: { ...metadata, resourceVersion } } as KubeObject
}
