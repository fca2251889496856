/** Parts of an object with their own path: scale, eviction, binding, finalize and the like; and answers never stored. */
import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster, type KubeObject } from '../src/index.ts'
import { ask, pod, send, TABLE } from './kit.ts'

const WEB = '/apis/apps/v1/namespaces/default/deployments/web'
const POD = '/api/v1/namespaces/default/pods/p'
const MERGE = { 'content-type': 'application/merge-patch+json' }

function deployment(replicas = 2): KubeObject {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  const spec = { replicas, selector: { matchLabels: { app: 'web' } }, template }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' }, spec }
}

describe('scale', () => {
  test('shows how many replicas there are and how to find them', async () => {
    const cluster = createCluster({ manifests: [deployment()] })
    await send(cluster, 'PATCH', `${WEB}/status`, { status: { replicas: 1 } }, MERGE)

    const { body } = await ask(cluster, `${WEB}/scale`)

    expect(body).toMatchObject({ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' } })
    expect([body.spec, body.status]).toEqual([{ replicas: 2 }, { replicas: 1, selector: 'app=web' }])
  })

  test.each([
    ['PATCH', { spec: { replicas: 5 } }],
    ['PUT', { metadata: { name: 'web' }, spec: { replicas: 5 } }],
  ])('%s changes spec.replicas and counts a generation', async (method, body) => {
    const cluster = createCluster({ manifests: [deployment()] })

    const scaled = await send(cluster, method, `${WEB}/scale`, body, method === 'PATCH' ? MERGE : {})
    const web = (await ask(cluster, WEB)).body

    expect([scaled.code, scaled.body.kind, scaled.body.spec]).toEqual([200, 'Scale', { replicas: 5 }])
    expect([web.spec.replicas, web.metadata.generation]).toEqual([5, 2])
    expect(web.spec.template).toMatchObject((deployment()['spec'] as any).template)
  })

  test('refuses less than none, and a version that is not the present one', async () => {
    const cluster = createCluster({ manifests: [deployment()] })

    const negative = await send(cluster, 'PATCH', `${WEB}/scale`, { spec: { replicas: -1 } }, MERGE)
    const stale = { metadata: { name: 'web', resourceVersion: '1' }, spec: { replicas: 5 } }
    const conflict = await send(cluster, 'PUT', `${WEB}/scale`, stale)

    expect([negative.code, negative.body.message]).toEqual([
      422,
      'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ])
    expect(conflict.body.message).toMatch(
      /^Operation cannot be fulfilled on deployments.apps "web": the object has been/,
    )
  })
})

describe('status', () => {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox' }] } }

  test.each([
    [
      '/apis/batch/v1/namespaces/default/cronjobs',
      { schedule: '@hourly', jobTemplate: { spec: { template } } },
      { schedule: '@daily' },
      [{ lastScheduleTime: '2026-01-15T08:00:00Z' }, { lastScheduleTime: '2026-01-15T09:00:00Z' }],
    ],
    [
      '/apis/policy/v1/namespaces/default/poddisruptionbudgets',
      { minAvailable: 1, selector: { matchLabels: { app: 'a' } } },
      { minAvailable: 2 },
      [{ expectedPods: 2 }, { expectedPods: 3 }],
    ],
    [
      '/api/v1/namespaces/default/resourcequotas',
      { hard: { pods: '1' } },
      { hard: { pods: '2' } },
      [{ used: { pods: '1' } }, { used: { pods: '2' } }],
    ],
  ])('of %s is written apart from the rest', async (path, spec, other, [first, second]) => {
    const cluster = createCluster()
    await send(cluster, 'POST', path, { metadata: { name: 'c' }, spec, status: first })

    const created = (await ask(cluster, `${path}/c`)).body
    await send(cluster, 'PATCH', `${path}/c/status`, { spec: other, status: first }, MERGE)
    const written = (await ask(cluster, `${path}/c`)).body
    await send(cluster, 'PATCH', `${path}/c`, { status: second }, MERGE)

    expect(created.status).not.toMatchObject(first!)
    expect([written.spec, written.status]).toMatchObject([spec, first])
    expect((await ask(cluster, `${path}/c`)).body.status).toMatchObject(first!)
  })
})

test('labels come with the status of an object, but for a Deployment', async () => {
  const cluster = createCluster({ manifests: [deployment(), pod('p')] })
  const body = { metadata: { labels: { seen: 'yes' } } }

  const web = await send(cluster, 'PATCH', `${WEB}/status`, body, MERGE)
  const labelled = await send(cluster, 'PATCH', `${POD}/status`, body, MERGE)

  expect(web.body.metadata.labels).toBeUndefined()
  expect(labelled.body.metadata.labels).toMatchObject({ seen: 'yes' })
})

describe('eviction', () => {
  const budget = (status: object): KubeObject => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'b', namespace: 'default' },
    spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
    status,
  })
  const running = pod('p', 'default', { metadata: { name: 'p', namespace: 'default', labels: { app: 'web' } } })
  const evict = (cluster: Cluster) =>
    send(cluster, 'POST', `${POD}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } })
  const withStatus = async (status: object) => {
    const cluster = createCluster({ world: { nodes: 1 }, manifests: [running, budget({})] })
    const path = '/apis/policy/v1/namespaces/default/poddisruptionbudgets/b/status'
    await send(cluster, 'PATCH', path, { status: { observedGeneration: 1, ...status } }, MERGE)
    return cluster
  }

  test('deletes the pod and takes one disruption out of its budget', async () => {
    const cluster = await withStatus({ disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2 })

    const { code, body } = await evict(cluster)
    const { status } = (await ask(cluster, '/apis/policy/v1/namespaces/default/poddisruptionbudgets/b')).body

    expect([code, body.status, body.code]).toEqual([201, 'Success', 201])
    expect((await ask(cluster, POD)).body.metadata.deletionGracePeriodSeconds).toBe(30)
    expect([status.disruptionsAllowed, Object.keys(status.disruptedPods)]).toEqual([0, ['p']])
  })

  test('is refused with 429 while the budget allows none', async () => {
    const cluster = await withStatus({ disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 })

    const { code, body } = await evict(cluster)

    expect([code, body.reason, body.message]).toEqual([
      429,
      'TooManyRequests',
      "Cannot evict pod as it would violate the pod's disruption budget.",
    ])
    expect(body.details.causes).toEqual([
      { reason: 'DisruptionBudget', message: 'The disruption budget b needs 2 healthy pods and has 2 currently' },
    ])
    expect((await ask(cluster, POD)).body.metadata.deletionTimestamp).toBeUndefined()
  })

  test('waits for a budget that nobody has counted yet', async () => {
    const cluster = await withStatus({ observedGeneration: 0 })

    const { body, headers } = await evict(cluster)

    expect(body.details.causes[0].message).toBe('The disruption budget b is still being processed by the server.')
    expect(headers.get('retry-after')).toBe('10')
  })
})

describe('binding', () => {
  const target = { apiVersion: 'v1', kind: 'Node', name: 'n' }

  test('gives a pending pod its node, once', async () => {
    const cluster = createCluster({ world: { nodes: 0 } })
    await send(cluster, 'POST', '/api/v1/namespaces/default/pods', pod('p'))

    const bound = await send(cluster, 'POST', `${POD}/binding`, { metadata: { name: 'p' }, target })
    const again = await send(cluster, 'POST', '/api/v1/namespaces/default/bindings', {
      metadata: { name: 'p' },
      target,
    })
    const { spec, status } = (await ask(cluster, POD)).body

    expect([bound.code, bound.body.status]).toEqual([201, 'Success'])
    expect(spec.nodeName).toBe('n')
    expect(status.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }])
    expect([again.code, again.body.message]).toEqual([
      409,
      'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n"',
    ])
  })
})

function sized(resources: object): KubeObject {
  return { ...pod('p'), spec: { containers: [{ name: 'app', image: 'registry.example/app:1', resources }] } }
}

describe('parts of a spec', () => {
  test('ephemeral containers and sizes are the only parts of a pod that their paths change', async () => {
    const cluster = createCluster({ manifests: [sized({ requests: { cpu: '1' } })] })
    const ephemeralContainers = [{ name: 'debug', image: 'busybox' }]
    const containers = [{ name: 'app', image: 'other', resources: { requests: { cpu: '2' } } }]

    await send(cluster, 'PATCH', `${POD}/ephemeralcontainers`, { spec: { ephemeralContainers, nodeName: 'x' } }, MERGE)
    await send(cluster, 'PATCH', `${POD}/resize`, { spec: { containers } }, MERGE)
    const { spec } = (await ask(cluster, POD)).body

    expect(spec.ephemeralContainers).toMatchObject(ephemeralContainers)
    expect(spec.nodeName).not.toBe('x')
    expect(spec.containers[0]).toMatchObject({ image: 'registry.example/app:1', resources: { requests: { cpu: '2' } } })
  })

  test.each([
    [
      { limits: { cpu: '1', memory: '1Gi' } },
      'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    ],
    [
      { requests: { memory: '1Gi' } },
      'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
    ],
  ])('a size %j that takes something away is refused: %s', async (resources, why) => {
    const cluster = createCluster({ manifests: [sized({ requests: { cpu: '1' } })] })
    const containers = [{ name: 'app', image: 'registry.example/app:1', resources }]

    const { body } = await send(cluster, 'PATCH', `${POD}/resize`, { spec: { containers } }, MERGE)

    expect(body.message).toContain(why)
  })

  test('who approves a certificate request writes its conditions, and who signs it the rest of its status', async () => {
    const cluster = createCluster()
    const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
    const condition = { type: 'Approved', status: 'True', reason: 'KubectlApprove', message: 'by hand' }
    const spec = { request: 'Y3Ny', signerName: 'example.com/x', usages: ['client auth'] }
    await send(cluster, 'POST', path, { metadata: { name: 'r' }, spec })

    const csr = (await ask(cluster, `${path}/r`)).body
    await send(cluster, 'PUT', `${path}/r/approval`, {
      ...csr,
      status: { conditions: [condition], certificate: 'eA==' },
    })
    await send(cluster, 'PATCH', `${path}/r/status`, { status: { certificate: 'Y2VydA==', conditions: [] } }, MERGE)

    const { status } = (await ask(cluster, `${path}/r`)).body
    expect(status).toMatchObject({ certificate: 'Y2VydA==', conditions: [condition] })
  })
})

describe('answers that are made, not stored', () => {
  test('what nodes and pods use comes from their machines, while these answer', async () => {
    const cluster = createCluster({ metrics: true, world: { nodes: [{ name: 'n' }] }, manifests: [pod('p')] })
    const read = async (path: string) => (await ask(cluster, `/apis/metrics.k8s.io/v1beta1/${path}`)).body

    const nodes = await read('nodes')
    const pods = await read('namespaces/default/pods')

    expect([nodes.kind, nodes.items.length]).toEqual(['NodeMetricsList', 1])
    expect(nodes.items[0]).toMatchObject({
      metadata: { name: 'n' },
      usage: { cpu: expect.stringMatching(/^\d+n$/), memory: expect.stringMatching(/^\d+Ki$/) },
    })
    expect(pods.items[0].containers).toMatchObject([{ name: 'app', usage: { cpu: expect.stringMatching(/^\d+n$/) } }])

    cluster.kubelets.get('n')!.state = 'down'
    expect((await read('nodes')).items).toEqual([])
    expect((await read('nodes/n')).message).toBe('nodes.metrics.k8s.io "n" not found')
  })

  test('components are well, and old: the server warns of what is deprecated', async () => {
    const { body, headers } = await ask(createCluster(), '/api/v1/componentstatuses', { headers: TABLE })

    expect(body.rows.map(({ cells }: any) => cells[0])).toEqual(['controller-manager', 'etcd-0', 'scheduler'])
    expect(headers.get('warning')).toBe('299 - "v1 ComponentStatus is deprecated in v1.19+"')
  })
})
