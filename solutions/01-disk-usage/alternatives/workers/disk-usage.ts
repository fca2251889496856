/**
 * Another right way: ten workers take names from one queue; the tool is written as a class.
 */
import { defineTool, type KubeClient } from '@mcp-lab/mcp-server'
import * as z from 'zod'

const WORKERS = 10

enum Reach {
  Yes,
  No,
}

class DiskReport {
  private readonly lines: string[] = []
  readonly nodes: Record<string, unknown>[] = []

  constructor(
    private readonly kube: KubeClient,
    private readonly threshold: number,
  ) {}

  async fill(queue: string[]): Promise<void> {
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) await this.add(name)
  }

  text(): string {
    return this.lines.join('\n')
  }

  private async add(name: string): Promise<void> {
    const [reach, answer] = await this.ask(name)
    if (reach === Reach.No) {
      this.nodes.push({ name, reachable: false, overThreshold: false, problem: String(answer) })
      this.lines.push(`${name} is down`)
      return
    }
    const { usedBytes, capacityBytes } = answer as { usedBytes: number; capacityBytes: number }
    const usedPercent = (100 * usedBytes) / capacityBytes
    const overThreshold = usedPercent > this.threshold
    this.nodes.push({ name, reachable: true, overThreshold, usedBytes, capacityBytes, usedPercent })
    this.lines.push(`${name} ${usedPercent.toFixed(2)}%${overThreshold ? ' !' : ''}`)
  }

  private async ask(name: string): Promise<[Reach, unknown]> {
    try {
      const stats = await this.kube.get<{ node: { fs: unknown } }>(`/api/v1/nodes/${name}/proxy/stats/summary`)
      return [Reach.Yes, stats.node.fs]
    } catch (error) {
      return [Reach.No, error]
    }
  }
}

const row = z.object({
  name: z.string(),
  reachable: z.boolean(),
  overThreshold: z.boolean(),
  usedBytes: z.number().optional(),
  capacityBytes: z.number().optional(),
  usedPercent: z.number().optional(),
  problem: z.string().optional(),
})

export const diskUsage = defineTool({
  name: 'disk_usage',
  title: 'disk usage',
  description: 'disk usage of all nodes',
  level: 'read',
  inputSchema: z.strictObject({ threshold: z.number().positive().min(1).max(100).default(80) }),
  outputSchema: z.object({ nodes: z.array(row) }),
  attributes: () => [
    { verb: 'list', apiGroup: '', resource: 'nodes' },
    { verb: 'get', apiGroup: '', resource: 'nodes', subresource: 'proxy' },
  ],
  async run({ threshold }, { kube }) {
    const nodes = await kube.list<{ metadata: { name: string } }>('/api/v1/nodes')
    const report = new DiskReport(kube, threshold)
    const queue = nodes.map((node) => node.metadata.name)
    await Promise.all(Array.from({ length: WORKERS }, () => report.fill(queue)))
    return { structuredContent: { nodes: report.nodes as z.infer<typeof row>[] }, text: report.text() }
  },
})
