/**
 * What a URL asks for: verb, group, version, resource, subresource, namespace, name. Parsed once, used by everything
 * after it; knows no kind, so that authorization can refuse what does not exist.
 * Source: apiserver/pkg/endpoints/request/requestinfo.go.
 */
import { badRequest } from '../api/status.ts'
import { parseFieldSelector } from '../api/selectors.ts'

export type RequestInfo = {
  readonly path: string
  /** For a resource an API verb (`get`, `list` …), for any other path the HTTP method in lower case. */
  readonly verb: string
  readonly isResource: boolean
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  /** What follows the subresource: a proxy's path, without a slash in front. */
  readonly rest: string
}

const VERBS: Record<string, string> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}
/** Below a namespace these are no resources of their own but parts of the Namespace object. */
const NAMESPACE_SUBRESOURCES = ['status', 'finalize']

export function requestInfo(method: string, url: URL): RequestInfo {
  const segments = segmentsOf(url)
  const path = url.pathname
  const place = apiPlace(segments)
  if (!place) return { ...EMPTY, path, verb: method.toLowerCase() }
  const target = targetOf(place.rest)
  const verb = VERBS[method] ?? method.toLowerCase()
  const info = { ...EMPTY, ...place, ...target, path, isResource: true, verb }
  return { ...info, ...collectionVerb(info, method, url.searchParams) }
}

const EMPTY = {
  isResource: false,
  group: '',
  version: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  rest: '',
}

/** An encoded slash parts like any other, so that no name can hold one; nor may a path climb. */
function segmentsOf({ pathname }: URL): string[] {
  const segments = decoded(pathname).split('/').slice(1)
  if (segments.some((segment) => segment === '.' || segment === '..'))
    throw badRequest(`invalid path ${JSON.stringify(pathname)}`)
  return segments
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch (fault) {
    if (fault instanceof URIError) throw badRequest(`invalid URL escape in ${JSON.stringify(pathname)}`)
    throw fault
  }
}

/** `/api/v1/…` and `/apis/GROUP/VERSION/…`; anything shorter is no resource. */
function apiPlace(segments: string[]): { group: string; version: string; rest: string[] } | undefined {
  const [root, first, second, third] = segments
  if (root === 'api' && first && second) return { group: '', version: first, rest: segments.slice(2) }
  if (root === 'apis' && first && second && third) return { group: first, version: second, rest: segments.slice(3) }
  return undefined
}

function targetOf(parts: string[]): Pick<RequestInfo, 'namespace' | 'resource' | 'name' | 'subresource' | 'rest'> {
  const [first = '', second = '', third = ''] = parts
  const inNamespace = first === 'namespaces' && third !== '' && !NAMESPACE_SUBRESOURCES.includes(third)
  const [resource = '', name = '', subresource = '', ...rest] = inNamespace ? parts.slice(2) : parts
  const namespace = first === 'namespaces' ? second : ''
  return { namespace, resource, name, subresource, rest: rest.join('/') }
}

/** Without a name, `get` is a list or a watch; a list of one named object counts as a request for that name. */
function collectionVerb(info: RequestInfo, method: string, query: URLSearchParams): Partial<RequestInfo> {
  if (info.name !== '')
    return info.verb === 'get' && isTrue(query.get('watch')) && !info.subresource ? { verb: 'watch' } : {}
  if (method === 'DELETE') return { verb: 'deletecollection' }
  if (info.verb !== 'get') return {}
  return { verb: isTrue(query.get('watch')) ? 'watch' : 'list', ...selectedName(query) }
}

function selectedName(query: URLSearchParams): Partial<RequestInfo> {
  const requirements = parseFieldSelector(query.get('fieldSelector') ?? '')
  const byName = requirements.find(({ field, negated }) => field === 'metadata.name' && !negated)
  return byName ? { name: byName.value } : {}
}

/** A boolean query parameter as Go's decoder reads it: present and not `false` or `0`. */
export function isTrue(value: string | null): boolean {
  return value !== null && !['0', 'false', 'False', 'FALSE', 'f', 'F'].includes(value)
}
