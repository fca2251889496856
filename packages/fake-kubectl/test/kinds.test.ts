/** The table of kinds as clients see it: discovery, the versions of one object, the parts of an object. */
import { describe, expect, test } from 'vitest'
import { createCluster } from '../src/index.ts'
import { ask, firstEvents, send } from './kit.ts'

const AGGREGATED = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json' }
const EVENTS = '/apis/events.k8s.io/v1/namespaces/default/events'
const HPAS = (version: string) => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`

describe('discovery of kinds', () => {
  test('lists the groups in the order of their priorities, a preferred version first', async () => {
    const { groups } = (await ask(createCluster(), '/apis')).body

    expect(groups.map(({ name }: any) => name)).toEqual([
      'apiregistration.k8s.io',
      'apps',
      'events.k8s.io',
      'authentication.k8s.io',
      'authorization.k8s.io',
      'autoscaling',
      'batch',
      'certificates.k8s.io',
      'networking.k8s.io',
      'policy',
      'rbac.authorization.k8s.io',
      'storage.k8s.io',
      'admissionregistration.k8s.io',
      'apiextensions.k8s.io',
      'scheduling.k8s.io',
      'coordination.k8s.io',
      'node.k8s.io',
      'discovery.k8s.io',
      'flowcontrol.apiserver.k8s.io',
      'resource.k8s.io',
    ])
    const autoscaling = groups.find(({ name }: any) => name === 'autoscaling')
    expect(autoscaling.versions.map(({ version }: any) => version)).toEqual(['v2', 'v1'])
    expect(autoscaling.preferredVersion).toEqual({ groupVersion: 'autoscaling/v2', version: 'v2' })
  })

  test('a part with a kind of another group says so', async () => {
    const cluster = createCluster()

    const core = (await ask(cluster, '/api/v1')).body.resources
    const apps = (await ask(cluster, '/apis/apps/v1')).body.resources

    expect(core.find(({ name }: any) => name === 'pods/eviction')).toEqual({
      name: 'pods/eviction',
      singularName: '',
      namespaced: true,
      group: 'policy',
      version: 'v1',
      kind: 'Eviction',
      verbs: ['create'],
    })
    expect(apps.find(({ name }: any) => name === 'deployments/scale')).toMatchObject({
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
    })
    expect(apps.find(({ name }: any) => name === 'daemonsets').storageVersionHash).toBe('dd7pWHUlMKQ=')
  })

  test('metrics.k8s.io is there where a metrics server is', async () => {
    const names = async (metrics: boolean) =>
      (await ask(createCluster({ metrics }), '/apis', { headers: AGGREGATED })).body.items.map(
        ({ metadata }: any) => metadata.name,
      )

    expect(await names(false)).not.toContain('metrics.k8s.io')
    expect((await names(true)).at(-1)).toBe('metrics.k8s.io')
    expect((await ask(createCluster({ world: { metrics: true } }), '/apis/metrics.k8s.io')).code).toBe(200)
  })
})

describe('two versions of one object', () => {
  test('an event of events.k8s.io is an event of the core group', async () => {
    const cluster = createCluster()
    const regarding = { kind: 'Pod', name: 'web', namespace: 'default', uid: 'u1' }
    const event = {
      metadata: { name: 'e1' },
      regarding,
      reason: 'Pulled',
      note: 'hello',
      type: 'Normal',
      eventTime: '2026-01-15T09:00:00.000000Z',
      action: 'Pulling',
      reportingController: 'kubelet',
      reportingInstance: 'n1',
    }

    const created = await send(cluster, 'POST', EVENTS, event)
    const core = await ask(cluster, '/api/v1/namespaces/default/events/e1')
    const selected = await ask(cluster, `${EVENTS}?fieldSelector=regarding.name=web`)
    const [added] = await firstEvents(await cluster.fetch(`https://cluster${EVENTS}?watch=true`), 1)

    expect([created.code, created.body.apiVersion, created.body.note]).toEqual([201, 'events.k8s.io/v1', 'hello'])
    expect(core.body).toMatchObject({ apiVersion: 'v1', involvedObject: regarding, message: 'hello' })
    expect(core.body.reportingComponent).toBe('kubelet')
    expect(core.body).not.toHaveProperty('note')
    expect(selected.body.items).toMatchObject([{ regarding, note: 'hello' }])
    expect(added).toMatchObject({ type: 'ADDED', object: { apiVersion: 'events.k8s.io/v1', regarding } })
  })

  test('an autoscaler of v1 shows in v2 as a metric, and what v1 cannot say comes in annotations', async () => {
    const cluster = createCluster()
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
    const memory = {
      type: 'Resource',
      resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 70 } },
    }
    await send(cluster, 'POST', HPAS('v1'), {
      metadata: { name: 'a' },
      spec: { scaleTargetRef, maxReplicas: 5, targetCPUUtilizationPercentage: 60 },
    })

    const second = (await ask(cluster, `${HPAS('v2')}/a`)).body
    second.spec.metrics.push(memory)
    await send(cluster, 'PUT', `${HPAS('v2')}/a`, second)
    const first = (await ask(cluster, `${HPAS('v1')}/a`)).body
    await send(cluster, 'PUT', `${HPAS('v1')}/a`, { ...first, spec: { ...first.spec, maxReplicas: 9 } })
    const changed = (await ask(cluster, `${HPAS('v2')}/a`)).body

    const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }
    expect(second.spec.metrics[0]).toEqual(cpu)
    expect(first.spec).toEqual({ scaleTargetRef, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 60 })
    expect(first.metadata.annotations).toEqual({
      'autoscaling.alpha.kubernetes.io/metrics': JSON.stringify([
        { type: 'Resource', resource: { name: 'memory', targetAverageUtilization: 70 } },
      ]),
    })
    expect(changed.spec).toMatchObject({ maxReplicas: 9, metrics: [cpu, memory] })
    expect(changed.metadata.annotations).toBeUndefined()
  })
  const metric = { name: 'm', selector: { matchLabels: { a: 'b' } } }
  const describedObject = { apiVersion: 'v1', kind: 'Service', name: 's' }
  test.each([
    [{ type: 'Pods', pods: { metric, target: { type: 'AverageValue', averageValue: '5' } } }],
    [{ type: 'Object', object: { describedObject, metric, target: { type: 'Value', value: '5' } } }],
    [{ type: 'External', external: { metric, target: { type: 'AverageValue', averageValue: '5' } } }],
    [
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 5 } },
      },
    ],
  ])('a metric comes back from v1 as it went: %j', async (given) => {
    const cluster = createCluster()
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
    await send(cluster, 'POST', HPAS('v2'), {
      metadata: { name: 'a' },
      spec: { scaleTargetRef, maxReplicas: 5, metrics: [given] },
    })

    const first = (await ask(cluster, `${HPAS('v1')}/a`)).body
    const replaced = await send(cluster, 'PUT', `${HPAS('v1')}/a`, first)

    expect(replaced.code).toBe(200)
    expect((await ask(cluster, `${HPAS('v2')}/a`)).body.spec.metrics).toEqual([given])
  })
})
