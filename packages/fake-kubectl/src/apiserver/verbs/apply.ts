/**
 * Server-side apply: the body says what its manager wants the object to be, as far as it cares; the rest is left to others.
 * Source: apiserver/pkg/endpoints/handlers/patch.go, applyPatcher; managedfields/internal/structuredmerge.go.
 */
import { toStorage } from '../../api/conversion.ts'
import { joinErrors, typeErrors } from '../../api/field-set/check.ts'
import { jsonType } from '../../api/go-format.ts'
import { isFields, own, type Fields, type KubeObject } from '../../api/meta.ts'
import { ApiError, badRequest, conflict } from '../../api/status.ts'
import { ask, questionOf, refusal } from '../access/authorize.ts'
import { readText } from '../decode/body.ts'
import { DecodeError } from '../decode/decode-value.ts'
import { strictnessOf } from '../decode/field-validation.ts'
import { parseJson } from '../decode/parse-json.ts'
import { parseYaml, type YamlText } from '../decode/parse-yaml.ts'
import { decodeObject } from '../decode/request-object.ts'
import { encodeObject, formOf, withType } from '../encoding/encode.ts'
import { insert, namespaceOf, replace } from './endpoints.ts'
import { shownObject } from '../encoding/json-text.ts'
import { applied } from '../managed-fields/managed-fields.ts'
import { ownedAs } from '../managed-fields/ownership.ts'
import { scopeOf, type Scope } from '../managed-fields/scope.ts'
import { actor, type ResourceCall } from '../server.ts'
import { checkWriteOptions, isForced, managerOf } from './write-options.ts'

export async function apply(call: ResourceCall): Promise<Response> {
  const { type, info, server } = call
  const read = await readApply(call)
  const live = server.store.find(type, namespaceOf(type, info.namespace), info.name)
  const object = applyTo(call, read, live && withType(type, live))
  const ownership = ownedAs(object.metadata.managedFields)
  if (live) return encodeObject(call, replace(call, toStorage(type, object), ownership))
  checkNew(call, object)
  return encodeObject(call, insert(call, toStorage(type, object), ownership), 201)
}

export type ApplyRequest = { readonly text: string; readonly manager: string; readonly force: boolean }

/** @throws ApiError 406, 413, 422 */
export async function readApply(call: ResourceCall): Promise<ApplyRequest> {
  formOf(call)
  const text = await readText(call)
  checkWriteOptions(call, 'PatchOptions', true)
  return { text, manager: managerOf(call), force: isForced(call) }
}

/**
 * The object as the apply makes it, with its owners. It is applied to what its client sees: its times are theirs.
 *
 * @throws ApiError 400, 409, 500
 */
export function applyTo(call: ResourceCall, { text, ...by }: ApplyRequest, live: KubeObject | undefined): KubeObject {
  const { type, info, server } = call
  const scope = scopeOf(server, type, info.subresource, server.clock.shownOffsetMs)
  const { value, duplicates } = parse(text)
  const sent = asApplied(scope, value)
  if (live) checkTyped(scope, live)
  const object = applied(scope, live && shownObject(server, type, live), sent, by)
  checkDuplicates(call, duplicates)
  try {
    return decodeObject(call, object)
  } catch (fault) {
    if (!(fault instanceof DecodeError)) throw fault
    const version = String(object.apiVersion)
    const what = `failed to convert new object (${identity(sent)}) to proper version (${version})`
    throw new ApiError(500, '', `${what}: ${fault.message}`)
  }
}

function parse(text: string): { value: Fields; duplicates: readonly string[] } {
  const { value, duplicates } = parseAny(text)
  if (isFields(value)) return { value, duplicates }
  const found = `json: cannot unmarshal ${jsonType(value)} into Go value of type map[string]interface {}`
  throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${found}`)
}

/** Most of what is sent as YAML is JSON, and that is read faster. */
function parseAny(text: string): YamlText {
  try {
    const { value, notes } = parseJson(text)
    if (notes.duplicates.size === 0) return { value, duplicates: [] }
  } catch {
    // YAML, then.
  }
  try {
    return parseYaml(text)
  } catch (fault) {
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${(fault as Error).message}`)
  }
}

function checkDuplicates(call: ResourceCall, duplicates: readonly string[]): void {
  const strictness = strictnessOf(call)
  if (duplicates.length === 0 || strictness === 'Ignore') return
  const error = ['error converting YAML to JSON: yaml: unmarshal errors:', ...duplicates].join('\n  ')
  if (strictness === 'Strict') throw badRequest(`error strict decoding YAML: ${error}`)
  call.warnings.push(...duplicates)
}

/** @throws ApiError 400 for what may not be applied, 500 for what is not of its type */
function asApplied({ apiVersion, kind, place }: Scope, sent: Fields): KubeObject {
  const metadata = own(sent, 'metadata')
  const given = { apiVersion: String(own(sent, 'apiVersion') ?? ''), kind: String(own(sent, 'kind') ?? '') }
  if (given.apiVersion !== apiVersion || given.kind !== kind) {
    throw badRequest(`invalid object type: ${gvk(given)}`)
  }
  if (isFields(metadata) && Array.isArray(own(metadata, 'managedFields'))) {
    throw badRequest('metadata.managedFields must be nil')
  }
  const object = { ...sent, metadata: isFields(metadata) ? metadata : {} } as KubeObject
  const errors = typeErrors(sent, place)
  if (errors.length === 0) return object
  throw new ApiError(500, '', `failed to create typed patch object (${identity(object)}): ${joinErrors(errors)}`)
}

/** What was stored before by other means may hold items that apply cannot tell apart. @throws ApiError 500 */
function checkTyped({ place }: Scope, live: KubeObject): void {
  const errors = typeErrors(live, place).filter((error) => !error.includes(': duplicate entries for key '))
  if (errors.length === 0) return
  throw new ApiError(500, '', `failed to create typed live object (${identity(live)}): ${joinErrors(errors)}`)
}

function gvk({ apiVersion = '', kind = '' }: { apiVersion?: string; kind?: string }): string {
  return `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`
}

/** As the real server's errors name an object: `default/web; apps/v1, Kind=Deployment`. */
function identity(object: KubeObject): string {
  const { namespace = '', name = '' } = object.metadata
  return `${namespace}/${name}; ${gvk(object)}`
}

/** Who applies what is not there creates it, and must be allowed to. @throws ApiError 400, 403, 409 */
function checkNew(call: ResourceCall, { metadata }: KubeObject): void {
  const { type, info } = call
  if (metadata.uid) {
    const why = `uid mismatch: the provided object specified uid ${metadata.uid}, and no existing object was found`
    throw conflict(type, info.name, why)
  }
  if (!metadata.name) {
    throw badRequest(`the name of the object (${info.name} based on URL) was undeterminable: name must be provided`)
  }
  if (metadata.name !== info.name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${info.name})`)
  }
  const question = { ...questionOf(info), verb: 'create' }
  const decision = ask(call, actor(call), question)
  if (decision.verdict !== 'allow') throw refusal(actor(call), question, decision.unresolved)
}
