import { describe, expect, test } from 'vitest'
import { createCluster, loadWorld, type Cluster } from '../src/index.ts'
import { ask, pod, TABLE } from './kit.ts'

function statsPath(node: string): string {
  return `/api/v1/nodes/${node}/proxy/stats/summary`
}

function ready(node: any): any {
  return node.status.conditions.find((it: any) => it.type === 'Ready')
}

async function statusCell(cluster: Cluster, node: string): Promise<string> {
  return (await ask(cluster, `/api/v1/nodes/${node}`, { headers: TABLE })).body.rows[0].cells[1]
}

describe('stats/summary', () => {
  test("tells the machine's disk as it is now", async () => {
    const cluster = createCluster({ world: { nodes: [{ name: 'n', capacityBytes: 1000, usedPercent: 25 }] } })

    const before = (await ask(cluster, statsPath('n'))).body
    cluster.kubelets.get('n')!.disk.usedBytes = 900
    const after = (await ask(cluster, statsPath('n'))).body

    expect(before.node.nodeName).toBe('n')
    expect(before.node.fs).toMatchObject({ capacityBytes: 1000, usedBytes: 250, availableBytes: 750 })
    expect(after.node.fs).toMatchObject({ usedBytes: 900, availableBytes: 100 })
  })

  test('lists the running pods of its node alone', async () => {
    const cluster = createCluster({
      world: { nodes: [{ name: 'a' }, { name: 'b' }] },
      manifests: ['a', 'b'].map((node) => onNode(node)),
    })

    const { body } = await ask(cluster, statsPath('a'))

    expect(body.pods.map((it: any) => it.podRef.name)).toEqual(['pod-a'])
    expect(body.pods[0].containers[0].name).toBe('app')
  })

  test('of a kubelet that is down is 503 with the words of the dialler', async () => {
    const cluster = createCluster({ world: { nodes: [{ name: 'n', kubelet: 'down' }] } })
    const { address } = cluster.kubelets.get('n')!

    const { code, body } = await ask(cluster, statsPath('n'))

    expect([code, body.reason, body.message]).toEqual([
      503,
      'ServiceUnavailable',
      `error trying to reach service: dial tcp ${address}:10250: connect: connection refused`,
    ])
  })

  test('of a node that is not there is 404, of another path of the kubelet too', async () => {
    const cluster = createCluster({ world: { nodes: [{ name: 'n' }] } })

    const absent = await ask(cluster, statsPath('nope'))
    const other = await ask(cluster, '/api/v1/nodes/n/proxy/nosuch')

    expect([absent.code, absent.body.message]).toEqual([404, 'nodes "nope" not found'])
    expect([other.code, other.text]).toEqual([404, '404 page not found\n'])
  })
})

function onNode(node: string) {
  const spec = { nodeName: node, containers: [{ name: 'app', image: 'registry.example/app:1' }] }
  return pod(`pod-${node}`, 'default', { spec })
}

describe('node life', () => {
  test('a world may begin with a node whose kubelet fell silent', async () => {
    const cluster = createCluster({ world: { nodes: [{ name: 'n', kubelet: 'down' }] } })

    const { body } = await ask(cluster, '/api/v1/nodes/n')

    expect(ready(body)).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    })
    expect(body.spec.taints.map((it: any) => `${it.key}:${it.effect}`)).toEqual([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ])
    expect(await statusCell(cluster, 'n')).toBe('NotReady')
  })

  test('a kubelet that falls silent makes its node NotReady after fifty seconds, and Ready when it is back', async () => {
    const cluster = createCluster({ world: { nodes: [{ name: 'n' }] } })
    const kubelet = cluster.kubelets.get('n')!

    kubelet.state = 'down'
    cluster.advance('30s')
    const early = await statusCell(cluster, 'n')
    cluster.advance('40s')
    const late = await statusCell(cluster, 'n')
    kubelet.state = 'up'
    cluster.advance('20s')

    expect([early, late, await statusCell(cluster, 'n')]).toEqual(['Ready', 'NotReady', 'Ready'])
    expect((await ask(cluster, '/api/v1/nodes/n')).body.spec.taints).toBeUndefined()
  })

  test('a disk that fills brings DiskPressure, its taint and an event', async () => {
    const cluster = createCluster({ world: { nodes: [{ name: 'n', usedPercent: 50 }] } })
    const { disk } = cluster.kubelets.get('n')!

    disk.usedBytes = Math.round(disk.capacityBytes * 0.95)
    cluster.advance('10s')

    const { body } = await ask(cluster, '/api/v1/nodes/n')
    expect(body.status.conditions.find((it: any) => it.type === 'DiskPressure').status).toBe('True')
    expect(body.spec.taints[0].key).toBe('node.kubernetes.io/disk-pressure')
    const events = await ask(cluster, '/api/v1/events?fieldSelector=reason=NodeHasDiskPressure')
    expect(events.body.items).toHaveLength(1)
  })
})

describe('worlds', () => {
  test('disk-pressure has three nodes of which one stands above 80 %, on every seed', () => {
    for (let seed = 1; seed <= 25; seed++) {
      const cluster = createCluster({ world: loadWorld('disk-pressure'), seed })
      const shares = [...cluster.kubelets.values()].map(({ disk }) => disk.usedBytes / disk.capacityBytes)

      expect(shares).toHaveLength(3)
      expect(shares.filter((share) => share > 0.8)).toHaveLength(1)
    }
  })

  test('nodes that say how full they are count among the full ones, and silent ones are never drawn', () => {
    const nodes = [{ usedPercent: 95 }, {}, {}, { kubelet: 'down' as const }]
    for (let seed = 1; seed <= 10; seed++) {
      const cluster = createCluster({ world: { ...loadWorld('disk-pressure'), nodes, latencyMs: 50 }, seed })
      const kubelets = [...cluster.kubelets.values()]

      expect(kubelets.filter(({ disk }) => disk.usedBytes / disk.capacityBytes > 0.8)).toEqual([kubelets[0]])
      expect(kubelets.map(({ latencyMs }) => latencyMs)).toEqual([50, 50, 50, 50])
    }
  })

  test('names and sizes cannot be told from an index or another seed', () => {
    const names = (seed: number) => [...createCluster({ seed }).kubelets.keys()]

    expect(names(1)).not.toEqual(names(2))
    expect(names(1).every((name) => /^node-[0-9a-f]{4}$/.test(name))).toBe(true)
  })

  test('a machine may be known in full, as those of the conformance world are', async () => {
    const cluster = createCluster({ world: loadWorld('conformance') })

    const { body } = await ask(cluster, '/api/v1/nodes')
    const events = await ask(cluster, '/api/v1/events')

    expect(body.items.map(({ metadata, spec }: any) => [metadata.name, spec.taints?.[0].key])).toEqual([
      ['n1', 'node-role.kubernetes.io/control-plane'],
      ['n2', undefined],
      ['n3', undefined],
    ])
    expect(body.items[1].status).toMatchObject({
      capacity: { cpu: '4', 'ephemeral-storage': '100Gi', memory: '8Gi', pods: '110' },
      nodeInfo: { kernelVersion: '6.1.0', kubeletVersion: 'v1.36.2' },
    })
    expect(events.body.items.map(({ reason }: any) => reason)).toEqual(Array(3).fill('RegisteredNode'))
  })

  test('an unknown world is refused with the list of those there are', () => {
    expect(() => loadWorld('nope')).toThrow('world "nope": expected one of conformance, disk-pressure, healthy')
  })

  test('pods can stand in each stage, and kubectl shows it', async () => {
    const stages = ['running', 'crash-loop', 'completed', 'image-pull-backoff']
    const apps = stages.map((stage) => ({
      name: stage,
      namespace: 'lab',
      image: 'registry.example/x:1',
      stage,
      age: '2d',
    }))
    const cluster = createCluster({ world: { apps } })

    const { body } = await ask(cluster, '/api/v1/namespaces/lab/pods', { headers: TABLE })

    const cells = Object.fromEntries(
      body.rows.map((row: any) => [row.object.metadata.labels.app, row.cells.slice(1, 4)]),
    )
    expect(cells['running']).toEqual(['1/1', 'Running', '0'])
    expect(cells['completed']).toEqual(['0/1', 'Completed', '0'])
    expect(cells['image-pull-backoff']).toEqual(['0/1', 'ImagePullBackOff', '0'])
    expect(cells['crash-loop']).toEqual(['0/1', 'CrashLoopBackOff', expect.stringMatching(/^\d+ \(93s ago\)$/)])
  })
})

test('without kubelets nothing reports, nobody is missed, and a deleted pod stays', async () => {
  const cluster = createCluster({ kubelet: false, manifests: [pod('p')] })
  const nodes = async () => (await ask(cluster, '/api/v1/nodes')).body.items
  const before = await nodes()

  await ask(cluster, '/api/v1/namespaces/default/pods/p', { method: 'DELETE' })
  cluster.advance('10m')

  expect(await nodes()).toEqual(before)
  expect((await ask(cluster, '/api/v1/namespaces/default/pods/p')).body.metadata.deletionTimestamp).toBeDefined()
})

describe('snapshot', () => {
  test('is the same for the same seed, another for another', () => {
    const shot = (seed: number) => JSON.stringify(createCluster({ world: loadWorld('disk-pressure'), seed }).snapshot())

    expect(shot(3)).toBe(shot(3))
    expect(shot(3)).not.toBe(shot(4))
  })

  test('restores objects, time, machines and what will be drawn next', async () => {
    const cluster = createCluster({ manifests: [pod('p')] })
    const before = cluster.snapshot()
    await ask(cluster, '/api/v1/namespaces/default/pods/p', { method: 'DELETE' })
    for (const kubelet of cluster.kubelets.values()) kubelet.state = 'down'
    cluster.advance('10m')

    cluster.restore(JSON.parse(JSON.stringify(before)))

    expect(cluster.snapshot()).toEqual(before)
    expect((await ask(cluster, '/api/v1/namespaces/default/pods/p')).code).toBe(200)
  })

  test('goes on after a restore as the original went on', () => {
    const cluster = createCluster({ manifests: [pod('p')] })
    const copy = createCluster()

    copy.restore(cluster.snapshot())
    cluster.advance('7m')
    copy.advance('7m')

    expect(copy.snapshot()).toEqual(cluster.snapshot())
  })
})
