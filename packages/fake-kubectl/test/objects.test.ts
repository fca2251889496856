import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../src/index.ts'
import { ask, configMap, pod, send, TABLE } from './kit.ts'

const MERGE = { 'content-type': 'application/merge-patch+json' }
const MAPS = '/api/v1/namespaces/default/configmaps'

describe('create', () => {
  test('answers 201 with uid, resourceVersion and creationTimestamp in virtual time', async () => {
    const cluster = createCluster({ startAt: '2026-03-01T10:00:00Z' })

    const { code, body } = await send(cluster, 'POST', MAPS, configMap('a', { k: 'v' }))

    expect(code).toBe(201)
    expect(body).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { k: 'v' } })
    expect(body.metadata.creationTimestamp).toBe('2026-03-01T10:00:00Z')
    expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('refuses a name twice, and leaves the first as it was', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', MAPS, configMap('a', { k: '1' }))

    const { code, body } = await send(cluster, 'POST', MAPS, configMap('a', { k: '2' }))

    expect(code).toBe(409)
    expect(body).toMatchObject({ reason: 'AlreadyExists', message: 'configmaps "a" already exists' })
    expect((await ask(cluster, `${MAPS}/a`)).body.data).toEqual({ k: '1' })
  })

  test('completes a generateName', async () => {
    const { body } = await send(createCluster(), 'POST', MAPS, { metadata: { generateName: 'job-' } })

    expect(body.metadata.name).toMatch(/^job-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })

  test.each([
    [
      'Bad_Name',
      'ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of',
    ],
    ['', 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'],
  ])('refuses the name %j with 422 and a cause', async (name, message) => {
    const { code, body } = await send(createCluster(), 'POST', MAPS, configMap(name))

    expect(code).toBe(422)
    expect(body.message).toContain(message)
    expect(body.details.causes[0].field).toBe('metadata.name')
  })

  test('needs its namespace to exist', async () => {
    const { code, body } = await send(createCluster(), 'POST', '/api/v1/namespaces/nope/configmaps', configMap('a'))

    expect([code, body.message]).toEqual([404, 'namespaces "nope" not found'])
  })

  test('fills in what a Pod leaves out, as the real server does', async () => {
    const { body } = await send(createCluster(), 'POST', '/api/v1/namespaces/default/pods', pod('p'))

    expect(body.spec).toMatchObject({
      restartPolicy: 'Always',
      serviceAccountName: 'default',
      dnsPolicy: 'ClusterFirst',
    })
    expect(body.spec.tolerations).toHaveLength(2)
    expect(body.spec.volumes[0].name).toMatch(/^kube-api-access-.{5}$/)
    expect(body.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' })
  })

  test('with dryRun=All answers as always and stores nothing', async () => {
    const cluster = createCluster()
    const { revision } = cluster.snapshot().store

    const { code } = await send(cluster, 'POST', `${MAPS}?dryRun=All`, configMap('a'))

    expect(code).toBe(201)
    expect((await ask(cluster, `${MAPS}/a`)).code).toBe(404)
    expect(cluster.snapshot().store.revision).toBe(revision)
  })
})

describe('update', () => {
  test('with a stale resourceVersion is a conflict', async () => {
    const cluster = createCluster()
    const first = (await send(cluster, 'POST', MAPS, configMap('a'))).body
    await send(cluster, 'PUT', `${MAPS}/a`, { ...first, data: { k: '1' } })

    const { code, body } = await send(cluster, 'PUT', `${MAPS}/a`, { ...first, data: { k: '2' } })

    expect(code).toBe(409)
    expect(body.message).toBe(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    )
  })

  test('that changes nothing is no write', async () => {
    const cluster = createCluster()
    const first = (await send(cluster, 'POST', MAPS, configMap('a'))).body

    const { body } = await send(cluster, 'PUT', `${MAPS}/a`, first)

    expect(body.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
  })

  test('must carry the name of its URL', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', MAPS, configMap('a'))

    const { code, body } = await send(cluster, 'PUT', `${MAPS}/a`, configMap('b'))

    expect([code, body.message]).toEqual([400, 'the name of the object (b) does not match the name on the URL (a)'])
  })

  test('of the main resource leaves the status, of the status leaves the rest', async () => {
    const cluster = createCluster({ manifests: [pod('p')] })
    const path = '/api/v1/namespaces/default/pods/p'
    const { body } = await ask(cluster, path)

    const main = await send(cluster, 'PUT', path, { ...body, status: { phase: 'Failed' } })
    const status = await send(cluster, 'PUT', `${path}/status`, {
      ...main.body,
      spec: {},
      status: { phase: 'Succeeded' },
    })

    expect(main.body.status.phase).toBe('Running')
    expect(status.body.status.phase).toBe('Succeeded')
    expect(status.body.spec).toEqual(body.spec)
  })

  test('of a pod may change its image, which counts as a new generation, and nothing else', async () => {
    const cluster = createCluster({ manifests: [pod('p')] })
    const path = '/api/v1/namespaces/default/pods/p'
    const { body } = await ask(cluster, path)
    const image = structuredClone(body)
    image.spec.containers[0].image = 'registry.example/app:2'

    const changed = await send(cluster, 'PUT', path, image)
    const refused = await send(cluster, 'PUT', path, {
      ...changed.body,
      spec: { ...changed.body.spec, nodeName: 'other' },
    })

    expect(changed.body.metadata.generation).toBe(2)
    expect(refused.code).toBe(422)
    expect(refused.body.message).toContain('spec: Forbidden: pod updates may not change fields other than')
  })
})

describe('patch', () => {
  test('merges, and null deletes', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', MAPS, configMap('a', { keep: '1', drop: '2' }))
    const headers = { 'content-type': 'application/merge-patch+json' }

    const { body } = await send(cluster, 'PATCH', `${MAPS}/a`, { data: { drop: null, add: '3' } }, headers)

    expect(body.data).toEqual({ keep: '1', add: '3' })
  })

  test('applies JSON patch operations in order, or not at all', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', MAPS, configMap('a', { k: '1' }))
    const headers = { 'content-type': 'application/json-patch+json' }
    const add = { op: 'add', path: '/data/n', value: '2' }

    const done = await send(cluster, 'PATCH', `${MAPS}/a`, [{ op: 'test', path: '/data/k', value: '1' }, add], headers)
    const failed = await send(
      cluster,
      'PATCH',
      `${MAPS}/a`,
      [
        { op: 'remove', path: '/data/k' },
        { op: 'test', path: '/data/n', value: '9' },
      ],
      headers,
    )

    expect(done.body.data).toEqual({ k: '1', n: '2' })
    expect([failed.code, failed.body.message]).toEqual([
      422,
      'the server rejected our request due to an error in our request',
    ])
    expect((await ask(cluster, `${MAPS}/a`)).body.data).toEqual({ k: '1', n: '2' })
  })

  test("tells a merge-style body sent as JSON patch what Go's decoder says", async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', MAPS, configMap('a'))

    const { code, body } = await send(
      cluster,
      'PATCH',
      `${MAPS}/a`,
      { data: {} },
      { 'content-type': 'application/json-patch+json' },
    )

    expect([code, body.message]).toEqual([
      400,
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ])
  })
})

describe('delete', () => {
  test('of most kinds is done at once', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', MAPS, configMap('a'))

    const { code, body } = await ask(cluster, `${MAPS}/a`, { method: 'DELETE' })

    expect(code).toBe(200)
    expect(body).toMatchObject({ kind: 'Status', status: 'Success', details: { name: 'a', kind: 'configmaps' } })
    expect((await ask(cluster, `${MAPS}/a`)).code).toBe(404)
  })

  test('of a running pod takes until its kubelet has stopped it', async () => {
    const cluster = createCluster({ manifests: [pod('p')] })
    const path = '/api/v1/namespaces/default/pods/p'

    const { body } = await ask(cluster, path, { method: 'DELETE' })
    const terminating = await ask(cluster, path)
    cluster.advance('2s')

    expect(body.metadata.deletionGracePeriodSeconds).toBe(30)
    expect(terminating.code).toBe(200)
    expect((await ask(cluster, path)).code).toBe(404)
  })

  test('of a pod whose kubelet is down does not end', async () => {
    const cluster = createCluster({ world: { nodes: [{ name: 'n', kubelet: 'down' }] }, manifests: [pod('p')] })

    await ask(cluster, '/api/v1/namespaces/default/pods/p', { method: 'DELETE' })
    cluster.advance('1h')

    expect((await ask(cluster, '/api/v1/namespaces/default/pods/p')).code).toBe(200)
  })

  test('of a namespace takes everything in it along', async () => {
    const cluster = createCluster({ manifests: [pod('p', 'team')] })

    const { body } = await ask(cluster, '/api/v1/namespaces/team', { method: 'DELETE' })
    const late = await send(cluster, 'POST', '/api/v1/namespaces/team/configmaps', configMap('late'))
    cluster.advance('10s')

    expect(body.status.phase).toBe('Terminating')
    expect([late.code, late.body.message]).toEqual([
      403,
      'configmaps "late" is forbidden: unable to create new content in namespace team because it is being terminated',
    ])
    expect((await ask(cluster, '/api/v1/namespaces/team')).code).toBe(404)
    expect((await ask(cluster, '/api/v1/namespaces/team/pods')).body.items).toEqual([])
  })

  test('of the default namespace is refused', async () => {
    const { code, body } = await ask(createCluster(), '/api/v1/namespaces/default', { method: 'DELETE' })

    expect([code, body.message]).toEqual([403, 'namespaces "default" is forbidden: this namespace may not be deleted'])
  })

  test('minds the uid in its preconditions', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', MAPS, configMap('a'))

    const { code, body } = await send(cluster, 'DELETE', `${MAPS}/a`, { preconditions: { uid: 'bad' } })

    expect(code).toBe(409)
    expect(body.message).toContain(
      'Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (bad) does not match',
    )
  })
})

test('a new namespace gets its ServiceAccount and the CA', async () => {
  const cluster = createCluster()

  await send(cluster, 'POST', '/api/v1/namespaces', { metadata: { name: 'team' } })
  cluster.settle()

  expect((await ask(cluster, '/api/v1/namespaces/team/serviceaccounts/default')).code).toBe(200)
  expect((await ask(cluster, '/api/v1/namespaces/team/configmaps/kube-root-ca.crt')).code).toBe(200)
})

describe('a field of the wrong type that the cluster itself reads', () => {
  const POD = '/api/v1/namespaces/default/pods/web'

  test.each([
    [
      '/api/v1/nodes/n1/status',
      { status: { conditions: 5 } },
      'number into Go struct field NodeStatus.status.conditions of type []v1.NodeCondition',
    ],
    [
      '/api/v1/nodes/n1/status',
      { status: { addresses: 'x' } },
      'string into Go struct field NodeStatus.status.addresses',
    ],
    [
      '/api/v1/nodes/n1',
      { spec: { taints: {} } },
      'object into Go struct field NodeSpec.spec.taints of type []v1.Taint',
    ],
    [
      `${POD}/status`,
      { status: { containerStatuses: [5] } },
      'number into Go struct field PodStatus.status.containerStatuses of type v1.ContainerStatus',
    ],
    [`${POD}/status`, { status: 5 }, 'number into Go struct field Pod.status of type v1.PodStatus'],
  ])('%s %j is refused', async (path, change, said) => {
    const { code, body } = await send(inhabited(), 'PATCH', path, change, MERGE)

    expect([code, body.message]).toEqual([422, expect.stringContaining(said)])
  })

  test.each([
    ['/api/v1/nodes/n1/status', { status: null }],
    ['/api/v1/nodes/n1/status', { status: { conditions: [null] } }],
    [`${POD}/status`, { status: null }],
  ])('%s %j empties it, and time goes on', async (path, change) => {
    const cluster = inhabited()

    const { code } = await send(cluster, 'PATCH', path, change, MERGE)
    cluster.advance('2m')
    cluster.kubelets.get('n1')!.state = 'down'
    cluster.advance('5m')

    expect(code).toBe(200)
    for (const plural of ['nodes', 'pods']) {
      expect((await ask(cluster, `/api/v1/${plural}`, { headers: TABLE })).code).toBe(200)
    }
  })

  function inhabited(): Cluster {
    const manifest = { ...pod('web'), spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'a:1' }] } }
    return createCluster({ world: { nodes: [{ name: 'n1' }] }, manifests: [manifest] })
  }
})

test('a creationTimestamp is the server’s to give, whatever a client sends', async () => {
  const sent = { metadata: { name: 'old', creationTimestamp: '1999-01-01T00:00:00Z' } }

  const { body } = await send(createCluster(), 'POST', '/api/v1/namespaces/default/configmaps', sent)

  expect(body.metadata.creationTimestamp).toBe('2026-01-15T09:00:00Z')
})
