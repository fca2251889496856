import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../src/index.ts'
import { conditionsOf, place, podOf, told } from './living.ts'
import { ask } from './kit.ts'

const GIB = 2 ** 30
const IMAGES = [
  { image: '*/writer', stages: [{ disk: '1Gi..40Gi over 10m', memory: '50Mi' }] },
  { image: '*/hungry', stages: [{ memory: '100Mi..6Gi over 10m' }] },
  { image: '*/modest', stages: [{ memory: '50Mi' }] },
]

function machine(): Cluster {
  const node = { name: 'n1', cores: 4, memoryBytes: 4 * GIB, capacityBytes: 50 * GIB, usedPercent: 40 }
  return createCluster({ scheduler: false, world: { nodes: [node], images: IMAGES } })
}

const running = (image: string) => ({ image: `registry.example/${image}:1` })
const nodeOf = async (cluster: Cluster) => (await ask(cluster, '/api/v1/nodes/n1')).body

describe('a machine that runs short', () => {
  test('of disk ends the pod that writes most, and says so', async () => {
    const cluster = machine()
    await place(cluster, 'writer', running('writer'))
    await place(cluster, 'modest', running('modest'))
    cluster.advance('9m')

    const writer = await podOf(cluster, 'writer')
    expect(writer.status).toMatchObject({ phase: 'Failed', reason: 'Evicted' })
    expect(writer.status.message).toMatch(
      /^The node was low on resource: ephemeral-storage\. Threshold quantity: 5368709120, available: \d+Ki\. Container app was using \d+Ki, request is 0, has larger consumption of ephemeral-storage\. $/,
    )
    expect(await told(cluster, 'writer')).toContain(`Warning Evicted ${writer.status.message}`)
    expect((await podOf(cluster, 'modest')).status.phase).toBe('Running')
    expect((await told(cluster, 'n1')).join('\n')).toContain(
      'EvictionThresholdMet Attempting to reclaim ephemeral-storage',
    )
    expect(conditionsOf(await nodeOf(cluster))['DiskPressure']).toBe('False KubeletHasNoDiskPressure')
  })

  test('of memory ends the pod that exceeds its requests by most', async () => {
    const cluster = machine()
    await place(cluster, 'hungry', running('hungry'))
    await place(cluster, 'modest', { ...running('modest'), resources: { requests: { memory: '64Mi' } } })
    cluster.advance('9m')

    expect((await podOf(cluster, 'hungry')).status.message).toMatch(
      /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: \d+Ki\. Container app was using \d+Ki, request is 0, has larger consumption of memory\. $/,
    )
    expect((await podOf(cluster, 'modest')).status.phase).toBe('Running')
  })

  test('for another reason loses pod after pod, takes no new ones, and keeps what is critical', async () => {
    const cluster = machine()
    await place(cluster, 'critical', running('modest'), { priorityClassName: 'system-node-critical' })
    for (const name of ['a', 'b']) await place(cluster, name, running('modest'))
    cluster.advance('1m')
    cluster.kubelets.get('n1')!.disk.usedBytes = 49 * GIB
    cluster.advance('10s')
    const phases = async () =>
      (await Promise.all(['a', 'b', 'critical'].map((name) => podOf(cluster, name)))).map(({ status }) => status.phase)

    expect((await phases()).sort()).toEqual(['Failed', 'Running', 'Running'])
    cluster.advance('1m')
    expect(await phases()).toEqual(['Failed', 'Failed', 'Running'])
    const node = await nodeOf(cluster)
    expect(conditionsOf(node)['DiskPressure']).toBe('True KubeletHasDiskPressure')
    expect(node.spec.taints).toEqual([{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }])

    await place(cluster, 'late', running('modest'))
    cluster.advance('5s')
    expect((await podOf(cluster, 'late')).status).toMatchObject({
      reason: 'Evicted',
      message: 'The node had condition: [DiskPressure]. ',
    })
  })

  test('leaves alone what a world placed there as it stands', async () => {
    const cluster = createCluster({
      world: {
        nodes: [{ name: 'n1', usedPercent: 95 }],
        apps: [{ name: 'web', namespace: 'shop', image: 'nginx:1.27' }],
      },
    })
    cluster.advance('5m')

    const { items } = (await ask(cluster, '/api/v1/namespaces/shop/pods')).body
    expect(items.map(({ status }: { status: { phase: string } }) => status.phase)).toEqual(['Running'])
  })
})
