/**
 * The verb patch: the body is applied to the object as this version shows it, and the result replaces it like an update.
 * Source: apiserver/pkg/endpoints/handlers/patch.go.
 */
import { toStorage } from '../api/conversion.ts'
import { jsonType } from '../api/go-format.ts'
import { apiVersionOf } from '../api/kinds/row.ts'
import { isFields, own, type Fields, type KubeObject } from '../api/meta.ts'
import { ApiError, badRequest, invalid, invalidValue } from '../api/status.ts'
import { readText } from './body.ts'
import { encodeObject, formOf, withType } from './encode.ts'
import { replace, stored } from './endpoints.ts'
import { formatOf, type PatchFormat } from './patch-formats.ts'
import type { ResourceCall } from './server.ts'
import { checkShapes } from './shapes.ts'
import { shiftTimes } from './shown-time.ts'
import { writeOptions } from './write-options.ts'

export async function patch(call: ResourceCall): Promise<Response> {
  const read = await readPatch(call)
  const previous = stored(call)
  const sent = applyPatch(call, read, withType(call.type, previous))
  checkUid(call, sent, previous)
  return encodeObject(call, replace(call, toStorage(call.type, sent)))
}

export type Patch = { readonly format: PatchFormat; readonly text: string }

/** The patch in the request's body. @throws ApiError 406, 413, 415, 422 */
export async function readPatch(call: ResourceCall): Promise<Patch> {
  const format = formatOf(call)
  formOf(call)
  const text = await readText(call)
  writeOptions(call, 'PatchOptions')
  return { format, text }
}

/** The object as the patch makes it. @throws ApiError 400, 422 */
export function applyPatch(call: ResourceCall, { format, text }: Patch, target: KubeObject): KubeObject {
  const { type, server } = call
  const change = shiftTimes(format.parse(text), -server.clock.shownOffsetMs)
  const result = format.apply(target, change, server.schema.kind(type.group, type.version, type.kind))
  try {
    if (!isFields(result))
      throw badRequest(`json: cannot unmarshal ${jsonType(result)} into Go value of type ${type.kind}`)
    checkKind(result, call)
    checkShapes(result, type)
    return { ...result, metadata: { ...(own(result, 'metadata') as object) } } as KubeObject
  } catch (fault) {
    if (!(fault instanceof ApiError) || fault.code !== 400) throw fault
    const why = /json: .*/s.exec(fault.message)?.[0] ?? fault.message
    throw invalid('', '', '', [format.undecodable(change, result, why)])
  }
}

/** A patch may say what it patches, but not make something else of it. */
function checkKind(result: Fields, { type, server }: ResourceCall): void {
  const [kind, apiVersion] = [own(result, 'kind'), own(result, 'apiVersion')]
  if (kind === type.kind && apiVersion === apiVersionOf(type)) return
  if (!kind) throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(result)}'`)
  const found = server.kinds.findKind(String(apiVersion), String(kind))
  if (found) {
    const group = type.group === '' ? 'core' : type.group.split('.')[0]
    throw badRequest(`converting (${found.version}.${found.kind}) to (${group}.${type.kind}): unknown conversion`)
  }
  const scheme = 'pkg/api/legacyscheme/scheme.go:30'
  throw badRequest(`no kind "${String(kind)}" is registered for version "${String(apiVersion)}" in scheme "${scheme}"`)
}

function checkUid({ type }: ResourceCall, { metadata }: KubeObject, previous: KubeObject): void {
  if (!metadata.uid || metadata.uid === previous.metadata.uid) return
  const errors = [invalidValue('metadata.uid', metadata.uid, 'field is immutable')]
  throw invalid(type.kind, type.group, previous.metadata.name, errors)
}
