/**
 * Another right way: `Promise.allSettled`, fullest node first, and a headline for people.
 */
import { defineTool } from '@mcp-lab/mcp-server'
import { z } from 'zod'

const Disk = z.object({
  name: z.string(),
  reachable: z.boolean(),
  overThreshold: z.boolean(),
  usedBytes: z.number().optional(),
  capacityBytes: z.number().optional(),
  usedPercent: z.number().optional(),
  problem: z.string().optional(),
})
type Disk = z.infer<typeof Disk>

export const tool = defineTool({
  name: 'disk_usage',
  title: 'Node disks',
  description: 'Shows used and total disk space of every node.',
  level: 'read',
  inputSchema: z.object({ threshold: z.number().int().min(1).max(100).default(80) }).strict(),
  outputSchema: z.object({ nodes: z.array(Disk) }),
  attributes: () => [
    { verb: 'list', apiGroup: '', resource: 'nodes' },
    { verb: 'get', apiGroup: '', resource: 'nodes', subresource: 'proxy' },
  ],
  run: async ({ threshold }, { kube }) => {
    const names = (await kube.list<{ metadata: { name: string } }>('/api/v1/nodes')).map((n) => n.metadata.name)
    const asked = names.map((name) =>
      kube.get<{ node: { fs: { usedBytes: number; capacityBytes: number } } }>(
        `/api/v1/nodes/${name}/proxy/stats/summary`,
      ),
    )
    const answers = await Promise.allSettled(asked)
    const nodes = answers.map((answer, i): Disk => {
      const name = names[i] as string
      if (answer.status === 'rejected') {
        return { name, reachable: false, overThreshold: false, problem: `no answer: ${String(answer.reason.message)}` }
      }
      const { usedBytes, capacityBytes } = answer.value.node.fs
      const usedPercent = (usedBytes / capacityBytes) * 100
      return { name, reachable: true, overThreshold: usedPercent > threshold, usedBytes, capacityBytes, usedPercent }
    })
    nodes.sort((a, b) => (b.usedPercent ?? -1) - (a.usedPercent ?? -1))
    const over = nodes.filter((node) => node.overThreshold).length
    const lines = nodes.map(
      (node) => `- ${node.name}: ${node.reachable ? `${node.usedPercent?.toFixed(0)} %` : node.problem}`,
    )
    return {
      structuredContent: { nodes },
      text: `${over} of ${nodes.length} nodes are above ${threshold} %.\n${lines.join('\n')}`,
    }
  },
})
