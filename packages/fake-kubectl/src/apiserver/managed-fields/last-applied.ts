/**
 * From client-side to server-side apply: what `kubectl apply` noted in its annotation, `kubectl apply --server-side` may
 * change without a conflict, and it keeps the note up to date.
 * Source: apimachinery/pkg/util/managedfields/internal/{lastappliedmanager,lastappliedupdater}.go.
 */
import { compare } from '../../api/field-set/compare.ts'
import { fieldSetOf } from '../../api/field-set/extract.ts'
import { difference, has, type FieldSet } from '../../api/field-set/field-set.ts'
import { isFields, type KubeObject } from '../../api/meta.ts'
import type { Scope } from './scope.ts'
import { Conflicts } from './updater.ts'

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration'

/** Of conflicts those that the annotation does not explain; undefined when it says nothing. */
export function unexplained({ list }: Conflicts, live: KubeObject, scope: Scope): Conflicts | undefined {
  const explained = unchangedSinceApplied(live, scope)
  if (!explained) return undefined
  return new Conflicts(list.filter(({ path }) => !has(explained, path)))
}

/** The fields that were applied by the client and have not changed since. */
function unchangedSinceApplied(live: KubeObject, scope: Scope): FieldSet | undefined {
  const applied = parsed(live.metadata.annotations?.[ANNOTATION])
  if (!applied || applied['apiVersion'] !== scope.apiVersion) return undefined
  const { added, modified, removed } = compare(applied, live, scope.place)
  const fields = fieldSetOf(applied, scope.place)
  return difference(difference(difference(fields, modified), added), removed)
}

function parsed(text: string | undefined): KubeObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isFields(value) ? (value as KubeObject) : undefined
  } catch {
    return undefined // Whoever wrote it, it explains nothing.
  }
}

/** With what is applied noted in the annotation, where there is one. */
export function withLastApplied(object: KubeObject, applied: KubeObject): KubeObject {
  const { annotations } = object.metadata
  if (!annotations?.[ANNOTATION]) return object
  const note = `${JSON.stringify(sortedKeys(withoutAnnotation(applied)))}\n`
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [ANNOTATION]: note } } }
}

function withoutAnnotation(applied: KubeObject): KubeObject {
  const { annotations } = applied.metadata
  if (!annotations) return applied
  const { [ANNOTATION]: _note, ...others } = annotations
  return { ...applied, metadata: { ...applied.metadata, annotations: others } }
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sortedKeys(item))
  if (!isFields(value)) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sortedKeys(item)]))
}
