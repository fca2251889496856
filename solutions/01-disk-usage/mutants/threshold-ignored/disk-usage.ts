/**
 * Mutant: always uses 80, whatever the caller says.
 *
 * caught-by: threshold
 * idea: with threshold 50
 */
import { defineTool, type KubeClient } from '@mcp-lab/mcp-server'
import * as z from 'zod'

const DEFAULT_THRESHOLD_PERCENT = 80

const NodeDisk = z.object({
  name: z.string(),
  reachable: z.boolean().describe('false when the kubelet did not answer; then there are no numbers'),
  overThreshold: z.boolean(),
  usedBytes: z.number().optional(),
  capacityBytes: z.number().optional(),
  usedPercent: z.number().optional(),
  problem: z.string().optional().describe('why the node could not be reached'),
})
type NodeDisk = z.infer<typeof NodeDisk>

/** The part of a Node that the tool reads. */
type Node = { metadata: { name: string } }

/** The part of the kubelet's `stats/summary` that the tool reads. */
type Summary = { node: { fs: { usedBytes: number; capacityBytes: number } } }

export const diskUsage = defineTool({
  name: 'disk_usage',
  title: 'Disk usage of the nodes',
  description:
    'Shows how full the disk of each node is, and flags the nodes above a threshold. Use it when pods are evicted, when a node reports DiskPressure, or to see where space runs out.',
  level: 'read',
  inputSchema: z.strictObject({
    threshold: z
      .number()
      .min(1)
      .max(100)
      .default(DEFAULT_THRESHOLD_PERCENT)
      .describe('flag nodes that are fuller than this, in percent'),
  }),
  outputSchema: z.object({ threshold: z.number(), nodes: z.array(NodeDisk) }),
  attributes: () => [
    { verb: 'list', apiGroup: '', resource: 'nodes' },
    { verb: 'get', apiGroup: '', resource: 'nodes', subresource: 'proxy' },
  ],
  async run({ threshold }, { kube }) {
    const names = await listNodeNames(kube)
    const nodes = await Promise.all(names.map((name) => readDisk(kube, name, threshold)))
    return { structuredContent: { threshold, nodes }, text: nodes.map(describeNode).join('\n') }
  },
})

async function listNodeNames(kube: KubeClient): Promise<string[]> {
  const nodes = await kube.list<Node>('/api/v1/nodes')
  return nodes.map((node) => node.metadata.name)
}

/** One node's row. A kubelet that does not answer is a finding about that node, not a failure of the tool. */
async function readDisk(kube: KubeClient, name: string, threshold: number): Promise<NodeDisk> {
  try {
    const { node } = await kube.get<Summary>(`/api/v1/nodes/${name}/proxy/stats/summary`)
    const { usedBytes, capacityBytes } = node.fs
    const usedPercent = (100 * usedBytes) / capacityBytes
    return {
      name,
      reachable: true,
      overThreshold: usedPercent > DEFAULT_THRESHOLD_PERCENT,
      usedBytes,
      capacityBytes,
      usedPercent,
    }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { name, reachable: false, overThreshold: false, problem }
  }
}

function describeNode({ name, overThreshold, usedPercent, problem }: NodeDisk): string {
  if (usedPercent === undefined) return `${name}: unreachable (${problem})`
  return `${name}: ${usedPercent.toFixed(1)} % used${overThreshold ? ', over the threshold' : ''}`
}
