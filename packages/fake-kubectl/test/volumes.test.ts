import { describe, expect, test } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { changed, created, livingCluster, names, one, removed, toldOf, workload } from './workloads.ts'

const claimSpec = (size: string, more: object = {}) => ({
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: size } },
  ...more,
})

async function volume(cluster: Cluster, name: string, size: string, more: object = {}): Promise<void> {
  const spec = {
    capacity: { storage: size },
    accessModes: ['ReadWriteOnce'],
    hostPath: { path: `/srv/${name}` },
    ...more,
  }
  await created(cluster, 'persistentvolumes', { metadata: { name }, spec })
}

async function claim(cluster: Cluster, name: string, size: string, more: object = {}): Promise<void> {
  await created(cluster, 'persistentvolumeclaims', { metadata: { name }, spec: claimSpec(size, more) })
}

async function storageClass(cluster: Cluster, name: string, fields: object = {}): Promise<void> {
  const given = { provisioner: 'rancher.io/local-path', volumeBindingMode: 'Immediate', ...fields }
  await created(cluster, 'storageclasses', { metadata: { name }, ...given })
}

const phases = async (cluster: Cluster, ...claims: string[]): Promise<string[]> =>
  Promise.all(claims.map(async (name) => (await one(cluster, 'persistentvolumeclaims', name)).status.phase))

describe('a claim', () => {
  test('is bound to the smallest volume that will do', async () => {
    const cluster = livingCluster()
    await volume(cluster, 'small', '1Gi')
    await volume(cluster, 'large', '10Gi')
    await volume(cluster, 'middle', '5Gi')
    await claim(cluster, 'data', '3Gi')
    cluster.settle()

    const data = await one(cluster, 'persistentvolumeclaims', 'data')
    expect(data.spec.volumeName).toBe('middle')
    expect(data.status).toEqual({ phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' } })
    expect(data.metadata.annotations).toEqual({
      'pv.kubernetes.io/bind-completed': 'yes',
      'pv.kubernetes.io/bound-by-controller': 'yes',
    })
    const middle = await one(cluster, 'persistentvolumes', 'middle')
    expect(middle.spec.claimRef).toMatchObject({ kind: 'PersistentVolumeClaim', name: 'data', uid: data.metadata.uid })
    expect(middle.status.phase).toBe('Bound')
    expect((await one(cluster, 'persistentvolumes', 'small')).status.phase).toBe('Available')
  })

  test('waits for a volume, and says why; it is bound when one comes', async () => {
    const cluster = livingCluster()
    await claim(cluster, 'data', '3Gi')
    cluster.settle()
    expect(await phases(cluster, 'data')).toEqual(['Pending'])
    expect(await toldOf(cluster, 'data')).toEqual([
      'Normal FailedBinding no persistent volumes available for this claim and no storage class is set',
    ])

    await volume(cluster, 'one', '3Gi')
    cluster.settle()
    expect(await phases(cluster, 'data')).toEqual(['Bound'])
  })

  test.each([
    ['of another class', { storageClassName: 'fast' }],
    ['that cannot be shared', { accessModes: ['ReadOnlyMany'] }],
    ['that was reserved for another', { claimRef: { namespace: 'default', name: 'other' } }],
  ])('is not bound to a volume %s', async (_, fields) => {
    const cluster = livingCluster()
    await volume(cluster, 'one', '3Gi', fields)
    await claim(cluster, 'data', '1Gi')
    cluster.settle()

    expect(await phases(cluster, 'data')).toEqual(['Pending'])
  })

  test('gets a volume made, where its class has a provisioner', async () => {
    const cluster = livingCluster()
    await storageClass(cluster, 'standard')
    await claim(cluster, 'data', '2Gi', { storageClassName: 'standard' })
    cluster.settle()

    const { metadata, spec } = await one(cluster, 'persistentvolumeclaims', 'data')
    expect(spec.volumeName).toBe(`pvc-${metadata.uid}`)
    const made = await one(cluster, 'persistentvolumes', spec.volumeName)
    expect(made.spec).toMatchObject({ capacity: { storage: '2Gi' }, persistentVolumeReclaimPolicy: 'Delete' })
    expect((await toldOf(cluster, 'data')).map((line) => line.split(' ')[1])).toEqual([
      'ExternalProvisioning',
      'Provisioning',
      'ProvisioningSucceeded',
    ])
  })

  test('of a class that is not there, or whose provisioner does not run, waits', async () => {
    const cluster = livingCluster()
    await storageClass(cluster, 'broken', { provisioner: 'example.com/nobody' })
    await claim(cluster, 'a', '1Gi', { storageClassName: 'nope' })
    await claim(cluster, 'b', '1Gi', { storageClassName: 'broken' })
    cluster.advance('10m')

    expect(await phases(cluster, 'a', 'b')).toEqual(['Pending', 'Pending'])
    expect(await toldOf(cluster, 'a')).toEqual([
      'Warning ProvisioningFailed storageclass.storage.k8s.io "nope" not found',
    ])
  })

  test('that waits for its first pod is bound where the pod goes', async () => {
    const cluster = livingCluster()
    await storageClass(cluster, 'standard', { volumeBindingMode: 'WaitForFirstConsumer' })
    await workload(cluster, 'statefulsets', 'db', {
      spec: {
        replicas: 2,
        serviceName: 'db',
        volumeClaimTemplates: [
          { metadata: { name: 'data' }, spec: claimSpec('1Gi', { storageClassName: 'standard' }) },
        ],
      },
    })
    cluster.settle()

    expect((await one(cluster, 'statefulsets', 'db')).status.readyReplicas).toBe(2)
    const { nodeName } = (await one(cluster, 'pods', 'db-0')).spec
    const { volumeName } = (await one(cluster, 'persistentvolumeclaims', 'data-db-0')).spec
    const { nodeAffinity } = (await one(cluster, 'persistentvolumes', volumeName)).spec
    expect(nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values).toEqual([nodeName])
  })

  test('that waits for its volume keeps the node that was chosen, whatever would be better now', async () => {
    const cluster = livingCluster()
    const slow = { provisioner: 'example.com/nobody', volumeBindingMode: 'WaitForFirstConsumer' }
    await storageClass(cluster, 'slow', slow)
    await claim(cluster, 'data', '1Gi', { storageClassName: 'slow' })
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
    await workload(cluster, 'deployments', 'db', { spec: { replicas: 1 }, pod: { volumes } })
    cluster.settle()
    const chosen = async (): Promise<string> =>
      (await one(cluster, 'persistentvolumeclaims', 'data')).metadata.annotations['volume.kubernetes.io/selected-node']
    const first = await chosen()
    const container = { resources: { requests: { cpu: '3' } } }
    await workload(cluster, 'deployments', 'heavy', { spec: { replicas: 1 }, container, pod: { nodeName: first } })
    await storageClass(cluster, 'another')
    cluster.advance('1m')

    expect(await chosen()).toBe(first)
  })

  test('without a pod says that it waits for one', async () => {
    const cluster = livingCluster()
    await storageClass(cluster, 'standard', { volumeBindingMode: 'WaitForFirstConsumer' })
    await claim(cluster, 'data', '1Gi', { storageClassName: 'standard' })
    cluster.settle()

    expect(await toldOf(cluster, 'data')).toEqual([
      'Normal WaitForFirstConsumer waiting for first consumer to be created before binding',
    ])
  })

  test('grows where its class lets it', async () => {
    const cluster = livingCluster()
    await storageClass(cluster, 'standard', { allowVolumeExpansion: true })
    await claim(cluster, 'data', '2Gi', { storageClassName: 'standard' })
    cluster.settle()
    await changed(cluster, 'persistentvolumeclaims', 'data', { spec: { resources: { requests: { storage: '5Gi' } } } })
    cluster.settle()

    const { spec, status } = await one(cluster, 'persistentvolumeclaims', 'data')
    expect(status.capacity).toEqual({ storage: '5Gi' })
    expect((await one(cluster, 'persistentvolumes', spec.volumeName)).spec.capacity).toEqual({ storage: '5Gi' })
  })
})

describe('a volume whose claim has gone', () => {
  test('goes with it when it was made for it', async () => {
    const cluster = livingCluster()
    await storageClass(cluster, 'standard')
    await claim(cluster, 'data', '2Gi', { storageClassName: 'standard' })
    cluster.settle()
    await removed(cluster, 'persistentvolumeclaims', 'data')
    cluster.settle()

    expect(await names(cluster, 'persistentvolumes')).toEqual([])
  })

  test('stays, though it was made for it, when its class says so', async () => {
    const cluster = livingCluster()
    await storageClass(cluster, 'standard', { reclaimPolicy: 'Retain' })
    await claim(cluster, 'data', '2Gi', { storageClassName: 'standard' })
    cluster.settle()
    const { volumeName } = (await one(cluster, 'persistentvolumeclaims', 'data')).spec
    await removed(cluster, 'persistentvolumeclaims', 'data')
    cluster.settle()

    expect((await one(cluster, 'persistentvolumes', volumeName)).status.phase).toBe('Released')
  })

  test('stays as released, and nobody else gets it, when it is retained', async () => {
    const cluster = livingCluster()
    await volume(cluster, 'one', '3Gi')
    await claim(cluster, 'data', '1Gi')
    cluster.settle()
    await removed(cluster, 'persistentvolumeclaims', 'data')
    await claim(cluster, 'next', '1Gi')
    cluster.settle()

    expect((await one(cluster, 'persistentvolumes', 'one')).status.phase).toBe('Released')
    expect(await phases(cluster, 'next')).toEqual(['Pending'])
  })

  test('that is deleted under its claim loses it', async () => {
    const cluster = livingCluster()
    await volume(cluster, 'one', '3Gi')
    await claim(cluster, 'data', '1Gi')
    cluster.settle()
    await changed(cluster, 'persistentvolumes', 'one', { metadata: { finalizers: null } })
    await removed(cluster, 'persistentvolumes', 'one')
    cluster.settle()

    expect(await phases(cluster, 'data')).toEqual(['Lost'])
  })
})
