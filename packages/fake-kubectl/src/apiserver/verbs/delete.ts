/**
 * The verbs delete and deletecollection.
 * Source: apiserver/pkg/endpoints/handlers/delete.go; pkg/registry/batch/job/storage/storage.go.
 */
import type { ResourceType } from '../../api/kinds/row.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Status } from '../../api/status.ts'
import { readDeleteOptions } from './delete-options.ts'
import { deleteObject, type DeleteOptions } from './deletion.ts'
import { encodeList, encodeObject, formOf, respond } from '../encoding/encode.ts'
import { stored } from './endpoints.ts'
import { page, selection } from './list-options.ts'
import type { ResourceCall } from '../server.ts'

export async function remove(call: ResourceCall): Promise<Response> {
  formOf(call)
  const { options, dryRun } = await readDeleteOptions(call)
  const object = stored(call)
  const left = deleteObject(call.server, call.type, object, options, dryRun)
  const shown = left ?? (call.type.returnsDeleted ? object : undefined)
  return warned(call, options, shown ? encodeObject(call, shown) : respond(call, success(call.type, object)))
}

export async function removeCollection(call: ResourceCall): Promise<Response> {
  const { options, dryRun } = await readDeleteOptions(call)
  const { objects, metadata } = page(call, selection(call))
  for (const object of objects) removeOne(call, object, options, dryRun)
  return warned(call, options, encodeList(call, objects, metadata))
}

/** One that has gone in the meantime, as dependents of another may, is none the worse. */
function removeOne({ server, type }: ResourceCall, listed: KubeObject, options: DeleteOptions, dryRun: boolean): void {
  const object = server.store.find(type, listed.metadata.namespace ?? '', listed.metadata.name)
  if (object) deleteObject(server, type, object, options, dryRun)
}

const ORPHANS =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning'

function warned({ type, warnings }: ResourceCall, { propagationPolicy }: DeleteOptions, response: Response): Response {
  if (type.storage === 'jobs.batch' && propagationPolicy === undefined) warnings.push(ORPHANS)
  return response
}

function success({ plural, group }: ResourceType, { metadata }: KubeObject): Status {
  const details = { name: metadata.name, ...(group && { group }), kind: plural, uid: metadata.uid ?? '' }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
}
