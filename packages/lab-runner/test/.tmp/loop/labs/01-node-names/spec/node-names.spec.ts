import { describe, expect, lab, test } from '@mcp-lab/lab-runner/lab'

describe('list', () => {
  test('answers one name for each node', async () => {
    const world = await lab.world({ nodes: 3 })

    const result = await world.mcp.callTool('node_names', {})

    expect(result.structuredContent.names, 'one name for each of the 3 nodes').toHaveLength(3)
  })

  test('answers the names the cluster has', async () => {
    const world = await lab.world({ nodes: [{ name: 'ada' }, { name: 'grace' }] })

    const result = await world.mcp.callTool('node_names', {})

    expect(result.structuredContent.names, 'one name for each node, as the cluster has them').toEqual(['ada', 'grace'])
  })
})

describe('prefix', () => {
  test('keeps the names that start with the prefix', async () => {
    const world = await lab.world({ nodes: [{ name: 'ada' }, { name: 'grace' }, { name: 'grada' }] })

    const result = await world.mcp.callTool('node_names', { prefix: 'ada' })

    expect(result.structuredContent.names, 'only the names that start with "ada"').toEqual(['ada'])
  })
})

describe('bad-arguments', () => {
  test('refuses an empty prefix', async () => {
    const world = await lab.world({ nodes: 1 })

    const result = await world.mcp.callTool('node_names', { prefix: '' })

    expect(result.isError, 'an error for the empty prefix').toBe(true)
    expect(lab.text(result), 'an error that says what is wrong with the prefix').toMatch(/>=1|at least|invalid/i)
  })
})
