/**
 * Puts the server together: tools, policy, cluster and audit become `{ fetch, serveStdio, close }`.
 *
 * One factory serves both protocol revisions on both transports, so none of them can drift from the others.
 */
import { createJournal, memorySink, type Journal } from '@mcp-lab/journal'
import type { Policy } from '@mcp-lab/rbac'
import { sanitize } from '@mcp-lab/sanitizer'
import { createMcpHandler, type AuthInfo, type Server, type ServerCapabilities } from '@modelcontextprotocol/server'
import { memoryApprovals, type ApprovalStore } from './approvals/approval.ts'
import { createApprovals, type Approvals } from './approvals/approvals.ts'
import { createElicitations } from './approvals/elicitation.ts'
import type { AuditRecord, Identity } from './call.ts'
import { createChangeLog, type ChangeRow } from './changes/change-log.ts'
import { safeDiff } from './changes/diff.ts'
import { ChokePoint } from './choke-point.ts'
import type { SetTimer } from './deadline.ts'
import { Cancelled } from './errors.ts'
import type { Kube } from './kube/client.ts'
import { serveStdio, type StdioOptions, type StdioServer } from './node/stdio.ts'
import { newId, newKey, newSecret, reportFault, setTimer, systemNow } from './node/system.ts'
import { createPipeline } from './pipeline.ts'
import { DEFAULT_LIMITS, type Limits, type Ports, type StepUp } from './ports.ts'
import { createSessions } from './http/sessions.ts'
import type { Prompt } from './prompts/prompt.ts'
import { RUNBOOKS } from './prompts/runbooks.ts'
import { KUBERNETES_RESOURCES } from './resources/kubernetes.ts'
import type { Resource } from './resources/resource.ts'
import { createDiscovery } from './kube/discovery.ts'
import { createCatalog, type Catalog } from './tools/catalog.ts'
import { DEFAULT_PROMETHEUS, type PrometheusService, type Services } from './tools/services.ts'
import { builtInTools, DEFAULT_TOOLSETS, type Toolset } from './tools/toolsets.ts'
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
  /**
   * The one who asks, on every transport; or `identify`, which reads it from the HTTP request or its token
   * (absent on stdio).
   */
  readonly subject?: Identity
  readonly identify?: Ports['identify']
  /** Where approvals wait for another principal; in memory by default. */
  readonly approvals?: ApprovalStore
  /** What changes did, for undoing them; in memory by default. It holds whole objects: keep it from others' eyes. */
  readonly changes?: Journal<ChangeRow>
  /** Which of the built-in tools to offer. */
  readonly toolsets?: readonly Toolset[]
  /** Beside the built-in ones. */
  readonly tools?: readonly Tool[]
  /** Beside those of the cluster. */
  readonly resources?: readonly Resource[]
  /** Beside the runbooks. */
  readonly prompts?: readonly Prompt[]
  /** Where a Prometheus answers, for the set `metrics`; `monitoring/prometheus:9090` by default. */
  readonly prometheus?: PrometheusService
  readonly limits?: Partial<Limits>
  readonly now?: () => Date
  /** Beside the simulator: its virtual clock, so that deadlines pass in virtual time. */
  readonly setTimer?: SetTimer
  /** How a tool waits between two looks; with `setTimer` by default. */
  readonly wait?: Services['wait']
  /** What a caller must have signed in with before something dangerous is done; nothing by default. */
  readonly stepUp?: StepUp
  readonly sanitize?: typeof sanitize
  readonly newId?: () => string
  readonly newSecret?: () => string
  /** What the server says it can do beside the chain's own, for whoever adds it in `onServer`. */
  readonly capabilities?: ServerCapabilities
  /** Sees each server of the SDK before it is connected, to add what the chain does not own. */
  readonly onServer?: (server: Server) => void
  /** Sees what a tool threw, as it was thrown. */
  readonly onToolError?: (tool: Tool, error: unknown) => void
  /** Sees faults of the server itself; the default writes them, sanitized, to stderr. */
  readonly onFault?: (fault: unknown, callId: string) => void
}

export type McpServer = {
  /** Streamable HTTP, both revisions. Host and Origin are checked where a socket is: in `listen`. */
  readonly fetch: (request: Request, options?: { readonly authInfo?: AuthInfo }) => Promise<Response>
  /** Speaks on this process's stdin and stdout, or on the streams it is given. */
  readonly serveStdio: (options?: StdioOptions) => StdioServer
  /** What waits for another principal's word, and the door to give it: for commands and pages of people. */
  readonly approvals: Pick<Approvals, 'list' | 'decide'>
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
  const create = () => {
    const server = new ChokePoint(ports, pipeline, options.capabilities)
    options.onServer?.(server)
    return server
  }
  const onerror = (fault: Error) => ports.onFault(fault, 'protocol')
  const http = createMcpHandler(create, { onerror })
  const sessions = createSessions({
    create,
    newSecret: ports.newSecret,
    setTimer: ports.setTimer,
    onFault: (fault) => ports.onFault(fault, 'protocol'),
  })
  const stdio = new Set<StdioServer>()

  return {
    fetch: async (request, more) =>
      (await sessions.has(request)) ? sessions.fetch(request, more) : http.fetch(request, more),
    serveStdio: (more) => {
      const connection = serveStdio(create, { onerror, ...more })
      stdio.add(connection)
      return connection
    },
    approvals: ports.approvals,
    close: async () => {
      closing.abort(new Cancelled('the server is closing'))
      await Promise.all([http.close(), sessions.close(), ...[...stdio].map((connection) => connection.close())])
    },
  }
}

function portsOf(options: McpServerOptions, closing: AbortSignal): Ports {
  const policy = typeof options.policy === 'function' ? options.policy : () => options.policy as Policy
  const now = options.now ?? systemNow
  const secret = options.newSecret ?? newSecret
  const changes = createChangeLog(options.changes ?? createJournal<ChangeRow>({ sink: memorySink(), now }))
  const clean = options.sanitize ?? sanitize
  const compare = safeDiff(clean)
  const timer = options.setTimer ?? setTimer
  const tools: Catalog = createCatalog([
    ...builtInTools(options.toolsets ?? DEFAULT_TOOLSETS, {
      discovery: createDiscovery(),
      policy,
      changes,
      compare,
      now,
      wait: options.wait ?? waiting(timer),
      tools: () => [...tools.byName.keys()],
      prometheus: options.prometheus ?? DEFAULT_PROMETHEUS,
    }),
    ...(options.tools ?? []),
  ])
  return {
    tools,
    resources: [...KUBERNETES_RESOURCES, ...(options.resources ?? [])],
    prompts: [...RUNBOOKS, ...(options.prompts ?? [])],
    policy,
    approvals: createApprovals({ store: options.approvals ?? memoryApprovals(), policy, now }),
    elicitations: createElicitations(newKey(), secret),
    changes,
    kube: options.kube,
    audit: options.audit,
    identify: identityOf(options),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    sanitize: clean,
    compare,
    now,
    setTimer: timer,
    newId: options.newId ?? newId,
    newSecret: secret,
    closing,
    ...(options.stepUp && { stepUp: options.stepUp }),
    onToolError: options.onToolError ?? (() => {}),
    onFault: options.onFault ?? reportFault,
  }
}

function waiting(timer: SetTimer): Services['wait'] {
  return (delayMs, signal) =>
    new Promise((resolve, reject) => {
      const stop = timer(resolve, delayMs)
      signal.addEventListener('abort', () => (stop(), reject(signal.reason)), { once: true })
    })
}

function identityOf({ subject, identify }: McpServerOptions): Ports['identify'] {
  if (identify) return identify
  if (subject) return () => subject
  throw new TypeError('createMcpServer: expected subject or identify, found neither; a call must come from somebody')
}
