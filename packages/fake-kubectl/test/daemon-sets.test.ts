import { describe, expect, test } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { ask, send } from './kit.ts'
import {
  all,
  changed,
  livingCluster,
  names,
  NEVER_READY,
  one,
  pathOf,
  removed,
  toldOf,
  withImage,
  workload,
} from './workloads.ts'

const NEXT = 'registry.example/quick:2'

async function daemons(more: Record<string, any> = {}): Promise<Cluster> {
  const cluster = livingCluster()
  await workload(cluster, 'daemonsets', 'agent', more)
  cluster.settle()
  return cluster
}

async function nodesOfPods(cluster: Cluster): Promise<string[]> {
  return (await all(cluster, 'pods')).map(({ spec }) => spec.nodeName).sort()
}

async function images(cluster: Cluster): Promise<string[]> {
  return (await all(cluster, 'pods')).map(({ spec }) => spec.containers[0].image.split(':')[1]).sort()
}

async function patchNode(cluster: Cluster, name: string, patch: object): Promise<void> {
  const type = { 'content-type': 'application/strategic-merge-patch+json' }
  expect((await send(cluster, 'PATCH', `/api/v1/nodes/${name}`, patch, type)).code).toBe(200)
}

const taint = (effect: string) => ({ spec: { taints: [{ key: 'mine', effect }] } })

describe('a DaemonSet', () => {
  test('has a pod on each node, tied to it by name', async () => {
    const cluster = await daemons()
    const [pod] = await all(cluster, 'pods')

    expect(await nodesOfPods(cluster)).toEqual(['n1', 'n2', 'n3'])
    expect(pod.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution).toEqual({
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [pod.spec.nodeName] }] }],
    })
    expect(pod.metadata.labels['controller-revision-hash']).toMatch(/^[b-z2-9]{8,10}$/)
    expect((await one(cluster, 'daemonsets', 'agent')).status).toEqual({
      currentNumberScheduled: 3,
      numberMisscheduled: 0,
      desiredNumberScheduled: 3,
      numberReady: 3,
      observedGeneration: 1,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
    })
  })

  test('puts up with cordons and pressure, but not with taints of its own', async () => {
    const cluster = livingCluster()
    await patchNode(cluster, 'n1', { spec: { unschedulable: true } })
    await patchNode(cluster, 'n2', taint('NoSchedule'))
    await workload(cluster, 'daemonsets', 'agent')
    cluster.settle()
    expect(await nodesOfPods(cluster)).toEqual(['n1', 'n3'])

    await patchNode(cluster, 'n2', { spec: { taints: null } })
    cluster.settle()
    expect(await nodesOfPods(cluster)).toEqual(['n1', 'n2', 'n3'])
  })

  test('leaves a pod where it may no longer schedule one, and takes it away from where it may not be', async () => {
    const cluster = await daemons()
    await patchNode(cluster, 'n1', taint('NoSchedule'))
    await patchNode(cluster, 'n2', taint('NoExecute'))
    cluster.settle()

    expect(await nodesOfPods(cluster)).toEqual(['n1', 'n3'])
    expect((await one(cluster, 'daemonsets', 'agent')).status).toMatchObject({
      desiredNumberScheduled: 1,
      numberMisscheduled: 1,
    })
  })

  test('runs on the nodes that its selector chooses, and follows their labels', async () => {
    const cluster = await daemons({ pod: { nodeSelector: { disk: 'ssd' } } })
    expect(await nodesOfPods(cluster)).toEqual([])

    await patchNode(cluster, 'n2', { metadata: { labels: { disk: 'ssd' } } })
    cluster.settle()
    expect(await nodesOfPods(cluster)).toEqual(['n2'])

    await patchNode(cluster, 'n2', { metadata: { labels: { disk: null } } })
    cluster.settle()
    expect(await nodesOfPods(cluster)).toEqual([])
  })

  test('comes to a node that joins, and makes another pod for one that is deleted', async () => {
    const cluster = await daemons()
    const [first] = await names(cluster, 'pods')
    await removed(cluster, 'pods', first!)
    await send(cluster, 'POST', '/api/v1/nodes', { metadata: { name: 'n4' } })
    await patchNode(cluster, 'n4', { spec: { taints: null } })
    cluster.settle()
    const pods = await all(cluster, 'pods')

    expect(pods).toHaveLength(4)
    expect(pods.some(({ metadata }) => metadata.name === first)).toBe(false)
  })

  test('replaces a pod that has failed, at once and then later each time', async () => {
    const cluster = await daemons()
    const fail = async (): Promise<string> => {
      const [pod] = (await all(cluster, 'pods')).filter(({ spec }) => spec.nodeName === 'n1')
      const path = `${pathOf('pods')}/${pod.metadata.name}/status`
      await send(
        cluster,
        'PATCH',
        path,
        { status: { phase: 'Failed' } },
        { 'content-type': 'application/merge-patch+json' },
      )
      return pod.metadata.name
    }
    const first = await fail()
    cluster.settle()
    expect(await names(cluster, 'pods')).not.toContain(first)
    expect(await toldOf(cluster, 'agent')).toContain(
      `Warning FailedDaemonPod Found failed daemon pod default/${first} on node n1, will try to kill it`,
    )

    cluster.advance('10s')
    await fail()
    cluster.advance('1500ms')
    const third = await fail()
    cluster.advance('100ms')
    expect(await names(cluster, 'pods')).toContain(third)

    cluster.advance('3s')
    expect(await names(cluster, 'pods')).not.toContain(third)
  })
})

describe('an update of a DaemonSet', () => {
  test('replaces one pod at a time, and waits for each', async () => {
    const cluster = await daemons()
    await changed(cluster, 'daemonsets', 'agent', withImage(NEXT))
    let least = 3
    for (let step = 0; step < 100; step++) {
      cluster.advance('100ms')
      least = Math.min(least, (await one(cluster, 'daemonsets', 'agent')).status.numberAvailable ?? 0)
    }

    expect([least, await images(cluster)]).toEqual([2, ['2', '2', '2']])
    const revisions = await all(cluster, 'controllerrevisions')
    expect(revisions.map(({ revision }) => revision).sort()).toEqual([1, 2])
  })

  test('to pods that never become ready stops after the first', async () => {
    const cluster = await daemons()
    await changed(cluster, 'daemonsets', 'agent', withImage(NEXT, NEVER_READY))
    cluster.advance('1m')

    expect(await images(cluster)).toEqual(['1', '1', '2'])
  })

  test('with a surge starts the new pod before the old one goes', async () => {
    const updateStrategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
    const cluster = await daemons({ spec: { updateStrategy } })
    await changed(cluster, 'daemonsets', 'agent', withImage(NEXT))
    let least = 3
    for (let step = 0; step < 100; step++) {
      cluster.advance('100ms')
      least = Math.min(least, (await one(cluster, 'daemonsets', 'agent')).status.numberAvailable ?? 0)
    }

    expect([least, await images(cluster)]).toEqual([3, ['2', '2', '2']])
  })

  test('with a surge keeps the old pod while the new one is not ready', async () => {
    const updateStrategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
    const cluster = await daemons({ spec: { updateStrategy } })
    await changed(cluster, 'daemonsets', 'agent', withImage(NEXT, NEVER_READY))
    cluster.advance('1m')

    expect(await images(cluster)).toEqual(['1', '1', '1', '2'])
  })

  test('on deletion replaces what somebody deletes, and nothing else', async () => {
    const cluster = await daemons({ spec: { updateStrategy: { type: 'OnDelete' } } })
    await changed(cluster, 'daemonsets', 'agent', withImage(NEXT))
    cluster.settle()
    expect(await images(cluster)).toEqual(['1', '1', '1'])

    await removed(cluster, 'pods', (await names(cluster, 'pods'))[0]!)
    cluster.settle()
    expect(await images(cluster)).toEqual(['1', '1', '2'])
  })

  test('back to an old template takes its revision up again', async () => {
    const cluster = await daemons()
    await changed(cluster, 'daemonsets', 'agent', withImage(NEXT))
    cluster.settle()
    await changed(cluster, 'daemonsets', 'agent', withImage('registry.example/quick:1'))
    cluster.settle()

    const { body } = await ask(cluster, '/apis/apps/v1/namespaces/default/controllerrevisions')
    expect(body.items.map(({ revision }: any) => revision).sort()).toEqual([2, 3])
    expect(await images(cluster)).toEqual(['1', '1', '1'])
  })
})
