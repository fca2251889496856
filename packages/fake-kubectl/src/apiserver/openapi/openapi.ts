/**
 * `/openapi/v3`: an index of documents, one for each group and version, each under a URL with its hash, so that a client
 * may keep it for ever. `/openapi/v2`: all of it in one. Made when first asked for, and again when the kinds change.
 * Source: kube-openapi/pkg/handler3/handler.go, pkg/handler/handler.go.
 */
import { createHash } from 'node:crypto'
import { apiVersionOf, type ResourceType } from '../../api/kinds/row.ts'
import type { Registry } from '../../api/registry.ts'
import type { Call, Server } from '../server.ts'
import { discoveryDocument, groupDocument, INFO } from './group-document.ts'
import { swagger } from './swagger.ts'
import { rowsOf } from './type-names.ts'

const INDEX = '/openapi/v3'
const SWAGGER = '/openapi/v2'

/** The answer for a path below `/openapi`; undefined when there is none. */
export function openApi(call: Call): Response | undefined {
  const { method } = call.request
  const path = call.url.pathname.replace(/\/$/, '')
  if (!path.startsWith('/openapi/') || (method !== 'GET' && method !== 'HEAD')) return undefined
  return answer(call, path)
}

function answer(call: Call, path: string): Response | undefined {
  const document = documentsOf(call.server).get(path)
  if (!document) return undefined
  if (!acceptsJson(call.request.headers.get('accept'))) return new Response(null, { status: 406 })
  const asked = call.url.searchParams.get('hash')
  if (asked !== null && asked !== document.hash) {
    return new Response(null, { status: 301, headers: { location: `${path}?hash=${document.hash}` } })
  }
  const etag = `"${document.hash}"`
  const caching = asked === null ? 'no-cache, private' : 'public, immutable'
  const headers = { etag, vary: 'Accept', 'cache-control': caching, 'content-type': 'application/json' }
  if (call.request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
  return new Response(document.text(), { headers })
}

/** Clients that would rather have protobuf take JSON, too. */
function acceptsJson(accept: string | null): boolean {
  return accept === null || /application\/json|\*\/\*|application\/\*/.test(accept)
}

type Document = { readonly hash: string; readonly text: () => string }

const made = new WeakMap<Registry, { changes: number; documents: ReadonlyMap<string, Document> }>()

function documentsOf(server: Server): ReadonlyMap<string, Document> {
  const known = made.get(server.kinds)
  if (known?.changes === server.kinds.changes) return known.documents
  const documents = listDocuments(server)
  made.set(server.kinds, { changes: server.kinds.changes, documents })
  return documents
}

/** What is in a document follows from the rows it is made of: so does its hash, without making it. */
function listDocuments(server: Server): ReadonlyMap<string, Document> {
  const { kinds } = server
  const source = () => ({ ...server, descriptions: server.descriptions() })
  const groups = kinds.groups.flatMap(({ name, versions }) => versions.map((version) => ({ group: name, version })))
  const described = groups.filter((it) => rowsOf(kinds, it.group, it.version).some((row) => isDescribed(server, row)))
  const documents = new Map<string, Document>()
  const put = (path: string, about: unknown, make: () => object) => void documents.set(path, later(path, about, make))
  const add = (name: string, about: unknown, make: () => object) => put(`${INDEX}/${name}`, about, make)
  add('api', 'api', () => discoveryDocument(source(), '/api/', 'APIVersions'))
  add('apis', 'apis', () => discoveryDocument(source(), '/apis/', 'APIGroupList'))
  for (const { group, version } of described) {
    const rows = rowsOf(kinds, group, version)
    const name = `${group === '' ? 'api' : 'apis'}/${apiVersionOf({ group, version })}`
    if (group !== '') add(`apis/${group}`, group, () => discoveryDocument(source(), `/apis/${group}/`, 'APIGroup'))
    add(name, rows, () => groupDocument(source(), group, version))
  }
  const parts = [...documents]
  put(INDEX, parts, () => index(parts))
  put(SWAGGER, kinds.all, () => swagger(source(), described))
  return documents
}

/** Of metrics there are no types here, as of a server that is not kube-apiserver itself. */
function isDescribed({ schema }: Server, { group, version, kind, custom }: ResourceType): boolean {
  return custom !== undefined || schema.kind(group, version, kind) !== undefined
}

function later(path: string, about: unknown, make: () => object): Document {
  let text: string | undefined
  const hash = createHash('sha512')
    .update(JSON.stringify([INFO, path, about], withoutSchema))
    .digest('hex')
    .toUpperCase()
  return { hash, text: () => (text ??= JSON.stringify(make())) }
}

/** A custom row's schema is made from its `openApi`, and is no JSON. */
function withoutSchema(key: string, value: unknown): unknown {
  return key === 'schema' ? undefined : value
}

function index(documents: readonly (readonly [string, Document])[]): object {
  const paths = documents.map(([path, { hash }]) => [
    path.slice(INDEX.length + 1),
    { serverRelativeURL: `${path}?hash=${hash}` },
  ])
  return { paths: Object.fromEntries(paths.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))) }
}
