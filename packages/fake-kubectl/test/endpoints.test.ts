import { describe, expect, test } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { all, changed, created, livingCluster, names, NEVER_READY, one, removed, workload } from './workloads.ts'

async function serving(
  replicas: number,
  more: Record<string, any> = {},
  service: Record<string, any> = {},
): Promise<Cluster> {
  const cluster = livingCluster()
  await workload(cluster, 'deployments', 'web', { spec: { replicas }, ...more })
  await created(cluster, 'services', {
    metadata: { name: 'web', labels: { tier: 'front' } },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...service },
  })
  cluster.settle()
  return cluster
}

async function slice(cluster: Cluster): Promise<any> {
  return (await all(cluster, 'endpointslices')).find(({ metadata }) => metadata.name.startsWith('web-'))
}

const conditionsIn = async (cluster: Cluster): Promise<any[]> =>
  ((await slice(cluster)).endpoints ?? []).map(({ conditions }: any) => conditions)

describe('a Service', () => {
  test('has an EndpointSlice and an Endpoints with the pods it chooses', async () => {
    const cluster = await serving(2)
    const found = await slice(cluster)
    const pods = await all(cluster, 'pods')

    expect(found).toMatchObject({
      metadata: {
        labels: {
          tier: 'front',
          'kubernetes.io/service-name': 'web',
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        ownerReferences: [{ kind: 'Service', name: 'web', controller: true, blockOwnerDeletion: true }],
      },
      addressType: 'IPv4',
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    })
    expect(found.endpoints.map(({ addresses }: any) => addresses[0]).sort()).toEqual(
      pods.map(({ status }) => status.podIP).sort(),
    )
    const up = { ready: true, serving: true, terminating: false }
    expect(await conditionsIn(cluster)).toEqual([up, up])
    const { subsets, metadata } = await one(cluster, 'endpoints', 'web')
    expect(subsets[0].addresses).toHaveLength(2)
    expect(subsets[0].ports).toEqual([{ port: 8080, protocol: 'TCP' }])
    expect(metadata.labels['endpoints.kubernetes.io/managed-by']).toBe('endpoint-controller')
  })

  test('sends nothing to pods that are not ready, unless it publishes them all', async () => {
    const cluster = await serving(1, { container: NEVER_READY })
    expect(await conditionsIn(cluster)).toEqual([{ ready: false, serving: false, terminating: false }])
    expect((await one(cluster, 'endpoints', 'web')).subsets[0].notReadyAddresses).toHaveLength(1)

    await changed(cluster, 'services', 'web', { spec: { publishNotReadyAddresses: true } })
    cluster.settle()
    expect(await conditionsIn(cluster)).toEqual([{ ready: true, serving: true, terminating: false }])
  })

  test('lists a pod that is ending as such, until it has gone', async () => {
    const cluster = await serving(1)
    await changed(cluster, 'deployments', 'web', { spec: { replicas: 0 } })
    cluster.advance('0s')
    expect(await conditionsIn(cluster)).toEqual([{ ready: false, serving: true, terminating: true }])

    cluster.settle()
    expect(await slice(cluster)).toMatchObject({ endpoints: null, ports: null })
    expect((await one(cluster, 'endpoints', 'web')).subsets).toBeUndefined()
  })

  test('of which many pods stand behind has slices of a hundred', async () => {
    const cluster = await serving(230)
    const sizes = (await all(cluster, 'endpointslices'))
      .filter(({ metadata }) => metadata.name.startsWith('web-'))
      .map(({ endpoints }) => endpoints.length)

    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(230)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100)
  })

  test('whose port has a name finds its number in each pod', async () => {
    const cluster = await serving(
      1,
      {
        pod: {
          containers: [
            { name: 'app', image: 'registry.example/quick:1', ports: [{ name: 'http', containerPort: 3000 }] },
          ],
        },
      },
      { ports: [{ name: 'web', port: 80, targetPort: 'http' }] },
    )

    expect((await slice(cluster)).ports).toEqual([{ name: 'web', port: 3000, protocol: 'TCP' }])
  })

  test('without an address of its own is marked headless', async () => {
    const cluster = await serving(1, {}, { clusterIP: 'None' })

    expect((await slice(cluster)).metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '')
  })

  test('without a selector has what somebody writes for it, and no more', async () => {
    const cluster = livingCluster()
    await created(cluster, 'services', { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } })
    cluster.settle()

    expect(await slice(cluster)).toBeUndefined()
    expect((await one(cluster, 'endpoints', 'web')).reason).toBe('NotFound')
  })

  test('that is deleted takes them with it', async () => {
    const cluster = await serving(1)
    await removed(cluster, 'services', 'web')
    cluster.settle()

    expect(await slice(cluster)).toBeUndefined()
    expect(await names(cluster, 'endpoints')).toEqual(['kubernetes'])
  })

  test('gets its slice back when somebody deletes it', async () => {
    const cluster = await serving(1)
    await removed(cluster, 'endpointslices', (await slice(cluster)).metadata.name)
    cluster.settle()

    expect(await conditionsIn(cluster)).toHaveLength(1)
  })
})
