/**
 * What the safety chain costs: the same tool, answering four kilobytes, behind the SDK's bare server and behind ours, in one
 * process, a call of each in turn.
 */
import { createJournal, memorySink } from '@mcp-lab/journal'
import { createMcpServer, defineTool } from '@mcp-lab/mcp-server'
import { parsePolicy } from '@mcp-lab/rbac'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { median } from '../measure.ts'

type Fetch = (request: Request) => Promise<Response>

const CALLS = 400
const text = 'NAME READY STATUS RESTARTS AGE web-6d4cf56db6-x7k2p 1/1 Running 0 40d\n'.repeat(58).slice(0, 4000)
const structuredContent = { items: [{ name: 'web', status: 'Running' }] }
const inputSchema = z.strictObject({ kind: z.string() })
const outputSchema = z.object({ items: z.array(z.object({ name: z.string(), status: z.string() })) })
const answer = { structuredContent, text }

export async function chain(runs: number): Promise<object[]> {
  const contenders: readonly [string, Fetch][] = [
    ["the SDK's bare server", bare()],
    ['our chain', ours({})],
    ['our chain, without its sanitizer', ours({ sanitize: ((value: unknown) => CLEAN(value)) as never })],
  ]
  const times = contenders.map((): number[] => [])
  const cpu = contenders.map((): number[] => [])
  for (let run = -1; run < runs; run++) {
    for (const [n, [, fetch]] of contenders.entries()) {
      const took = await calls(fetch)
      if (run < 0) continue
      times[n]!.push(took.medianMs)
      cpu[n]!.push(took.cpuMicros)
    }
  }
  return contenders.map(([what], n) => ({
    what,
    p50Ms: round(median(times[n]!)),
    overMs: round(median(times[n]!) - median(times[0]!)),
    cpuMicros: Math.round(median(cpu[n]!)),
    overCpuMicros: Math.round(median(cpu[n]!) - median(cpu[0]!)),
    ...(n === 1 && { target: '<= 0.25 ms and <= 200 us over bare' }),
  }))
}

const CLEAN = (value: unknown) => ({ value, findings: [], injection: [] })

function bare(): Fetch {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'bare', version: '1.0.0' })
    server.registerTool('list', { inputSchema, outputSchema }, async () => ({
      content: [{ type: 'text', text }],
      structuredContent,
    }))
    return server
  })
  return (request) => handler.fetch(request)
}

function ours(options: Partial<Parameters<typeof createMcpServer>[0]>): Fetch {
  const list = defineTool({
    name: 'list',
    title: 'List',
    description: 'Lists.',
    level: 'read',
    inputSchema,
    outputSchema,
    attributes: () => [{ verb: 'list', resource: 'pods' }],
    run: async () => answer,
  })
  const policy = parsePolicy(`
apiVersion: mcp-lab/v1
kind: ClusterRole
metadata: { name: all }
rules: [{ verbs: [call], tools: ['*'] }, { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]
---
apiVersion: mcp-lab/v1
kind: ClusterRoleBinding
metadata: { name: all }
roleRef: { kind: ClusterRole, name: all }
subjects: [{ kind: User, name: bench }]
`)
  const mcp = createMcpServer({
    kube: { fetch: async () => Response.json({}) },
    policy,
    subject: { user: 'bench', groups: [] },
    audit: createJournal({ sink: memorySink(), now: () => new Date() }),
    tools: [list],
    limits: { callsPerMinute: 1e9, burst: 1e9 },
    ...options,
  })
  return (request) => mcp.fetch(request)
}

async function calls(fetch: Fetch): Promise<{ medianMs: number; cpuMicros: number }> {
  const times: number[] = []
  const before = process.cpuUsage()
  for (let n = 0; n < CALLS; n++) {
    const startedAtMs = performance.now()
    const response = await fetch(request(n))
    const body = await response.text()
    times.push(performance.now() - startedAtMs)
    if (!body.includes('web-6d4cf56db6')) throw new Error(`no answer: ${body.slice(0, 300)}`)
  }
  const { user, system } = process.cpuUsage(before)
  return { medianMs: median(times), cpuMicros: (user + system) / CALLS }
}

function request(id: number): Request {
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  return new Request('http://mcp.invalid/mcp', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'list',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: 'list', arguments: { kind: 'pods' }, _meta: envelope },
    }),
  })
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
