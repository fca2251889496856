/**
 * The MCP Inspector's command line as a client of `pnpm mcp stdio`, in both eras (with `--all` only: it is large).
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const INSPECTOR = path.join(
  import.meta.dirname,
  'heavy/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
)
const MAIN = path.resolve(import.meta.dirname, '../packages/testbed/src/cli/mcp.ts')

describe.runIf(process.env.INTEROP_ALL).each(['legacy', 'modern'])('the Inspector in the %s era', (protocolEra) => {
  test('lists the tools, and finds no schema that some host cannot read', async () => {
    const { code, stdout } = await inspector(protocolEra, '--method', 'tools/list', '--strict')

    const { result } = JSON.parse(stdout) as { result: { tools: { name: string }[] } }
    expect(result.tools.map(({ name }) => name)).toContain('kubernetes_get')
    expect(code).toBe(0)
  })

  test('calls a tool', async () => {
    const { code, stdout } = await inspector(protocolEra, ...call('kubernetes_get', { kind: 'nodes' }))

    expect(stdout).toMatch(/node-[0-9a-f]+/)
    expect(code).toBe(0)
  })

  test('sees a refusal as one, and an unknown tool', async () => {
    const refused = await inspector(protocolEra, ...call('kubernetes_get', { kind: 'secrets' }))
    const unknown = await inspector(protocolEra, ...call('kubernetes_scale', {}))

    expect(refused.stdout).toContain('denied: vera may not list secrets')
    expect([refused.code, unknown.code]).toEqual([5, 5])
  })

  test('reads a resource and gets a prompt', async () => {
    const resource = await inspector(protocolEra, '--method', 'resources/read', '--uri', 'k8s://nodes')
    const prompt = await inspector(
      protocolEra,
      '--method',
      'prompts/get',
      '--prompt-name',
      'incident',
      '--prompt-args',
      'symptom=slow',
    )

    expect(resource.stdout).toMatch(/node-[0-9a-f]+/)
    expect(prompt.stdout).toContain('Something is wrong in all namespaces: slow')
  })
})

function call(name: string, args: object): string[] {
  return ['--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args)]
}

function inspector(protocolEra: string, ...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'inspector-'))
  const env = { MCP_LAB_USER: 'vera', MCP_LAB_GROUPS: 'mcp-lab:viewers', MCP_LAB_ROOT: folder }
  const k8s = { command: process.execPath, args: [MAIN, 'stdio'], env, protocolEra }
  const config = path.join(folder, 'mcp.json')
  writeFileSync(config, JSON.stringify({ mcpServers: { k8s } }))
  const args = [INSPECTOR, '--cli', '--config', config, '--server', 'k8s', '--format', 'json', ...flags]
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { env: { ...process.env, HOME: folder }, maxBuffer: 2 ** 24 },
      (fault, stdout, stderr) => resolve({ code: fault === null ? 0 : Number(fault.code), stdout, stderr }),
    )
  })
}
