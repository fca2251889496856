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
  type ElicitResult,
  type Transport,
} from '@modelcontextprotocol/client'
import { z } from 'zod'
import {
  createMcpServer,
  defineChange,
  type AuditRecord,
  type McpServer,
  type McpServerOptions,
  type Patch,
  type Tool,
} from '../src/index.ts'
import type { Target } from '../src/kube/object.ts'
import { printLogs, reach, shopCluster } from './shop.ts'

type Options = Partial<McpServerOptions> & { readonly cluster?: Cluster }

export type World = {
  readonly mcp: McpServer
  readonly cluster: Cluster
  readonly journal: Journal<AuditRecord>
  /** Newest last. */
  readonly audit: readonly AuditRecord[]
  readonly faults: unknown[]
  connect(path?: Path, person?: Person): Promise<Client>
  call(name: string, args?: Record<string, unknown>): Promise<CallToolResult>
}

/** Who sits at the client and answers what the server asks; a client without one cannot ask. */
export type Person = (question: string) => ElicitResult | Promise<ElicitResult>

export const YES: ElicitResult = { action: 'accept', content: { confirm: true } }

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
    wait: (delayMs) => new Promise((resolve) => clock.at(clock.now() + delayMs, resolve)),
    toolsets: ['core'],
    onFault: (fault) => faults.push(fault),
    ...options,
  })
  const connect = async (path = PATHS[0]!, person?: Person) => {
    await ready
    const capabilities = person ? { elicitation: { form: {} } } : {}
    const client = new Client({ name: 'test', version: '1' }, { ...ERA[path.era], capabilities })
    if (person) client.setRequestHandler('elicitation/create', ({ params }) => person(params.message))
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

/** The words of a tool that only reads, for tests that say the rest. */
export const reader = { title: 'Read', description: 'A read, for tests.', level: 'read' } as const

/** Changes of the shop's deployment, for tests. */
export const scale = scaling('test_scale', (replicas) => ({ type: 'merge', body: { spec: { replicas } } }))
export const scaleByJson = scaling('test_scale_json', (value) => ({
  type: 'json',
  body: [{ op: 'replace', path: '/spec/replicas', value }],
}))

function scaling(name: string, patchTo: (replicas: number) => Patch): Tool {
  return defineChange({
    name,
    title: 'Scale',
    description: 'A change, for tests.',
    level: 'change',
    inputSchema: z.strictObject({ replicas: z.int() }),
    attributes: () =>
      ['get', 'patch'].map((verb) => ({
        verb,
        apiGroup: 'apps',
        resource: 'deployments',
        namespace: 'shop',
        name: 'api',
      })),
    plan: async ({ replicas }) => ({
      summary: `scale deployment shop/api to ${replicas} replicas`,
      writes: [{ target: deploymentApi(), verb: 'patch', patch: patchTo(replicas) }],
    }),
  })
}

function deploymentApi(): Target {
  return {
    resource: {
      apiGroup: 'apps',
      root: '/apis/apps/v1',
      resource: 'deployments',
      kind: 'Deployment',
      namespaced: true,
      words: [],
    },
    namespace: 'shop',
    name: 'api',
  }
}

/** vera may look, adam may do everything, olga may approve what others want to do, nobody else anything. */
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
---
apiVersion: mcp-lab/v1
kind: ClusterRole
metadata: { name: approver }
rules:
  - { verbs: [approve], tools: ['*'] }
---
apiVersion: mcp-lab/v1
kind: ClusterRoleBinding
metadata: { name: approvers }
roleRef: { kind: ClusterRole, name: approver }
subjects: [{ kind: Group, name: approvers }, { kind: User, name: adam }]
`)

export function textOf({ content }: CallToolResult): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}
