/**
 * Versions of a kind that share their stored objects, and how an object looks in each. Inside the server an object has
 * the form in which it is stored; it is converted where it comes in and where it goes out.
 * Source: kubernetes/pkg/apis/events/v1/conversion.go.
 */
import { autoscalerV1, autoscalerV2 } from './autoscaler.ts'
import { withSchemaDefaults } from './extensions/defaults.ts'
import { apiVersionOf, type ResourceType } from './kinds/row.ts'
import type { KubeObject } from './meta.ts'

/** A stored object as this version shows it; of a custom kind, with defaults that its definition may have got since. */
export function fromStorage(type: ResourceType, object: KubeObject): KubeObject {
  if (type.custom) return withSchemaDefaults(object, type.custom.schema) as KubeObject
  return CONVERSIONS.get(`${apiVersionOf(type)} ${type.kind}`)?.fromStorage(object) ?? object
}

/** An object of this version as it is stored. */
export function toStorage(type: ResourceType, object: KubeObject): KubeObject {
  return CONVERSIONS.get(`${apiVersionOf(type)} ${type.kind}`)?.toStorage(object) ?? object
}

type Conversion = { fromStorage(object: KubeObject): KubeObject; toStorage(object: KubeObject): KubeObject }

/** [name in events.k8s.io, name as stored] */
const EVENT_NAMES = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
] as const

const CONVERSIONS: ReadonlyMap<string, Conversion> = new Map([
  [
    'events.k8s.io/v1 Event',
    {
      fromStorage: renamed(new Map(EVENT_NAMES.map(([shown, stored]) => [stored, shown]))),
      toStorage: renamed(new Map(EVENT_NAMES)),
    },
  ],
  ['autoscaling/v1 HorizontalPodAutoscaler', { fromStorage: autoscalerV1, toStorage: autoscalerV2 }],
])

function renamed(names: ReadonlyMap<string, string>): (object: KubeObject) => KubeObject {
  return (object) =>
    Object.fromEntries(Object.entries(object).map(([field, value]) => [names.get(field) ?? field, value])) as KubeObject
}
