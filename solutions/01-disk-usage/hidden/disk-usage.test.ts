/**
 * The hidden part of lab 1's suite: the same contract as the public part, in clusters that nobody could write down.
 */
import { describe, expect, lab, test, type CallToolResult } from '@mcp-lab/lab-runner/lab'

describe('list', () => {
  test('has every node of a cluster that takes several pages to list', async () => {
    const world = await lab.world({ nodes: 520 })

    const nodes = rowsOf(await world.mcp.callTool('disk_usage', {}))

    expect(nodes.map((row) => row.name).toSorted(), 'the answer has one row for each of the 520 nodes').toEqual(
      [...world.cluster.kubelets.keys()].toSorted(),
    )
  })
})

describe('usage', () => {
  test('reads afresh on every call', async () => {
    const world = await lab.world({ nodes: 2 })
    await world.mcp.callTool('disk_usage', {})
    for (const { disk } of world.cluster.kubelets.values()) disk.usedBytes = Math.round(disk.capacityBytes * 0.97)

    const nodes = rowsOf(await world.mcp.callTool('disk_usage', {}))

    for (const [name, { disk }] of world.cluster.kubelets) {
      const row = nodes.find((candidate) => candidate.name === name)
      expect(row?.usedBytes, `the second answer has the new number for ${name}`).toBe(disk.usedBytes)
    }
  })
})

describe('threshold', () => {
  for (const threshold of [1, 33, 66, 100]) {
    test(`flags by the exact percentage at threshold ${threshold}`, async () => {
      const world = await lab.world({ nodes: 12 })

      const nodes = rowsOf(await world.mcp.callTool('disk_usage', { threshold }))

      for (const [name, { disk }] of world.cluster.kubelets) {
        const over = disk.usedBytes * 100 > disk.capacityBytes * threshold
        const flag = nodes.find((row) => row.name === name)?.overThreshold
        expect(flag, `overThreshold of ${name}, ${(100 * disk.usedBytes) / disk.capacityBytes} percent full`).toBe(over)
      }
    })
  }
})

describe('unreachable', () => {
  test('answers even when no kubelet does', async () => {
    const world = await lab.world({ nodes: [{ kubelet: 'down' }, { kubelet: 'down' }] })

    const nodes = rowsOf(await world.mcp.callTool('disk_usage', {}))

    expect(
      nodes.map((row) => row.reachable),
      'both nodes have reachable: false',
    ).toEqual([false, false])
  })
})

describe('parallel', () => {
  test('asks for the node list once', async () => {
    const world = await lab.world({ nodes: 30 })

    await world.mcp.callTool('disk_usage', {})

    const paths = world.cluster.apiLog.map(({ requestURI }) => new URL(requestURI, 'http://cluster').pathname)
    const lists = paths.filter((path) => path === '/api/v1/nodes')
    expect(lists, 'the node list is asked for once, not once for each node').toHaveLength(1)
  })
})

type Row = Record<string, unknown>

function rowsOf(result: CallToolResult): Row[] {
  const text = lab.text(result)
  expect(result.isError ? text : 'an answer', 'disk_usage gives an answer, not an error').toBe('an answer')
  return (result.structuredContent?.nodes ?? []) as Row[]
}
