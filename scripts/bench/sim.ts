/**
 * What the simulator costs: time until it is ready, requests a second, watches, memory; each over HTTPS and beside a bare
 * Node handler that returns the same bytes in the same run. Ratios are of times: 1 would be the bare handler.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createCluster } from '@mcp-lab/fake-kubectl'
import { setImmediate } from 'node:timers/promises'
import { startPeer, timed, type Ask, type Peer } from './sim/client.ts'
import { median, type Benchmark } from './measure.ts'

const FEW_PODS = 1000
const PODS = 5000
const MANY_PODS = 10_000
const WORKERS = 16
const WATCHERS = 100
const EVENTS = 200
const COLLECTION = '/api/v1/namespaces/default/pods'
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' }
const JSON_BODY = { 'content-type': 'application/json' }
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' }

type Row = { what: string; value: number; unit: string; floor?: number; ratio?: number; target?: string }
type Case = { what: string; count: number; workers: number; ask(i: number): Ask; target?: string }

export const benchmark: Benchmark = {
  about: 'the simulated API over HTTPS, over a bare Node handler that returns the same bytes',
  async run({ root, runs }) {
    const rows = [await readyInProcess(runs), await readyAsCommand(root, runs)]
    const [cluster, floor] = [await startPeer('cluster', WORKERS), await startPeer('floor', WORKERS)]
    try {
      await timed(cluster, FEW_PODS, WORKERS, creation)
      const few = await costs(cluster)
      rows.push(await filled(cluster, floor))
      for (const one of CASES) rows.push(await compared(one, cluster, floor, runs))
      rows.push(await fanOut(cluster, floor, runs), ...(await grown(cluster, floor, few)))
    } finally {
      cluster.close()
      floor.close()
    }
    return rows
  },
}

let patches = 0

const CASES: readonly Case[] = [
  {
    what: 'get a pod, 1 worker',
    count: 1000,
    workers: 1,
    ask: (i) => ({ path: `${COLLECTION}/${nameOf(i)}` }),
    target: '> 900/s',
  },
  {
    what: `get a pod, ${WORKERS} workers`,
    count: 2000,
    workers: WORKERS,
    ask: (i) => ({ path: `${COLLECTION}/${nameOf(i)}` }),
    target: '> 2500/s',
  },
  { what: `list ${PODS} pods, JSON`, count: 3, workers: 1, ask: () => ({ path: '/api/v1/pods' }), target: '< 126 ms' },
  {
    what: `list ${PODS} pods, Table`,
    count: 3,
    workers: 1,
    ask: () => ({ path: '/api/v1/pods', headers: TABLE }),
    target: '< 74 ms',
  },
  {
    what: `list one in ten of ${PODS} by label`,
    count: 5,
    workers: 1,
    ask: () => ({ path: '/api/v1/pods?labelSelector=app%3Da3' }),
  },
  {
    what: `strategic merge patch, ${WORKERS} workers`,
    count: 1000,
    workers: WORKERS,
    ask: (i) => ({
      method: 'PATCH',
      path: `${COLLECTION}/${nameOf(i)}`,
      body: JSON.stringify({ metadata: { labels: { patched: String(patches++) } } }),
      headers: STRATEGIC,
    }),
    target: '> 540/s',
  },
]

/** The floor is a handler that is there already. */
async function readyInProcess(runs: number): Promise<Row> {
  const bare = { fetch: (): Promise<Response> => Promise.resolve(new Response('ok')) }
  const [times, floorTimes]: [number[], number[]] = [[], []]
  for (let run = 0; run < runs; run++) {
    times.push(await untilReady(() => createCluster({ world: { nodes: 3 } })))
    floorTimes.push(await untilReady(() => bare))
  }
  return row({ what: 'created and ready, in process', target: '<= 50 ms' }, median(times), median(floorTimes))
}

async function untilReady(create: () => { fetch(url: string): Promise<Response> }): Promise<number> {
  const startedAtMs = performance.now()
  await (await create().fetch('https://cluster/readyz')).text()
  return performance.now() - startedAtMs
}

/** From the start of the process until it says that its port answers; the floor is a bare Node that says so. */
async function readyAsCommand(root: string, runs: number): Promise<Row> {
  const sim = ['packages/testbed/src/cli/sim.ts', '--port', '0', '--kubeconfig', '.mcp-lab/bench-kubeconfig']
  const bare = ['-e', "require('node:https').createServer().listen(0, () => console.log('answers'))"]
  const times: number[] = []
  const floorTimes: number[] = []
  for (let run = 0; run < runs; run++) {
    times.push(await untilItSpeaks(root, sim))
    floorTimes.push(await untilItSpeaks(root, bare))
  }
  return row({ what: 'pnpm sim, until its port answers', target: '<= 400 ms' }, median(times), median(floorTimes))
}

async function untilItSpeaks(cwd: string, args: string[]): Promise<number> {
  const startedAtMs = performance.now()
  // As the kit's door starts it: with the cache of what has been compiled before.
  const env = { ...process.env, NODE_COMPILE_CACHE: path.join(cwd, 'node_modules', '.cache', 'node') }
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const elapsedMs = performance.now() - startedAtMs
  child.kill('SIGKILL')
  return elapsedMs
}

/** Creates the rest of the pods that the other cases read. */
async function filled(cluster: Peer, floor: Peer): Promise<Row> {
  const count = PODS - FEW_PODS
  const elapsedMs = await timed(cluster, count, WORKERS, (i) => creation(FEW_PODS + i))
  const sample = await cluster.ask({ path: `${COLLECTION}/${nameOf(0)}` })
  await floor.order({ do: 'answer', status: 201, body: sample.body })
  const floorMs = await timed(floor, count, WORKERS, (i) => creation(FEW_PODS + i))
  return perSecond({ what: `create ${count} pods, ${WORKERS} workers`, target: '> 940/s' }, count, elapsedMs, floorMs)
}

async function compared(one: Case, cluster: Peer, floor: Peer, runs: number): Promise<Row> {
  const { status, body } = await cluster.ask(one.ask(0))
  await floor.order({ do: 'answer', status, body })
  const [times, floorTimes]: [number[], number[]] = [[], []]
  for (let run = 0; run < runs; run++) {
    times.push(await timed(cluster, one.count, one.workers, one.ask))
    floorTimes.push(await timed(floor, one.count, one.workers, one.ask))
  }
  if (one.count <= 10) return row(one, median(times) / one.count, median(floorTimes) / one.count)
  return perSecond(one, one.count, median(times), median(floorTimes))
}

/** All watchers see all updates of one object. */
async function fanOut(cluster: Peer, floor: Peer, runs: number): Promise<Row> {
  const path = `${COLLECTION}?watch=true&resourceVersion=${await revision(cluster)}`
  const object = await cluster.ask({ path: `${COLLECTION}/${nameOf(0)}` })
  const line = `${JSON.stringify({ type: 'MODIFIED', object: JSON.parse(object.body) as unknown })}\n`
  const ask = CASES.at(-1)!.ask
  const times = await watched(cluster, path, runs, () => timed(cluster, EVENTS, WORKERS, () => ask(0)))
  const floorTimes = await watched(floor, path, runs, () => floor.order({ do: 'emit', line, times: EVENTS }))
  const target = '< 1000 ms'
  return row({ what: `${EVENTS} updates seen by ${WATCHERS} watchers`, target }, median(times), median(floorTimes))
}

async function watched(peer: Peer, path: string, runs: number, update: () => Promise<unknown>): Promise<number[]> {
  const watches = await Promise.all(Array.from({ length: WATCHERS }, () => peer.watch(path)))
  const times: number[] = []
  for (let run = 0; run < runs; run++) {
    const before = watches.map(({ lines }) => lines)
    const startedAtMs = performance.now()
    await update()
    while (watches.some(({ lines }, i) => lines < before[i]! + EVENTS)) await setImmediate()
    times.push(performance.now() - startedAtMs)
  }
  for (const watch of watches) watch.close()
  return times
}

/** From 1,000 pods to 10,000: what one costs must not grow with how many there are. */
async function grown(cluster: Peer, floor: Peer, few: Costs): Promise<Row[]> {
  await timed(cluster, MANY_PODS - PODS, WORKERS, (i) => creation(PODS + i))
  const many = await costs(cluster)
  const used = await cluster.order({ do: 'memory' })
  const bare = await floor.order({ do: 'memory' })
  const memory = (what: string, key: string, target?: string): Row => {
    const named = { what: `memory with ${MANY_PODS} pods (${what})`, ...(target !== undefined && { target }) }
    return { ...row(named, mebibytes(used[key] ?? 0), mebibytes(bare[key] ?? 0)), unit: 'MiB' }
  }
  const over = (what: string, cost: keyof Costs): Row => ({
    ...row({ what: `${what} among ${MANY_PODS}, over ${FEW_PODS}`, target: '~ 1x' }, many[cost], few[cost]),
    unit: 'us',
  })
  return [
    memory('RSS', 'rssBytes', '<= 400'),
    memory('heap', 'heapBytes'),
    over('a pod in a list', 'listUs'),
    over('a get', 'getUs'),
    over('a create', 'createUs'),
  ]
}

type Costs = { readonly listUs: number; readonly getUs: number; readonly createUs: number }

let probes = 0

/** Microseconds for one pod in a list, for one get and for one create. */
async function costs(cluster: Peer): Promise<Costs> {
  const ask = (): Ask => ({ path: '/api/v1/pods' })
  const { body } = await cluster.ask(ask())
  const count = (JSON.parse(body) as { items: unknown[] }).items.length
  const probe = (): Ask => creation(MANY_PODS + probes++)
  return {
    listUs: (1000 * (await timed(cluster, 5, 1, ask))) / 5 / count,
    getUs: (1000 * (await timed(cluster, 500, 1, (i) => ({ path: `${COLLECTION}/${nameOf(i)}` })))) / 500,
    createUs: (1000 * (await timed(cluster, 200, 1, probe))) / 200,
  }
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}

async function revision(cluster: Peer): Promise<string> {
  const { body } = await cluster.ask({ path: `${COLLECTION}?limit=1` })
  return (JSON.parse(body) as { metadata: { resourceVersion: string } }).metadata.resourceVersion
}

function creation(i: number): Ask {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: nameOf(i), labels: { app: `a${i % 10}`, tier: 'web' } },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'registry.example/app:1',
          env: [{ name: 'MODE', value: 'fast' }],
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
          ports: [{ containerPort: 8080 }],
        },
      ],
    },
  }
  return { method: 'POST', path: COLLECTION, body: JSON.stringify(pod), headers: JSON_BODY }
}

function nameOf(i: number): string {
  return `pod-${String(i).padStart(5, '0')}`
}

function perSecond(named: Pick<Row, 'what'> & { target?: string }, count: number, ms: number, floorMs: number): Row {
  const rate = (elapsedMs: number) => Math.round((1000 * count) / elapsedMs)
  return { ...label(named), value: rate(ms), unit: '/s', floor: rate(floorMs), ratio: round(ms / floorMs) }
}

function row(named: Pick<Row, 'what'> & { target?: string }, ms: number, floorMs: number): Row {
  return { ...label(named), value: round(ms), unit: 'ms', floor: round(floorMs), ratio: round(ms / floorMs) }
}

function label({ what, target }: Pick<Row, 'what'> & { target?: string }): { what: string; target?: string } {
  return { what, ...(target !== undefined && { target }) }
}

function round(value: number): number {
  return Math.round(100 * value) / 100
}
