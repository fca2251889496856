/**
 * Holds a tool to its word: a request that its `attributes` did not declare never reaches the cluster.
 *
 * Reads the resource out of a path as the API server does. What it does not understand it refuses.
 * Source: kubernetes apiserver, endpoints/request/requestinfo.go.
 */
import { ToolError } from './errors.ts'
import type { ToolAttributes } from './tools/tool.ts'

export type Guard = (path: string) => void

/** Discovery says which kinds there are, nothing about objects; it is open to every tool. */
const DISCOVERY = /^\/(api|api\/v1|apis|apis\/[^/]+|apis\/[^/]+\/[^/]+|version)$/

export function onlyDeclared(tool: string, declared: readonly ToolAttributes[]): Guard {
  return (path) => {
    if (DISCOVERY.test(path)) return
    const asked = requestInfo(path)
    if (asked === undefined || !declared.some((need) => covers(need, asked)))
      throw new ToolError(`${tool} asked the cluster for what its attributes() did not declare: ${hint(path, asked)}`)
  }
}

export function isDiscovery(tool: string): Guard {
  return (path) => {
    if (!DISCOVERY.test(path))
      throw new ToolError(`${tool}, attributes: only discovery is open here, not ${path}; ask for it in run`)
  }
}

function hint(path: string, asked: ToolAttributes | undefined): string {
  return asked ? `GET ${path} needs ${JSON.stringify(asked)}` : `GET ${path}`
}

/** An absent name or namespace in a declaration stands for all of them, and was authorized as such. */
function covers(need: ToolAttributes, asked: ToolAttributes): boolean {
  return (
    need.verb === asked.verb &&
    (need.apiGroup ?? '') === asked.apiGroup &&
    need.resource === asked.resource &&
    (need.subresource ?? '') === (asked.subresource ?? '') &&
    (need.namespace === undefined || need.namespace === asked.namespace) &&
    (need.name === undefined || need.name === asked.name)
  )
}

const PATH = /^\/(?:api|apis\/(?<apiGroup>[^/]+))\/v[0-9a-z]+(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<rest>.+)$/

/** A GET's resource, subresource, namespace, name and verb (get or list); undefined when the path is no resource. */
export function requestInfo(path: string): ToolAttributes | undefined {
  const { apiGroup = '', namespace, rest } = PATH.exec(path)?.groups ?? {}
  if (rest === undefined) return undefined
  const [resource = '', name, subresource] = rest.split('/').map(decodeURIComponent)
  if (['watch', 'proxy', ''].includes(resource) || name === '') return undefined
  // `/namespaces/shop/status` is the namespace's own subresource.
  if (namespace !== undefined && name === undefined && ['status', 'finalize'].includes(resource))
    return { verb: 'get', apiGroup, resource: 'namespaces', subresource: resource, name: namespace }
  return {
    verb: name === undefined ? 'list' : 'get',
    apiGroup,
    resource,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace: decodeURIComponent(namespace) }),
    ...(name !== undefined && { name }),
  }
}
