/**
 * What lab 1 asks of the tool `disk_usage`, step by step.
 *
 * The tests talk to the tool as an agent does, through the MCP server, and compare its answers with the machines behind
 * the simulated nodes. They never import the student's code.
 */
import { describe, expect, lab, test, type CallToolResult, type World } from '@mcp-lab/lab-runner/lab'

const KUBELET_LATENCY_MS = 50
const GIB = 2 ** 30

describe('list', () => {
  test('answers one row for each node', async () => {
    const world = await lab.world({ nodes: 3 })

    const { nodes } = answerOf(await world.mcp.callTool('disk_usage', {}))

    expect(namesOf(nodes), 'the answer has one row for each node of the cluster').toEqual(nodeNames(world))
  })

  test('works for a cluster of one node', async () => {
    const world = await lab.world({ nodes: 1 })

    const { nodes } = answerOf(await world.mcp.callTool('disk_usage', {}))

    expect(namesOf(nodes), 'the answer has one row for the only node').toEqual(nodeNames(world))
  })
})

describe('usage', () => {
  test('reads used and total bytes from each kubelet', async () => {
    const world = await lab.world({ nodes: 3 })

    const { nodes } = answerOf(await world.mcp.callTool('disk_usage', {}))

    for (const [name, { disk }] of world.cluster.kubelets) {
      const row = rowOf(nodes, name)
      expect(row.usedBytes, `usedBytes of ${name} is what its kubelet says in node.fs`).toBe(disk.usedBytes)
      expect(row.capacityBytes, `capacityBytes of ${name} is what its kubelet says in node.fs`).toBe(disk.capacityBytes)
    }
  })

  test('says how full each disk is, in percent', async () => {
    const world = await lab.world({ nodes: [{ usedPercent: 12 }, { usedPercent: 47 }, { usedPercent: 93 }] })

    const { nodes } = answerOf(await world.mcp.callTool('disk_usage', {}))

    for (const [name, { disk }] of world.cluster.kubelets) {
      const percent = (100 * disk.usedBytes) / disk.capacityBytes
      const off = Math.abs(Number(rowOf(nodes, name).usedPercent) - percent)
      expect(off, `usedPercent of ${name} is ${percent.toFixed(1)}, to within 1`).toBeLessThan(1)
    }
  })
})

describe('threshold', () => {
  test('flags the nodes above 80 percent when the caller says nothing', async () => {
    const world = await lab.world({ nodes: [{ usedPercent: 60 }, { usedPercent: 91 }, { usedPercent: 79 }] })

    const { nodes } = answerOf(await world.mcp.callTool('disk_usage', {}))

    expect(flagsOf(nodes), 'overThreshold is true above 80 percent, and false elsewhere').toEqual(fuller(world, 80))
  })

  test('flags by the threshold that the caller gives', async () => {
    const world = await lab.world({ nodes: [{ usedPercent: 30 }, { usedPercent: 55 }, { usedPercent: 91 }] })

    const { nodes } = answerOf(await world.mcp.callTool('disk_usage', { threshold: 50 }))

    expect(flagsOf(nodes), 'with threshold 50, overThreshold is true above 50 percent').toEqual(fuller(world, 50))
  })

  test('compares the exact percentage, not a rounded one', async () => {
    const atThreshold = { usedPercent: 80, capacityBytes: 100 * GIB }
    const world = await lab.world({ nodes: [atThreshold, { usedPercent: 80.3 }, { usedPercent: 79.7 }] })

    const { nodes } = answerOf(await world.mcp.callTool('disk_usage', {}))

    expect(flagsOf(nodes), '80.3 percent is above 80; 80 and 79.7 are not').toEqual(fuller(world, 80))
  })
})

describe('unreachable', () => {
  test('reports a node whose kubelet does not answer', async () => {
    const world = await lab.world({ nodes: [{ usedPercent: 40 }, { kubelet: 'down' }, { usedPercent: 90 }] })

    const { nodes } = answerOf(await world.mcp.callTool('disk_usage', {}))

    const row = rowOf(nodes, downNode(world))
    expect(row.reachable, 'the row of a node that cannot be reached has reachable: false').toBe(false)
    expect(String(row.problem ?? ''), 'problem says why the node cannot be reached').toMatch(/\w+/)
    expect(row.usedPercent, 'nobody knows how full that disk is, so there is no number').toBeUndefined()
  })

  test('still answers for the other nodes', async () => {
    const world = await lab.world({ nodes: [{ usedPercent: 40 }, { kubelet: 'down' }, { usedPercent: 90 }] })

    const { nodes } = answerOf(await world.mcp.callTool('disk_usage', {}))

    const reached = nodes.filter((row) => row.reachable === true)
    const up = [...world.cluster.kubelets].filter(([, kubelet]) => kubelet.state === 'up').map(([name]) => name)
    expect(namesOf(reached), 'the nodes that can be reached have reachable: true').toEqual(up.toSorted())
  })
})

describe('arguments', () => {
  test('takes any threshold from 1 to 100', async () => {
    const world = await lab.world({ nodes: 1 })

    for (const threshold of [1, 50, 100]) answerOf(await world.mcp.callTool('disk_usage', { threshold }))
  })

  const senseless = [{ threshold: 0 }, { threshold: 150 }, { threshold: -5 }, { threshold: 'a lot' }, { treshold: 50 }]
  for (const args of senseless) {
    test(`refuses ${JSON.stringify(args)}, names the argument, and asks the cluster nothing`, async () => {
      const world = await lab.world({ nodes: 1 })

      const result = await world.mcp.callTool('disk_usage', args)

      const argument = String(Object.keys(args)[0])
      expect(result.isError, `${JSON.stringify(args)} is an error, not an answer`).toBe(true)
      expect(lab.text(result), `the error names the argument ${argument}`).toContain(argument)
      expect(kubeletRequests(world), 'no kubelet is asked for a call that is refused').toBe(0)
    })
  }
})

describe('output', () => {
  test('describes each field of a row in the output schema', async () => {
    const world = await lab.world({ nodes: 1 })

    const tool = (await world.mcp.listTools()).find(({ name }) => name === 'disk_usage')

    const row = fieldsOf(tool?.outputSchema, 'nodes')
    const promised = ['name', 'reachable', 'overThreshold', 'usedBytes', 'capacityBytes', 'usedPercent', 'problem']
    expect(row, 'outputSchema describes these fields of a row in nodes').toEqual(expect.arrayContaining(promised))
  })

  test('has a line of text for each node, with its percentage', async () => {
    const world = await lab.world({ nodes: [{ usedPercent: 31 }, { usedPercent: 88 }] })

    const text = lab.text(await world.mcp.callTool('disk_usage', {}))

    for (const [name, { disk }] of world.cluster.kubelets) {
      const percent = Math.floor((100 * disk.usedBytes) / disk.capacityBytes)
      const line = lineOf(text, name)
      expect(line, `a line of the text names ${name}`).toContain(name)
      expect(line, `the line of ${name} says about ${percent} percent`).toMatch(
        new RegExp(`\\b(${percent}|${percent + 1})`),
      )
      expect(line, 'the text is written for people, so it is not JSON').not.toMatch(/[{}"]/)
    }
  })

  test('says in words which node cannot be reached', async () => {
    const world = await lab.world({ nodes: [{ usedPercent: 31 }, { kubelet: 'down' }] })

    const text = lab.text(await world.mcp.callTool('disk_usage', {}))

    const line = lineOf(text, downNode(world))
    expect(line, `a line of the text names ${downNode(world)}`).toContain(downNode(world))
    expect(line, 'that line says that the node was not reached').toMatch(
      /unreach|not reach|no answer|not answer|down|fail|error|refused/i,
    )
  })
})

describe('parallel', () => {
  test('asks 200 kubelets without waiting for each in turn', async () => {
    const world = await lab.world({ nodes: 200, kubeletLatencyMs: KUBELET_LATENCY_MS })

    const { result, elapsedMs } = await world.timed(() => world.mcp.callTool('disk_usage', {}))

    expect(answerOf(result).nodes, 'the answer has a row for each of the 200 nodes').toHaveLength(200)
    expect(kubeletRequests(world), 'each of the 200 kubelets is asked, and only once').toBe(200)
    const serialMs = 200 * KUBELET_LATENCY_MS
    const took = `each kubelet takes ${KUBELET_LATENCY_MS} ms; asked one after another that is ${serialMs} ms of cluster time`
    expect(elapsedMs, `${took}; it should take a fifth of that at most`).toBeLessThanOrEqual(serialMs / 5)
  })
})

type Row = Record<string, unknown>

/** The structured answer of a call that should have worked. */
function answerOf(result: CallToolResult): { nodes: Row[] } {
  expect(result.isError ? lab.text(result) : 'an answer', 'disk_usage gives an answer, not an error').toBe('an answer')
  const nodes = result.structuredContent?.nodes
  expect(Array.isArray(nodes), 'structuredContent has a list called nodes').toBe(true)
  return { nodes: nodes as Row[] }
}

function rowOf(nodes: Row[], name: string): Row {
  const row = nodes.find((candidate) => candidate.name === name)
  expect(row, `there is a row for ${name}`).toBeDefined()
  return row as Row
}

function namesOf(nodes: Row[]): string[] {
  return nodes.map((row) => String(row.name)).toSorted()
}

function nodeNames(world: World): string[] {
  return [...world.cluster.kubelets.keys()].toSorted()
}

/** Which nodes the answer flags, as `[name, flag]` in the order of names. */
function flagsOf(nodes: Row[]): unknown[] {
  return nodes.map((row) => [row.name, row.overThreshold]).toSorted()
}

/** Which nodes are fuller than `percent`, by the machines themselves. */
function fuller(world: World, percent: number): unknown[] {
  const machines = [...world.cluster.kubelets]
  return machines.map(([name, { disk }]) => [name, disk.usedBytes * 100 > disk.capacityBytes * percent]).toSorted()
}

function downNode(world: World): string {
  const down = [...world.cluster.kubelets].find(([, kubelet]) => kubelet.state === 'down')
  return down?.[0] ?? 'no node is down'
}

function kubeletRequests(world: World): number {
  return world.cluster.apiLog.filter(({ requestURI }) => requestURI.includes('/proxy/stats/summary')).length
}

function lineOf(text: string, name: string): string {
  return text.split('\n').find((line) => line.includes(name)) ?? ''
}

/** The field names that a tool's output schema promises for the rows of one of its lists. */
function fieldsOf(schema: unknown, list: string): string[] {
  const { properties } = (schema ?? {}) as { properties?: Record<string, { items?: { properties?: object } }> }
  return Object.keys(properties?.[list]?.items?.properties ?? {})
}
