/**
 * Objects as JSON text. An object in the store never changes, so its text is made once for each version that shows it and
 * each distance between the client's clock and ours; lists and watches are put together from these texts.
 */
import { fromStorage } from '../../api/conversion.ts'
import { apiVersionOf, type ResourceType } from '../../api/kinds/row.ts'
import type { KubeObject, ObjectMeta } from '../../api/meta.ts'
import { typeSchema } from '../decode/type-schema.ts'
import type { Server } from '../server.ts'
import { writtenForm } from './written-form.ts'

/** JSON text of a value of any kind, times shifted. */
export type Json = string

/** What the text of an object depends on beside the object: the types, and how far the client's clock is from ours. */
export type View = Pick<Server, 'schema' | 'clock'>

type Known = { readonly type: ResourceType; readonly offsetMs: number; readonly text: Json }

const objects = new WeakMap<KubeObject, Known>()
const metadatas = new WeakMap<object, { readonly offsetMs: number; readonly text: Json }>()

/** Without `kind` and `apiVersion`, as the items of a list are. */
export function itemText(view: View, type: ResourceType, object: KubeObject): Json {
  const offsetMs = view.clock.shownOffsetMs
  const known = objects.get(object)
  if (known && known.type === type && known.offsetMs === offsetMs) return known.text
  const text = JSON.stringify(shownObject(view, type, fromStorage(type, object)))
  objects.set(object, { type, offsetMs, text })
  return text
}

/** `kind` and `apiVersion` first, as the real server writes them. */
export function objectText(view: View, type: ResourceType, object: KubeObject): Json {
  return `{"kind":"${type.kind}","apiVersion":"${apiVersionOf(type)}",${itemText(view, type, object).slice(1)}`
}

/** An object of this version as its client sees it. */
export function shownObject(view: View, type: ResourceType, object: KubeObject): KubeObject {
  const schema = typeSchema(view, type)
  if (schema) return writtenForm(schema, object, view.clock.shownOffsetMs) as KubeObject
  return { ...object, metadata: shownMetadata(view, object) }
}

function shownMetadata({ schema, clock }: View, { metadata }: KubeObject): ObjectMeta {
  const type = schema.type('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta')!
  return writtenForm(type, metadata, clock.shownOffsetMs) as ObjectMeta
}

/** The object's metadata alone, as PartialObjectMetadata. */
export function partialText(view: View, object: KubeObject): Json {
  const { metadata } = object
  const offsetMs = view.clock.shownOffsetMs
  const known = metadatas.get(metadata)
  if (known?.offsetMs === offsetMs) return known.text
  const body = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: shownMetadata(view, object) }
  const text = JSON.stringify(body)
  metadatas.set(metadata, { offsetMs, text })
  return text
}

/** @param items JSON texts */
export function listText(kind: string, apiVersion: string, metadata: object, items: readonly Json[]): Json {
  return `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[${items.join(',')}]}`
}
