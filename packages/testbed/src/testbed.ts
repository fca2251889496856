/**
 * Wires a whole system for tests, labs and demonstrations: a simulated cluster, the MCP server in front of it, and a
 * client connected to the server, all in one process, without a port.
 */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { drive, type Cluster } from '@mcp-lab/fake-kubectl'
import { createJournal, memorySink, type Journal } from '@mcp-lab/journal'
import { createMcpServer, type AuditRecord, type Identity, type McpServer, type Tool } from '@mcp-lab/mcp-server'
import type { Policy } from '@mcp-lab/rbac'
import { DEFAULT_SUBJECT, labPolicy } from './policy.ts'
import { createSimulatedCluster, type ClusterChoice } from './simulated-cluster.ts'

const MCP_URL = new URL('http://mcp.local/mcp')

export type TestbedOptions = ClusterChoice & {
  /** Tools to load beside the built-in ones. */
  readonly tools?: readonly Tool[]
  readonly policy?: Policy
  readonly subject?: Identity
  /** Sees what a tool threw, as it was thrown. */
  readonly onToolError?: (tool: Tool, error: unknown) => void
}

export type Testbed = {
  readonly cluster: Cluster
  readonly mcp: McpServer
  /** A client of the 2026-07-28 revision; its calls pass virtual time while the cluster lets them wait. */
  readonly client: Client
  readonly audit: Journal<AuditRecord>
  close(): Promise<void>
}

export async function createTestbed(options: TestbedOptions = {}): Promise<Testbed> {
  const cluster = await createSimulatedCluster(options)
  const now = (): Date => new Date(cluster.clock.now())
  const audit = createJournal<AuditRecord>({ sink: memorySink(), now })
  const mcp = createMcpServer({
    kube: { fetch: cluster.fetch },
    policy: options.policy ?? labPolicy(options.tools),
    subject: options.subject ?? DEFAULT_SUBJECT,
    audit,
    now,
    // In the background: a call that does something else than ask the cluster is not hurried to its deadline.
    setTimer: (run, delayMs) => cluster.clock.at(cluster.clock.now() + delayMs, run, { background: true }),
    wait: (delayMs) => new Promise((resolve) => cluster.clock.at(cluster.clock.now() + delayMs, resolve)),
    ...(options.tools && { tools: options.tools }),
    ...(options.onToolError && { onToolError: options.onToolError }),
  })
  const client = await connect(cluster, mcp)
  const close = async (): Promise<void> => {
    await client.close()
    await mcp.close()
  }
  return { cluster, mcp, client, audit, close }
}

async function connect(cluster: Cluster, mcp: McpServer): Promise<Client> {
  const client = new Client(
    { name: 'testbed', version: '0.1.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  )
  const fetch = (url: string | URL, init?: RequestInit): Promise<Response> =>
    drive(cluster, mcp.fetch(new Request(url, init)))
  await client.connect(new StreamableHTTPClientTransport(MCP_URL, { fetch }))
  return client
}
