import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../src/index.ts'
import { ask, pod, send } from './kit.ts'

const NS = '/api/v1/namespaces/default'
const PODS = `${NS}/pods`
const MERGE = { 'content-type': 'application/merge-patch+json' }

function podWith(name: string, resources: object = {}, spec: object = {}): object {
  return { metadata: { name }, spec: { containers: [{ name: 'c', image: 'a:1', resources }], ...spec } }
}

describe('ServiceAccount', () => {
  test('must exist', async () => {
    const { code, body } = await send(createCluster(), 'POST', PODS, podWith('p', {}, { serviceAccountName: 'nobody' }))

    expect([code, body.message]).toEqual([
      403,
      'pods "p" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
    ])
  })

  test('lends its pull secrets and says whether its token is mounted', async () => {
    const cluster = createCluster()
    const account = {
      metadata: { name: 'quiet' },
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: 'reg' }],
    }
    await send(cluster, 'POST', `${NS}/serviceaccounts`, account)

    const quiet = await send(cluster, 'POST', PODS, podWith('q', {}, { serviceAccountName: 'quiet' }))
    const usual = await send(cluster, 'POST', PODS, podWith('u'))

    expect(quiet.body.spec).toMatchObject({ serviceAccount: 'quiet', imagePullSecrets: [{ name: 'reg' }] })
    expect(quiet.body.spec).not.toHaveProperty('volumes')
    expect(usual.body.spec.volumes[0].projected).toMatchObject({ defaultMode: 420 })
    expect(usual.body.spec.containers[0].volumeMounts[0]).toMatchObject({ name: usual.body.spec.volumes[0].name })
  })

  test('can be switched off', async () => {
    const cluster = createCluster({ serviceAccountAdmission: false })

    const { code, body } = await send(cluster, 'POST', PODS, podWith('p', {}, { serviceAccountName: 'nobody' }))

    expect([code, body.spec.volumes]).toEqual([201, undefined])
  })
})

describe('Priority', () => {
  test('turns the name of a class into its number', async () => {
    const { body } = await send(
      createCluster(),
      'POST',
      PODS,
      podWith('p', {}, { priorityClassName: 'system-node-critical' }),
    )

    expect(body.spec).toMatchObject({ priority: 2_000_001_000, preemptionPolicy: 'PreemptLowerPriority' })
  })

  test('without a name is the default class, of which there is one', async () => {
    const cluster = createCluster()
    const classes = '/apis/scheduling.k8s.io/v1/priorityclasses'
    await send(cluster, 'POST', classes, {
      metadata: { name: 'usual' },
      value: 5,
      globalDefault: true,
      preemptionPolicy: 'Never',
    })

    const { body } = await send(cluster, 'POST', PODS, podWith('p'))
    const second = await send(cluster, 'POST', classes, { metadata: { name: 'other' }, value: 6, globalDefault: true })

    expect(body.spec).toMatchObject({ priorityClassName: 'usual', priority: 5, preemptionPolicy: 'Never' })
    expect(second.body.message).toBe(
      'priorityclasses.scheduling.k8s.io "other" is forbidden: PriorityClass usual is already marked as default. Only one default can exist',
    )
  })

  test('of an unknown class is refused', async () => {
    const { body } = await send(createCluster(), 'POST', PODS, podWith('p', {}, { priorityClassName: 'nope' }))

    expect(body.message).toBe('pods "p" is forbidden: no PriorityClass with name nope was found')
  })
})

describe('LimitRange', () => {
  async function limited(limit: object): Promise<Cluster> {
    const cluster = createCluster()
    await send(cluster, 'POST', `${NS}/limitranges`, {
      metadata: { name: 'l' },
      spec: { limits: [{ type: 'Container', ...limit }] },
    })
    return cluster
  }

  test('gives containers what they leave open, and says so', async () => {
    const cluster = await limited({ default: { cpu: '500m' }, defaultRequest: { cpu: '100m' } })

    const { body } = await send(cluster, 'POST', PODS, podWith('p'))

    expect(body.spec.containers[0].resources).toEqual({ limits: { cpu: '500m' }, requests: { cpu: '100m' } })
    expect(body.metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu request for container c; cpu limit for container c',
    })
  })

  test.each([
    [{ max: { cpu: '500m' } }, { limits: { cpu: '2' } }, 'maximum cpu usage per Container is 500m, but limit is 2'],
    [
      { min: { cpu: '50m' } },
      { requests: { cpu: '10m' } },
      'minimum cpu usage per Container is 50m, but request is 10m',
    ],
    [
      { maxLimitRequestRatio: { cpu: '2' } },
      { requests: { cpu: '1' }, limits: { cpu: '3' } },
      'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
    ],
    [
      { type: 'Pod', max: { memory: '1Gi' } },
      { requests: { memory: '1' } },
      'maximum memory usage per Pod is 1Gi.  No limit is specified',
    ],
  ])('%j refuses %j', async (limit, resources, why) => {
    const { code, body } = await send(await limited(limit), 'POST', PODS, podWith('over', resources))

    expect([code, body.message]).toEqual([403, `pods "over" is forbidden: ${why}`])
  })
})

describe('ResourceQuota', () => {
  async function quota(hard: object, more: object = {}): Promise<Cluster> {
    const cluster = createCluster()
    await send(cluster, 'POST', `${NS}/resourcequotas`, { metadata: { name: 'q' }, spec: { hard, ...more } })
    cluster.settle()
    return cluster
  }
  const used = async (cluster: Cluster) => (await ask(cluster, `${NS}/resourcequotas/q`)).body.status.used

  test('lets in what it allows and no more, and counts again when something goes', async () => {
    const cluster = await quota({ pods: '1', 'count/configmaps': '5' })
    await send(cluster, 'POST', PODS, podWith('a'))

    const { code, body } = await send(cluster, 'POST', PODS, podWith('b'))
    await ask(cluster, `${PODS}/a`, { method: 'DELETE' })
    cluster.settle()

    expect([code, body.message]).toEqual([
      403,
      'pods "b" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
    ])
    expect(await used(cluster)).toEqual({ pods: '0', 'count/configmaps': '1' })
    expect((await send(cluster, 'POST', PODS, podWith('b'))).code).toBe(201)
  })

  test('wants to be told what it limits', async () => {
    const cluster = await quota({ 'requests.cpu': '1', 'limits.memory': '1Gi' })

    const { body } = await send(cluster, 'POST', PODS, podWith('n'))
    await send(cluster, 'POST', PODS, podWith('y', { requests: { cpu: '600m' }, limits: { memory: '512Mi' } }))
    const over = await send(
      cluster,
      'POST',
      PODS,
      podWith('z', { requests: { cpu: '600m' }, limits: { memory: '1Mi' } }),
    )

    expect(body.message).toBe(
      'pods "n" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c',
    )
    expect(over.body.message).toBe(
      'pods "z" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1',
    )
    expect(await used(cluster)).toEqual({ 'requests.cpu': '600m', 'limits.memory': '512Mi' })
  })

  test('counts custom resources, too', async () => {
    const cluster = await quota({ 'count/widgets.example.com': '1' })
    const names = { plural: 'widgets', singular: 'widget', kind: 'Widget' }
    const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }
    await send(cluster, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      metadata: { name: 'widgets.example.com' },
      spec: { group: 'example.com', names, scope: 'Namespaced', versions: [version] },
    })
    cluster.settle()
    const widgets = '/apis/example.com/v1/namespaces/default/widgets'
    const widget = (name: string) => ({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name } })

    const first = await send(cluster, 'POST', widgets, widget('a'))
    const second = await send(cluster, 'POST', widgets, widget('b'))
    await ask(cluster, `${widgets}/a`, { method: 'DELETE' })
    cluster.settle()

    expect([first.code, second.code]).toEqual([201, 403])
    expect(second.body.message).toContain('requested: count/widgets.example.com=1, used: count/widgets.example.com=1')
    expect(await used(cluster)).toEqual({ 'count/widgets.example.com': '0' })
  })

  test('with a scope is about the pods in it', async () => {
    const cluster = await quota({ pods: '0' }, { scopes: ['BestEffort'] })

    const best = await send(cluster, 'POST', PODS, podWith('b'))
    const other = await send(cluster, 'POST', PODS, podWith('o', { requests: { cpu: '1' } }))

    expect([best.code, other.code]).toEqual([403, 201])
  })

  test('is not used up by a dry run', async () => {
    const cluster = await quota({ pods: '1' })
    const { revision } = cluster.snapshot().store

    const { code } = await send(cluster, 'POST', `${PODS}?dryRun=All`, podWith('a'))

    expect([code, await used(cluster), cluster.snapshot().store.revision]).toEqual([201, { pods: '0' }, revision])
  })
})

describe('storage', () => {
  const CLAIMS = `${NS}/persistentvolumeclaims`
  const claim = {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }

  test('a claim takes the default class, and is protected while a pod uses it', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', '/apis/storage.k8s.io/v1/storageclasses', {
      metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'csi.example',
    })
    const { body } = await send(cluster, 'POST', CLAIMS, claim)
    const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }]
    await send(cluster, 'POST', PODS, podWith('p', {}, { volumes }))

    await ask(cluster, `${CLAIMS}/data`, { method: 'DELETE' })
    cluster.advance('5s')
    const held = await ask(cluster, `${CLAIMS}/data`)
    await ask(cluster, `${PODS}/p`, { method: 'DELETE' })
    cluster.advance('5s')

    expect(body.spec.storageClassName).toBe('fast')
    expect(body.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection'])
    expect([held.code, (await ask(cluster, `${CLAIMS}/data`)).code]).toEqual([200, 404])
  })

  test('a claim grows only when it is bound and its class can expand it', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', CLAIMS, claim)
    const larger = { spec: { resources: { requests: { storage: '2Gi' } } } }

    const pending = await send(cluster, 'PATCH', `${CLAIMS}/data`, larger, MERGE)

    expect(pending.code).not.toBe(200)
  })

  test('a namespace that goes takes protected claims along', async () => {
    const cluster = createCluster({ manifests: [pod('p', 'team')] })
    await send(cluster, 'POST', '/api/v1/namespaces/team/persistentvolumeclaims', claim)

    await ask(cluster, '/api/v1/namespaces/team', { method: 'DELETE' })
    cluster.advance('1m')

    expect((await ask(cluster, '/api/v1/namespaces/team')).code).toBe(404)
  })
})

test('a new node is tainted until it is known to be ready, and marks the pods that are put on it', async () => {
  const cluster = createCluster({ world: { nodes: 0 } })
  const labels = { 'topology.kubernetes.io/zone': 'z1' }

  const node = await send(cluster, 'POST', '/api/v1/nodes', { metadata: { name: 'n', labels } })
  const put = await send(cluster, 'POST', PODS, podWith('p', {}, { nodeName: 'n' }))

  expect(node.body.spec.taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }])
  expect(put.body.metadata.labels).toEqual(labels)
})

describe('metadata', () => {
  const MAPS = `${NS}/configmaps`

  test('is the server’s: a replacement for another object is a conflict, a patch of the uid is refused', async () => {
    const cluster = createCluster()
    const { body } = await send(cluster, 'POST', MAPS, { metadata: { name: 'a' } })

    const replaced = await send(cluster, 'PUT', `${MAPS}/a`, { metadata: { name: 'a', uid: 'other' } })
    const patched = await send(cluster, 'PATCH', `${MAPS}/a`, { metadata: { uid: 'other' } }, MERGE)

    expect([replaced.code, replaced.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on configmaps "a": StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID in object meta: ${body.metadata.uid}`,
    ])
    expect([patched.code, patched.body.message]).toEqual([
      422,
      'ConfigMap "a" is invalid: metadata.uid: Invalid value: "other": field is immutable',
    ])
  })

  test.each([
    [{}, 'the name of the object (a based on URL) was undeterminable: name must be provided'],
    [{ name: 'b' }, 'the name of the object (b) does not match the name on the URL (a)'],
    [
      { name: 'a', namespace: 'other' },
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
  ])('%j in a body is not what is in the URL', async (metadata, message) => {
    const cluster = createCluster()
    await send(cluster, 'POST', MAPS, { metadata: { name: 'a' } })

    const { code, body } = await send(cluster, 'PUT', `${MAPS}/a`, { metadata })

    expect([code, body.message]).toEqual([400, message])
  })

  test('of a Deployment keeps its labels when its status is written', async () => {
    const cluster = createCluster()
    const path = '/apis/apps/v1/namespaces/default/deployments'
    const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
    const spec = { selector: { matchLabels: { app: 'a' } }, template }
    await send(cluster, 'POST', path, { metadata: { name: 'd', labels: { app: 'a' } }, spec })

    const { body } = await send(
      cluster,
      'PATCH',
      `${path}/d/status`,
      { metadata: { labels: { not: 'here' } }, status: { replicas: 1 } },
      MERGE,
    )

    expect([body.metadata.labels, body.status.replicas]).toEqual([{ app: 'a' }, 1])
  })

  test('names an owner once, and says so to who named it twice', async () => {
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u1' }

    const { body, headers } = await send(createCluster(), 'POST', MAPS, {
      metadata: { name: 'a', ownerReferences: [owner, owner] },
    })

    expect(body.metadata.ownerReferences).toEqual([owner])
    expect(headers.get('warning')).toContain('duplicate UID(s) observed: u1')
  })

  test('of some kinds is only written by who has seen it', async () => {
    const cluster = createCluster()
    const path = '/apis/node.k8s.io/v1/runtimeclasses'
    await send(cluster, 'POST', path, { metadata: { name: 'r' }, handler: 'h' })

    const { body } = await send(cluster, 'PUT', `${path}/r`, { metadata: { name: 'r' }, handler: 'h' })

    expect(body.message).toBe(
      'RuntimeClass.node.k8s.io "r" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    )
  })
})

test('an event is gone an hour after it last happened', async () => {
  const cluster = createCluster()
  const events = `${NS}/events`
  const event = (name: string, lastTimestamp: string) => ({
    metadata: { name },
    involvedObject: { namespace: 'default' },
    lastTimestamp,
  })
  await send(cluster, 'POST', events, event('old', '2026-01-15T09:00:00Z'))
  await send(cluster, 'POST', events, event('again', '2026-01-15T09:30:00Z'))

  cluster.advance('61m')

  expect((await ask(cluster, events)).body.items.map((it: any) => it.metadata.name)).toEqual(['again'])
})
