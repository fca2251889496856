/**
 * What the server has, told to clients: resources by group, aggregated or one document a group; version and health.
 * All of it is made from the registry of kinds, and made again when that has changed.
 * Source: apiserver/pkg/endpoints/{discovery,installer.go}, `/apis` with apidiscovery.k8s.io/v2; texts recorded from 1.36.
 */
import { createHash } from 'node:crypto'
import { apiVersionOf } from '../../api/kinds/row.ts'
import type { ApiGroup, Registry } from '../../api/registry.ts'
import { apiResources, resourceDiscovery } from './discovery-resources.ts'
import { health } from './health.ts'
import { negotiate } from '../encoding/negotiate.ts'
import type { Call } from '../server.ts'

const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-06-10T12:00:00Z',
  goVersion: 'go1.26.0',
  compiler: 'gc',
  platform: 'linux/amd64',
}

/** The answer for a path that is no resource; undefined when there is none. */
export function discovery(call: Call): Response | undefined {
  const { method, headers } = call.request
  const { kinds } = call.server
  const path = call.url.pathname.replace(/(.)\/$/, '$1')
  if (method !== 'GET' && method !== 'HEAD') return undefined
  if (path === '/version') return json(JSON.stringify(VERSION, null, 2))
  const healthy = health(path, call.url.searchParams)
  if (healthy) return healthy
  const version = path === '/api' || path === '/apis' ? negotiate(headers.get('accept')).discovery : undefined
  if (version) return aggregated(call, path, version)
  const document = legacy(kinds, path)
  return document && json(`${JSON.stringify(document)}\n`)
}

function json(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private' } })
}

/** One document with everything; a client that has it already is told so. */
function aggregated({ request, server }: Call, path: string, version: string): Response {
  const { text, etag } = documentOf(server.kinds, path, version)
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' }
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
  const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
  return new Response(text, { headers: { ...headers, 'content-type': contentType } })
}

type Document = { readonly text: string; readonly etag: string }

const made = new WeakMap<Registry, { changes: number; documents: Map<string, Document> }>()

function documentOf(kinds: Registry, path: string, version: string): Document {
  const known = made.get(kinds)
  const documents = known?.changes === kinds.changes ? known.documents : new Map<string, Document>()
  made.set(kinds, { changes: kinds.changes, documents })
  const document = documents.get(`${path} ${version}`) ?? aggregate(kinds, path, version)
  documents.set(`${path} ${version}`, document)
  return document
}

function aggregate(kinds: Registry, path: string, version: string): Document {
  const groups = kinds.groups.filter(({ name }) => (name === '') === (path === '/api'))
  const items = groups.map((group) => groupDiscovery(kinds, group))
  const list = { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items }
  const text = `${JSON.stringify(list)}\n`
  const etag = `"${createHash('sha256').update(text).digest('hex').toUpperCase()}"`
  return { text, etag }
}

function groupDiscovery(kinds: Registry, { name, versions }: ApiGroup): Record<string, unknown> {
  return {
    metadata: { ...(name && { name }), creationTimestamp: null },
    versions: versions.map((version) => ({
      version,
      resources: rowsOf(kinds, name, version).map((type) => resourceDiscovery(type)),
      freshness: 'Current',
    })),
  }
}

function legacy(kinds: Registry, path: string): Record<string, unknown> | undefined {
  const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }]
  const groups = kinds.groups.filter(({ name }) => name !== '')
  if (path === '/') return { paths: paths(groups) }
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs }
  if (path === '/api/v1') return resourceList(kinds, '', 'v1')
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((it) => apiGroup(it)) }
  const [, name = '', version] = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? []
  const group = groups.find((it) => it.name === name)
  if (!group) return undefined
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group) }
  return group.versions.includes(version) ? resourceList(kinds, name, version) : undefined
}

function paths(groups: readonly ApiGroup[]): string[] {
  const apis = groups.flatMap(({ name, versions }) => [name, ...versions.map((version) => `${name}/${version}`)])
  const all = [
    '/api',
    '/api/v1',
    '/apis',
    ...apis.map((it) => `/apis/${it}`),
    '/healthz',
    '/livez',
    '/readyz',
    '/version',
  ]
  return all.sort()
}

function apiGroup({ name, versions }: ApiGroup): Record<string, unknown> {
  const named = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions: named, preferredVersion: named[0] }
}

function resourceList(kinds: Registry, group: string, version: string): Record<string, unknown> {
  return {
    kind: 'APIResourceList',
    ...(group && { apiVersion: 'v1' }),
    groupVersion: apiVersionOf({ group, version }),
    resources: rowsOf(kinds, group, version).flatMap((type) => apiResources(type, kinds)),
  }
}

function rowsOf(kinds: Registry, group: string, version: string): ReturnType<Registry['all']['filter']> {
  return kinds.all.filter((type) => type.group === group && type.version === version)
}
