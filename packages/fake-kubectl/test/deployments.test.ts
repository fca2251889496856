import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { send } from './kit.ts'
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
  withImage,
  workload,
} from './workloads.ts'

const NEXT = 'registry.example/quick:2'

async function deployed(replicas: number, more: Record<string, any> = {}): Promise<Cluster> {
  const cluster = livingCluster()
  const { spec = {}, ...rest } = more
  await workload(cluster, 'deployments', 'web', { ...rest, spec: { replicas, ...spec } })
  cluster.settle()
  return cluster
}

/** Sizes of the ReplicaSets by revision. */
async function sizes(cluster: Cluster): Promise<Record<string, number>> {
  const sets = await all(cluster, 'replicasets')
  return Object.fromEntries(
    sets.map(({ metadata, spec }) => [metadata.annotations['deployment.kubernetes.io/revision'], spec.replicas]),
  )
}

describe('a Deployment', () => {
  test('makes a ReplicaSet, which makes pods; its status tells how far it is', async () => {
    const cluster = await deployed(3)
    const web = await one(cluster, 'deployments', 'web')
    const [set] = await all(cluster, 'replicasets')

    expect(web.status).toMatchObject({ replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 })
    expect(condition(web, 'Available')).toBe('True MinimumReplicasAvailable')
    expect(condition(web, 'Progressing')).toBe('True NewReplicaSetAvailable')
    expect(web.metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' })
    expect(set.metadata.name).toMatch(/^web-[b-z2-9]{8,10}$/)
    expect(set.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
      'deployment.kubernetes.io/revision': '1',
    })
    expect((await names(cluster, 'pods')).every((name) => name.startsWith(`${set.metadata.name}-`))).toBe(true)
    expect(await toldOf(cluster, 'web')).toEqual([
      `Normal ScalingReplicaSet Scaled up replica set ${set.metadata.name} from 0 to 3`,
    ])
  })

  test('that is deleted takes its ReplicaSets and pods with it', async () => {
    const cluster = await deployed(2)
    await removed(cluster, 'deployments', 'web')
    cluster.settle()

    expect([await names(cluster, 'replicasets'), await names(cluster, 'pods')]).toEqual([[], []])
  })

  test('that is deleted as an orphan’s parent leaves them, and the next one of its kind takes them over', async () => {
    const cluster = await deployed(2)
    const pods = await names(cluster, 'pods')
    await removed(cluster, 'deployments', 'web', { propagationPolicy: 'Orphan' })
    cluster.settle()
    await workload(cluster, 'deployments', 'web', { spec: { replicas: 2 } })
    cluster.settle()

    expect(await names(cluster, 'pods')).toEqual(pods)
    const [set] = await all(cluster, 'replicasets')
    expect(set.metadata.ownerReferences).toMatchObject([{ kind: 'Deployment', name: 'web', controller: true }])
  })
})

describe('a rolling update', () => {
  test('never has fewer pods available, and never more in all, than its strategy allows', async () => {
    const limits = fc.record({
      replicas: fc.integer({ min: 1, max: 7 }),
      maxSurge: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('25%', '50%', '100%')),
      maxUnavailable: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('0%', '25%', '50%')),
    })
    await fc.assert(
      fc.asyncProperty(limits, async ({ replicas, maxSurge, maxUnavailable }) => {
        // The server refuses a strategy that cannot move.
        fc.pre(![0, '0%'].includes(maxSurge) || ![0, '0%'].includes(maxUnavailable))
        const rollingUpdate = { maxSurge, maxUnavailable }
        const cluster = await deployed(replicas, { spec: { strategy: { type: 'RollingUpdate', rollingUpdate } } })
        const share = (value: number | string, round: (x: number) => number): number =>
          typeof value === 'number' ? value : round((parseInt(value) * replicas) / 100)
        const surge = share(maxSurge, Math.ceil)
        const missing = Math.max(share(maxUnavailable, Math.floor), surge === 0 ? 1 : 0)
        await changed(cluster, 'deployments', 'web', withImage(NEXT))

        for (let step = 0; step < 400; step++) {
          cluster.advance('100ms')
          const { status } = await one(cluster, 'deployments', 'web')
          expect(status.availableReplicas ?? 0).toBeGreaterThanOrEqual(replicas - missing)
          const sets = await all(cluster, 'replicasets')
          const total = sets.reduce((sum, set) => sum + set.spec.replicas, 0)
          expect(total).toBeLessThanOrEqual(replicas + surge)
          if (status.updatedReplicas === replicas && status.replicas === replicas && !status.unavailableReplicas) break
        }
        expect((await one(cluster, 'deployments', 'web')).status).toMatchObject({ availableReplicas: replicas })
        expect(await sizes(cluster)).toEqual({ 1: 0, 2: replicas })
      }),
      { numRuns: 12 },
    )
  })

  test('long complete, and now without a pod, is as complete as it was, and no deadline runs', async () => {
    const cluster = await deployed(2)
    cluster.advance('1h')
    const [pod] = await names(cluster, 'pods')
    await removed(cluster, 'pods', pod!)
    cluster.advance('1s')

    expect(condition(await one(cluster, 'deployments', 'web'), 'Progressing')).toBe('True NewReplicaSetAvailable')
    cluster.settle()
    expect((await one(cluster, 'deployments', 'web')).status.availableReplicas).toBe(2)
  })

  test('to pods that never become ready stops, keeps the old ones, and is late after its deadline', async () => {
    const cluster = await deployed(3, { spec: { progressDeadlineSeconds: 60 } })
    await changed(cluster, 'deployments', 'web', withImage(NEXT, NEVER_READY))
    cluster.advance('30s')

    expect(await sizes(cluster)).toEqual({ 1: 3, 2: 1 })
    const early = await one(cluster, 'deployments', 'web')
    expect(condition(early, 'Progressing')).toBe('True ReplicaSetUpdated')

    cluster.advance('45s')
    const late = await one(cluster, 'deployments', 'web')
    expect(condition(late, 'Progressing')).toBe('False ProgressDeadlineExceeded')
    expect(condition(late, 'Available')).toBe('True MinimumReplicasAvailable')
    const { name } = (await all(cluster, 'replicasets')).find((set) => set.spec.replicas === 1).metadata
    const { message } = late.status.conditions.find((it: any) => it.type === 'Progressing')
    expect(message).toBe(`ReplicaSet "${name}" has timed out progressing.`)
  })

  test('takes the pods that do not work first, however many of them there are', async () => {
    const cluster = await deployed(4, { image: MISSING })
    await changed(cluster, 'deployments', 'web', withImage(NEXT))
    cluster.settle()

    expect(await sizes(cluster)).toEqual({ 1: 0, 2: 4 })
  })

  test('waits until a new pod has been ready for minReadySeconds', async () => {
    const cluster = await deployed(1, { spec: { minReadySeconds: 30 } })
    await changed(cluster, 'deployments', 'web', withImage(NEXT))
    cluster.advance('20s')
    expect((await one(cluster, 'deployments', 'web')).status).toMatchObject({ readyReplicas: 2, availableReplicas: 1 })

    cluster.advance('20s')
    expect(await sizes(cluster)).toEqual({ 1: 0, 2: 1 })
  })

  test('that is scaled on its way gives each ReplicaSet its share', async () => {
    const cluster = await deployed(10, { spec: { strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } } })
    await changed(cluster, 'deployments', 'web', withImage(NEXT, NEVER_READY))
    cluster.advance('10s')
    expect(await sizes(cluster)).toEqual({ 1: 8, 2: 5 })

    await changed(cluster, 'deployments', 'web', { spec: { replicas: 15 } })
    cluster.advance('10s')
    expect(await sizes(cluster)).toEqual({ 1: 11, 2: 7 })
  })

  test('back to an old template takes the old ReplicaSet, under a new revision', async () => {
    const cluster = await deployed(1)
    const [first] = await names(cluster, 'replicasets')
    await changed(cluster, 'deployments', 'web', withImage(NEXT))
    cluster.settle()
    await changed(cluster, 'deployments', 'web', withImage('registry.example/quick:1'))
    cluster.settle()

    expect(await sizes(cluster)).toEqual({ 2: 0, 3: 1 })
    const { metadata } = await one(cluster, 'replicasets', first!)
    expect(metadata.annotations['deployment.kubernetes.io/revision-history']).toBe('1')
    expect((await one(cluster, 'deployments', 'web')).metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
    })
  })

  test('forgets the oldest revisions beyond its limit', async () => {
    const cluster = await deployed(1, { spec: { revisionHistoryLimit: 2 } })
    for (const version of [2, 3, 4, 5]) {
      await changed(cluster, 'deployments', 'web', withImage(`registry.example/quick:${version}`))
      cluster.settle()
    }

    expect(await sizes(cluster)).toEqual({ 3: 0, 4: 0, 5: 1 })
  })
})

describe('a Deployment that recreates', () => {
  test('starts no new pod before the last old one has gone', async () => {
    const cluster = await deployed(3, { spec: { strategy: { type: 'Recreate' } } })
    await changed(cluster, 'deployments', 'web', withImage(NEXT))
    const seen = new Set<string>()
    for (let step = 0; step < 100; step++) {
      cluster.advance('100ms')
      const images = (await all(cluster, 'pods')).map(({ spec }) => spec.containers[0].image)
      seen.add([...new Set(images)].sort().join())
    }

    expect([...seen].some((images) => images.includes(','))).toBe(false)
    expect(await sizes(cluster)).toEqual({ 1: 0, 2: 3 })
  })
})

describe('a Deployment that is paused', () => {
  test('does not roll, but can be scaled; it rolls when it is resumed', async () => {
    const cluster = await deployed(2)
    await changed(cluster, 'deployments', 'web', { spec: { paused: true } })
    await changed(cluster, 'deployments', 'web', withImage(NEXT))
    await changed(cluster, 'deployments', 'web', { spec: { replicas: 3 } })
    cluster.settle()

    expect(await sizes(cluster)).toEqual({ 1: 3 })
    expect(condition(await one(cluster, 'deployments', 'web'), 'Progressing')).toBe('Unknown DeploymentPaused')

    await changed(cluster, 'deployments', 'web', { spec: { paused: false } })
    cluster.settle()
    expect(await sizes(cluster)).toEqual({ 1: 0, 2: 3 })
    expect(condition(await one(cluster, 'deployments', 'web'), 'Progressing')).toBe('True NewReplicaSetAvailable')
  })
})

describe('a Deployment whose pods are refused', () => {
  test('says why, and goes on when there is room', async () => {
    const cluster = livingCluster()
    await created(cluster, 'resourcequotas', { metadata: { name: 'few' }, spec: { hard: { pods: '1' } } })
    cluster.settle()
    await workload(cluster, 'deployments', 'web', { spec: { replicas: 3 } })
    cluster.settle()

    const web = await one(cluster, 'deployments', 'web')
    const [set] = await names(cluster, 'replicasets')
    expect(web.status).toMatchObject({ replicas: 1, unavailableReplicas: 2 })
    expect(condition(web, 'ReplicaFailure')).toBe('True FailedCreate')
    const { message } = web.status.conditions.find((it: any) => it.type === 'ReplicaFailure')
    expect(message).toMatch(
      /^pods "web-\w+-\w{5}" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1$/,
    )
    expect(
      (await toldOf(cluster, set!)).some((line) => line.startsWith('Warning FailedCreate Error creating: pods "')),
    ).toBe(true)

    await changed(cluster, 'resourcequotas', 'few', { spec: { hard: { pods: '5' } } })
    cluster.advance('20m')
    const now = await one(cluster, 'deployments', 'web')
    expect([now.status.availableReplicas, condition(now, 'ReplicaFailure')]).toEqual([3, undefined])
  })
})

test('a snapshot taken in the middle of a rollout goes on as the original went on', async () => {
  const cluster = await deployed(4)
  await changed(cluster, 'deployments', 'web', withImage(NEXT))
  cluster.advance('1500ms')
  const snapshot = cluster.snapshot()
  const outcome = async () => {
    cluster.advance('1m')
    return [await sizes(cluster), (await one(cluster, 'deployments', 'web')).status, await names(cluster, 'pods')]
  }
  const original = await outcome()
  cluster.restore(snapshot)

  expect(await outcome()).toEqual(original)
})

test('equal seeds roll equally', async () => {
  const run = async () => {
    const cluster = await deployed(5)
    await changed(cluster, 'deployments', 'web', withImage(NEXT))
    cluster.advance('5m')
    return JSON.stringify(cluster.snapshot())
  }

  expect(await run()).toBe(await run())
})

test('a rollout is undone by writing the old template, as kubectl does it', async () => {
  const cluster = await deployed(1)
  const [first] = await all(cluster, 'replicasets')
  await changed(cluster, 'deployments', 'web', withImage(MISSING))
  cluster.advance('1m')
  const { labels, ...metadata } = first.spec.template.metadata
  const { 'pod-template-hash': _hash, ...own } = labels
  const template = { ...first.spec.template, metadata: { ...metadata, labels: own } }
  await send(
    cluster,
    'PATCH',
    '/apis/apps/v1/namespaces/default/deployments/web',
    [{ op: 'replace', path: '/spec/template', value: template }],
    { 'content-type': 'application/json-patch+json' },
  )
  cluster.settle()

  expect(await sizes(cluster)).toEqual({ 2: 0, 3: 1 })
})
