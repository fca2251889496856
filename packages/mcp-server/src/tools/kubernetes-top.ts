/**
 * kubernetes_top: how much processor time and memory nodes or pods use now.
 *
 * Source: metrics.k8s.io/v1beta1.
 */
import { z } from 'zod'
import type { KubeClient } from '../kube/client.ts'
import { kubePath } from '../kube/path.ts'
import { bytesOf, milliCoresOf } from '../kube/quantity.ts'
import { columnsText } from '../kube/rows.ts'
import { namespaceName } from './arguments.ts'
import { defineTool, type Tool, type ToolAttributes } from './tool.ts'

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 500
const MIB = 2 ** 20

const inputSchema = z.strictObject({
  of: z.enum(['nodes', 'pods']),
  namespace: namespaceName.optional().describe('Pods: leave out for all namespaces'),
  sortBy: z.enum(['cpu', 'memory']).default('cpu'),
  limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
})

type Arguments = z.output<typeof inputSchema>

const row = z.object({
  namespace: z.string().optional(),
  name: z.string(),
  cpuMilliCores: z.number(),
  memoryBytes: z.number(),
  cpuPercent: z.number().optional().describe('Of what the node can allot'),
  memoryPercent: z.number().optional(),
})

type Row = z.output<typeof row>

export function kubernetesTop(): Tool {
  return defineTool({
    name: 'kubernetes_top',
    title: 'Show resource use',
    description: 'Processor time and memory that nodes or pods use now, the greatest first. It takes a metrics server.',
    level: 'read',
    inputSchema,
    outputSchema: z.object({ shown: z.int(), total: z.int(), rows: z.array(row) }),
    rbac: [
      { verbs: ['list'], apiGroups: ['metrics.k8s.io'], resources: ['nodes', 'pods'] },
      { verbs: ['list'], apiGroups: [''], resources: ['nodes'] },
    ],
    attributes: needs,
    run: async (args, { kube }) => {
      const all = args.of === 'nodes' ? await nodes(kube) : await pods(kube, args.namespace)
      const by = args.sortBy === 'cpu' ? 'cpuMilliCores' : 'memoryBytes'
      const rows = all.toSorted((a, b) => b[by] - a[by]).slice(0, args.limit)
      const text = [columnsText(rows.map(shown)), `${rows.length} of ${all.length} ${args.of}, by ${args.sortBy}`]
      return { structuredContent: { shown: rows.length, total: all.length, rows }, text: text.join('\n') }
    },
  })
}

function needs({ of, namespace }: Arguments): ToolAttributes[] {
  const use = { verb: 'list', apiGroup: 'metrics.k8s.io', resource: of }
  if (of === 'nodes') return [use, { verb: 'list', resource: 'nodes' }]
  return [{ ...use, ...(namespace !== undefined && { namespace }) }]
}

const METRICS = '/apis/metrics.k8s.io/v1beta1'

type Usage = { readonly cpu: string; readonly memory: string }
type Named = { readonly metadata: { readonly name: string; readonly namespace?: string } }
type NodeMetrics = Named & { readonly usage: Usage }
type PodMetrics = Named & { readonly containers: readonly { readonly usage: Usage }[] }
type Node = Named & { readonly status: { readonly allocatable?: Usage } }

async function nodes(kube: KubeClient): Promise<Row[]> {
  const [metrics, all] = await Promise.all([
    kube.list<NodeMetrics>(`${METRICS}/nodes`),
    kube.list<Node>('/api/v1/nodes'),
  ])
  const allocatable = new Map(all.map(({ metadata, status }) => [metadata.name, status.allocatable]))
  return metrics.map(({ metadata: { name }, usage }) => {
    const used = { name, ...sumOf([usage]) }
    const most = allocatable.get(name)
    if (most === undefined) return used
    return {
      ...used,
      cpuPercent: percent(used.cpuMilliCores, milliCoresOf(most.cpu)),
      memoryPercent: percent(used.memoryBytes, bytesOf(most.memory)),
    }
  })
}

async function pods(kube: KubeClient, namespace: string | undefined): Promise<Row[]> {
  const place = namespace === undefined ? '' : kubePath`/namespaces/${namespace}`
  const metrics = await kube.list<PodMetrics>(`${METRICS}${place}/pods`)
  return metrics.map(({ metadata: { namespace, name }, containers }) => ({
    ...(namespace !== undefined && { namespace }),
    name,
    ...sumOf(containers.map(({ usage }) => usage)),
  }))
}

function sumOf(usages: readonly Usage[]): Pick<Row, 'cpuMilliCores' | 'memoryBytes'> {
  return {
    cpuMilliCores: Math.round(usages.reduce((sum, { cpu }) => sum + milliCoresOf(cpu), 0)),
    memoryBytes: usages.reduce((sum, { memory }) => sum + bytesOf(memory), 0),
  }
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 100)
}

function shown({
  namespace,
  name,
  cpuMilliCores,
  memoryBytes,
  cpuPercent,
  memoryPercent,
}: Row): Record<string, string> {
  return {
    ...(namespace !== undefined && { namespace }),
    name,
    cpu: `${cpuMilliCores}m`,
    ...(cpuPercent !== undefined && { 'cpu%': `${cpuPercent}%` }),
    memory: `${Math.round(memoryBytes / MIB)}Mi`,
    ...(memoryPercent !== undefined && { 'memory%': `${memoryPercent}%` }),
  }
}
