import { defineTool } from '@mcp-lab/mcp-server'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { createTestbed } from './testbed.ts'

const nodeNames = defineTool({
  name: 'node_names',
  title: 'Names of the nodes',
  description: 'Lists the names of the nodes.',
  level: 'read',
  inputSchema: z.strictObject({}),
  outputSchema: z.object({ names: z.array(z.string()) }),
  attributes: () => [{ verb: 'list', resource: 'nodes' }],
  async run(_args, { kube }) {
    const nodes = await kube.list<{ metadata: { name: string } }>('/api/v1/nodes')
    const names = nodes.map(({ metadata }) => metadata.name)
    return { structuredContent: { names }, text: names.join(', ') }
  },
})

describe('a testbed', () => {
  test('is one system: a call passes the chain, reaches the cluster, and is audited', async () => {
    await using bed = await testbed()

    const result = await bed.client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' } })

    expect(result.isError).toBeFalsy()
    expect(bed.cluster.apiLog.some(({ requestURI }) => requestURI.startsWith('/api/v1/nodes'))).toBe(true)
    expect(bed.audit.entries.map(({ record }) => [record.tool, record.outcome])).toEqual([
      ['kubernetes_get', 'answered'],
    ])
  })

  test('serves tools of its user beside the built-in ones', async () => {
    await using bed = await testbed({ nodes: 4, tools: [nodeNames] })

    const result = await bed.client.callTool({ name: 'node_names', arguments: {} })

    expect(result.structuredContent).toEqual({ names: [...bed.cluster.kubelets.keys()].toSorted() })
  })

  test('has the same cluster for the same seed, and another for another', async () => {
    await using one = await testbed({ seed: 5 })
    await using same = await testbed({ seed: 5 })
    await using other = await testbed({ seed: 6 })

    expect(same.cluster.snapshot()).toEqual(one.cluster.snapshot())
    expect([...other.cluster.kubelets.keys()]).not.toEqual([...one.cluster.kubelets.keys()])
  })

  test('lets virtual time pass while a call waits for a kubelet', async () => {
    await using bed = await testbed({ nodes: 1, kubeletLatencyMs: 9_000, tools: [statsOfFirstNode] })
    const startedAtMs = bed.cluster.clock.now()

    await bed.client.callTool({ name: 'first_stats', arguments: {} })

    expect(bed.cluster.clock.now() - startedAtMs).toBe(9_000)
  })

  test('refuses a scenario that does not exist, and names those that do', async () => {
    await expect(createTestbed({ scenario: 'nope' })).rejects.toThrow('There is no scenario "nope"')
  })
})

const statsOfFirstNode = defineTool({
  name: 'first_stats',
  title: 'First stats',
  description: 'Asks the kubelet of the first node.',
  level: 'read',
  inputSchema: z.strictObject({}),
  outputSchema: z.object({ name: z.string() }),
  attributes: () => [
    { verb: 'list', resource: 'nodes' },
    { verb: 'get', resource: 'nodes', subresource: 'proxy' },
  ],
  async run(_args, { kube }) {
    const [node] = await kube.list<{ metadata: { name: string } }>('/api/v1/nodes')
    const name = node?.metadata.name ?? 'none'
    await kube.get(`/api/v1/nodes/${name}/proxy/stats/summary`)
    return { structuredContent: { name }, text: name }
  },
})

async function testbed(options?: Parameters<typeof createTestbed>[0]) {
  const bed = await createTestbed(options)
  return { ...bed, [Symbol.asyncDispose]: () => bed.close() }
}
