/**
 * The `scale` subresource: how many replicas a workload should have, as a Scale of autoscaling/v1, the same for every
 * kind that says in its row where it keeps the number.
 * Source: kubernetes/pkg/registry/apps/deployment/storage/storage.go, ScaleREST; pkg/apis/autoscaling/validation.
 */
import { apiVersionOf, rowsOf, type ResourceType, type ScalePaths } from '../../api/kinds/row.ts'
import { at, isFields, type Fields, type KubeObject, type ManagedFieldsEntry } from '../../api/meta.ts'
import { formatLabelSelector } from '../../api/label-selector.ts'
import { badRequest, internal, invalid, invalidValue } from '../../api/status.ts'
import { applyTo, readApply } from '../verbs/apply.ts'
import { mediaType } from '../decode/body.ts'
import { readObject } from '../decode/request-object.ts'
import { encodeObject, withType } from '../encoding/encode.ts'
import { replace, stored } from '../verbs/endpoints.ts'
import { managedAfterUpdate } from '../managed-fields/managed-fields.ts'
import { ownedAs, withOwners } from '../managed-fields/ownership.ts'
import { managedAfterScale, managedOfScale, type ReplicasPath } from '../managed-fields/scale.ts'
import { scopeOf } from '../managed-fields/scope.ts'
import { APPLY } from '../verbs/patch-formats.ts'
import { applyPatch, readPatch } from '../verbs/patch.ts'
import type { ResourceCall } from '../server.ts'
import { managerOf } from '../verbs/write-options.ts'

const SCALE: ResourceType = rowsOf('autoscaling', 'v1')('scales', 'Scale')

export function readScale(call: ResourceCall): Response {
  return encodeObject(asScale(call), scaleOf(call, stored(call)))
}

export async function updateScale(call: ResourceCall): Promise<Response> {
  return writeScale(call, await readObject(asScale(call)), scaledBy(call))
}

export async function patchScale(call: ResourceCall): Promise<Response> {
  const part = asScale(call)
  if (mediaType(call) === APPLY) {
    const read = await readApply(part)
    const scale = applyTo(part, read, ownedScale(call))
    return writeScale(call, scale, (parent) =>
      managedAfterScale(parent, scale.metadata.managedFields, pathIn(call), apiVersionOf(call.type)),
    )
  }
  const patch = await readPatch(part)
  return writeScale(call, applyPatch(part, patch, ownedScale(call)), scaledBy(call))
}

/** The same request, for the Scale instead of the object that has it. */
function asScale(call: ResourceCall): ResourceCall {
  return { ...call, type: SCALE }
}

/** The object's owners after a write of the Scale. */
type Scaled = (parent: ManagedFieldsEntry[] | undefined, scale: KubeObject) => ManagedFieldsEntry[] | undefined

function writeScale(call: ResourceCall, scale: KubeObject, scaled: Scaled): Response {
  const { name, resourceVersion } = scale.metadata
  const replicas = at(scale, 'spec.replicas') ?? 0
  if (name !== call.info.name)
    throw badRequest(`the name of the object (${name ?? ''}) does not match the name on the URL (${call.info.name})`)
  if (!Number.isInteger(replicas) || (replicas as number) < 0) {
    const why = 'must be greater than or equal to 0'
    throw invalid('Scale', 'autoscaling', name, [invalidValue('spec.replicas', replicas, why)])
  }
  const previous = stored(call)
  replicasOf(call, previous)
  const object = withField(previous, pathsOf(call).specReplicas.split('.'), replicas) as KubeObject
  const { resourceVersion: _own, ...metadata } = object.metadata
  const sent = {
    ...object,
    metadata: { ...metadata, resourceVersion: resourceVersion || previous.metadata.resourceVersion },
  } as KubeObject
  const owners = scaled(previous.metadata.managedFields, scale)
  return encodeObject(asScale(call), scaleOf(call, replace(call, sent, ownedAs(owners))))
}

function scaledBy(call: ResourceCall): Scaled {
  return (parent, scale) => {
    const scope = scopeOf(call.server, SCALE, 'scale')
    const owners = managedAfterUpdate(scope, ownedScale(call), scale, managerOf(call))
    return managedAfterScale(parent, owners, pathIn(call), apiVersionOf(call.type))
  }
}

/** The Scale as it is, with the owners of its replicas. */
function ownedScale(call: ResourceCall): KubeObject {
  const object = stored(call)
  const owners = managedOfScale(object.metadata.managedFields, pathIn(call))
  return withOwners(withType(SCALE, scaleOf(call, object)), owners)
}

function pathIn({ server, type }: ResourceCall): ReplicasPath {
  return (apiVersion) => {
    const scale = server.kinds.findKind(apiVersion, type.kind)?.scale
    return scale?.specReplicas.split('.').map((name) => `f:${name}`)
  }
}

function scaleOf(call: ResourceCall, object: KubeObject): KubeObject {
  const { statusReplicas, selector } = pathsOf(call)
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const replicas = replicasOf(call, object)
  return {
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as KubeObject['metadata'],
    spec: replicas ? { replicas } : {},
    status: {
      replicas: at(object, statusReplicas) ?? 0,
      ...selectorText(selector === undefined ? undefined : at(object, selector)),
    },
  }
}

/** A custom resource may lack the number its definition speaks of. @throws ApiError 500 */
function replicasOf(call: ResourceCall, object: KubeObject): unknown {
  const { specReplicas } = pathsOf(call)
  const replicas = at(object, specReplicas)
  if (replicas === undefined && call.type.custom)
    throw internal(`the spec replicas field ".${specReplicas}" does not exist`)
  return replicas
}

function pathsOf({ type }: ResourceCall): ScalePaths {
  return type.scale!
}

function selectorText(selector: unknown): { selector?: string } {
  const text = typeof selector === 'string' ? selector : formatLabelSelector(selector)
  return text === '' ? {} : { selector: text }
}

function withField(value: unknown, [field, ...rest]: string[], replacement: unknown): unknown {
  if (field === undefined) return replacement
  const fields: Fields = isFields(value) ? value : {}
  return { ...fields, [field]: withField(fields[field], rest, replacement) }
}
