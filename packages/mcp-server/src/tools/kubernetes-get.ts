/**
 * kubernetes_get: one object or a list of any kind, as small rows or in full.
 */
import { z } from 'zod'
import { ToolError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import { kubePath } from '../kube/path.ts'
import { namespaceName, objectName, selector } from './arguments.ts'
import { apiVersionOf, qualified, type Resource } from '../kube/discovery.ts'
import {
  columnsText,
  itemsOf,
  rowsOf,
  TABLE,
  withoutNamespace,
  type KubeObject,
  type Listed,
  type ListMeta,
} from '../kube/rows.ts'
import type { Services } from './services.ts'
import { defineTool, type Tool, type ToolAttributes, type ToolResult } from './tool.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 500 // kubectl's --chunk-size: one page

const inputSchema = z.strictObject({
  kind: z.string().max(100).describe('Kind, plural or short name: Pod, pods, po, deployments.apps'),
  name: objectName.optional().describe('One object by name; leave out to list'),
  namespace: namespaceName.optional().describe('Leave out to list all namespaces'),
  labelSelector: selector.optional().describe('app=web,tier!=cache'),
  fieldSelector: selector.optional().describe('status.phase=Running'),
  limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  output: z.enum(['summary', 'full']).default('summary').describe('full: whole objects; only for few of them'),
})

const outputSchema = z.object({
  resource: z.string(),
  shown: z.int(),
  total: z.int().optional().describe('Absent when more exist and the API does not count them'),
  items: z.array(z.record(z.string(), z.unknown())),
})

type Arguments = z.output<typeof inputSchema>
type Output = z.output<typeof outputSchema>

const DESCRIPTION = `Get one object or list objects of any kind in the cluster (pods, deployments, nodes, custom resources …).
Answers kubectl's columns by default; output "full" gives whole objects without managedFields.
Lists are cut at limit and say "n of m". For one object and its events use kubernetes_describe.`

export function kubernetesGet({ discovery }: Services): Tool {
  return defineTool({
    name: 'kubernetes_get',
    title: 'Get or list Kubernetes objects',
    description: DESCRIPTION,
    level: 'read',
    inputSchema,
    outputSchema,
    rbac: [{ verbs: ['get', 'list'], apiGroups: ['*'], resources: ['*'] }],
    attributes: async (args, { kube }) => [need(args, await discovery.find(args.kind, kube))],
    run: async (args, { kube }) => {
      const resource = await discovery.find(args.kind, kube)
      return answer(resource, await fetched(args, resource, kube))
    },
  })
}

function need({ name, namespace }: Arguments, { apiGroup, resource, namespaced, kind }: Resource): ToolAttributes {
  if (namespaced && name !== undefined && namespace === undefined)
    throw new ToolError(
      `arguments.namespace: expected a namespace, as a ${kind} lives in one; list without name to find it`,
    )
  return {
    verb: name === undefined ? 'list' : 'get',
    apiGroup,
    resource,
    ...(namespaced && namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  }
}

type Fetched = { readonly items: Output['items']; readonly more: ListMeta }

async function fetched(args: Arguments, resource: Resource, kube: KubeClient): Promise<Fetched> {
  const { labelSelector, fieldSelector, limit, output } = args
  const query = args.name === undefined ? { labelSelector, fieldSelector, limit } : {}
  const options = output === 'full' ? { query } : { query, accept: TABLE }
  const listed = await kube.get<Listed & { metadata?: ListMeta }>(pathOf(args, resource), options)
  const rows = args.namespace === undefined ? rowsOf(listed) : withoutNamespace(rowsOf(listed))
  const items = output === 'full' ? itemsOf(listed).map((item) => whole(resource, item)) : rows
  return { items: [...items], more: args.name === undefined ? (listed.metadata ?? {}) : {} }
}

function pathOf({ name, namespace }: Arguments, { root, resource, namespaced }: Resource): string {
  const place = namespaced && namespace !== undefined ? kubePath`/namespaces/${namespace}` : ''
  return root + place + kubePath`/${resource}` + (name === undefined ? '' : kubePath`/${name}`)
}

/** A list's items come without their kind; with it, whoever reads one knows what it is, the sanitizer too. */
function whole(resource: Resource, item: KubeObject): Record<string, unknown> {
  const { managedFields: _bookkeeping, ...metadata } = { managedFields: undefined, ...item.metadata }
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, ...item, metadata }
}

function answer(resource: Resource, { items, more }: Fetched): ToolResult<Output> {
  const shown = items.length
  const total = more.continue ? more.remainingItemCount && shown + more.remainingItemCount : shown
  const content = { resource: qualified(resource), shown, ...(total !== undefined && { total }), items }
  return { structuredContent: content, text: [body(items), counted(content)].filter(Boolean).join('\n') }
}

function body(items: Output['items']): string {
  if (items.length === 0) return ''
  const isRow = (item: object) => Object.values(item).every((value) => typeof value === 'string')
  return items.every(isRow)
    ? columnsText(items as Record<string, string>[])
    : items.map((i) => JSON.stringify(i)).join('\n')
}

function counted({ resource, shown, total }: Output): string {
  if (shown === total) return `${shown} of ${total} ${resource}`
  return `${shown} of ${total ?? 'more'} ${resource}; narrow it with namespace, labelSelector or fieldSelector, or raise limit`
}
