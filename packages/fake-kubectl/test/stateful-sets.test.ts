import { describe, expect, test } from 'vitest'
import type { Cluster } from '../src/index.ts'
import {
  all,
  changed,
  livingCluster,
  names,
  NEVER_READY,
  one,
  removed,
  toldOf,
  withImage,
  workload,
} from './workloads.ts'

const NEXT = 'registry.example/quick:2'

async function statefulSet(
  replicas: number,
  spec: Record<string, any> = {},
  more: Record<string, any> = {},
): Promise<Cluster> {
  const cluster = livingCluster()
  await workload(cluster, 'statefulsets', 'db', { ...more, spec: { replicas, serviceName: 'db', ...spec } })
  return cluster
}

/** Each new set of pods that can be seen as time passes. */
async function steps(cluster: Cluster, seconds = 30): Promise<string[]> {
  const seen: string[] = []
  for (let step = 0; step < seconds * 4; step++) {
    cluster.advance('250ms')
    const now = (await names(cluster, 'pods')).join(' ')
    if (now !== seen.at(-1)) seen.push(now)
  }
  return seen
}

async function images(cluster: Cluster): Promise<Record<string, string>> {
  const pods = await all(cluster, 'pods')
  return Object.fromEntries(pods.map(({ metadata, spec }) => [metadata.name, spec.containers[0].image.split(':')[1]]))
}

describe('a StatefulSet', () => {
  test('makes its pods in order, each when the one before is ready', async () => {
    const cluster = await statefulSet(3)

    expect(await steps(cluster)).toEqual(['db-0', 'db-0 db-1', 'db-0 db-1 db-2'])
    const pod = await one(cluster, 'pods', 'db-1')
    const { status } = await one(cluster, 'statefulsets', 'db')
    expect(pod.spec).toMatchObject({ hostname: 'db-1', subdomain: 'db' })
    expect(pod.metadata.labels).toMatchObject({
      'statefulset.kubernetes.io/pod-name': 'db-1',
      'apps.kubernetes.io/pod-index': '1',
      'controller-revision-hash': status.currentRevision,
    })
    expect(status).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      updateRevision: status.currentRevision,
    })
    expect(await toldOf(cluster, 'db')).toContain(
      'Normal SuccessfulCreate create Pod db-1 in StatefulSet db successful',
    )
  })

  test('waits for ever for one that does not become ready', async () => {
    const cluster = await statefulSet(3, {}, { container: NEVER_READY })

    expect(await steps(cluster)).toEqual(['db-0'])
  })

  test('makes all at once when it is told to', async () => {
    const cluster = await statefulSet(3, { podManagementPolicy: 'Parallel' })
    cluster.advance('0s')

    expect(await names(cluster, 'pods')).toEqual(['db-0', 'db-1', 'db-2'])
  })

  test('shrinks from its end, one after the other', async () => {
    const cluster = await statefulSet(3)
    cluster.settle()
    await changed(cluster, 'statefulsets', 'db', { spec: { replicas: 1 } })

    expect(await steps(cluster)).toEqual(['db-0 db-1 db-2', 'db-0 db-1', 'db-0'])
  })

  test('gives a pod that is deleted, or has failed, its name and place again', async () => {
    const cluster = await statefulSet(2)
    cluster.settle()
    const before = await one(cluster, 'pods', 'db-0')
    await removed(cluster, 'pods', 'db-0')
    cluster.settle()

    const after = await one(cluster, 'pods', 'db-0')
    expect(after.metadata.uid).not.toBe(before.metadata.uid)
    expect(await names(cluster, 'pods')).toEqual(['db-0', 'db-1'])
  })

  test('begins to count where it is told to', async () => {
    const cluster = await statefulSet(2, { ordinals: { start: 5 } })
    cluster.settle()

    expect(await names(cluster, 'pods')).toEqual(['db-5', 'db-6'])
  })

  test('that is deleted leaves its pods to the garbage collector', async () => {
    const cluster = await statefulSet(2)
    cluster.settle()
    await removed(cluster, 'statefulsets', 'db')
    cluster.settle()

    expect([await names(cluster, 'pods'), await names(cluster, 'controllerrevisions')]).toEqual([[], []])
  })
})

describe('an update of a StatefulSet', () => {
  test('goes from its end to its beginning, and waits for each', async () => {
    const cluster = await statefulSet(3)
    cluster.settle()
    await changed(cluster, 'statefulsets', 'db', withImage(NEXT))

    const seen: string[] = []
    for (let step = 0; step < 200; step++) {
      cluster.advance('100ms')
      const now = Object.values(await images(cluster)).join('')
      if (now !== seen.at(-1)) seen.push(now)
      expect((await one(cluster, 'statefulsets', 'db')).status.availableReplicas).toBeGreaterThanOrEqual(2)
    }
    expect(seen).toEqual(['111', '112', '122', '222'])
    const { status } = await one(cluster, 'statefulsets', 'db')
    expect(status.currentRevision).toBe(status.updateRevision)
  })

  test('stops at its partition; a pod below it comes again as it was', async () => {
    const cluster = await statefulSet(3, { updateStrategy: { rollingUpdate: { partition: 2 } } })
    cluster.settle()
    await changed(cluster, 'statefulsets', 'db', withImage(NEXT))
    cluster.settle()
    await removed(cluster, 'pods', 'db-0')
    cluster.settle()

    expect(await images(cluster)).toEqual({ 'db-0': '1', 'db-1': '1', 'db-2': '2' })
    const { status } = await one(cluster, 'statefulsets', 'db')
    expect([status.currentReplicas, status.updatedReplicas]).toEqual([2, 1])
  })

  test('to pods that never become ready stops at the first', async () => {
    const cluster = await statefulSet(3)
    cluster.settle()
    await changed(cluster, 'statefulsets', 'db', withImage(NEXT, NEVER_READY))
    cluster.advance('5m')

    expect(await images(cluster)).toEqual({ 'db-0': '1', 'db-1': '1', 'db-2': '2' })
  })

  test('on deletion replaces what somebody deletes', async () => {
    const cluster = await statefulSet(2, { updateStrategy: { type: 'OnDelete' } })
    cluster.settle()
    await changed(cluster, 'statefulsets', 'db', withImage(NEXT))
    cluster.settle()
    await removed(cluster, 'pods', 'db-0')
    cluster.settle()

    expect(await images(cluster)).toEqual({ 'db-0': '2', 'db-1': '1' })
  })
})

describe('claims of a StatefulSet', () => {
  const volumeClaimTemplates = [
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ]

  test('are made for each pod, named after it, and stay when it goes', async () => {
    const cluster = await statefulSet(2, { volumeClaimTemplates, podManagementPolicy: 'Parallel' })
    cluster.settle()
    await changed(cluster, 'statefulsets', 'db', { spec: { replicas: 0 } })
    cluster.settle()

    const claims = await all(cluster, 'persistentvolumeclaims')
    expect(claims.map(({ metadata }) => [metadata.name, metadata.labels])).toEqual([
      ['data-db-0', { app: 'db' }],
      ['data-db-1', { app: 'db' }],
    ])
    expect(await toldOf(cluster, 'db')).toContain(
      'Normal SuccessfulCreate create Claim data-db-0 Pod db-0 in StatefulSet db success',
    )
  })

  test('go with a pod that is no longer wanted, or with the set, when it says so', async () => {
    const policy = { whenScaled: 'Delete', whenDeleted: 'Delete' }
    const cluster = await statefulSet(2, {
      volumeClaimTemplates,
      podManagementPolicy: 'Parallel',
      persistentVolumeClaimRetentionPolicy: policy,
    })
    cluster.settle()
    await changed(cluster, 'statefulsets', 'db', { spec: { replicas: 1 } })
    cluster.settle()
    expect(await names(cluster, 'persistentvolumeclaims')).toEqual(['data-db-0'])

    await removed(cluster, 'statefulsets', 'db')
    cluster.settle()
    expect(await names(cluster, 'persistentvolumeclaims')).toEqual([])
  })
})
