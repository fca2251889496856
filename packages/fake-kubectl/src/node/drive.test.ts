import { PassThrough } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { IN_PROCESS_URL, plugIn } from './client-node.ts'
import { createCluster, loadWorld } from './create-cluster.ts'
import { drive } from './drive.ts'
import { kubeconfig } from './kubeconfig.ts'

const LATENCY_MS = 50

function slowCluster(nodes: number) {
  const specs = Array.from({ length: nodes }, () => ({ latencyMs: LATENCY_MS }))
  return createCluster({ world: { nodes: specs } })
}

function summaryOf(node: string, signal?: AbortSignal): Request {
  return new Request(`https://cluster/api/v1/nodes/${node}/proxy/stats/summary`, signal ? { signal } : {})
}

test('200 kubelets asked one after the other take 200 latencies of virtual time', async () => {
  const cluster = slowCluster(200)
  const startMs = cluster.clock.now()

  const serial = async () => {
    for (const node of cluster.kubelets.keys()) await cluster.fetch(summaryOf(node))
  }
  await drive(cluster, serial())

  expect(cluster.clock.now() - startMs).toBe(200 * LATENCY_MS)
})

test('200 kubelets asked at once take one latency of virtual time', async () => {
  const cluster = slowCluster(200)
  const startMs = cluster.clock.now()

  const all = [...cluster.kubelets.keys()].map((node) => cluster.fetch(summaryOf(node)))
  const responses = await drive(cluster, Promise.all(all))

  expect(cluster.clock.now() - startMs).toBe(LATENCY_MS)
  expect(responses.every(({ status }) => status === 200)).toBe(true)
})

test('a command that sleeps in a container takes its time, and no other', async () => {
  const spec = { containers: [{ name: 'app', image: 'x/app:1' }] }
  const cluster = createCluster({ manifests: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec }] })
  const startMs = cluster.clock.now()
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromString(kubeconfig({ url: IN_PROCESS_URL }))
  const exec = new Exec(kubeConfig, plugIn(kubeConfig, cluster))
  const command = ['sh', '-c', 'for i in 1 2 3; do sleep 20; done']

  const ended = new Promise<V1Status>((resolve) => {
    void exec.exec('default', 'web', 'app', command, new PassThrough(), null, null, false, resolve)
  })
  const status = await drive(cluster, ended)

  expect([status.status, cluster.clock.now() - startMs]).toEqual(['Success', 60_000])
})

test('the API log shows which requests overlapped', async () => {
  const cluster = slowCluster(2)

  const all = [...cluster.kubelets.keys()].map((node) => cluster.fetch(summaryOf(node)))
  await drive(cluster, Promise.all(all))

  const [first, second] = cluster.apiLog
  expect(Date.parse(second!.requestReceivedTimestamp)).toBeLessThan(Date.parse(first!.stageTimestamp))
  expect(Date.parse(first!.stageTimestamp) - Date.parse(first!.requestReceivedTimestamp)).toBe(LATENCY_MS)
})

test('a request that is given up leaves the clock and is in the log', async () => {
  const cluster = slowCluster(1)
  const [node] = cluster.kubelets.keys()
  const timers = cluster.clock.pending
  const controller = new AbortController()

  const answer = cluster.fetch(summaryOf(node!, controller.signal))
  await Promise.resolve()
  controller.abort(new Error('given up'))

  await expect(answer).rejects.toThrow('given up')
  expect(cluster.clock.pending).toBe(timers)
  expect(cluster.apiLog.at(-1)?.responseStatus.code).toBe(499)
})

test('a fault of the driven work comes out', async () => {
  const work = drive(slowCluster(1), Promise.reject(new Error('broken')))

  await expect(work).rejects.toThrow('broken')
})

test('work that waits for something else does not make heartbeats pass', async () => {
  const cluster = slowCluster(1)
  const startMs = cluster.clock.now()

  const elsewhere = async () => {
    for (let turn = 0; turn < 60; turn++) await setImmediate()
  }
  await drive(cluster, elsewhere())

  expect(cluster.clock.now()).toBe(startMs)
})

test('a cluster at rest has nothing on its clock for which somebody would wait', () => {
  const worlds = ['healthy', 'disk-pressure', 'conformance']

  const due = worlds.map((world) => createCluster({ world: loadWorld(world) }).clock.nextDueAtMs({ foreground: true }))

  expect(due).toEqual([undefined, undefined, undefined])
})
