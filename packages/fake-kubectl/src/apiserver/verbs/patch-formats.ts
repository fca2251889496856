/**
 * The ways to write a patch, by media type: how each is read, applied, and what it says of a result that makes no sense.
 * Source: apiserver/pkg/endpoints/handlers/patch.go; apimachinery/pkg/runtime/converter.go.
 */
import { goFormat, jsonType } from '../../api/go-format.ts'
import { isFields, type Fields } from '../../api/meta.ts'
import { jsonPatch } from '../../api/patch/json.ts'
import { mergePatch } from '../../api/patch/merge.ts'
import { strategicMergePatch } from '../../api/patch/strategic.ts'
import type { TypeSchema } from '../../api/schema.ts'
import { badRequest, invalidValue, unsupportedMediaType, type FieldError } from '../../api/status.ts'
import { mediaType } from '../decode/body.ts'
import { parseJson, type JsonText, type Notes } from '../decode/parse-json.ts'
import type { ResourceCall } from '../server.ts'

/** A custom resource has no Go type that would say how its lists merge. @throws ApiError 415 */
export function formatOf(call: ResourceCall): PatchFormat {
  const taken = Object.keys(FORMATS).filter((name) => name !== STRATEGIC || !call.type.custom)
  const name = mediaType(call)
  if (!taken.includes(name)) throw unsupportedMediaType([...taken, APPLY])
  return FORMATS[name]!
}

/** The patch, and what a strict reader has against it. @throws ApiError 400 */
export function parsePatch({ parse }: PatchFormat, text: string): { change: unknown; strictErrors: string[] } {
  const json = parse(text)
  return { change: json.value, strictErrors: strictErrorsOf(json) }
}

export type PatchFormat = {
  readonly parse: (text: string) => JsonText
  readonly apply: (target: Fields, change: unknown, schema: TypeSchema | undefined) => unknown
  /** What it says of a result that is no object of its kind. */
  readonly undecodable: (change: unknown, result: unknown, why: string) => FieldError
}

const quoteResult: PatchFormat['undecodable'] = (_change, result, why) =>
  invalidValue('patch', JSON.stringify(result), why)

const FORMATS: Readonly<Record<string, PatchFormat>> = {
  'application/json-patch+json': {
    parse: (text) => decoded(text, 'error decoding patch: '),
    apply: jsonPatch,
    undecodable: quoteResult,
  },
  'application/merge-patch+json': {
    parse: (text) => asObject(decoded(text, 'error decoding patch: '), 'error decoding patch: '),
    apply: (target, change) => {
      if (change === null) throw badRequest('Invalid JSON Patch')
      return mergePatch(target, change)
    },
    undecodable: quoteResult,
  },
  'application/strategic-merge-patch+json': {
    parse: (text) => asObject(decoded(text, ''), ''),
    apply: strategic,
    undecodable: (change, _result, why) => invalidValue('patch', goFormat(change), unconvertible(why)),
  },
}
/** No format like the others: what it says is merged by server-side apply (apply.ts). */
export const APPLY = 'application/apply-patch+yaml'
const STRATEGIC = 'application/strategic-merge-patch+json'

/** What a strict reader finds in the patch itself: keys that come twice, and what no JSON patch operation has. */
function strictErrorsOf({ value, notes }: JsonText): string[] {
  if (!Array.isArray(value)) return duplicates(value, notes, '')
  const unknown = value.flatMap((operation, i) =>
    Object.keys(isFields(operation) ? operation : {})
      .filter((key) => !OPERATION_FIELDS.includes(key))
      .map((key) => `unknown field "[${i}].${key}"`),
  )
  return [...unknown, ...duplicates(value, notes, '')].map((error) => `json patch ${error}`)
}

const OPERATION_FIELDS = ['op', 'path', 'from', 'value']

function duplicates(value: unknown, notes: Notes, path: string): string[] {
  if (notes.duplicates.size === 0 || typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item, i) => duplicates(item, notes, `${path}[${i}]`))
  const dot = path === '' ? '' : `${path}.`
  const here = (notes.duplicates.get(value) ?? []).map((key) => `duplicate field "${dot}${key}"`)
  return [...here, ...Object.entries(value).flatMap(([key, item]) => duplicates(item, notes, dot + key))]
}

function decoded(text: string, prefix: string): JsonText {
  try {
    return parseJson(text)
  } catch (fault) {
    throw badRequest(prefix + (fault as SyntaxError).message)
  }
}

function asObject(json: JsonText, prefix: string): JsonText {
  const { value } = json
  if (value === null || isFields(value)) return json
  throw badRequest(`${prefix}json: cannot unmarshal ${jsonType(value)} into Go value of type map[string]interface {}`)
}

/** Decoding by the Go type, the real server does not look at what the patch says of kind and apiVersion. */
function strategic(target: Fields, change: unknown, schema: TypeSchema | undefined): unknown {
  if (!schema) throw badRequest('strategic merge patch format is not supported')
  const { kind, apiVersion } = target
  return { ...strategicMergePatch(target, (change ?? {}) as Fields, schema), kind, apiVersion }
}

/** It converts where the others decode JSON, and has words of its own for what it cannot convert. */
function unconvertible(why: string): string {
  const [, found = '', goType = ''] = /cannot unmarshal (\w+) into Go .* of type (.+)$/.exec(why) ?? []
  const kind = GO_KINDS[found] ?? found
  if (goType.startsWith('[]')) return `cannot restore slice from ${kind}`
  if (goType.startsWith('map')) return `cannot restore map from ${kind}`
  if (goType.includes('.')) return `cannot restore struct from: ${kind}`
  if (found === 'number') return `cannot convert int64 to ${goType}`
  return goType === '' ? why : `unrecognized type: ${goType}`
}

const GO_KINDS: Readonly<Record<string, string>> = { number: 'int64', object: 'map', array: 'slice' }
