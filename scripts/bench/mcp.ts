/**
 * The MCP server against the SDK's bare one and against its peers, on one cluster and the same questions. Peers are those
 * that `npm run interop` has installed; mcp-server-kubernetes comes with `-- --all`.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { median, type Benchmark } from './measure.ts'
import { chain } from './mcp/chain.ts'
import { startCluster, type BenchCluster } from './mcp/cluster.ts'
import { McpProcess, type Command } from './mcp/process.ts'

type Server = Command & {
  readonly name: string
  /** The question in its own words: pods of one namespace; the log of one pod, as much as it gives. */
  readonly list: readonly [tool: string, args: object]
  readonly log: readonly [tool: string, args: object]
}

export const benchmark: Benchmark = {
  about: "the chain over the SDK's bare server, and our server beside its peers",
  async run({ root, runs }) {
    const cluster = await startCluster()
    try {
      const servers = serversIn(root, cluster)
      const rows = await beside(servers, { cluster, runs })
      return [...(await chain(runs)), await firstList(root, { servers, runs }), ...rows]
    } finally {
      cluster.close()
    }
  },
}

function serversIn(root: string, { kubeconfig, pod }: BenchCluster): Server[] {
  const interop = path.join(root, 'interop')
  const go = path.join(interop, 'node_modules/kubernetes-mcp-server-linux-amd64/bin/kubernetes-mcp-server-linux-amd64')
  const ts = path.join(interop, 'heavy/node_modules/mcp-server-kubernetes/dist/index.js')
  const kubectl = path.join(interop, 'node_modules/.cache')
  const policy = path.join(root, 'packages/mcp-server/policies/default.yaml')
  const ours: Server = {
    name: 'mcp-lab',
    args: [
      process.execPath,
      'scripts/boot.mjs',
      'packages/testbed/src/cli/mcp.ts',
      'stdio',
      '--kubeconfig',
      kubeconfig,
      '--policy',
      policy,
    ].map((it) => (it.endsWith('boot.mjs') ? path.join(root, it) : it)),
    env: { MCP_LAB_USER: 'bench', MCP_LAB_GROUPS: 'mcp-lab:operators' },
    list: ['kubernetes_get', { kind: 'pods', namespace: pod.namespace }],
    log: ['kubernetes_logs', { namespace: pod.namespace, pod: pod.name, tailLines: 2000 }],
  }
  const peers: Server[] = [
    {
      name: 'kubernetes-mcp-server',
      args: [go, '--kubeconfig', kubeconfig],
      list: ['pods_list_in_namespace', { namespace: pod.namespace }],
      log: ['pods_log', { ...pod, tail: 100_000 }],
    },
    {
      name: 'mcp-server-kubernetes',
      args: [process.execPath, ts],
      env: { KUBECONFIG: kubeconfig, PATH: `${kubectl}:${process.env['PATH'] ?? ''}` },
      list: ['kubectl_get', { resourceType: 'pods', namespace: pod.namespace }],
      log: ['kubectl_logs', { resourceType: 'pod', ...pod }],
    },
  ]
  const found = peers.filter(({ args }) => args.every((arg) => !arg.startsWith(interop) || existsSync(arg)))
  for (const { name } of peers.filter((peer) => !found.includes(peer)))
    console.log(`  (${name} is not installed: npm run interop -- --all)`)
  return [ours, ...found]
}

/** From nothing to the first list of tools. */
async function firstList(
  root: string,
  { servers, runs }: { servers: readonly Server[]; runs: number },
): Promise<object> {
  const bare: Command = { args: [process.execPath, path.join(root, 'scripts/bench/mcp/bare.mjs')] }
  const contenders = [{ name: 'bare SDK', ...bare }, ...servers]
  const times = contenders.map((): number[] => [])
  for (let run = -1; run < runs; run++) {
    for (const [n, contender] of contenders.entries()) {
      const startedAtMs = performance.now()
      const server = new McpProcess(contender)
      await server.initialize()
      await server.ask('tools/list')
      if (run >= 0) times[n]!.push(performance.now() - startedAtMs)
      server.kill()
    }
  }
  return tableRow('first tools/list, ms', contenders, times, 'mcp-lab <= 1.2 x bare SDK')
}

type Measure = (server: McpProcess, contender: Server) => Promise<number>

const AT_ONCE = 10
const WARM_CALLS = 30

async function beside(
  servers: readonly Server[],
  { cluster, runs }: { cluster: BenchCluster; runs: number },
): Promise<object[]> {
  const measures: readonly [what: string, Measure, target: string][] = [
    [
      'bytes of tools/list',
      async (server) => JSON.stringify((await server.ask('tools/list')).result).length,
      'below kubernetes-mcp-server',
    ],
    ['memory after it, MB', async (server) => server.rss() / 2 ** 20, 'at most 30 above kubernetes-mcp-server'],
    [`list of pods, warm, median of ${WARM_CALLS}, ms`, warm, ''],
    [`${AT_ONCE} lists at once, ms`, atOnce, 'ahead of both'],
    [
      'bytes of a list of pods',
      async (server, { list }) => JSON.stringify((await server.call(...list)).result).length,
      'ahead of both',
    ],
    ['5 MB of log, ms', async (server, { log }) => elapsed(() => server.call(...log)), 'ahead of both'],
    ['bytes of it that leave', async (server, { log }) => JSON.stringify(await server.call(...log)).length, ''],
    ['ping while the API hangs, ms', (server, it) => pingWhileHanging(server, it, cluster), '<= 5'],
  ]
  const values = measures.map(() => servers.map((): number[] => []))
  for (let run = 0; run < runs; run++) {
    for (const [s, contender] of servers.entries()) {
      const server = new McpProcess(contender)
      await server.initialize()
      for (const [m, [, measure]] of measures.entries()) values[m]![s]!.push(await measure(server, contender))
      server.kill()
    }
  }
  return measures.map(([what, , target], m) => tableRow(what, servers, values[m]!, target))
}

async function warm(server: McpProcess, { list }: Server): Promise<number> {
  const times: number[] = []
  await server.call(...list)
  for (let n = 0; n < WARM_CALLS; n++) times.push(await elapsed(() => server.call(...list)))
  return median(times)
}

function atOnce(server: McpProcess, { list }: Server): Promise<number> {
  return elapsed(() => Promise.all(Array.from({ length: AT_ONCE }, () => server.call(...list))))
}

const PATIENCE_MS = 10_000

async function pingWhileHanging(server: McpProcess, { list }: Server, cluster: BenchCluster): Promise<number> {
  cluster.hang(true)
  for (let n = 0; n < AT_ONCE; n++) void server.call(...list)
  await new Promise((resolve) => setTimeout(resolve, 200))
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))
  const ms = await elapsed(() => Promise.race([server.ask('ping'), patience]))
  cluster.hang(false)
  return ms
}

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now()
  await work()
  return performance.now() - startedAtMs
}

function tableRow(
  what: string,
  contenders: readonly { readonly name: string }[],
  values: readonly (readonly number[])[],
  target: string,
): object {
  const cells = contenders.map(({ name }, n) => [name, rounded(median(values[n]!))])
  return { what, ...Object.fromEntries(cells), ...(target !== '' && { target }) }
}

function rounded(value: number): number {
  return value < 100 ? Math.round(value * 100) / 100 : Math.round(value)
}
