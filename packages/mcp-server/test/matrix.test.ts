/** What tools/list shows and what tools/call allows agree for every role, tool, era and transport (CVE-2026-46519). */
import { describe, expect, test } from 'vitest'
import { ALL_TOOLSETS, everyTool } from './every-tool.ts'
import { asked } from './shop.ts'
import { PATHS, scale, world } from './world.ts'

const ALL = everyTool()
  .map(({ name }) => name)
  .toSorted()

const ROLES = [
  { role: 'viewer', subject: { user: 'vera', groups: ['viewers'] }, sees: ['kubernetes_get', 'kubernetes_logs'] },
  { role: 'admin', subject: { user: 'adam', groups: [] }, sees: [...ALL, 'test_scale'] },
  { role: 'nobody', subject: { user: 'eve', groups: [] }, sees: [] },
]

/** Arguments do not matter here: whoever may use a tool is told what is wrong with them, and nobody else is. */
const TOOLS = [...ALL, 'test_scale', 'no_such_tool'].map((name) => ({ name, arguments: {} }))

describe.each(PATHS)('over $transport in the $era era', (path) => {
  test.each(ROLES)('a $role is listed exactly the tools it can call', async ({ subject, sees }) => {
    const { connect } = world({ subject, tools: [scale], toolsets: ALL_TOOLSETS })
    const client = await connect(path)

    const listed = (await client.listTools()).tools.map(({ name }) => name)

    expect(listed).toEqual(sees)
    for (const tool of TOOLS) expect(await known(client.callTool(tool))).toBe(sees.includes(tool.name))
  })

  test.each(ROLES)('each attempt of a $role leaves one audit record', async ({ subject }) => {
    const tested = world({ subject, tools: [scale], toolsets: ALL_TOOLSETS })
    const client = await tested.connect(path)

    for (const tool of TOOLS) await known(client.callTool(tool))

    expect(tested.audit.map(({ tool }) => tool)).toEqual(TOOLS.map(({ name }) => name))
    expect(new Set(tested.audit.map(({ transport }) => transport))).toEqual(new Set([path.transport]))
    expect(tested.audit[0]?.revision).toBe(path.era === 'modern' ? '2026-07-28' : '2025-11-25')
  })

  test('a hidden tool and an unknown one get the same answer, and nothing reaches the cluster', async () => {
    const { connect, cluster } = world({ tools: [scale] })
    const client = await connect(path)

    const hidden = await refusal(client.callTool({ name: 'test_scale', arguments: { replicas: 1 } }))
    const unknown = await refusal(client.callTool({ name: 'test_skale', arguments: { replicas: 1 } }))

    expect(hidden).toEqual({ code: -32602, message: 'Unknown tool: test_scale' })
    expect(unknown).toEqual({ code: -32602, message: 'Unknown tool: test_skale' })
    expect(asked(cluster)).toEqual([])
  })
})

async function known(call: Promise<unknown>): Promise<boolean> {
  return call.then(() => true).catch((error: { code: number }) => error.code !== -32602)
}

async function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(() => 'answered').catch(({ code, message }) => ({ code, message }))
}
