/**
 * From objects to responses: JSON or YAML, object, Table or metadata alone, times as the client's clock shows them.
 */
import { stringify } from 'yaml'
import { fromStorage } from '../../api/conversion.ts'
import type { KubeObject } from '../../api/meta.ts'
import { apiVersionOf, type ResourceType } from '../../api/kinds/row.ts'
import type { Status } from '../../api/status.ts'
import { itemText, listText, objectText, partialText, type Json } from './json-text.ts'
import { negotiate, type Form } from './negotiate.ts'
import type { Call, ResourceCall } from '../server.ts'
import { shiftTimes } from './shown-time.ts'
import { tableText, type ListMeta } from '../tables/table.ts'

/** In the version that was asked for, `kind` and `apiVersion` first, as the real server writes them. */
export function withType(type: ResourceType, object: KubeObject): KubeObject {
  return { kind: type.kind, apiVersion: apiVersionOf(type), ...fromStorage(type, object) }
}

/** The body for one object, in the form that was asked for. */
export function encodeObject(call: ResourceCall, object: KubeObject, code = 200): Response {
  const form = formOf(call)
  const { server } = call
  if (form.as === 'table')
    return encode(form, tableText(call, [object], { resourceVersion: object.metadata.resourceVersion }), code)
  if (form.as === 'metadata') return encode(form, partialText(server, object), code)
  return encode(form, objectText(server, call.type, object), code)
}

/** The body for a list, in the form that was asked for. */
export function encodeList(call: ResourceCall, objects: readonly KubeObject[], metadata: ListMeta): Response {
  const { type, server } = call
  const form = formOf(call)
  if (form.as === 'table') return encode(form, tableText(call, objects, metadata))
  if (form.as === 'metadata') {
    const items = objects.map((object) => partialText(server, object))
    return encode(form, listText('PartialObjectMetadataList', 'meta.k8s.io/v1', metadata, items))
  }
  const items = objects.map((object) => itemText(server, type, object))
  return encode(form, listText(type.custom?.listKind ?? `${type.kind}List`, apiVersionOf(type), metadata, items))
}

/** Any JSON value as the response's body. */
export function respond(call: Call, body: unknown, code = 200): Response {
  return encode(formOf(call), JSON.stringify(shiftTimes(body, call.server.clock.shownOffsetMs)), code)
}

/** The answer to what creates nothing that could be shown. */
export function respondCreated(call: Call): Response {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
  return encode(formOrJson(call), JSON.stringify(status), 201)
}

/** An error; in JSON when the client asked for nothing this server can write. */
export function respondStatus(call: Call, status: Status): Response {
  const headers = status.code === 401 ? { 'www-authenticate': 'Bearer realm="kubernetes"' } : retryAfter(status)
  return encode(formOrJson(call), JSON.stringify(status), status.code ?? 500, headers)
}

export function formOf({ request }: Call): Form {
  return negotiate(request.headers.get('accept'))
}

function formOrJson(call: Call): Form {
  try {
    return formOf(call)
  } catch {
    return { syntax: 'json', as: 'object' } // A refusal must reach the client in some form.
  }
}

const texts = new WeakMap<Response, string>()

/**
 * The whole body of an answer, as text; undefined for one that streams. A Response copies what it holds, which for a list
 * of thousands costs more than making it; who sends it on takes the text instead.
 */
export function textOf(response: Response): string | undefined {
  return texts.get(response)
}

function encode({ syntax }: Form, json: Json, code = 200, headers: Record<string, string> = {}): Response {
  const text = syntax === 'yaml' ? stringify(JSON.parse(json), { aliasDuplicateObjects: false }) : `${json}\n`
  const response = new Response(text, {
    status: code,
    headers: { 'content-type': `application/${syntax}`, ...NO_CACHE, ...headers },
  })
  texts.set(response, text)
  return response
}

const NO_CACHE = { 'cache-control': 'no-cache, private' }

function retryAfter({ details }: Status): Record<string, string> {
  return details?.retryAfterSeconds === undefined ? {} : { 'retry-after': String(details.retryAfterSeconds) }
}
