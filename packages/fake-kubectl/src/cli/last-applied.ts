/**
 * What the last `kubectl apply` said, kept in an annotation of the object. Source: kubectl/pkg/util/apply.go.
 */
import { compactJson } from './printers/json.ts'
import type { Wire } from './wire.ts'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** The object with itself as an annotation, so that the next apply knows what this one said. */
export function annotated(object: Wire): Wire {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata?.annotations ?? {}
  const plain = { ...object, metadata: { ...object.metadata, annotations } }
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED]: `${compactJson(plain)}\n` } },
  }
}
