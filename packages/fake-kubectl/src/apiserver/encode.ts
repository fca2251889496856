/**
 * From objects to responses: JSON or YAML, object, Table or metadata alone, times as the client's clock shows them.
 */
import { stringify } from 'yaml'
import { fromStorage } from '../api/conversion.ts'
import type { KubeObject } from '../api/meta.ts'
import { apiVersionOf, type ResourceType } from '../api/kinds/row.ts'
import type { Status } from '../api/status.ts'
import { negotiate, type Form } from './negotiate.ts'
import type { Call, ResourceCall } from './server.ts'
import { shiftTimes } from './shown-time.ts'
import { table, type ListMeta } from './tables/table.ts'

/** In the version that was asked for, `kind` and `apiVersion` first, as the real server writes them. */
export function withType(type: ResourceType, object: KubeObject): KubeObject {
  return { kind: type.kind, apiVersion: apiVersionOf(type), ...fromStorage(type, object) }
}

/** The body for one object, in the form that was asked for. */
export function encodeObject(call: ResourceCall, object: KubeObject, code = 200): Response {
  const form = formOf(call)
  if (form.as === 'table')
    return respond(call, table(call, [object], { resourceVersion: object.metadata.resourceVersion }), code)
  return respond(call, form.as === 'metadata' ? partial(object) : withType(call.type, object), code)
}

/** The body for a list, in the form that was asked for. */
export function encodeList(call: ResourceCall, objects: readonly KubeObject[], metadata: ListMeta): Response {
  const { type } = call
  const form = formOf(call)
  if (form.as === 'table') return respond(call, table(call, objects, metadata))
  if (form.as === 'metadata') {
    const items = objects.map((object) => partial(object))
    return respond(call, { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items })
  }
  return respond(call, {
    kind: `${type.kind}List`,
    apiVersion: apiVersionOf(type),
    metadata,
    items: objects.map((object) => fromStorage(type, object)),
  })
}

export function partial(object: KubeObject): Record<string, unknown> {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
}

/** Any JSON value as the response's body. */
export function respond(call: Call, body: unknown, code = 200): Response {
  return encode(formOf(call), shiftTimes(body, call.server.clock.shownOffsetMs), code)
}

/** The answer to what creates nothing that could be shown. */
export function respondCreated(call: Call): Response {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
  return encode(formOrJson(call), status, 201)
}

/** An error; in JSON when the client asked for nothing this server can write. */
export function respondStatus(call: Call, status: Status): Response {
  const headers = status.code === 401 ? { 'www-authenticate': 'Bearer realm="kubernetes"' } : retryAfter(status)
  return encode(formOrJson(call), status, status.code ?? 500, headers)
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

function encode({ syntax }: Form, body: unknown, code: number, headers: Record<string, string> = {}): Response {
  const text = syntax === 'yaml' ? stringify(body, { aliasDuplicateObjects: false }) : `${JSON.stringify(body)}\n`
  return new Response(text, {
    status: code,
    headers: { 'content-type': `application/${syntax}`, ...NO_CACHE, ...headers },
  })
}

const NO_CACHE = { 'cache-control': 'no-cache, private' }

function retryAfter({ details }: Status): Record<string, string> {
  return details?.retryAfterSeconds === undefined ? {} : { 'retry-after': String(details.retryAfterSeconds) }
}
