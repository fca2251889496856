/**
 * `kubectl apply --server-side`: the server merges, and knows who owns which field.
 * Source: kubectl/pkg/cmd/apply/apply.go; client-go/util/csaupgrade/upgrade.go.
 */
import type { Context } from '../command.ts'
import { CliFault, StatusFault } from '../errors.ts'
import type { Named } from '../selection.ts'
import type { Wire } from '../wire.ts'
import { APPLY, fieldValidation, JSON_PATCH, patchObject, writeQuery } from '../writing.ts'
import { LAST_APPLIED } from '../last-applied.ts'
import { migrated } from './managed-fields.ts'

export type Applied = { readonly object: Wire; readonly operation: string }

const MANAGER = 'kubectl'
const ANNOTATION_MANAGER = 'kubectl-last-applied'

export async function applyOnServer(context: Context, named: Named): Promise<Applied> {
  if (!named.name)
    throw new CliFault(`from ${named.object.metadata?.generateName}: cannot use generate name with apply`)
  const send = (body: Wire, manager = MANAGER): Promise<Wire> => {
    const force = String(context.flags.on('force-conflicts') || manager === ANNOTATION_MANAGER)
    const query = writeQuery(context, manager, { fieldValidation: fieldValidation(context), force })
    return patchObject(context, named, body, {
      contentType: APPLY,
      query: manager === ANNOTATION_MANAGER ? { ...query, fieldManager: manager } : query,
      subresource: context.flags.text('subresource'),
    })
  }
  let object = await send(named.object).catch((fault) => Promise.reject(conflict(fault)))
  const usual = !context.flags.given('field-manager')
  if (usual && needsAnnotation(object)) object = await send(annotationOnly(object), ANNOTATION_MANAGER)
  const managers = migrated(object, usual ? MANAGER : context.flags.text('field-manager'))
  if (managers) {
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: managers },
      { op: 'replace', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
    ]
    await patchObject(context, named, patch, { contentType: JSON_PATCH, query: writeQuery(context, MANAGER) })
    object = await send(named.object)
  }
  return { object, operation: 'serverside-applied' }
}

function conflict(fault: unknown): unknown {
  if (!(fault instanceof StatusFault) || !fault.is('Conflict')) return fault
  return new CliFault(`${fault.message}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`)
}

/** The annotation of a client-side apply would be lost, unless somebody owns it. */
function needsAnnotation({ metadata }: Wire): boolean {
  if (metadata.annotations?.[LAST_APPLIED] === undefined) return false
  return !(metadata.managedFields ?? []).some(
    ({ operation, fieldsV1 }: Wire) =>
      operation === 'Apply' && fieldsV1?.['f:metadata']?.['f:annotations']?.[`f:${LAST_APPLIED}`],
  )
}

function annotationOnly({ apiVersion, kind, metadata }: Wire): Wire {
  const { name, namespace, annotations } = metadata
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace && { namespace }), annotations: { [LAST_APPLIED]: annotations[LAST_APPLIED] } },
  }
}
