/**
 * The verb patch: the body is applied to the object as this version shows it, and the result replaces it like an update.
 * Source: apiserver/pkg/endpoints/handlers/patch.go.
 */
import { toStorage } from '../../api/conversion.ts'
import { jsonType } from '../../api/go-format.ts'
import { apiVersionOf } from '../../api/kinds/row.ts'
import { isFields, own, type Fields, type KubeObject } from '../../api/meta.ts'
import { invalid } from '../../api/status.ts'
import { apply } from './apply.ts'
import { mediaType, readText } from '../decode/body.ts'
import { DecodeError } from '../decode/decode-value.ts'
import { decodeObject } from '../decode/request-object.ts'
import { typeSchema } from '../decode/type-schema.ts'
import { encodeObject, formOf, withType } from '../encoding/encode.ts'
import { replace, stored } from './endpoints.ts'
import { shownObject } from '../encoding/json-text.ts'
import { ownedBy } from '../managed-fields/ownership.ts'
import { APPLY, formatOf, parsePatch, type PatchFormat } from './patch-formats.ts'
import type { ResourceCall } from '../server.ts'
import { checkWriteOptions } from './write-options.ts'

export async function patch(call: ResourceCall): Promise<Response> {
  if (mediaType(call) === APPLY) return apply(call)
  const read = await readPatch(call)
  const sent = applyPatch(call, read, withType(call.type, stored(call)))
  return encodeObject(call, replace(call, toStorage(call.type, sent), ownedBy(call)))
}

export type Patch = { readonly format: PatchFormat; readonly text: string }

/** The patch in the request's body. @throws ApiError 406, 413, 415, 422 */
export async function readPatch(call: ResourceCall): Promise<Patch> {
  const format = formatOf(call)
  formOf(call)
  const text = await readText(call)
  checkWriteOptions(call, 'PatchOptions')
  return { format, text }
}

/**
 * The object as the patch makes it. The patch was made for what its client saw: zero values and its own times.
 *
 * @throws ApiError 400, 422
 */
export function applyPatch(call: ResourceCall, { format, text }: Patch, target: KubeObject): KubeObject {
  const { type, server } = call
  const { change, strictErrors } = parsePatch(format, text)
  const shown = shownObject(server, type, target)
  const result = format.apply(shown, change, typeSchema(server, type))
  try {
    if (!isFields(result))
      throw new DecodeError(`json: cannot unmarshal ${jsonType(result)} into Go value of type ${type.kind}`)
    checkKind(result, call)
    return decodeObject(call, result, { yamlErrors: strictErrors })
  } catch (fault) {
    if (!(fault instanceof DecodeError)) throw fault
    throw invalid('', '', '', [format.undecodable(change, result, fault.message)])
  }
}

/** A patch may say what it patches, but not make something else of it. */
function checkKind(result: Fields, { type, server }: ResourceCall): void {
  const [kind, apiVersion] = [own(result, 'kind'), own(result, 'apiVersion')]
  if (kind === type.kind && apiVersion === apiVersionOf(type)) return
  if (!kind) throw new DecodeError(`Object 'Kind' is missing in '${JSON.stringify(result)}'`)
  const found = server.kinds.findKind(String(apiVersion), String(kind))
  if (found) {
    const group = type.group === '' ? 'core' : type.group.split('.')[0]
    throw new DecodeError(`converting (${found.version}.${found.kind}) to (${group}.${type.kind}): unknown conversion`)
  }
  const scheme = 'pkg/api/legacyscheme/scheme.go:30'
  throw new DecodeError(
    `no kind "${String(kind)}" is registered for version "${String(apiVersion)}" in scheme "${scheme}"`,
  )
}
