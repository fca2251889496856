/**
 * What happens to an object between its decoding and the store: its identity is given, its name and namespace agree with
 * the URL, its kind's defaults are filled in, and its namespace takes it.
 * Source: apiserver/pkg/registry/rest/{create,update}.go; plugin NamespaceLifecycle.
 */
import { at, equal, formatTime, type KubeObject } from '../api/meta.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import { hasStatus, type ResourceType } from '../api/kinds/row.ts'
import { ApiError, badRequest, forbidden } from '../api/status.ts'
import { withDefaults } from './defaults.ts'
import { confirmNoEscalation } from './escalation.ts'
import { written } from './parts.ts'
import type { ResourceCall, Server } from './server.ts'
import { validate, validateUpdate } from './validate.ts'

const SUFFIX_LENGTH = 5

/** The object as it will be stored. @throws ApiError */
export function admitNew(call: ResourceCall, sent: KubeObject): KubeObject {
  const { type, info, server } = call
  if (sent.metadata.resourceVersion) throw new ApiError(500, 'InternalError', SET_VERSION)
  const { creationTimestamp: _theirs, ...metadata } = withNamespace(call, sent).metadata
  const named = { ...sent, metadata: { ...metadata, name: newName(sent, server) } }
  if (type.namespaced) checkNamespace(server, type, info.namespace, named.metadata.name)
  const object = create(server, type, { ...named, ...(statusIsOurs(type) && { status: undefined }) })
  confirmNoEscalation(call, object)
  validate(type, object)
  return object
}

const SET_VERSION = 'resourceVersion should not be set on objects to be created'

/** Identity and defaults, without looking at a request: for what the simulator creates itself, too. */
export function create(server: Pick<Server, 'clock' | 'random'>, type: ResourceType, given: KubeObject): KubeObject {
  const { name, generateName, namespace, labels, annotations, finalizers, ownerReferences } = given.metadata
  const held = [...new Set([...(finalizers ?? []), ...(type.protection ? [type.protection] : [])])]
  const metadata = {
    name,
    ...(generateName && { generateName }),
    ...(namespace && { namespace }),
    uid: server.random.uid(),
    ...(type.generation && { generation: 1 }),
    creationTimestamp: given.metadata.creationTimestamp ?? formatTime(server.clock.now()),
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(held.length > 0 && { finalizers: held }),
    ...(ownerReferences && { ownerReferences }),
  }
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = given
  const object = { ...rest, metadata }
  // A malformed spec is refused by validation, not repaired by defaults.
  return isDefaultable(type, object) ? withDefaults(type.kind, object, server.random) : object
}

/** The object as it will replace `previous`; status and spec are written by different requests. */
export function admitUpdate(call: ResourceCall, sent: KubeObject, previous: KubeObject): KubeObject {
  const { type, info } = call
  checkSameObject(call, sent)
  const object = written(type, info.subresource, sent, previous)
  const next = { ...object, metadata: { ...object.metadata, ...generation(type, object, previous) } }
  confirmNoEscalation(call, next, previous)
  validate(type, next)
  validateUpdate(type, next, previous, info.subresource)
  return next
}

/** Kinds whose status is written by controllers and kubelets alone. */
function statusIsOurs(type: ResourceType): boolean {
  return hasStatus(type) && type.storage !== 'nodes'
}

function isDefaultable(type: ResourceType, object: KubeObject): boolean {
  return type.storage !== 'pods' || Array.isArray(at(object, 'spec.containers'))
}

function newName({ metadata }: KubeObject, { random }: Server): string {
  if (metadata.name || !metadata.generateName) return metadata.name ?? ''
  return metadata.generateName.slice(0, 58) + random.suffix(SUFFIX_LENGTH)
}

function withNamespace({ type, info }: ResourceCall, object: KubeObject): KubeObject {
  const { namespace: sent, ...metadata } = object.metadata
  if (!type.namespaced) return { ...object, metadata }
  if (sent && sent !== info.namespace) throw badRequest(OTHER_NAMESPACE)
  return { ...object, metadata: { ...metadata, namespace: info.namespace } }
}

const OTHER_NAMESPACE = 'the namespace of the provided object does not match the namespace sent on the request'

function checkNamespace({ store }: Server, type: ResourceType, namespace: string, name: string): void {
  const owner = store.get(builtIn('namespaces'), '', namespace)
  if (at(owner, 'status.phase') !== 'Terminating') return
  throw forbidden(type, name, `unable to create new content in namespace ${namespace} because it is being terminated`)
}

function checkSameObject({ type, info }: ResourceCall, { metadata }: KubeObject): void {
  if (metadata.name !== info.name) {
    throw badRequest(
      `the name of the object (${metadata.name ?? ''}) does not match the name on the URL (${info.name})`,
    )
  }
  if (type.namespaced && metadata.namespace && metadata.namespace !== info.namespace) throw badRequest(OTHER_NAMESPACE)
}

function generation(
  { generation: counted }: ResourceType,
  object: KubeObject,
  previous: KubeObject,
): { generation?: number } {
  if (!counted || equal(withoutMetadata(object), withoutMetadata(previous))) return {}
  return { generation: (previous.metadata.generation ?? 1) + 1 }
}

function withoutMetadata({ metadata: _metadata, status: _status, ...rest }: KubeObject): Record<string, unknown> {
  return rest
}
