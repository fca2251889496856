/**
 * A server with a policy, an audit log and clients of every era on every transport: what the tests are written in.
 */
import { PassThrough } from 'node:stream'
import type { Cluster } from '@mcp-lab/fake-kubectl'
import { createJournal, memorySink, type Journal } from '@mcp-lab/journal'
import { parsePolicy } from '@mcp-lab/rbac'
import {
  Client,
  StreamableHTTPClientTransport,
  type CallToolResult,
  type Transport,
} from '@modelcontextprotocol/client'
import { z } from 'zod'
import { createMcpServer, defineTool, type AuditRecord, type McpServer, type McpServerOptions } from '../src/index.ts'
import { printLogs, reach, shopCluster } from './shop.ts'

type Options = Partial<McpServerOptions> & { readonly cluster?: Cluster }

export type World = {
  readonly mcp: McpServer
  readonly cluster: Cluster
  readonly journal: Journal<AuditRecord>
  /** Newest last. */
  readonly audit: readonly AuditRecord[]
  readonly faults: unknown[]
  connect(path?: Path): Promise<Client>
  call(name: string, args?: Record<string, unknown>): Promise<CallToolResult>
}

/** How a client comes to the server. */
export type Path = { readonly transport: 'http' | 'stdio'; readonly era: 'modern' | 'legacy' }

export const PATHS: readonly Path[] = [
  { transport: 'http', era: 'modern' },
  { transport: 'http', era: 'legacy' },
  { transport: 'stdio', era: 'modern' },
  { transport: 'stdio', era: 'legacy' },
]

export function world({ cluster = shopCluster(), ...options }: Options = {}): World {
  const { clock } = cluster
  const now = () => new Date(clock.now())
  const ready = printLogs(cluster)
  const faults: unknown[] = []
  const journal = createJournal<AuditRecord>({ sink: memorySink(), now })
  const mcp = createMcpServer({
    kube: { fetch: reach(cluster) },
    policy: POLICY,
    audit: journal,
    subject: { user: 'vera', groups: ['viewers'] },
    now,
    setTimer: (fn, delayMs) => clock.at(clock.now() + delayMs, fn),
    onFault: (fault) => faults.push(fault),
    ...options,
  })
  const connect = async (path = PATHS[0]!) => {
    await ready
    const client = new Client({ name: 'test', version: '1' }, ERA[path.era])
    await client.connect(path.transport === 'http' ? overFetch(mcp) : overStreams(mcp))
    return client
  }
  return {
    mcp,
    cluster,
    journal,
    faults,
    connect,
    get audit() {
      return journal.entries.map(({ record }) => record)
    },
    call: async (name, args = {}) => (await connect()).callTool({ name, arguments: args }),
  }
}

const ERA = { modern: { versionNegotiation: { mode: { pin: '2026-07-28' } } }, legacy: {} } as const

function overFetch(mcp: McpServer): Transport {
  return new StreamableHTTPClientTransport(new URL('http://mcp.invalid/mcp'), {
    fetch: (url, init) => mcp.fetch(new Request(url, init)),
  })
}

/** The stdio transport without a process: JSON lines over a pair of streams. */
function overStreams(mcp: McpServer): Transport {
  const stdin = new PassThrough()
  const stdout = new PassThrough()
  const connection = mcp.serveStdio({ stdin, stdout })
  let rest = ''
  const transport: Transport = {
    start: async () => {
      stdout.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) transport.onmessage?.(JSON.parse(line))
      })
    },
    send: async (message) => void stdin.write(`${JSON.stringify(message)}\n`),
    close: async () => {
      await connection.close()
      transport.onclose?.()
    },
  }
  return transport
}

/** A promise that another hand settles. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

export const scale = defineTool({
  name: 'test_scale',
  title: 'Scale',
  description: 'A change, for tests.',
  level: 'change',
  inputSchema: z.strictObject({ replicas: z.int() }),
  outputSchema: z.object({ replicas: z.int() }),
  attributes: () => [{ verb: 'update', apiGroup: 'apps', resource: 'deployments', subresource: 'scale' }],
  run: async ({ replicas }) => ({ structuredContent: { replicas }, text: 'scaled' }),
})

/** vera may look, adam may do everything, nobody else anything. */
export const POLICY = parsePolicy(`
apiVersion: mcp-lab/v1
kind: ClusterRole
metadata: { name: viewer }
rules:
  - { verbs: [call], tools: [kubernetes_get, kubernetes_logs] }
  - { verbs: [get, list], apiGroups: ['', apps], resources: [nodes, pods, pods/log, deployments] }
---
apiVersion: mcp-lab/v1
kind: ClusterRole
metadata: { name: admin }
rules:
  - { verbs: [call], tools: ['*'] }
  - { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
---
apiVersion: mcp-lab/v1
kind: ClusterRoleBinding
metadata: { name: viewers }
roleRef: { kind: ClusterRole, name: viewer }
subjects: [{ kind: Group, name: viewers }]
---
apiVersion: mcp-lab/v1
kind: ClusterRoleBinding
metadata: { name: admins }
roleRef: { kind: ClusterRole, name: admin }
subjects: [{ kind: User, name: adam }]
`)

export function textOf({ content }: CallToolResult): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}
