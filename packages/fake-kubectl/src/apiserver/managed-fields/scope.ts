/**
 * What a write is about when it is asked whose fields it changes: the version it speaks, the part of the object it writes,
 * the fields it may never own.
 * Source: GetResetFields of the strategies in kubernetes/pkg/registry; apimachinery/pkg/util/managedfields/internal/stripmeta.go.
 */
import { fromStorage, toStorage } from '../../api/conversion.ts'
import { setOf, type FieldSet } from '../../api/field-set/field-set.ts'
import type { Place } from '../../api/field-set/place.ts'
import { apiVersionOf, hasStatus, type ResourceType } from '../../api/kinds/row.ts'
import { formatTime, type KubeObject } from '../../api/meta.ts'
import { typeSchema } from '../decode/type-schema.ts'
import type { Server } from '../server.ts'

export type Scope = {
  readonly apiVersion: string
  readonly kind: string
  readonly subresource: string
  readonly place: Place
  /** Owned by nobody through this write, with all that is below. */
  readonly ignored: FieldSet
  readonly now: string
  /** The object as another version shows it; undefined when there is no such version. */
  inVersion(object: KubeObject, apiVersion: string): { object: KubeObject; place: Place } | undefined
  /** The other way round. */
  fromVersion(object: KubeObject, apiVersion: string): KubeObject
}

/** What of the server tells of types and versions, and what time it is. */
type View = Pick<Server, 'schema' | 'kinds' | 'clock'>

/** @param offsetMs how far the client's clock is from ours, where the object is as its client sees it */
export function scopeOf(server: View, type: ResourceType, subresource: string, offsetMs = 0): Scope {
  const apiVersion = apiVersionOf(type)
  const place = placeOf(server, type)
  return {
    apiVersion,
    kind: type.kind,
    subresource,
    place,
    ignored: ignoredBy(type, subresource),
    now: formatTime(server.clock.now() + offsetMs),
    inVersion(object, wanted) {
      if (wanted === apiVersion) return { object, place }
      const other = versionOf(server, type, wanted)
      return other && { object: fromStorage(other, toStorage(type, object)), place: placeOf(server, other) }
    },
    fromVersion(object, given) {
      const other = given === apiVersion ? undefined : versionOf(server, type, given)
      return other ? fromStorage(type, toStorage(other, object)) : object
    },
  }
}

function versionOf({ kinds }: View, { kind, storage }: ResourceType, apiVersion: string): ResourceType | undefined {
  const found = kinds.findKind(apiVersion, kind)
  return found?.storage === storage ? found : undefined
}

function placeOf(server: View, type: ResourceType): Place {
  const found = typeSchema(server, type)
  return found && { kind: 'struct', type: found, atomic: false }
}

const STATUS = setOf(['f:status'])
const ALL_BUT_STATUS = setOf(['f:spec'])
const NOTHING = setOf()

/** What else a write to the status leaves as it is. */
const STATUS_IGNORES: Readonly<Record<string, FieldSet>> = {
  'deployments.apps': setOf(['f:spec'], ['f:metadata', 'f:labels']),
  pods: setOf(['f:spec'], ['f:metadata', 'f:deletionTimestamp'], ['f:metadata', 'f:ownerReferences']),
}
const CUSTOM_STATUS_IGNORES = setOf(['f:metadata'], ['f:spec'])

function ignoredBy(type: ResourceType, subresource: string): FieldSet {
  if (subresource === '') return hasStatus(type) ? STATUS : NOTHING
  if (subresource !== 'status') return NOTHING
  return type.custom ? CUSTOM_STATUS_IGNORES : (STATUS_IGNORES[type.storage] ?? ALL_BUT_STATUS)
}

/** The server's own fields: in no entry of any manager. */
export const NEVER_OWNED: FieldSet = setOf(
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => ['f:metadata', `f:${name}`]),
)
