/**
 * The MCP SDK of the other major version, a client that speaks 2025-11-25 alone, against `pnpm mcp stdio`.
 */
import path from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const MAIN = path.resolve(import.meta.dirname, '../packages/testbed/src/cli/mcp.ts')

describe('the v1 SDK client over stdio', () => {
  const client = new Client({ name: 'interop', version: '1.0.0' })

  beforeAll(() => client.connect(new StdioClientTransport({ command: process.execPath, args: [MAIN, 'stdio'] })))
  afterAll(() => client.close())

  test('lists the tools', async () => {
    const { tools } = await client.listTools()

    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['kubernetes_get', 'kubernetes_logs']))
  })

  test('gets the nodes of the simulated cluster', async () => {
    const result = await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' } })

    expect(result.isError).toBeFalsy()
    expect(JSON.stringify(result.structuredContent)).toContain('node-')
  })

  test('is refused a Secret, with a reason', async () => {
    const result = await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'secrets', namespace: 'shop' } })

    expect(result.isError).toBe(true)
    expect(JSON.stringify(result.content)).toMatch(/secrets/)
  })
})
