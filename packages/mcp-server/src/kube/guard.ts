/**
 * Holds a tool to its word: a request that its `attributes` did not declare never reaches the cluster.
 *
 * Reads the resource out of a path as the API server does. What it does not understand it refuses.
 * Source: kubernetes apiserver, endpoints/request/requestinfo.go.
 */
import { ToolError } from '../errors.ts'
import type { ToolAttributes } from '../tools/tool.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Guard = (method: Method, path: string) => void

/** Discovery and schemas say which kinds there are, nothing about objects; they are open to every tool. */
const DISCOVERY = /^\/(api|api\/v1|apis|apis\/[^/]+|apis\/[^/]+\/[^/]+|version|openapi\/v3(\/.+)?)$/

export function onlyDeclared(tool: string, declared: readonly ToolAttributes[]): Guard {
  return (method, path) => {
    if (isDiscovery(method, path)) return
    const asked = requestInfo(method, path)
    if (asked === undefined || !declared.some((need) => covers(need, asked)))
      throw new ToolError(
        `${tool} asked the cluster for what its attributes() did not declare: ${hint(`${method} ${path}`, asked)}`,
      )
  }
}

export function onlyDiscovery(tool: string): Guard {
  return (method, path) => {
    if (!isDiscovery(method, path))
      throw new ToolError(`${tool}, attributes: only discovery is open here, not ${method} ${path}; ask for it in run`)
  }
}

function isDiscovery(method: Method, path: string): boolean {
  return method === 'GET' && DISCOVERY.test(path)
}

function hint(request: string, asked: ToolAttributes | undefined): string {
  return asked ? `${request} needs ${JSON.stringify(asked)}` : request
}

/** An absent name or namespace in a declaration stands for all of them, as `*` does, and was authorized as such. */
function covers(need: ToolAttributes, asked: ToolAttributes): boolean {
  return (
    need.verb === asked.verb &&
    isIn(need.apiGroup ?? '', asked.apiGroup) &&
    isIn(need.resource, asked.resource) &&
    (need.subresource ?? '') === (asked.subresource ?? '') &&
    (need.namespace === undefined || need.namespace === asked.namespace) &&
    (need.name === undefined || need.name === asked.name || isMadeHere(need, asked))
  )
}

function isIn(declared: string, asked: string | undefined): boolean {
  return declared === '*' || declared === asked
}

/** The name of what is made stands in the body: the path of a create has none. */
function isMadeHere(need: ToolAttributes, asked: ToolAttributes): boolean {
  return need.verb === 'create' && need.subresource === undefined && asked.name === undefined
}

const PATH = /^\/(?:api|apis\/(?<apiGroup>[^/]+))\/v[0-9a-z]+(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<rest>.+)$/

/** A request's resource, subresource, namespace, name and verb; undefined when the path is no resource. */
export function requestInfo(method: Method, path: string): ToolAttributes | undefined {
  const { apiGroup = '', namespace, rest } = PATH.exec(path)?.groups ?? {}
  if (rest === undefined) return undefined
  const [resource = '', name, subresource] = rest.split('/').map(decodeURIComponent)
  if (['watch', 'proxy', ''].includes(resource) || name === '') return undefined
  // `/namespaces/shop/status` is the namespace's own subresource.
  if (namespace !== undefined && name === undefined && ['status', 'finalize'].includes(resource))
    return { verb: verbOf(method, namespace), apiGroup, resource: 'namespaces', subresource: resource, name: namespace }
  return {
    verb: verbOf(method, name),
    apiGroup,
    resource,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace: decodeURIComponent(namespace) }),
    ...(name !== undefined && { name }),
  }
}

function verbOf(method: Method, name: string | undefined): string {
  const { one, all } = VERBS[method]
  return name === undefined ? all : one
}

const VERBS = {
  GET: { one: 'get', all: 'list' },
  POST: { one: 'create', all: 'create' },
  PUT: { one: 'update', all: 'update' },
  PATCH: { one: 'patch', all: 'patch' },
  DELETE: { one: 'delete', all: 'deletecollection' },
} as const satisfies Record<Method, { one: string; all: string }>
