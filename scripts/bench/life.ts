/**
 * What a living cluster costs in CPU: pods from nothing to Running, and days of rollouts; in process, in virtual time. The
 * floor is the same requests to a cluster in which nothing happens.
 */
import { createCluster, loadWorld, type Cluster, type WorldSpec } from '@mcp-lab/fake-kubectl'
import { judgedScenarios, verifyAll } from '@mcp-lab/testbed'
import { median, type Benchmark } from './measure.ts'

const GIB = 2 ** 30
const SCALES = [10, 100, 1000]
const PODS_PER_NODE = 10
const PODS_PER_DEPLOYMENT = 100
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const JSON_BODY = { 'content-type': 'application/json' }
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' }

type Row = { what: string; cpuSeconds: number; msPerPod?: number; ratio: number; target?: string }

export const benchmark: Benchmark = {
  about: 'CPU of a living cluster, over the same requests to one in which nothing happens',
  async run({ runs }) {
    const rows: Row[] = []
    // The largest is run once: it says what the others do.
    for (const nodes of SCALES) rows.push(await started(nodes, nodes < 1000 ? runs : 1))
    return [...rows, await rolling(), await library()]
  },
}

/** Each scenario set up, broken, and judged after its expert, nobody and each cheat; over the same clusters left alone. */
async function library(): Promise<Row> {
  let plays = 0
  const tasks = judgedScenarios().map(({ id }) => ({ id, seed: 1, twice: false }))
  const startedAt = performance.now()
  await verifyAll(tasks, (_, findings) => void (plays += findings.length))
  const seconds = (performance.now() - startedAt) / 1000
  const world = loadWorld('shop')
  const floor = await cpuSeconds(async () => {
    for (let play = 0; play < plays; play += 1) createCluster({ world })
  })
  return {
    what: `${tasks.length} scenarios set up, broken, fixed, verified (${plays} plays), all cores: real time`,
    cpuSeconds: round(seconds),
    ratio: round(seconds / floor),
    target: '<= 60 s',
  }
}

/** Deployments of 100 pods each, until every pod is ready. */
async function started(nodes: number, runs: number): Promise<Row> {
  const pods = nodes * PODS_PER_NODE
  const [lives, floors]: [number[], number[]] = [[], []]
  for (let run = 0; run < runs; run++) {
    lives.push(
      await cpuSeconds(async () => {
        const cluster = createCluster({ world: { nodes: machines(nodes) } })
        await deploy(cluster, pods / PODS_PER_DEPLOYMENT || 1)
        cluster.settle()
        await expectReady(cluster, pods)
      }),
    )
    floors.push(
      await cpuSeconds(async () => {
        const bare = { controllers: false, scheduler: false, kubelet: false }
        const cluster = createCluster({ world: { nodes: machines(nodes) }, ...bare })
        for (let i = 0; i < pods; i++) await post(cluster, '/api/v1/namespaces/default/pods', podOf(`p${i}`))
      }),
    )
  }
  const seconds = median(lives)
  return {
    what: `${nodes} nodes, ${pods} pods, from nothing to Running`,
    cpuSeconds: round(seconds),
    msPerPod: round((seconds * 1000) / pods),
    ratio: round(seconds / median(floors)),
    ...(nodes === 1000 && { target: '<= 10 s' }),
  }
}

/** A day of a cluster of a hundred nodes whose ten Deployments of twenty pods roll every hour. */
async function rolling(): Promise<Row> {
  const hours = 24
  const cluster = createCluster({ world: { nodes: machines(100) } })
  await deploy(cluster, 10, 20)
  cluster.settle()
  const idle = await cpuSeconds(async () => cluster.advance('1h'))
  const seconds = await cpuSeconds(async () => {
    for (let hour = 0; hour < hours; hour++) {
      for (let i = 0; i < 10; i++) await roll(cluster, `d${i}`, hour)
      cluster.advance('1h')
    }
  })
  await expectReady(cluster, 200)
  return {
    what: '24 hours of 100 nodes, 10 Deployments of 20 pods rolling every hour; over the same hours at rest',
    cpuSeconds: round(seconds),
    ratio: round(seconds / (idle * hours)),
  }
}

function machines(count: number): WorldSpec['nodes'] {
  return Array.from({ length: count }, (_, i) => ({ name: `n${i}`, cores: 16, memoryBytes: 64 * GIB }))
}

async function deploy(cluster: Cluster, count: number, replicas: number = PODS_PER_DEPLOYMENT): Promise<void> {
  for (let i = 0; i < count; i++) {
    const labels = { app: `d${i}` }
    const template = { metadata: { labels }, spec: podOf('').spec }
    const spec = { replicas, selector: { matchLabels: labels }, template }
    await post(cluster, DEPLOYMENTS, { metadata: { name: `d${i}` }, spec })
  }
}

function podOf(name: string): { metadata: { name: string }; spec: object } {
  const resources = { requests: { cpu: '100m', memory: '64Mi' } }
  return { metadata: { name }, spec: { containers: [{ name: 'app', image: 'nginx:1.27', resources }] } }
}

async function roll(cluster: Cluster, name: string, hour: number): Promise<void> {
  const template = { metadata: { annotations: { hour: String(hour) } } }
  const body = JSON.stringify({ spec: { template } })
  const answer = await cluster.fetch(`https://cluster${DEPLOYMENTS}/${name}`, {
    method: 'PATCH',
    headers: STRATEGIC,
    body,
  })
  if (!answer.ok) throw new Error(await answer.text())
}

async function post(cluster: Cluster, path: string, object: object): Promise<void> {
  const body = JSON.stringify(object)
  const answer = await cluster.fetch(`https://cluster${path}`, { method: 'POST', headers: JSON_BODY, body })
  if (!answer.ok) throw new Error(await answer.text())
}

async function expectReady(cluster: Cluster, pods: number): Promise<void> {
  const answer = await cluster.fetch(`https://cluster${DEPLOYMENTS}`)
  const { items } = (await answer.json()) as { items: { status: { availableReplicas?: number } }[] }
  const ready = items.reduce((sum, { status }) => sum + (status.availableReplicas ?? 0), 0)
  if (ready !== pods) throw new Error(`${ready} of ${pods} pods are ready`)
}

async function cpuSeconds(act: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
