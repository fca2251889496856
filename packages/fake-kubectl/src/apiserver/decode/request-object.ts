/**
 * The object in a request's body: read, of the right kind, decoded as strictly as `fieldValidation` asks, in virtual time,
 * in the form in which it is stored.
 * Source: apiserver/pkg/endpoints/handlers/{create,update,delete,rest}.go.
 */
import { toStorage } from '../../api/conversion.ts'
import { apiVersionOf, type ResourceType } from '../../api/kinds/row.ts'
import { at, type Fields, type KubeObject, type ObjectMeta } from '../../api/meta.ts'
import { badRequest } from '../../api/status.ts'
import type { Call, ResourceCall } from '../server.ts'
import { checkWriteOptions } from '../verbs/write-options.ts'
import { readBytes, syntaxOf, textOf } from './body.ts'
import { decodeCustom } from './custom-object.ts'
import { DecodeError, decodeValue, type Decoded } from './decode-value.ts'
import { checkStrictly, strictnessOf } from './field-validation.ts'
import { readSent, type GroupVersionKind, type SentValue } from './sent-value.ts'
import { typeSchema } from './type-schema.ts'

/** @throws ApiError 400, 413, 415 */
export async function readObject(call: ResourceCall): Promise<KubeObject> {
  const { type } = call
  const syntax = syntaxOf(call)
  const bytes = await readBytes(call)
  checkWriteOptions(call, call.info.verb === 'create' ? 'CreateOptions' : 'UpdateOptions')
  const { sent, gvk } = read(bytes, () => readSent(bytes, syntax, type), type.kind)
  const handled = (why: string) =>
    badRequest(`${gvk.kind} in version "${gvk.version}" cannot be handled as a ${type.kind}: ${why}`)
  checkKind(call, gvk, handled)
  try {
    return toStorage(type, decodeObject(call, sent.value(typeSchema(call.server, type)), sent))
  } catch (fault) {
    if (fault instanceof SyntaxError || fault instanceof DecodeError) throw handled(fault.message)
    throw fault
  }
}

/**
 * DeleteOptions, undefined when there is no body.
 *
 * @throws ApiError 400, 413, 415
 */
export async function readDeleteBody(call: Call): Promise<Fields | undefined> {
  const bytes = await readBytes(call)
  if (bytes.length === 0) return undefined
  const syntax = syntaxOf(call)
  const schema = call.server.schema.type('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions')!
  try {
    const sent = readSent(bytes, syntax, { group: '', version: 'v1', kind: 'DeleteOptions' })
    if (sent.gvk.kind !== 'DeleteOptions') throw new SyntaxError('decoded object cannot be converted to DeleteOptions')
    return decodeValue(schema, sent.value(schema)).object
  } catch (fault) {
    if (fault instanceof SyntaxError || fault instanceof DecodeError) throw badRequest(fault.message)
    throw fault
  }
}

function read(bytes: Uint8Array, readIt: () => SentValue, kind: string): { sent: SentValue; gvk: GroupVersionKind } {
  try {
    const sent = readIt()
    return { sent, gvk: sent.gvk }
  } catch (fault) {
    if (!(fault instanceof SyntaxError)) throw fault
    const what = `the object provided is unrecognized (must be of type ${kind})`
    throw badRequest(`${what}: ${fault.message} (${summary(bytes)})`)
  }
}

const SUMMARY_BYTES = 30

function summary(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>'
  const start = bytes.subarray(0, SUMMARY_BYTES)
  const hex = () => Array.from(start, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${bytes[0] === '{'.charCodeAt(0) ? textOf(start) : hex()}${bytes.length > SUMMARY_BYTES ? ' ...' : ''}`
}

type Handled = (why: string) => Error

/** @throws ApiError when the object is of another kind than the resource */
function checkKind({ type, server }: ResourceCall, gvk: GroupVersionKind, handled: Handled): void {
  const apiVersion = apiVersionOf(gvk)
  if (apiVersion === apiVersionOf(type) && gvk.kind === type.kind) return
  const sent = server.kinds.findKind(apiVersion, gvk.kind)
  if (!sent && !server.schema.kind(gvk.group, gvk.version, gvk.kind)) {
    const scheme = 'pkg/api/legacyscheme/scheme.go:30'
    throw handled(`no kind "${gvk.kind}" is registered for version "${apiVersion}" in scheme "${scheme}"`)
  }
  if (sent?.storage !== type.storage) {
    throw handled(
      `converting (${gvk.version}.${gvk.kind}) to (${internalPackage(type)}.${type.kind}): unknown conversion`,
    )
  }
  throw badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(type)})`,
  )
}

/** The Go package of the types that all versions of a kind become inside the real server. */
function internalPackage({ group, kind }: ResourceType): string {
  return group === '' || kind === 'Event' ? 'core' : group.split('.')[0]!
}

function decodedAs({ server, type }: ResourceCall, value: unknown, notes: SentValue['notes']): Decoded {
  const schema = typeSchema(server, type)
  const options = { shiftMs: -server.clock.shownOffsetMs, notes }
  if (type.custom) return decodeCustom(server.schema, type, value, options)
  return schema ? decodeValue(schema, value, options) : { object: value as Fields, strictErrors: [] }
}

/**
 * A value of the call's kind as an object, as strictly as the request asks.
 *
 * @throws DecodeError
 */
export function decodeObject(call: ResourceCall, value: unknown, about: Partial<SentValue> = {}): KubeObject {
  const { object, strictErrors } = decodedAs(call, value, about.notes)
  checkStrictly(call, strictnessOf(call), [...(about.yamlErrors ?? []), ...strictErrors])
  const metadata = { ...(object['metadata'] as ObjectMeta), ...resetOwners(value) }
  return { ...object, metadata }
}

/** An empty list of owners asks to forget them; to Go's decoder it is not the same as none. */
function resetOwners(value: unknown): { managedFields?: [] } {
  const sent = at(value, 'metadata.managedFields')
  return Array.isArray(sent) && sent.length === 0 ? { managedFields: [] } : {}
}
