/** Deletion: what becomes of dependents, of what finalizers hold, of a namespace's content, of volumes in use. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster, type KubeObject } from '../src/index.ts'
import { ask, configMap, pod, send } from './kit.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const MERGE = { 'content-type': 'application/merge-patch+json' }

type Owner = { uid: string; name: string; block?: boolean }

async function make(cluster: Cluster, name: string, owners: Owner[] = [], finalizers?: string[]): Promise<Owner> {
  const ownerReferences = owners.map(({ uid, name: owner, block }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: owner,
    uid,
    ...(block && { blockOwnerDeletion: true }),
  }))
  const metadata = { name, ...(owners.length > 0 && { ownerReferences }), ...(finalizers && { finalizers }) }
  const { body } = await send(cluster, 'POST', MAPS, { metadata })
  return { uid: body.metadata.uid, name }
}

async function names(cluster: Cluster, path = MAPS): Promise<string[]> {
  const { items } = (await ask(cluster, path)).body
  return items.map(({ metadata }: KubeObject) => metadata.name).filter((name: string) => name !== 'kube-root-ca.crt')
}

function remove(cluster: Cluster, name: string, options: object = {}) {
  return send(cluster, 'DELETE', `${MAPS}/${name}`, options)
}

describe('dependents', () => {
  test('go when the last of their owners has gone, and theirs after them', async () => {
    const cluster = createCluster()
    const [a, b] = [await make(cluster, 'a'), await make(cluster, 'b')]
    const child = await make(cluster, 'child', [a, b])
    await make(cluster, 'grandchild', [child])

    await remove(cluster, 'a')
    cluster.settle()
    const withOne = (await ask(cluster, `${MAPS}/child`)).body.metadata.ownerReferences
    await remove(cluster, 'b', { propagationPolicy: 'Background' })
    cluster.settle()

    expect(withOne.map(({ name }: any) => name)).toEqual(['b'])
    expect(await names(cluster)).toEqual([])
  })

  test('of an owner that never was, or is another by the same name, go at once', async () => {
    const cluster = createCluster()
    await make(cluster, 'a')
    await make(cluster, 'never', [{ name: 'nobody', uid: 'u1' }])
    await make(cluster, 'other', [{ name: 'a', uid: 'u2' }])

    cluster.settle()

    expect(await names(cluster)).toEqual(['a'])
  })

  test('whose owner is of a kind that is not served stay', async () => {
    const cluster = createCluster()
    const ownerReferences = [{ apiVersion: 'example.com/v1', kind: 'Widget', name: 'w', uid: 'u' }]
    await send(cluster, 'POST', MAPS, { metadata: { name: 'a', ownerReferences } })

    cluster.settle()

    expect(await names(cluster)).toEqual(['a'])
  })

  test('are let go of when their owner is deleted as an orphan’s parent', async () => {
    const cluster = createCluster()
    const owner = await make(cluster, 'owner')
    await make(cluster, 'child', [owner])

    const { body } = await remove(cluster, 'owner', { propagationPolicy: 'Orphan' })
    cluster.settle()

    expect(body.metadata.finalizers).toEqual(['orphan'])
    expect(await names(cluster)).toEqual(['child'])
    expect((await ask(cluster, `${MAPS}/child`)).body.metadata.ownerReferences).toBeUndefined()
  })

  test('that block go before an owner that is deleted in the foreground', async () => {
    const cluster = createCluster()
    const owner = await make(cluster, 'owner')
    const child = await make(cluster, 'child', [{ ...owner, block: true }])
    await make(cluster, 'grandchild', [{ ...child, block: true }], ['example.com/hold'])

    const { body } = await remove(cluster, 'owner', { propagationPolicy: 'Foreground' })
    cluster.settle()
    const waiting = await names(cluster)
    await send(cluster, 'PATCH', `${MAPS}/grandchild`, { metadata: { finalizers: null } }, MERGE)
    cluster.settle()

    expect(body.metadata.finalizers).toEqual(['foregroundDeletion'])
    expect(body.metadata.deletionGracePeriodSeconds).toBe(0)
    expect(waiting).toEqual(['child', 'grandchild', 'owner'])
    expect(await names(cluster)).toEqual([])
  })

  test('that do not block do not keep their owner', async () => {
    const cluster = createCluster()
    const owner = await make(cluster, 'owner')
    await make(cluster, 'child', [owner], ['example.com/hold'])

    await remove(cluster, 'owner', { propagationPolicy: 'Foreground' })
    cluster.settle()

    expect(await names(cluster)).toEqual(['child'])
  })

  test('pods of a job stay unless told otherwise, with a warning', async () => {
    const jobs = '/apis/batch/v1/namespaces/default/jobs'
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox' }] } }
    const cluster = createCluster()
    await send(cluster, 'POST', jobs, { metadata: { name: 'j' }, spec: { template } })

    const silent = await send(cluster, 'DELETE', `${jobs}/j`, {})

    expect(silent.body.metadata.finalizers).toContain('orphan')
    expect(silent.headers.get('warning')).toMatch(/^299 - "child pods are preserved by default when jobs are deleted;/)
  })

  test('in any forest, nobody whose owners are all gone is left', async () => {
    const place = fc.record({ owners: fc.array(fc.nat(24), { maxLength: 2 }), block: fc.boolean() })
    const policy = fc.constantFrom('Background', 'Foreground', 'Orphan')
    const deletion = fc.record({ victim: fc.nat(24), propagationPolicy: policy, settles: fc.boolean() })
    const forests = fc.array(place, { minLength: 1, maxLength: 25 })

    await fc.assert(
      fc.asyncProperty(forests, fc.array(deletion, { maxLength: 12 }), async (places, deletions) => {
        const cluster = createCluster()
        const made: Owner[] = []
        for (const [i, { owners, block }] of places.entries()) {
          const older = [...new Set(owners)].filter((owner) => owner < i)
          made.push(
            await make(
              cluster,
              `o${i}`,
              older.map((owner) => ({ ...made[owner]!, block })),
            ),
          )
        }
        for (const { victim, propagationPolicy, settles } of deletions) {
          await remove(cluster, `o${victim}`, { propagationPolicy })
          if (settles) cluster.settle()
        }
        cluster.settle()

        const { items } = (await ask(cluster, MAPS)).body
        const uids = new Set(items.map(({ metadata }: KubeObject) => metadata.uid))
        const owners = items.flatMap(({ metadata }: KubeObject) => metadata.ownerReferences ?? [])
        expect(owners.filter(({ uid }: Owner) => !uids.has(uid))).toEqual([])
        expect(items.filter(({ metadata }: KubeObject) => metadata.deletionTimestamp)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })
})

describe('options', () => {
  test.each([
    [
      { propagationPolicy: 'Later' },
      422,
      /^DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Later": supported values: "Foreground", "Background", "Orphan", "nil"$/,
    ],
    [
      { propagationPolicy: 'Orphan', orphanDependents: true },
      422,
      /orphanDependents and deletionPropagation cannot be both set$/,
    ],
    [
      { gracePeriodSeconds: 'soon' },
      400,
      /cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64$/,
    ],
    [{ preconditions: { resourceVersion: '1' } }, 409, /the ResourceVersion in the precondition \(1\) does not match/],
  ])('%j is refused', async (options, code, message) => {
    const cluster = createCluster()
    await make(cluster, 'a')

    const answer = await remove(cluster, 'a', options)

    expect([answer.code, answer.body.message]).toEqual([code, expect.stringMatching(message)])
    expect(await names(cluster)).toEqual(['a'])
  })

  test('a dry run, asked for in the body, deletes nothing', async () => {
    const cluster = createCluster()
    await make(cluster, 'a')

    expect((await remove(cluster, 'a', { dryRun: ['All'] })).body.status).toBe('Success')
    expect(await names(cluster)).toEqual(['a'])
  })

  test('some kinds are answered with what was deleted', async () => {
    const cluster = createCluster()
    const path = '/api/v1/namespaces/default/serviceaccounts'
    await send(cluster, 'POST', path, { metadata: { name: 's' } })

    expect((await send(cluster, 'DELETE', `${path}/s`, {})).body).toMatchObject({ kind: 'ServiceAccount' })
  })

  test('a pod’s grace is only ever made shorter', async () => {
    const path = '/api/v1/namespaces/default/pods/p'
    const cluster = createCluster({ world: { nodes: 1 }, manifests: [pod('p')] })
    const grace = async (gracePeriodSeconds: number) =>
      (await send(cluster, 'DELETE', path, { gracePeriodSeconds })).body.metadata.deletionGracePeriodSeconds

    expect([await grace(20), await grace(60), await grace(5), await grace(-1)]).toEqual([20, 20, 5, 1])
    expect((await ask(cluster, path)).body.metadata.generation).toBe(2)
  })
})

describe('a namespace', () => {
  const SPACE = '/api/v1/namespaces/team'
  const inTeam = (name: string, finalizers: string[]): KubeObject => ({
    ...configMap(name),
    metadata: { name, namespace: 'team', finalizers },
  })

  test('says what is left in it and who holds that', async () => {
    const held = [inTeam('a', ['example.com/hold']), inTeam('b', ['example.com/hold', 'example.com/other'])]
    const cluster = createCluster({ manifests: held })

    await send(cluster, 'DELETE', SPACE, {})
    cluster.settle()
    const { status, spec } = (await ask(cluster, SPACE)).body
    const again = await send(cluster, 'DELETE', SPACE, {})

    const told = Object.fromEntries(status.conditions.map((it: any) => [it.type, [it.status, it.reason, it.message]]))
    expect(status.phase).toBe('Terminating')
    expect(spec.finalizers).toEqual(['kubernetes'])
    expect(told).toEqual({
      NamespaceDeletionDiscoveryFailure: ['False', 'ResourcesDiscovered', 'All resources successfully discovered'],
      NamespaceDeletionGroupVersionParsingFailure: [
        'False',
        'ParsedGroupVersions',
        'All legacy kube types successfully parsed',
      ],
      NamespaceDeletionContentFailure: [
        'False',
        'ContentDeleted',
        'All content successfully deleted, may be waiting on finalization',
      ],
      NamespaceContentRemaining: [
        'True',
        'SomeResourcesRemain',
        'Some resources are remaining: configmaps. has 2 resource instances',
      ],
      NamespaceFinalizersRemaining: [
        'True',
        'SomeFinalizersRemain',
        'Some content in the namespace has finalizers remaining: example.com/hold in 2 resource instances, example.com/other in 1 resource instances',
      ],
    })
    expect([again.code, again.body.message]).toEqual([
      409,
      'Operation cannot be fulfilled on namespaces "team": The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will automatically be purged by the system.',
    ])
  })

  test('goes when the last of it has gone', async () => {
    const cluster = createCluster({ manifests: [inTeam('a', ['example.com/hold'])] })
    await send(cluster, 'DELETE', SPACE, {})
    cluster.settle()

    await send(cluster, 'PATCH', `${SPACE}/configmaps/a`, { metadata: { finalizers: null } }, MERGE)
    cluster.settle()

    expect((await ask(cluster, SPACE)).code).toBe(404)
  })

  test('is finalized by who removes its last finalizer', async () => {
    const cluster = createCluster({ manifests: [inTeam('a', ['example.com/hold'])] })
    await send(cluster, 'DELETE', SPACE, {})

    const { code } = await send(cluster, 'PUT', `${SPACE}/finalize`, { metadata: { name: 'team' }, spec: {} })

    expect([code, (await ask(cluster, SPACE)).code]).toEqual([200, 404])
  })
})

describe('what is in use', () => {
  test('a claim stays until no pod uses it, a volume until it is not bound', async () => {
    const claims = '/api/v1/namespaces/default/persistentvolumeclaims'
    const volumes = '/api/v1/persistentvolumes'
    const cluster = createCluster({ world: { nodes: 1 }, controllers: false })
    const accessModes = ['ReadWriteOnce']
    const resources = { requests: { storage: '1Gi' } }
    const disk = { accessModes, capacity: { storage: '1Gi' }, hostPath: { path: '/data' } }
    await send(cluster, 'POST', claims, { metadata: { name: 'c' }, spec: { accessModes, resources } })
    await send(cluster, 'POST', volumes, { metadata: { name: 'v' }, spec: disk })
    await send(cluster, 'PATCH', `${volumes}/v/status`, { status: { phase: 'Bound' } }, MERGE)
    const volumesOfPod = [{ name: 'data', persistentVolumeClaim: { claimName: 'c' } }]
    const spec = { containers: [{ name: 'a', image: 'i' }], volumes: volumesOfPod }
    await send(cluster, 'POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'p' }, spec })

    const claim = await send(cluster, 'DELETE', `${claims}/c`, {})
    await send(cluster, 'DELETE', `${volumes}/v`, {})
    cluster.settle()
    const kept = [await names(cluster, claims), await names(cluster, volumes)]
    await send(cluster, 'DELETE', '/api/v1/namespaces/default/pods/p', {})
    await send(cluster, 'PATCH', `${volumes}/v/status`, { status: { phase: 'Released' } }, MERGE)
    cluster.settle()

    expect(claim.body.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection'])
    expect(kept).toEqual([['c'], ['v']])
    expect([await names(cluster, claims), await names(cluster, volumes)]).toEqual([[], []])
  })
})
