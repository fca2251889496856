/**
 * `mcp stdio` and `mcp http`: the MCP server for an editor, an agent or an inspector.
 *
 * By default it stands in front of a simulated cluster of its own; a kubeconfig puts it in front of any other. On stdio,
 * stdout carries the protocol and nothing else: what a tool prints goes to stderr.
 */
import { Console } from 'node:console'
import { readFile } from 'node:fs/promises'
import { openJournal } from '@mcp-lab/journal'
import {
  approvalFolder,
  createHttpApp,
  createMcpServer,
  createOidc,
  identityIn,
  listen,
  openTelemetry,
  TOOLSETS,
  withTelemetry,
  type AuditRecord,
  type ChangeRow,
  type McpServer,
  type McpServerOptions,
  type Oidc,
  type Telemetry,
  type Toolset,
} from '@mcp-lab/mcp-server'
import { loadTools } from '../../load-tools.ts'
import { DEFAULT_SUBJECT, labPolicy, openPolicy } from '../../policy.ts'
import { UserError } from '../../user-error.ts'
import { parseFlags, stopped, typed, wholeNumber } from '../run-command.ts'
import { clusterOf } from './cluster.ts'
import { FOLDERS } from './folders.ts'
import { subjectOr } from './subject.ts'

const HELP = `Usage: ${typed('mcp stdio|http', '[flags]')}

Serves the MCP server on stdin and stdout, or on a port of this machine, until the client leaves or Ctrl-C.

  --kubeconfig FILE  the cluster to work on (default: a simulated one of its own)
  --cluster current  the cluster that kubectl would use now
  --scenario NAME    what happens in the simulated cluster (default disk-pressure); ${typed('scenario', 'list')} shows them
  --seed N           the same seed gives the same simulated cluster (default 1)
  --tools FILE       also serve the tools that this module exports; may be repeated
  --toolsets LIST    which built-in tools to offer, or all (default core,rollouts,metrics,changes,access)
  --policy FILE      who may do what, read again when it changes (default: viewers look, operators change, approvers approve,
                     and students use their own tools)
  --approvals DIR    where what needs a person's word waits for it (default: .mcp-lab/approvals)
  --audit-log FILE   where the audit log goes (default: a new file under .mcp-lab/audit)
  --fsync            each row of the audit log is on the disk before its call is answered
  --change-log FILE  what undo needs; it holds whole objects (default: a new file under .mcp-lab/changes)
  --impersonate      ask the cluster as the caller, so that its own RBAC and audit see them (default with --oidc-issuer)
  --port N           http: listen on this port (default: any free one)
  --oidc-issuer URL  take the tokens of this issuer: over HTTP from each request, on stdio from MCP_LAB_TOKEN_FILE
  --url URL          what clients call this server, and the audience of their tokens (default: http://127.0.0.1:PORT/mcp)
  --user-claim NAME, --groups-claim NAME   where the token says who it is (default: sub, groups)
  --scope NAME       a scope without which no token is taken; may be repeated
  --step-up-acr LIST what is dangerous takes a token with one of these values of acr

Who asks is MCP_LAB_USER and MCP_LAB_GROUPS (default: ${DEFAULT_SUBJECT.user}; ${DEFAULT_SUBJECT.groups.join(', ')}), and
MCP_LAB_ACTOR the agent that acts for them (agent:claude); then they may approve themselves what it wants to do.
With OTEL_EXPORTER_OTLP_ENDPOINT each row of the audit log goes there as a span, too.
Sets of tools: ${Object.keys(TOOLSETS).join(', ')}.`

const FLAGS = {
  kubeconfig: { type: 'string' },
  cluster: { type: 'string', default: 'sim' },
  scenario: { type: 'string', default: 'disk-pressure' },
  seed: { type: 'string', default: '1' },
  tools: { type: 'string', multiple: true },
  toolsets: { type: 'string' },
  policy: { type: 'string' },
  approvals: { type: 'string', default: FOLDERS.approvals },
  'audit-log': { type: 'string' },
  fsync: { type: 'boolean', default: false },
  'change-log': { type: 'string' },
  impersonate: { type: 'boolean', default: false },
  port: { type: 'string', default: '0' },
  'oidc-issuer': { type: 'string' },
  url: { type: 'string' },
  'user-claim': { type: 'string' },
  'groups-claim': { type: 'string' },
  scope: { type: 'string', multiple: true },
  'step-up-acr': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

type Flags = ReturnType<typeof parseFlags<typeof FLAGS>>['values']

/** @param argv what follows `mcp` */
export async function serve(signal: AbortSignal, argv: string[]): Promise<void> {
  const { values, positionals } = parseFlags('mcp', HELP, FLAGS, argv)
  if (values.help) return console.log(HELP)
  const [transport, ...rest] = positionals
  if (rest.length > 0 || (transport !== 'stdio' && transport !== 'http')) {
    throw new UserError(`Expected stdio or http, found ${positionals.join(' ') || 'nothing'}.`, HELP)
  }
  if (transport === 'stdio') globalThis.console = new Console(process.stderr)
  const issuer = issuerOf(values)
  const telemetry = await telemetryFromEnv()
  const mcp = await serverOf(values, { signal, identify: identityOf(transport, issuer), telemetry })
  if (transport === 'stdio') await serveStdio(mcp, signal)
  else await serveHttp(mcp, { values, signal, issuer })
  await mcp.close()
  await telemetry?.close()
}

/** As every OpenTelemetry SDK is turned on and off. */
async function telemetryFromEnv(): Promise<Telemetry | undefined> {
  const variable = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'].find((it) => process.env[it])
  if (variable === undefined || process.env['OTEL_SDK_DISABLED'] === 'true') return undefined
  const url = URL.parse(process.env[variable] ?? '')
  if (url === null) throw new UserError(`${variable}: expected a URL.`, 'Example: http://127.0.0.1:4318')
  return openTelemetry({
    onLost: (reason) => console.error(`OpenTelemetry: spans were lost, ${url.host} did not take them: ${reason}`),
  })
}

type Serving = {
  readonly signal: AbortSignal
  readonly identify: NonNullable<McpServerOptions['identify']>
  readonly telemetry: Telemetry | undefined
}

async function serverOf(values: Flags, { signal, identify, telemetry }: Serving): Promise<McpServer> {
  const tools = (await Promise.all((values.tools ?? []).map(loadTools))).flat()
  const { fsync } = values
  const audit = open<AuditRecord>('audit', values['audit-log'], { fsync })
  return createMcpServer({
    kube: {
      fetch: clusterOf(values, { signal, help: HELP }),
      impersonate: values.impersonate || values['oidc-issuer'] !== undefined,
    },
    policy: values.policy === undefined ? labPolicy(tools) : openPolicy(values.policy),
    identify,
    ...(values['step-up-acr'] !== undefined && { stepUp: { acr: values['step-up-acr'].split(',') } }),
    audit: telemetry === undefined ? audit : withTelemetry(audit, telemetry),
    changes: open<ChangeRow>('changes', values['change-log'], { fsync }),
    approvals: approvalFolder(values.approvals, now),
    ...(values.toolsets !== undefined && { toolsets: toolsetsOf(values.toolsets) }),
    tools,
  })
}

function toolsetsOf(list: string): Toolset[] {
  const known = Object.keys(TOOLSETS) as Toolset[]
  const wanted = list === 'all' ? known : (list.split(',') as Toolset[])
  const unknown = wanted.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new UserError(`--toolsets: there is no set ${unknown.join(', ')}.`, `Some of ${known.join(', ')}, or all.`)
  return wanted
}

const now = (): Date => new Date()

const MAX_LOG_BYTES = 64 * 2 ** 20 // then it is set aside, and the chain goes on in a new file

/** A journal has one writer, so each server keeps a file of its own unless it is told where to write. */
function open<R>(
  kind: 'audit' | 'changes',
  file: string | undefined,
  { fsync }: { readonly fsync: boolean },
): ReturnType<typeof openJournal<R>> {
  const stamp = now().toISOString().replaceAll(':', '-')
  return openJournal<R>(file ?? `${FOLDERS[kind]}/${stamp}-${process.pid}.jsonl`, {
    now,
    fsync,
    maxBytes: MAX_LOG_BYTES,
    onRepair: (repair) =>
      console.error(`The ${kind} log's last row was torn and has been cut: ${JSON.stringify(repair)}`),
  })
}

async function serveStdio(mcp: McpServer, signal: AbortSignal): Promise<void> {
  const connection = mcp.serveStdio()
  // A host that leaves closes our stdin; there is nobody to serve any more.
  await Promise.race([stopped(signal), new Promise((resolve) => process.stdin.once('end', resolve))])
  await connection.close()
}

type Issuer = { readonly oidc: Oidc; readonly resource: URL }

type HttpOptions = { readonly values: Flags; readonly signal: AbortSignal; readonly issuer: Issuer | undefined }

async function serveHttp(mcp: McpServer, { values, signal, issuer }: HttpOptions): Promise<void> {
  const app = createHttpApp({ mcp, ...issuer, requiredScopes: values.scope ?? [] })
  const server = await listen(app, { port: portOf(values) }).catch((fault: Error) => {
    throw new UserError(fault.message, 'Example: --port 0 takes any free one.')
  })
  console.log(`The MCP server answers at ${server.url}\n\nCtrl-C stops it.`)
  await stopped(signal)
  await server.close()
}

function portOf({ port }: Flags): number {
  return wholeNumber('port', port, [0, 65_535])
}

function issuerOf(values: Flags): Issuer | undefined {
  const issuer = values['oidc-issuer']
  if (issuer === undefined) return undefined
  if (values.url === undefined && portOf(values) === 0)
    throw new UserError(
      '--oidc-issuer: tokens are for a server of one name, and this one has none.',
      'Name it with --url, or its port with --port.',
    )
  const resource = URL.parse(values.url ?? `http://127.0.0.1:${values.port}/mcp`)
  if (resource === null)
    throw new UserError(`--url ${values.url}: expected a URL.`, 'Example: --url https://mcp.example/mcp')
  const { 'user-claim': userClaim, 'groups-claim': groupsClaim } = values
  const claims = { ...(userClaim !== undefined && { userClaim }), ...(groupsClaim !== undefined && { groupsClaim }) }
  return { oidc: createOidc({ issuer, audience: resource.href, ...claims }), resource }
}

/** With an issuer a token says who it is: the request's over HTTP, the one in MCP_LAB_TOKEN_FILE on stdio. */
function identityOf(transport: 'stdio' | 'http', issuer: Issuer | undefined): Serving['identify'] {
  if (issuer === undefined) {
    const subject = subjectOr(DEFAULT_SUBJECT)
    return () => subject
  }
  if (transport === 'http') return (_request, auth) => identityIn(auth)
  const file = process.env['MCP_LAB_TOKEN_FILE']
  if (file === undefined)
    throw new UserError('MCP_LAB_TOKEN_FILE is missing.', 'On stdio it names the file with the token of --oidc-issuer.')
  // Read for each call: whoever renews the token writes the file anew.
  return async () => (await issuer.oidc.verify((await readFile(file, 'utf8')).trim())).identity
}
