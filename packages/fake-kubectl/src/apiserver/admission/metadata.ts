/**
 * ObjectMeta on its way to the store: which fields are the server's to give, how a name is generated, and what a write
 * may not touch.
 * Source: apiserver/pkg/registry/rest/{create,update,meta}.go; apiserver/pkg/storage/names/generate.go.
 */
import { hasStatus, type ResourceType } from '../../api/kinds/row.ts'
import {
  equal,
  formatTime,
  type Fields,
  type KubeObject,
  type ObjectMeta,
  type OwnerReference,
} from '../../api/meta.ts'
import { ApiError, badRequest, conflict, invalid, invalidValue, qualified, type FieldError } from '../../api/status.ts'
import type { ResourceCall, Server } from '../server.ts'

const SUFFIX_LENGTH = 5
const LONGEST_BASE = 58 // 63, the longest DNS label, less the suffix
const ATTEMPTS = 8

type Namer = Pick<Server, 'store' | 'random' | 'clock'>

/** An owner that is named twice is one, and its writer is told so. */
export function withDistinctOwners({ warnings }: ResourceCall, object: KubeObject): KubeObject {
  const owners = object.metadata.ownerReferences ?? []
  const isRepeated = (owner: OwnerReference, i: number) => owners.slice(0, i).some((it) => equal(it, owner))
  const repeated = owners.filter(isRepeated)
  if (repeated.length === 0) return object
  warnings.push(`${REPEATED_OWNERS} ${repeated.map(({ uid }) => uid).join(', ')}`)
  const ownerReferences = owners.filter((owner, i) => !isRepeated(owner, i))
  return { ...object, metadata: { ...object.metadata, ownerReferences } }
}

const REPEATED_OWNERS =
  '.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed:'

/** What a new object is given, whatever was sent; its name may still have to be made. */
export function newMetadata(server: Namer, type: ResourceType, sent: ObjectMeta): ObjectMeta {
  const { resourceVersion: _r, deletionTimestamp: _d, deletionGracePeriodSeconds: _s, generation: _g, ...given } = sent
  return {
    ...given,
    ...(type.generation && { generation: 1 }),
    uid: server.random.uid(),
    creationTimestamp: sent.creationTimestamp ?? formatTime(server.clock.now()),
  }
}

/** With the name that generateName asks for, one that nobody has yet. @throws ApiError 409 when luck runs out */
export function named({ store, random }: Namer, type: ResourceType, metadata: ObjectMeta): ObjectMeta {
  const { name, generateName, namespace = '' } = metadata
  if (name || !generateName) return metadata
  let generated = ''
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    generated = generateName.slice(0, LONGEST_BASE) + random.suffix(SUFFIX_LENGTH)
    if (!store.find(type, namespace, generated)) return { ...metadata, name: generated }
  }
  const message = `${qualified(type)} "${generated}" already exists, the server was not able to generate a unique name for the object`
  const { group, plural } = type
  throw new ApiError(409, 'AlreadyExists', message, { name: generated, ...(group && { group }), kind: plural })
}

/** The namespace of the URL is the object's. @throws ApiError 400 when it says another */
export function inNamespace({ type, info }: ResourceCall, object: KubeObject): KubeObject {
  const { namespace: sent, ...metadata } = object.metadata
  if (!type.namespaced) return { ...object, metadata }
  if (sent && sent !== info.namespace) throw badRequest(OTHER_NAMESPACE)
  return { ...object, metadata: { ...metadata, namespace: info.namespace } }
}

const OTHER_NAMESPACE = 'the namespace of the provided object does not match the namespace sent on the request'

/** @throws ApiError 400 when the body is about another object than the URL */
export function checkSameObject({ type, info }: ResourceCall, { metadata: { name, namespace } }: KubeObject): void {
  if (type.namespaced && namespace && namespace !== info.namespace) throw badRequest(OTHER_NAMESPACE)
  if (!name)
    throw badRequest(`the name of the object (${info.name} based on URL) was undeterminable: name must be provided`)
  if (name !== info.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${info.name})`)
}

/** @throws ApiError 409 or 422 when the write was made for another object, or for one it has not seen */
export function checkVersion({ type, info }: ResourceCall, { metadata: sent }: KubeObject, previous: KubeObject): void {
  const { name, namespace, uid } = previous.metadata
  // A replacement that names a uid means that very object; a patch that does tries to change it.
  if (info.verb === 'update' && sent.uid && sent.uid !== uid) {
    const key = ['/registry', qualified(type).split('.')[0], namespace, name].filter(Boolean).join('/')
    const why = `Precondition failed: UID in precondition: ${sent.uid}, UID in object meta: ${uid}`
    throw conflict(
      type,
      name,
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
    )
  }
  if (sent.resourceVersion || !type.conditionalUpdates) return
  const error = invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')
  throw invalid(type.kind, type.group, name, [error])
}

const IMMUTABLE = ['uid', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const

/** What was sent against what is stored: identity and deletion are not a client's to write. */
export function metadataChanges({ metadata: sent }: KubeObject, { metadata: previous }: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  for (const field of IMMUTABLE) {
    // Left out, they stay as they are; and a deletion once begun is not called off, whatever is sent.
    const isFree = sent[field] === undefined || (field !== 'uid' && previous.deletionTimestamp !== undefined)
    if (isFree || sent[field] === previous[field]) continue
    errors.push(invalidValue(`metadata.${field}`, sent[field], 'field is immutable'))
  }
  return errors
}

/** Of a kind that counts: one more for each change of what was asked for. */
export function generationOf(type: ResourceType, object: KubeObject, previous: KubeObject): number | undefined {
  const { generation } = previous.metadata
  if (!type.generation || equal(asked(type, object), asked(type, previous))) return generation
  return (generation ?? 1) + 1
}

/** A Deployment's controller reads its annotations, too. */
function asked(type: ResourceType, { metadata, status, ...rest }: KubeObject): Fields {
  // Without a path of its own, a custom resource's status is a field like any other.
  if (type.custom && !hasStatus(type)) return { ...rest, status }
  return type.storage === 'deployments.apps' ? { ...rest, annotations: metadata.annotations } : rest
}

/** Kinds whose status is written by controllers and kubelets alone. */
export function statusIsOurs(type: ResourceType): boolean {
  return hasStatus(type) && type.storage !== 'nodes'
}
