import { describe, expect, test } from 'vitest'
import type { Cluster } from '../src/index.ts'
import {
  all,
  changed,
  condition,
  created,
  livingCluster,
  MISSING,
  names,
  NEVER_READY,
  one,
  removed,
  toldOf,
  workload,
} from './workloads.ts'

async function setOf(replicas: number, more: Record<string, any> = {}): Promise<Cluster> {
  const cluster = livingCluster()
  await workload(cluster, 'replicasets', 'web', { ...more, spec: { replicas, ...more['spec'] } })
  cluster.settle()
  return cluster
}

describe('a ReplicaSet', () => {
  test('has as many pods as it asks for, and makes another for one that is deleted or has failed', async () => {
    const cluster = await setOf(2)
    const [first, second] = await names(cluster, 'pods')
    await removed(cluster, 'pods', first!)
    cluster.settle()

    const now = await names(cluster, 'pods')
    expect([now.length, now.includes(first!), now.includes(second!)]).toEqual([2, false, true])
    expect((await one(cluster, 'replicasets', 'web')).status).toMatchObject({
      replicas: 2,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      terminatingReplicas: 0,
    })
    expect(await toldOf(cluster, 'web')).toHaveLength(3)
  })

  test('adopts orphans that fit, and lets go of a pod that no longer does', async () => {
    const cluster = livingCluster()
    const containers = [{ name: 'app', image: 'registry.example/quick:1' }]
    await created(cluster, 'pods', { metadata: { name: 'stray', labels: { app: 'web' } }, spec: { containers } })
    cluster.settle()
    await workload(cluster, 'replicasets', 'web', { spec: { replicas: 2 } })
    cluster.settle()
    expect(await names(cluster, 'pods')).toHaveLength(2)
    expect((await one(cluster, 'pods', 'stray')).metadata.ownerReferences).toMatchObject([{ name: 'web' }])

    await changed(cluster, 'pods', 'stray', { metadata: { labels: { app: 'debug' } } })
    cluster.settle()
    expect(await names(cluster, 'pods')).toHaveLength(3)
    expect((await one(cluster, 'pods', 'stray')).metadata.ownerReferences).toBeUndefined()
  })

  test('of more than it needs, sends away those that do not work, then the youngest', async () => {
    const cluster = await setOf(1)
    const [old] = await names(cluster, 'pods')
    cluster.advance('1h')
    await changed(cluster, 'replicasets', 'web', { spec: { replicas: 2 } })
    cluster.settle()
    const young = (await names(cluster, 'pods')).find((name) => name !== old)
    await changed(cluster, 'replicasets', 'web', {
      spec: { replicas: 3, template: { spec: { containers: [{ name: 'app', image: MISSING }] } } },
    })
    cluster.advance('5s')

    await changed(cluster, 'replicasets', 'web', { spec: { replicas: 2 } })
    cluster.advance('5s')
    expect((await names(cluster, 'pods')).sort()).toEqual([old, young].sort())

    await changed(cluster, 'replicasets', 'web', { spec: { replicas: 1 } })
    cluster.advance('5s')
    expect(await names(cluster, 'pods')).toEqual([old])
  })

  test('sends away one that is not ready before a younger one that is, whatever it costs', async () => {
    const cluster = await setOf(1, { container: NEVER_READY })
    cluster.advance('1h')
    const [unready] = await names(cluster, 'pods')
    const dear = { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '100' } }
    await changed(cluster, 'pods', unready!, { metadata: dear })
    const template = { spec: { containers: [{ name: 'app', readinessProbe: null }] } }
    await changed(cluster, 'replicasets', 'web', { spec: { replicas: 2, template } })
    cluster.advance('5s')
    const young = (await names(cluster, 'pods')).find((name) => name !== unready)
    await changed(cluster, 'replicasets', 'web', { spec: { replicas: 1 } })
    cluster.advance('5s')

    expect(await names(cluster, 'pods')).toEqual([young])
  })

  test('spares a pod whose deletion would cost most', async () => {
    const cluster = await setOf(3)
    const [dear] = await names(cluster, 'pods')
    await changed(cluster, 'pods', dear!, {
      metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '100' } },
    })
    await changed(cluster, 'replicasets', 'web', { spec: { replicas: 1 } })
    cluster.settle()

    expect(await names(cluster, 'pods')).toEqual([dear])
  })

  test('whose account is missing says so, and makes its pods when it is there', async () => {
    const cluster = await setOf(2, { pod: { serviceAccountName: 'robot' } })
    const web = await one(cluster, 'replicasets', 'web')
    expect([web.status.replicas, condition(web, 'ReplicaFailure')]).toEqual([0, 'True FailedCreate'])

    await created(cluster, 'serviceaccounts', { metadata: { name: 'robot' } })
    cluster.advance('30s')
    expect(await names(cluster, 'pods')).toHaveLength(2)
  })
})

test('a ReplicationController does the same', async () => {
  const cluster = livingCluster()
  const template = {
    metadata: { labels: { app: 'old' } },
    spec: { containers: [{ name: 'app', image: 'registry.example/quick:1' }] },
  }
  await created(cluster, 'replicationcontrollers', { metadata: { name: 'old' }, spec: { replicas: 2, template } })
  cluster.settle()

  expect((await all(cluster, 'pods')).map(({ metadata }) => metadata.ownerReferences[0].kind)).toEqual([
    'ReplicationController',
    'ReplicationController',
  ])
  expect((await one(cluster, 'replicationcontrollers', 'old')).status).toEqual({
    replicas: 2,
    fullyLabeledReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    observedGeneration: 1,
  })
})
