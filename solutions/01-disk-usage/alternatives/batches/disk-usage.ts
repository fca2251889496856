/**
 * Another right way: nodes in batches of 25, so that a large cluster is never asked all at once.
 */
import { defineTool, type KubeClient } from '@mcp-lab/mcp-server'
import * as z from 'zod'

const BATCH = 25

const Row = z.object({
  name: z.string(),
  reachable: z.boolean(),
  overThreshold: z.boolean(),
  usedBytes: z.number().nullish(),
  capacityBytes: z.number().nullish(),
  usedPercent: z.number().optional(),
  problem: z.string().nullish(),
})

interface Stats {
  node: { fs: { usedBytes: number; capacityBytes: number } }
}

export const diskUsage = defineTool({
  name: 'disk_usage',
  title: 'Disk usage',
  description: 'How full the disks of the nodes are.',
  level: 'read',
  inputSchema: z.strictObject({ threshold: z.number().gte(1).lte(100).optional() }),
  outputSchema: z.object({ nodes: z.array(Row), overThreshold: z.array(z.string()) }),
  attributes: () => [
    { verb: 'list', apiGroup: '', resource: 'nodes' },
    { verb: 'get', apiGroup: '', resource: 'nodes', subresource: 'proxy' },
  ],
  async run(args, { kube }) {
    const limit = args.threshold ?? 80
    const list = await kube.get<{ items: { metadata: { name: string } }[] }>('/api/v1/nodes')
    const rows: z.infer<typeof Row>[] = []
    for (let start = 0; start < list.items.length; start += BATCH) {
      const batch = list.items.slice(start, start + BATCH)
      rows.push(...(await Promise.all(batch.map((node) => row(kube, node.metadata.name, limit)))))
    }
    const over = rows.filter((each) => each.overThreshold).map((each) => each.name)
    return { structuredContent: { nodes: rows, overThreshold: over }, text: table(rows) }
  },
})

async function row(kube: KubeClient, name: string, limit: number): Promise<z.infer<typeof Row>> {
  let stats: Stats
  try {
    stats = await kube.get<Stats>(`/api/v1/nodes/${encodeURIComponent(name)}/proxy/stats/summary`)
  } catch (error) {
    return { name, reachable: false, overThreshold: false, problem: (error as Error).message }
  }
  const { usedBytes, capacityBytes } = stats.node.fs
  const overThreshold = usedBytes * 100 > capacityBytes * limit
  const usedPercent = Math.round((1000 * usedBytes) / capacityBytes) / 10
  return { name, reachable: true, overThreshold, usedBytes, capacityBytes, usedPercent }
}

function table(rows: z.infer<typeof Row>[]): string {
  const lines = rows.map((each) => {
    const use = each.reachable ? `${each.usedPercent}%` : `not reachable: ${each.problem}`
    return `${each.name.padEnd(24)}${use}${each.overThreshold ? '  OVER' : ''}`
  })
  return ['NODE                    USED', ...lines].join('\n')
}
