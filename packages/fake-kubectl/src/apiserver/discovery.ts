/**
 * What the server has, told to clients: resources by group, aggregated or one document a group; version and health.
 * All of it is made from the table of kinds.
 * Source: apiserver/pkg/endpoints/discovery, `/apis` with apidiscovery.k8s.io/v2; texts recorded from 1.36.
 */
import { createHash } from 'node:crypto'
import { apiVersionOf, GROUPS, RESOURCES, type ResourceType, type Subresource } from '../api/resources.ts'
import { negotiate } from './negotiate.ts'
import type { Call } from './server.ts'

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
  const path = call.url.pathname.replace(/(.)\/$/, '$1')
  if (method !== 'GET' && method !== 'HEAD') return undefined
  if (path === '/version') return json(JSON.stringify(VERSION, null, 2))
  if (['/healthz', '/livez', '/readyz'].includes(path)) return new Response('ok', { headers: TEXT })
  const document = legacy(path)
  if (!document) return undefined
  const version = negotiate(headers.get('accept')).discovery
  if (version && (path === '/api' || path === '/apis'))
    return aggregated(call, path === '/api' ? [''] : GROUPS, version)
  return json(`${JSON.stringify(document)}\n`)
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8' }

function json(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private' } })
}

/** One document with everything; a client that has it already is told so. */
function aggregated({ request }: Call, groups: readonly string[], version: string): Response {
  const apiVersion = `apidiscovery.k8s.io/${version}`
  const items = groups.map((group) => groupDiscovery(group))
  const text = `${JSON.stringify({ kind: 'APIGroupDiscoveryList', apiVersion, metadata: {}, items })}\n`
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 32).toUpperCase()}"`
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' }
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
  const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
  return new Response(text, { headers: { ...headers, 'content-type': contentType } })
}

function groupDiscovery(group: string): Record<string, unknown> {
  const metadata = group === '' ? { creationTimestamp: null } : { name: group, creationTimestamp: null }
  const resources = RESOURCES.filter((type) => type.group === group).map((type) => resourceDiscovery(type))
  return { metadata, versions: [{ version: 'v1', resources, freshness: 'Current' }] }
}

function resourceDiscovery(type: ResourceType): Record<string, unknown> {
  const { group, version, plural, singular, kind, namespaced, verbs, shortNames, categories, subresources } = type
  const scope = namespaced ? 'Namespaced' : 'Cluster'
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope,
    singularResource: singular,
    verbs,
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((it) => ({
        subresource: it.name,
        responseKind: { group, version, kind: it.kind ?? kind },
        verbs: it.verbs,
      })),
    }),
  }
}

function legacy(path: string): Record<string, unknown> | undefined {
  const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }]
  if (path === '/')
    return {
      paths: [
        '/api',
        '/api/v1',
        '/apis',
        ...GROUPS.map((group) => `/apis/${group}/v1`),
        '/healthz',
        '/livez',
        '/readyz',
        '/version',
      ],
    }
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs }
  if (path === '/api/v1') return resourceList('')
  if (path === '/apis')
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: GROUPS.map((group) => apiGroup(group)) }
  const [, group = '', version] = /^\/apis\/([^/]+)(?:\/(v1))?$/.exec(path) ?? []
  if (!GROUPS.includes(group)) return undefined
  return version ? resourceList(group) : { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group) }
}

function apiGroup(group: string): Record<string, unknown> {
  const preferredVersion = { groupVersion: `${group}/v1`, version: 'v1' }
  return { name: group, versions: [preferredVersion], preferredVersion }
}

function resourceList(group: string): Record<string, unknown> {
  const resources = RESOURCES.filter((type) => type.group === group).flatMap((type) => [
    apiResource(type),
    ...type.subresources.map((it) => subresource(type, it)),
  ])
  return {
    kind: 'APIResourceList',
    ...(group && { apiVersion: 'v1' }),
    groupVersion: apiVersionOf({ group, version: 'v1' }),
    resources,
  }
}

function apiResource({
  plural,
  singular,
  namespaced,
  kind,
  verbs,
  shortNames,
  categories,
}: ResourceType): Record<string, unknown> {
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
  }
}

function subresource({ plural, namespaced, kind }: ResourceType, it: Subresource): Record<string, unknown> {
  return { name: `${plural}/${it.name}`, singularName: '', namespaced, kind: it.kind ?? kind, verbs: it.verbs }
}
