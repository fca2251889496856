/**
 * Objects as JSON text. An object in the store never changes, so its text is made once for each version that shows it and
 * each distance between the client's clock and ours; lists and watches are put together from these texts.
 */
import { fromStorage } from '../api/conversion.ts'
import { apiVersionOf, type ResourceType } from '../api/kinds/row.ts'
import type { KubeObject } from '../api/meta.ts'
import { shiftTimes } from './shown-time.ts'

/** JSON text of a value of any kind, times shifted. */
export type Json = string

type Known = { readonly type: ResourceType; readonly offsetMs: number; readonly text: Json }

const objects = new WeakMap<KubeObject, Known>()
const metadatas = new WeakMap<object, { readonly offsetMs: number; readonly text: Json }>()

/** Without `kind` and `apiVersion`, as the items of a list are. */
export function itemText(type: ResourceType, object: KubeObject, offsetMs: number): Json {
  const known = objects.get(object)
  if (known && known.type === type && known.offsetMs === offsetMs) return known.text
  const text = JSON.stringify(shiftTimes(fromStorage(type, object), offsetMs))
  objects.set(object, { type, offsetMs, text })
  return text
}

/** `kind` and `apiVersion` first, as the real server writes them. */
export function objectText(type: ResourceType, object: KubeObject, offsetMs: number): Json {
  return `{"kind":"${type.kind}","apiVersion":"${apiVersionOf(type)}",${itemText(type, object, offsetMs).slice(1)}`
}

/** The object's metadata alone, as PartialObjectMetadata. */
export function partialText({ metadata }: KubeObject, offsetMs: number): Json {
  const known = metadatas.get(metadata)
  if (known?.offsetMs === offsetMs) return known.text
  const body = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: shiftTimes(metadata, offsetMs) }
  const text = JSON.stringify(body)
  metadatas.set(metadata, { offsetMs, text })
  return text
}

/** @param items JSON texts */
export function listText(kind: string, apiVersion: string, metadata: object, items: readonly Json[]): Json {
  return `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[${items.join(',')}]}`
}
