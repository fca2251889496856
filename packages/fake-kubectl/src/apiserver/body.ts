/**
 * Reading a request's body: its size limit, its media type, JSON or YAML, and Go's words for what is wrong with it.
 * Protobuf bodies, which Go clients send for typed writes, are refused with 415 for now (SCOPE.md, body:protobuf).
 * Source: apiserver/pkg/endpoints/handlers/{create,update,rest}.go; negotiation of the request's serializer.
 */
import { parse as parseYaml } from 'yaml'
import { toStorage } from '../api/conversion.ts'
import { isFields, own, type Fields, type KubeObject } from '../api/meta.ts'
import { apiVersionOf, type ResourceType } from '../api/kinds/row.ts'
import { badRequest, tooLarge, unsupportedMediaType } from '../api/status.ts'
import type { Call, ResourceCall } from './server.ts'
import { checkShapes } from './shapes.ts'
import { shiftTimes } from './shown-time.ts'

const LIMIT_BYTES = 3 * 2 ** 20 // apiserver's MaxRequestBodyBytes: 3 MiB

/** The request's body as text. @throws ApiError 413 */
export async function readText({ request }: Call): Promise<string> {
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > LIMIT_BYTES) throw tooLarge(LIMIT_BYTES)
  if (!request.body) return ''
  const decoder = new TextDecoder()
  let length = 0
  let text = ''
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength
    if (length > LIMIT_BYTES) throw tooLarge(LIMIT_BYTES)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

export function mediaType({ request }: Call): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
}

/** A JSON or YAML body as a value; undefined when there is none. @throws ApiError 400, 413, 415 */
export async function readValue(call: Call, kind: string): Promise<unknown> {
  const type = mediaType(call)
  if (!['', 'application/json', 'application/yaml', 'application/x-yaml'].includes(type)) {
    throw unsupportedMediaType(['application/json', 'application/yaml'])
  }
  const text = await readText(call)
  if (text === '') return undefined
  const value = type.endsWith('yaml') ? yamlValue(text, kind) : jsonValue(text, kind)
  return shiftTimes(value, -call.server.clock.shownOffsetMs)
}

/** The object in the body, of the resource's kind, in the form in which it is stored. @throws ApiError */
export async function readObject(call: ResourceCall): Promise<KubeObject> {
  const { type } = call
  const value = await readValue(call, type.kind)
  if (!isFields(value))
    throw unrecognized(type.kind, "couldn't get version/kind; json parse error: unexpected end of JSON input", '')
  checkType(value, type)
  checkShapes(value, type)
  return toStorage(type, { ...value, metadata: { ...(own(value, 'metadata') as object) } } as KubeObject)
}

export function jsonValue(text: string, kind: string): unknown {
  try {
    return JSON.parse(text)
  } catch (fault) {
    throw unrecognized(
      kind,
      `couldn't get version/kind; json parse error: ${goSyntaxError(text, fault as SyntaxError)}`,
      text,
    )
  }
}

function yamlValue(text: string, kind: string): unknown {
  try {
    return parseYaml(text, { version: '1.1', maxAliasCount: 100 })
  } catch (fault) {
    throw unrecognized(kind, `yaml: ${(fault as Error).message.split('\n')[0]}`, text)
  }
}

function unrecognized(kind: string, why: string, text: string): Error {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(text)})`)
}

const SUMMARY_BYTES = 30

function summary(text: string): string {
  if (text === '') return '<empty>'
  if (text.startsWith('{')) return text.length > SUMMARY_BYTES ? `${text.slice(0, SUMMARY_BYTES)} ...` : text
  const bytes = [...new TextEncoder().encode(text.slice(0, SUMMARY_BYTES))].slice(0, SUMMARY_BYTES)
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return text.length > SUMMARY_BYTES ? `${hex} ...` : hex
}

/** V8's message in the words of Go's encoding/json, as far as the two can be matched. */
export function goSyntaxError(text: string, { message }: SyntaxError): string {
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length)
  const character = message.startsWith('Unexpected token')
    ? (text[position] ?? /token '(.)'/u.exec(message)?.[1])
    : text[position]
  if (character === undefined || /end of JSON/.test(message)) return 'unexpected end of JSON input'
  return `invalid character '${character}' looking for beginning of value`
}

function checkType(value: Fields, type: ResourceType): void {
  const kind = own(value, 'kind') || type.kind
  const apiVersion = own(value, 'apiVersion') || apiVersionOf(type)
  if (kind === type.kind && apiVersion === apiVersionOf(type)) return
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') {
    throw badRequest(
      "couldn't get version/kind; json parse error: json: cannot unmarshal into Go struct field .kind of type string",
    )
  }
  if (apiVersion !== apiVersionOf(type)) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(type)})`,
    )
  }
  const from = `${type.version}.${kind}`
  const group = type.group === '' ? 'core' : type.group.split('.')[0]
  throw badRequest(
    `${kind} in version "${type.version}" cannot be handled as a ${type.kind}: converting (${from}) to (${group}.${type.kind}): unknown conversion`,
  )
}
