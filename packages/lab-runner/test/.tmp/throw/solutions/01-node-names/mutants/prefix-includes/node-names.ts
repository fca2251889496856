// caught-by: prefix
// idea: start with
/**
 * The tool `node_names`: the names of the cluster's nodes, if asked only those with a prefix.
 */
import { defineTool } from '@mcp-lab/mcp-server'
import { z } from 'zod'

type Node = { metadata: { name: string } }

export const nodeNames = defineTool({
  name: 'node_names',
  title: 'Names of the nodes',
  description: 'Lists the names of the nodes, optionally only those that start with a prefix.',
  level: 'read',
  inputSchema: z.strictObject({ prefix: z.string().min(1).optional() }),
  outputSchema: z.object({ names: z.array(z.string()) }),
  attributes: () => [{ verb: 'list', apiGroup: '', resource: 'nodes' }],

  async run({ prefix }, { kube }) {
    const names = await listNames(kube)
    const structuredContent = { names: prefix === undefined ? names : withPrefix(names, prefix) }
    return { structuredContent, text: structuredContent.names.join('\n') }
  },
})

async function listNames(kube: { list<T>(path: string): Promise<T[]> }): Promise<string[]> {
  const nodes = await kube.list<Node>('/api/v1/nodes')
  return nodes.map((node) => node.metadata.name)
}

function withPrefix(names: string[], prefix: string): string[] {
  return names.filter((name) => name.includes(prefix))
}
