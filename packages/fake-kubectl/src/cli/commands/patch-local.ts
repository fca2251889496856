/**
 * Patches without a server, for --dry-run=client and --local.
 */
import { isFields, type Fields } from '../../api/meta.ts'
import { jsonPatch } from '../../api/patch/json.ts'
import { mergePatch } from '../../api/patch/merge.ts'
import { strategicMergePatch } from '../../api/patch/strategic.ts'
import type { Resource } from '../discovery.ts'
import type { Wire } from '../wire.ts'
import { JSON_PATCH, MERGE, typeOf } from '../writing.ts'

/** @returns the object as the patch makes it: strategic for built-in kinds, unless `contentType` says otherwise */
export function patchedLocally(resource: Resource, object: Wire, patch: Wire, contentType?: string): Wire {
  const type = typeOf(resource)
  if (contentType === JSON_PATCH) return jsonPatch(object, patch)
  if (contentType === MERGE || !type || !isFields(patch)) return mergePatch(object, patch)
  return strategicMergePatch(object as Fields, patch, type)
}
