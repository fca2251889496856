/**
 * From what a request asks for to the endpoint that answers it: a resource's verb, a subresource, or a path of its own.
 */
import type { ResourceType } from '../api/kinds/row.ts'
import { ApiError, methodNotAllowed, noSuchResource } from '../api/status.ts'
import { bind, bindPod } from './subresources/binding.ts'
import { computedList, computedObject } from './subresources/computed.ts'
import { create, list, read, update } from './verbs/endpoints.ts'
import { remove, removeCollection } from './verbs/delete.ts'
import { discovery } from './discovery/discovery.ts'
import { evict } from './subresources/eviction.ts'
import { podLog } from './remote/logs.ts'
import { openApi } from './openapi/openapi.ts'
import { nodeProxy } from './remote/node-proxy.ts'
import { patch } from './verbs/patch.ts'
import { podPortForward } from './remote/port-forward.ts'
import { podProxy, serviceProxy } from './remote/proxy.ts'
import { podAttach, podExec } from './remote/remote-command.ts'
import { review } from './access/reviews.ts'
import { patchScale, readScale, updateScale } from './subresources/scale.ts'
import type { Call, ResourceCall } from './server.ts'
import { openid } from './access/tokens/openid.ts'
import { requestToken } from './access/tokens/token-request.ts'
import { watch } from './verbs/watch-stream.ts'

export type Endpoint = (call: ResourceCall) => Response | Promise<Response>

const VERBS: Readonly<Record<string, Endpoint>> = {
  get: read,
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeCollection,
}

const COMPUTED: Readonly<Record<string, Endpoint>> = { get: computedObject, list: computedList }
const SCALE: Readonly<Record<string, Endpoint>> = { get: readScale, update: updateScale, patch: patchScale }

/** Subresources that are more than a part of the object; the key is the resource's full name and the subresource. */
const SUBRESOURCES: Readonly<Record<string, Endpoint>> = {
  'pods/attach': podAttach,
  'pods/binding': bindPod,
  'pods/eviction': evict,
  'pods/exec': podExec,
  'pods/log': podLog,
  'nodes/proxy': nodeProxy,
  'serviceaccounts/token': requestToken,
  'pods/portforward': podPortForward,
  'pods/proxy': podProxy,
  'services/proxy': serviceProxy,
}

export async function dispatch(call: Call): Promise<Response> {
  const { info, server } = call
  if (!info.isResource) return openid(call) ?? discovery(call) ?? openApi(call) ?? pageNotFound()
  const type = server.kinds.find(info.group, info.version, info.resource)
  if (!type) return isKnown(call) ? refuse() : pageNotFound()
  if (type.deprecation) call.warnings.push(type.deprecation)
  return endpointOf(type, call)(Object.assign(call, { type }))
}

function endpointOf(type: ResourceType, { info, request }: Call): Endpoint {
  const { subresource, verb, namespace, name } = info
  if (subresource !== '') return subresourceEndpoint(type, subresource, verb)
  if (!type.verbs.includes(verb) || request.method === 'HEAD') throw methodNotAllowed()
  if (type.namespaced && namespace === '' && !['list', 'watch'].includes(verb)) throw methodNotAllowed()
  if (!type.namespaced && type.storage !== 'namespaces' && namespace !== '') throw noSuchResource()
  if (verb === 'create' && name !== '') throw methodNotAllowed()
  if (verb === 'create' && type.custom?.isTerminating) throw new ApiError(405, 'MethodNotAllowed', TERMINATING, {})
  if (verb === 'update' && name === '') throw methodNotAllowed()
  return wholeEndpoint(type, verb)
}

const TERMINATING = 'create not allowed while custom resource definition is terminating'

function wholeEndpoint(type: ResourceType, verb: string): Endpoint {
  if (type.storage === 'bindings') return bind
  if (type.computed) return COMPUTED[verb]!
  return type.verbs.includes('list') ? VERBS[verb]! : review
}

function subresourceEndpoint(type: ResourceType, name: string, verb: string): Endpoint {
  const subresource = type.subresources.find((it) => it.name === name)
  if (!subresource) throw noSuchResource()
  if (!subresource.verbs.includes(verb)) throw methodNotAllowed()
  const own = SUBRESOURCES[`${type.storage}/${name}`] ?? (name === 'scale' ? SCALE[verb] : undefined)
  if (own) return own
  // A part with a kind of its own is not the object; without an endpoint above it is not there at all.
  if (subresource.kind !== undefined) throw noSuchResource()
  return VERBS[verb]!
}

function isKnown({ server, info: { group, version } }: Call): boolean {
  return server.kinds.groups.some(({ name, versions }) => name === group && versions.includes(version))
}

function refuse(): never {
  throw noSuchResource()
}

/** Paths the server knows nothing of get no Status, only text. */
function pageNotFound(): Response {
  return new Response('404 page not found\n', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
