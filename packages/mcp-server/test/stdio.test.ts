/** Another implementation, the v1 SDK's client, talks to the server as a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Client as ModernClient } from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { describe, expect, test } from 'vitest'

const ENTRY = fileURLToPath(new URL('./stdio-entry.ts', import.meta.url))
const COMMAND = { command: process.execPath, args: [ENTRY], env: { MCP_LAB_USER: 'vera', MCP_LAB_GROUPS: 'viewers' } }

describe('over stdio', () => {
  test('a v1 client lists and calls', async () => {
    const client = new Client({ name: 'v1', version: '1' })
    await client.connect(new StdioClientTransport(COMMAND))

    const { tools } = await client.listTools()
    const result = await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' } })

    expect(tools.map(({ name }) => name)).toEqual(['kubernetes_get', 'kubernetes_logs'])
    expect(result.structuredContent).toMatchObject({ shown: 2, total: 2 })
    await expect(client.callTool({ name: 'no_such_tool' })).rejects.toThrow('Unknown tool: no_such_tool')
    await client.close()
  })

  test('a v2 client speaks 2026-07-28', async () => {
    const client = new ModernClient({ name: 'v2', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    await client.connect(new ModernTransport(COMMAND))

    const result = await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' } })

    expect(client.getProtocolEra()).toBe('modern')
    expect(result.structuredContent).toMatchObject({ shown: 2 })
    await client.close()
  })

  test('stdout carries the protocol and nothing else, also when the input is nonsense', async () => {
    const server = spawn(COMMAND.command, COMMAND.args, { env: COMMAND.env })
    let out = ''
    server.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    server.stdin.end('nonsense\n{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n')

    await once(server, 'close')

    for (const line of out.split('\n').filter(Boolean)) expect(JSON.parse(line)).toHaveProperty('jsonrpc', '2.0')
  })

  test('a server that nobody vouches for does not start, and says what is missing', async () => {
    const server = spawn(COMMAND.command, COMMAND.args, { env: {} })
    let err = ''
    server.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))

    const [code] = (await once(server, 'close')) as [number]

    expect(code).not.toBe(0)
    expect(err).toContain('MCP_LAB_USER: expected the name of the user who asks')
  })
})
