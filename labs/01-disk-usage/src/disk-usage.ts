/**
 * The tool `disk_usage`: how full each node's disk is, and which nodes are above a threshold.
 *
 * This file is yours: fill the holes, one step at a time. README.md beside the folder tells the story;
 * `npm run lab 1` says where you stand.
 */
import { defineTool, todo, type KubeClient } from '@mcp-lab/mcp-server'
import * as z from 'zod'

/** One row of the answer. The steps "usage", "threshold" and "unreachable" each add what they find out. */
const NodeDisk = z.object({
  name: z.string(),
})
type NodeDisk = z.infer<typeof NodeDisk>

/** The part of a Node that the tool reads. */
type Node = { metadata: { name: string } }

export const diskUsage = defineTool({
  name: 'disk_usage',
  title: 'Disk usage of the nodes',
  description:
    'Shows how full the disk of each node is, and flags the nodes above a threshold. Use it when pods are evicted, when a node reports DiskPressure, or to see where space runs out.',
  level: 'read',

  // What a caller may say. Step "threshold" adds an argument, step "arguments" says what it may be.
  inputSchema: z.strictObject({}),

  // What a program may rely on. Step "output" describes each field of the answer.
  outputSchema: z.object({ nodes: z.array(NodeDisk) }),

  // What the tool will ask of the cluster. The server checks these rights before `run` starts.
  attributes: () => [
    { verb: 'list', apiGroup: '', resource: 'nodes' },
    { verb: 'get', apiGroup: '', resource: 'nodes', subresource: 'proxy' },
  ],

  async run(_args, { kube }) {
    const names = await listNodeNames(kube)

    // Step "parallel": this loop waits for each kubelet before it asks the next one.
    const nodes: NodeDisk[] = []
    for (const name of names) nodes.push(await readDisk(kube, name))

    // Step "output": people and models read the text. A line for each node tells them more than a count.
    return { structuredContent: { nodes }, text: `${nodes.length} nodes` }
  },
})

/** Step "list": the names of all nodes. The API server knows them. */
async function listNodeNames(kube: KubeClient): Promise<string[]> {
  throw todo('list the nodes (step "list")')
}

/** Step "usage": how full one node's disk is. Only the kubelet on that machine knows. */
async function readDisk(kube: KubeClient, name: string): Promise<NodeDisk> {
  return { name }
}
