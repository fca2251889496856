/**
 * Puts the server together: tools, policy, cluster and audit become `{ fetch, serveStdio, close }`.
 *
 * One factory serves both protocol revisions on both transports, so none of them can drift from the others.
 */
import type { Journal } from '@mcp-lab/journal'
import type { Policy, Subject } from '@mcp-lab/rbac'
import { sanitize } from '@mcp-lab/sanitizer'
import { createMcpHandler } from '@modelcontextprotocol/server'
import type { AuditRecord } from './call.ts'
import { ChokePoint } from './choke-point.ts'
import type { SetTimer } from './deadline.ts'
import { Cancelled } from './errors.ts'
import type { Kube } from './kube-client.ts'
import { serveStdio, type StdioOptions, type StdioServer } from './node/stdio.ts'
import { newId, reportFault, setTimer, systemNow } from './node/system.ts'
import { createPipeline } from './pipeline.ts'
import { DEFAULT_LIMITS, type Limits, type Ports } from './ports.ts'
import { builtInTools } from './tools/built-in.ts'
import { createCatalog } from './tools/catalog.ts'
import type { Tool } from './tools/tool.ts'

export type McpServerOptions = {
  /** The cluster: the simulator's `fetch`, or any cluster's with its origin and credentials. */
  readonly kube: Kube
  /**
   * Who may do what, or what says so at each question (`policyFile`). There is no default: a server without a policy would
   * have to guess.
   */
  readonly policy: Policy | (() => Policy)
  readonly audit: Journal<AuditRecord>
  /** The one who asks, on every transport; or `identify`, which reads it from the HTTP request (absent on stdio). */
  readonly subject?: Subject
  readonly identify?: (request: Request | undefined) => Subject | Promise<Subject>
  /** Beside the built-in ones. */
  readonly tools?: readonly Tool[]
  readonly limits?: Partial<Limits>
  readonly now?: () => Date
  /** Beside the simulator: its virtual clock, so that deadlines pass in virtual time. */
  readonly setTimer?: SetTimer
  readonly sanitize?: typeof sanitize
  readonly newId?: () => string
  /** Sees what a tool threw, as it was thrown. */
  readonly onToolError?: (tool: Tool, error: unknown) => void
  /** Sees faults of the server itself; the default writes them, sanitized, to stderr. */
  readonly onFault?: (fault: unknown, callId: string) => void
}

export type McpServer = {
  /** Streamable HTTP, both revisions. Host and Origin are checked where a socket is: in `listen`. */
  readonly fetch: (request: Request) => Promise<Response>
  /** Speaks on this process's stdin and stdout, or on the streams it is given. */
  readonly serveStdio: (options?: StdioOptions) => StdioServer
  /** Ends running calls and open connections. */
  readonly close: () => Promise<void>
}

/**
 * Makes an MCP server.
 *
 * @param options the cluster, the policy, the audit journal and who asks
 * @returns       a server that answers at once; it holds no socket until `listen` or `serveStdio`
 * @throws        TypeError when nobody says who asks, or two tools have one name
 * @example       createMcpServer({ kube: { fetch: cluster.fetch }, policy: defaultPolicy(), audit, subject })
 */
export function createMcpServer(options: McpServerOptions): McpServer {
  const closing = new AbortController()
  const ports = portsOf(options, closing.signal)
  const pipeline = createPipeline(ports)
  const create = () => new ChokePoint(ports, pipeline)
  const onerror = (fault: Error) => ports.onFault(fault, 'protocol')
  const http = createMcpHandler(create, { onerror })
  const stdio = new Set<StdioServer>()

  return {
    fetch: (request) => http.fetch(request),
    serveStdio: (more) => {
      const connection = serveStdio(create, { onerror, ...more })
      stdio.add(connection)
      return connection
    },
    close: async () => {
      closing.abort(new Cancelled('the server is closing'))
      await Promise.all([http.close(), ...[...stdio].map((connection) => connection.close())])
    },
  }
}

function portsOf(options: McpServerOptions, closing: AbortSignal): Ports {
  const { policy } = options
  return {
    tools: createCatalog([...builtInTools(), ...(options.tools ?? [])]),
    policy: typeof policy === 'function' ? policy : () => policy,
    kube: options.kube,
    audit: options.audit,
    identify: identityOf(options),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    sanitize: options.sanitize ?? sanitize,
    now: options.now ?? systemNow,
    setTimer: options.setTimer ?? setTimer,
    newId: options.newId ?? newId,
    closing,
    onToolError: options.onToolError ?? (() => {}),
    onFault: options.onFault ?? reportFault,
  }
}

function identityOf({ subject, identify }: McpServerOptions): Ports['identify'] {
  if (identify) return identify
  if (subject) return () => subject
  throw new TypeError('createMcpServer: expected subject or identify, found neither; a call must come from somebody')
}
