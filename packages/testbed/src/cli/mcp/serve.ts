/**
 * `mcp stdio` and `mcp http`: the MCP server for an editor, an agent or an inspector.
 *
 * By default it stands in front of a simulated cluster of its own; a kubeconfig puts it in front of any other. On stdio,
 * stdout carries the protocol and nothing else: what a tool prints goes to stderr.
 */
import { Console } from 'node:console'
import { coupleToRealTime } from '@mcp-lab/fake-kubectl'
import { openJournal } from '@mcp-lab/journal'
import {
  approvalFolder,
  createMcpServer,
  listen,
  TOOLSETS,
  type AuditRecord,
  type ChangeRow,
  type McpServer,
  type Toolset,
} from '@mcp-lab/mcp-server'
import { loadTools } from '../../load-tools.ts'
import { labPolicy, openPolicy } from '../../policy.ts'
import { connectCluster } from '../../real-cluster.ts'
import { createSimulatedCluster } from '../../simulated-cluster.ts'
import { DEFAULT_SUBJECT } from '../../testbed.ts'
import { UserError } from '../../user-error.ts'
import { parseFlags, stopped, typed, wholeNumber } from '../run-command.ts'
import { APPROVALS, FOLDERS, subjectOr } from './common.ts'

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
  --port N           http: listen on this port (default: any free one)

Who asks is MCP_LAB_USER and MCP_LAB_GROUPS (default: ${DEFAULT_SUBJECT.user}; ${DEFAULT_SUBJECT.groups.join(', ')}), and
MCP_LAB_ACTOR the agent that acts for them (agent:claude); then they may approve themselves what it wants to do.
Sets of tools: ${Object.keys(TOOLSETS).join(', ')}.`

const FLAGS = {
  kubeconfig: { type: 'string' },
  cluster: { type: 'string', default: 'sim' },
  scenario: { type: 'string', default: 'disk-pressure' },
  seed: { type: 'string', default: '1' },
  tools: { type: 'string', multiple: true },
  toolsets: { type: 'string' },
  policy: { type: 'string' },
  approvals: { type: 'string', default: APPROVALS },
  'audit-log': { type: 'string' },
  fsync: { type: 'boolean', default: false },
  'change-log': { type: 'string' },
  port: { type: 'string', default: '0' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

type Flags = ReturnType<typeof parseFlags<typeof FLAGS>>['values']

/** @param argv what follows `mcp`, the transport first */
export async function serve(signal: AbortSignal, argv: string[]): Promise<void> {
  const { values, positionals } = parseFlags('mcp', HELP, FLAGS, argv)
  if (values.help) return console.log(HELP)
  const [transport, ...rest] = positionals
  if (rest.length > 0 || (transport !== 'stdio' && transport !== 'http')) {
    throw new UserError(`Expected stdio or http, found ${positionals.join(' ') || 'nothing'}.`, HELP)
  }
  if (transport === 'stdio') globalThis.console = new Console(process.stderr)
  const mcp = await serverOf(values, signal)
  if (transport === 'stdio') await serveStdio(mcp, signal)
  else await serveHttp(mcp, values, signal)
  await mcp.close()
}

async function serverOf(values: Flags, signal: AbortSignal): Promise<McpServer> {
  const tools = (await Promise.all((values.tools ?? []).map(loadTools))).flat()
  const { fsync } = values
  return createMcpServer({
    kube: { fetch: await clusterOf(values, signal) },
    policy: values.policy === undefined ? labPolicy(tools) : openPolicy(values.policy),
    subject: subjectOr(DEFAULT_SUBJECT),
    audit: open<AuditRecord>('audit', values['audit-log'], { fsync }),
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

async function clusterOf(values: Flags, signal: AbortSignal): Promise<(request: Request) => Promise<Response>> {
  if (values.cluster !== 'sim' && values.cluster !== 'current') {
    throw new UserError(`--cluster ${values.cluster}: expected sim or current.`, HELP)
  }
  if (values.kubeconfig !== undefined || values.cluster === 'current') {
    return (await connectCluster(values.kubeconfig)).fetch
  }
  const seed = wholeNumber('seed', values.seed, [0, 2 ** 31])
  const cluster = await createSimulatedCluster({ scenario: values.scenario, seed })
  const time = coupleToRealTime(cluster.clock)
  signal.addEventListener('abort', time.stop, { once: true })
  return (request) => {
    time.catchUp()
    return cluster.fetch(request)
  }
}

const now = (): Date => new Date()

/** A journal has one writer, so each server keeps a file of its own unless it is told where to write. */
function open<R>(
  kind: keyof typeof FOLDERS,
  file: string | undefined,
  { fsync }: { readonly fsync: boolean },
): ReturnType<typeof openJournal<R>> {
  const stamp = now().toISOString().replaceAll(':', '-')
  return openJournal<R>(file ?? `${FOLDERS[kind]}/${stamp}-${process.pid}.jsonl`, {
    now,
    fsync,
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

async function serveHttp(mcp: McpServer, values: Flags, signal: AbortSignal): Promise<void> {
  const port = wholeNumber('port', values.port, [0, 65_535])
  const server = await listen(mcp, { port }).catch((fault: Error) => {
    throw new UserError(fault.message, 'Example: --port 0 takes any free one.')
  })
  console.log(`The MCP server answers at ${server.url}\n\nCtrl-C stops it.`)
  await stopped(signal)
  await server.close()
}
