/**
 * DeleteOptions, from the body, or from the query, which clients without a body use.
 * Source: apiserver/pkg/endpoints/handlers/delete.go; apimachinery/pkg/apis/meta/v1/validation.
 */
import { isFields, own, type Fields } from '../../api/meta.ts'
import { invalid, invalidValue } from '../../api/status.ts'
import { readDeleteBody } from '../decode/request-object.ts'
import type { DeleteOptions } from './deletion.ts'
import { isDryRun } from './endpoints.ts'
import type { ResourceCall } from '../server.ts'
import { checkWriteOptions } from './write-options.ts'

export type Asked = { readonly options: DeleteOptions; readonly dryRun: boolean }

/** @throws ApiError 400, 422 */
export async function readDeleteOptions(call: ResourceCall): Promise<Asked> {
  const body = await readDeleteBody(call)
  checkWriteOptions(call, 'DeleteOptions')
  const dryRun = own(body, 'dryRun')
  const isDry = isDryRun(call) || (Array.isArray(dryRun) && dryRun.includes('All'))
  return { options: parseDeleteOptions(body ?? fromQuery(call)), dryRun: isDry }
}

/** @throws ApiError 400, 422 */
export function parseDeleteOptions(given: Fields): DeleteOptions {
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions } = given
  checkPropagation(propagationPolicy, orphanDependents)
  const older = orphanDependents === undefined ? undefined : orphanDependents ? 'Orphan' : 'Background'
  const policy = propagationPolicy ?? older
  return {
    ...(typeof gracePeriodSeconds === 'number' && { gracePeriodSeconds }),
    ...(policy !== undefined && { propagationPolicy: policy as NonNullable<DeleteOptions['propagationPolicy']> }),
    ...(isFields(preconditions) && { preconditions }),
  }
}

function fromQuery({ url }: ResourceCall): Fields {
  const seconds = url.searchParams.get('gracePeriodSeconds')
  const policy = url.searchParams.get('propagationPolicy')
  const orphan = url.searchParams.get('orphanDependents')
  return {
    ...(seconds !== null && { gracePeriodSeconds: Number(seconds) }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(orphan !== null && { orphanDependents: orphan === 'true' }),
  }
}

function checkPropagation(policy: unknown, orphan: unknown): void {
  if (policy === undefined || policy === null) return
  const refuse = (error: Parameters<typeof invalid>[3][number]) => invalid('DeleteOptions', 'meta.k8s.io', '', [error])
  if (orphan !== undefined)
    throw refuse(
      invalidValue('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'),
    )
  if (['Foreground', 'Background', 'Orphan'].includes(policy as string)) return
  const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`
  throw refuse({ field: 'propagationPolicy', reason: 'FieldValueNotSupported', message })
}
