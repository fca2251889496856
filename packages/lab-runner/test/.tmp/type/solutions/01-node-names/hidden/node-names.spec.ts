import { describe, expect, lab, test } from '@mcp-lab/lab-runner/lab'

describe('list', () => {
  test('asks the cluster once, however many nodes it has', async () => {
    const world = await lab.world({ nodes: 50 })

    const { elapsedMs } = await world.timed(() => world.mcp.callTool('node_names', {}))

    expect(elapsedMs, 'one request to the cluster, not one for each node').toBeLessThan(200)
  })
})
