/**
 * What happens to an object between its decoding and the store, stage by stage: its place and identity, its defaults, what
 * plugins add, what its kind prepares and allocates, whether it is valid, whether a plugin still refuses it.
 * Source: apiserver/pkg/endpoints/handlers/{create,update}.go; registry/generic/registry/store.go, create and Update.
 */
import type { ResourceType } from '../../api/kinds/row.ts'
import { copy, type KubeObject } from '../../api/meta.ts'
import type { TypeSchema } from '../../api/schema.ts'
import { withZeroStructs } from '../../api/zero-values.ts'
import { ApiError, invalid } from '../../api/status.ts'
import { admit, validateAdmission } from './chain.ts'
import type { Creator, Write } from './plugin.ts'
import { extensionWarnings } from '../validation/custom-resource.ts'
import { decodeValue } from '../decode/decode-value.ts'
import { fillIn } from '../defaults/defaults.ts'
import { isDryRun } from '../verbs/endpoints.ts'
import { confirmNoEscalation } from '../access/escalation.ts'
import { withOwners, type Ownership } from '../managed-fields/ownership.ts'
import {
  checkSameObject,
  checkVersion,
  generationOf,
  inNamespace,
  metadataChanges,
  named,
  newMetadata,
  statusIsOurs,
  withDistinctOwners,
} from './metadata.ts'
import { written } from '../subresources/parts.ts'
import { actor, type ResourceCall, type User } from '../server.ts'
import { STRATEGIES } from '../strategies/all.ts'
import { validate, validateUpdate } from '../validation/validate.ts'
import { warningsOf } from '../warnings/warnings.ts'

/** The object as it will be stored. @throws ApiError */
export function admitNew(call: ResourceCall, sent: KubeObject, ownership: Ownership): KubeObject {
  const { type, server } = call
  const { status, ...rest } = withDistinctOwners(call, inNamespace(call, sent))
  const { creationTimestamp: _theirs, ...metadata } = rest.metadata
  const kept = statusIsOurs(type) || status === undefined ? {} : { status }
  const given = defaulted(server, type, { ...rest, ...kept, metadata })
  const object = withOwners(given, ownership(undefined, withOwners(given, sent.metadata.managedFields)))
  const write = newWrite(call, object)
  admit(write)
  object.metadata = named(server, type, object.metadata)
  call.warnings.push(...extensionWarnings(type, object))
  confirmNoEscalation(call, object)
  prepare(write)
  validate(type, object)
  call.warnings.push(...warningsOf(type, object))
  validateAdmission(write)
  if (sent.metadata.resourceVersion) throw new ApiError(500, 'InternalError', SET_VERSION)
  return object
}

const SET_VERSION = 'resourceVersion should not be set on objects to be created'

/** The same without a request, for what the simulator creates itself: taken on trust, but complete. */
export function create(server: Creator, type: ResourceType, given: KubeObject): KubeObject {
  const found = goType(server, type)
  const object = defaulted(server, type, found ? (decodeValue(found, given).object as KubeObject) : copy(given))
  object.metadata = named(server, type, object.metadata)
  const write: Write = { server, type, operation: 'CREATE', subresource: '', object }
  admit(write)
  prepare(write)
  return object
}

/**
 * The same for what a component of the cluster sends: without a request, but everybody has a say as with one.
 *
 * @throws ApiError
 */
export function admitSent(
  server: Creator,
  type: ResourceType,
  given: KubeObject,
  { user, ownership }: { user: User; ownership: Ownership },
): KubeObject {
  const sent = defaulted(server, type, copy(given))
  const object = withOwners(sent, ownership(undefined, sent))
  const write: Write = { server, type, operation: 'CREATE', subresource: '', object, user }
  admit(write)
  object.metadata = named(server, type, object.metadata)
  prepare(write)
  validate(type, object)
  validateAdmission(write)
  return object
}

/** The object as it will replace `previous`; status and spec are written by different requests. @throws ApiError */
export function admitUpdate(
  call: ResourceCall,
  sent: KubeObject,
  previous: KubeObject,
  ownership: Ownership,
): KubeObject {
  const { type, info, server } = call
  checkSameObject(call, sent)
  checkVersion(call, sent, previous)
  const changes = metadataChanges(sent, previous)
  if (changes.length > 0) throw invalid(type.kind, type.group, info.name, changes)
  const whole = copy(withDistinctOwners(call, sent)) // A scale hands in what is stored.
  const found = goType(server, type)
  if (found) fillIn(found, whole)
  const owners = ownership(previous, withOwners(whole, sent.metadata.managedFields))
  const object = withOwners(written(type, info.subresource, whole, previous), owners)
  const write: Write = { ...newWrite(call, object), operation: 'UPDATE', subresource: info.subresource, previous }
  admit(write)
  call.warnings.push(...extensionWarnings(type, object, previous))
  confirmNoEscalation(call, object, previous)
  const strategy = STRATEGIES[type.storage]
  strategy?.prepareForUpdate?.(write, previous)
  const generation = generationOf(type, object, previous)
  object.metadata = { ...object.metadata, ...(generation !== undefined && { generation }) }
  validateUpdate(type, object, previous, info.subresource)
  if (info.subresource === '') strategy?.allocate?.(write)
  if (info.subresource === '') call.warnings.push(...warningsOf(type, object, previous))
  validateAdmission(write)
  return object
}

function newWrite(call: ResourceCall, object: KubeObject): Write {
  const { server, type } = call
  const isDry = isDryRun(call)
  const { warnings } = call
  return { server, type, operation: 'CREATE', subresource: '', object, user: actor(call), isDryRun: isDry, warnings }
}

/** With a uid and a time, and everything that its type fills in. */
function defaulted(server: Creator, type: ResourceType, decoded: KubeObject): KubeObject {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = decoded
  const object = { ...rest, metadata: newMetadata(server, type, decoded.metadata) }
  const found = goType(server, type)
  // A status that was left out is there again, empty.
  if (found) fillIn(found, withZeroStructs(found, object) as KubeObject)
  return object
}

/** The type in which objects are stored; a custom resource has none, its own schema has had its say. */
function goType({ schema, kinds }: Creator, type: ResourceType): TypeSchema | undefined {
  if (type.custom) return undefined
  const { group, version, kind } = kinds.resource(type.storage)
  return schema.kind(group, version, kind)
}

function prepare(write: Write): void {
  const strategy = STRATEGIES[write.type.storage]
  strategy?.prepareForCreate?.(write)
  strategy?.allocate?.(write)
}
