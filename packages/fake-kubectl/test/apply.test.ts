/** Server-side apply and metadata.managedFields: who owns which field, and what happens when two want it. */
import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../src/index.ts'
import { ask, configMap, send, type Answer } from './kit.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const WEB = `${DEPLOYMENTS}/web`

function apply(cluster: Cluster, path: string, body: unknown, manager = 'm1', query = ''): Promise<Answer> {
  const separator = path.includes('?') ? '&' : '?'
  return send(cluster, 'PATCH', `${path}${separator}fieldManager=${manager}${query}`, body, {
    'content-type': 'application/apply-patch+yaml',
  })
}

function merge(cluster: Cluster, path: string, body: unknown, manager = 'm2'): Promise<Answer> {
  return send(cluster, 'PATCH', `${path}?fieldManager=${manager}`, body, {
    'content-type': 'application/merge-patch+json',
  })
}

function map(data: Record<string, string>, metadata: object = {}): object {
  return { ...configMap('a', data), metadata: { name: 'a', ...metadata } }
}

function deployment(spec: object = {}, container: object = {}): object {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'nginx', image: 'nginx:1', ports: [{ containerPort: 80 }], ...container }] },
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: { app: 'web' } }, template, ...spec },
  }
}

type Entry = { manager: string; operation: string; subresource?: string; time?: string; fieldsV1: object }

async function owners(cluster: Cluster, path: string): Promise<Entry[]> {
  return (await ask(cluster, path)).body.metadata.managedFields ?? []
}

/** `m1 Apply: {…}`, one a line. */
async function fields(cluster: Cluster, path: string): Promise<Record<string, object>> {
  const entries = await owners(cluster, path)
  return Object.fromEntries(
    entries.map(({ manager, operation, subresource, fieldsV1 }) => [
      [manager, operation, subresource].filter(Boolean).join(' '),
      fieldsV1,
    ]),
  )
}

describe('managedFields', () => {
  test('tell of a new object what was sent and what was filled in, but not what the server gives', async () => {
    const cluster = createCluster()

    await send(cluster, 'POST', `${DEPLOYMENTS}?fieldManager=kubectl-create`, deployment())

    const [entry, ...others] = await owners(cluster, WEB)
    expect(others).toEqual([])
    expect(JSON.stringify(entry)).toBe(
      JSON.stringify({
        manager: 'kubectl-create',
        operation: 'Update',
        apiVersion: 'apps/v1',
        time: '2026-01-15T09:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': {
            'f:progressDeadlineSeconds': {},
            'f:replicas': {},
            'f:revisionHistoryLimit': {},
            'f:selector': {},
            'f:strategy': {
              'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} },
              'f:type': {},
            },
            'f:template': {
              'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"nginx"}': {
                    '.': {},
                    'f:image': {},
                    'f:imagePullPolicy': {},
                    'f:name': {},
                    'f:ports': {
                      '.': {},
                      'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
                    },
                    'f:resources': {},
                    'f:terminationMessagePath': {},
                    'f:terminationMessagePolicy': {},
                  },
                },
                'f:dnsPolicy': {},
                'f:restartPolicy': {},
                'f:schedulerName': {},
                'f:securityContext': {},
                'f:terminationGracePeriodSeconds': {},
              },
            },
          },
        },
      }),
    )
  })

  test.each([
    ['kubectl/v1.36.3 (linux/amd64) kubernetes/abc', 'kubectl'],
    ['', 'unknown'],
  ])('name the client %j by its User-Agent when it does not name itself', async (agent, manager) => {
    const cluster = createCluster()

    await send(cluster, 'POST', MAPS, configMap('a', { k: '1' }), { 'user-agent': agent })

    expect((await owners(cluster, `${MAPS}/a`)).map((entry) => entry.manager)).toEqual([manager])
  })

  test('change hands when a field changes, and grow with the same manager', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', `${MAPS}?fieldManager=m1`, configMap('a', { a: '1', b: '1' }))
    cluster.advance('1m')

    await merge(cluster, `${MAPS}/a`, { data: { a: '2' } })
    await merge(cluster, `${MAPS}/a`, { data: { c: '2' } })

    expect(await owners(cluster, `${MAPS}/a`)).toMatchObject([
      { manager: 'm1', time: '2026-01-15T09:00:00Z', fieldsV1: { 'f:data': { '.': {}, 'f:b': {} } } },
      { manager: 'm2', time: '2026-01-15T09:01:00Z', fieldsV1: { 'f:data': { 'f:a': {}, 'f:c': {} } } },
    ])
  })

  test('tell apart who writes a part of the object', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', `${DEPLOYMENTS}?fieldManager=m1`, deployment({ replicas: 1 }))

    await merge(cluster, `${WEB}/status`, { spec: { replicas: 9 }, status: { replicas: 1 } })
    await merge(cluster, `${WEB}/scale`, { spec: { replicas: 3 } })

    const found = await fields(cluster, WEB)
    expect(found['m2 Update status']).toEqual({ 'f:status': { 'f:replicas': {} } })
    expect(found['m2 Update scale']).toEqual({ 'f:spec': { 'f:replicas': {} } })
    expect(found['m1 Update']).not.toMatchObject({ 'f:spec': { 'f:replicas': {} } })
  })

  test('name the components that wrote a part', async () => {
    const cluster = createCluster()
    const quota = { metadata: { name: 'q' }, spec: { hard: { pods: '3' } } }
    await send(cluster, 'POST', '/api/v1/namespaces/default/resourcequotas?fieldManager=m1', quota)
    cluster.settle()

    expect(await fields(cluster, '/api/v1/namespaces/default/resourcequotas/q')).toEqual({
      'm1 Update': { 'f:spec': { 'f:hard': { '.': {}, 'f:pods': {} } } },
      'kube-controller-manager Update status': {
        'f:status': { 'f:hard': { '.': {}, 'f:pods': {} }, 'f:used': { '.': {}, 'f:pods': {} } },
      },
    })
  })

  test('stay as they are when nothing changes', async () => {
    const cluster = createCluster()
    const { body: before } = await send(cluster, 'POST', MAPS, configMap('a', { k: '1' }))
    cluster.advance('1m')

    const { body: after } = await merge(cluster, `${MAPS}/a`, { data: { k: '1' } })

    expect(after).toEqual(before)
  })

  test.each([[[]], [[{}]]])('are forgotten when a client sends %j', async (managedFields) => {
    const cluster = createCluster()
    await send(cluster, 'POST', MAPS, configMap('a', { k: '1' }))

    await merge(cluster, `${MAPS}/a`, { metadata: { managedFields }, data: { k: '2' } })
    const forgotten = await owners(cluster, `${MAPS}/a`)
    await merge(cluster, `${MAPS}/a`, { data: { k: '3' } })
    const untracked = await owners(cluster, `${MAPS}/a`)
    await apply(cluster, `${MAPS}/a`, map({ l: '1' }))

    expect([forgotten, untracked]).toEqual([[], []])
    expect(await fields(cluster, `${MAPS}/a`)).toEqual({
      'm1 Apply': { 'f:data': { 'f:l': {} } },
      'before-first-apply Update': { 'f:data': { '.': {}, 'f:k': {} } },
    })
  })

  test('that make no sense are left as they were', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', `${MAPS}?fieldManager=m1`, configMap('a', { k: '1' }))

    await merge(cluster, `${MAPS}/a`, { metadata: { managedFields: [{ manager: 'x', operation: 'Sing' }] } })

    expect(Object.keys(await fields(cluster, `${MAPS}/a`))).toEqual(['m1 Update'])
  })

  test('of more than ten updates become ancient changes', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', `${MAPS}?fieldManager=m0`, configMap('a', { k: '1' }))
    for (let i = 1; i <= 11; i++) {
      cluster.advance('1s')
      await merge(cluster, `${MAPS}/a`, { data: { [`k${i}`]: '1' } }, `m${i}`)
    }

    const found = await owners(cluster, `${MAPS}/a`)

    expect(found).toHaveLength(10)
    expect(found[0]).toMatchObject({
      manager: 'ancient-changes',
      time: '2026-01-15T09:00:02Z',
      fieldsV1: { 'f:data': { '.': {}, 'f:k': {}, 'f:k1': {}, 'f:k2': {} } },
    })
  })
})

describe('apply', () => {
  test('creates what is not there', async () => {
    const cluster = createCluster()

    const { code, body } = await apply(cluster, WEB, deployment())

    expect(code).toBe(201)
    expect(body.spec).toMatchObject({ replicas: 1, strategy: { type: 'RollingUpdate' } })
    expect(await fields(cluster, WEB)).toEqual({
      'm1 Apply': {
        'f:spec': {
          'f:selector': {},
          'f:template': {
            'f:metadata': { 'f:labels': { 'f:app': {} } },
            'f:spec': {
              'f:containers': {
                'k:{"name":"nginx"}': {
                  '.': {},
                  'f:image': {},
                  'f:name': {},
                  'f:ports': {
                    'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
                  },
                },
              },
            },
          },
        },
      },
    })
  })

  test('takes YAML', async () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: {k: "1"}\n'

    const { code, body } = await apply(createCluster(), `${MAPS}/a`, text)

    expect([code, body.data]).toEqual([201, { k: '1' }])
  })

  test('again changes nothing, whatever the time', async () => {
    const cluster = createCluster({ controllers: false })
    const { body: before } = await apply(cluster, WEB, deployment())
    cluster.advance('1m')

    const { code, body: after } = await apply(cluster, WEB, deployment())

    expect([code, after]).toEqual([200, before])
  })

  test('leaves to others what it does not speak of, and takes away what it no longer speaks of', async () => {
    const cluster = createCluster()
    await apply(cluster, `${MAPS}/a`, map({ mine: '1', shared: '1', old: '1' }))
    await apply(cluster, `${MAPS}/a`, map({ shared: '1' }), 'm2')
    await merge(cluster, `${MAPS}/a`, { data: { theirs: '1' } }, 'm3')

    const { body } = await apply(cluster, `${MAPS}/a`, map({ mine: '1' }))

    expect(body.data).toEqual({ mine: '1', shared: '1', theirs: '1' })
  })

  test('takes away items of lists, but only those that are its own', async () => {
    const cluster = createCluster()
    const env = (...names: string[]) => deployment({}, { env: names.map((name) => ({ name, value: '1' })) })
    await apply(cluster, WEB, env('A', 'B'))
    await send(
      cluster,
      'PATCH',
      `${WEB}?fieldManager=m2`,
      {
        spec: {
          template: {
            spec: {
              containers: [
                { name: 'nginx', env: [{ name: 'C' }] },
                { name: 'side', image: 's' },
              ],
            },
          },
        },
      },
      { 'content-type': 'application/strategic-merge-patch+json' },
    )

    const { body } = await apply(cluster, WEB, env('B'))

    const containers = body.spec.template.spec.containers as { name: string; env?: { name: string }[] }[]
    expect(containers.map(({ name }) => name).sort()).toEqual(['nginx', 'side'])
    expect(
      containers
        .find(({ name }) => name === 'nginx')!
        .env!.map(({ name }) => name)
        .sort(),
    ).toEqual(['B', 'C'])
  })

  test('is in conflict with who owns another value', async () => {
    const cluster = createCluster()
    await apply(cluster, `${MAPS}/a`, map({ a: '1' }))

    const { code, body } = await apply(cluster, `${MAPS}/a`, map({ a: '2' }), 'm2')

    expect([code, body.reason, body.message]).toEqual([
      409,
      'Conflict',
      'Apply failed with 1 conflict: conflict with "m1": .data.a',
    ])
    expect(body.details).toEqual({
      causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "m1"', field: '.data.a' }],
    })
    expect((await ask(cluster, `${MAPS}/a`)).body.data).toEqual({ a: '1' })
  })

  test('tells of several conflicts by manager, operation and subresource', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', `${DEPLOYMENTS}?fieldManager=kubectl-create`, deployment())
    await merge(cluster, `${WEB}/scale`, { spec: { replicas: 3 } }, 'kubectl')

    const { body } = await apply(cluster, WEB, deployment({ replicas: 5 }, { image: 'nginx:2' }))

    expect(body.message).toBe(
      [
        'Apply failed with 2 conflicts: conflicts with "kubectl" with subresource "scale" using apps/v1:',
        '- .spec.replicas',
        'conflicts with "kubectl-create" using apps/v1:',
        '- .spec.template.spec.containers[name="nginx"].image',
      ].join('\n'),
    )
  })

  test('by force takes the field away from its owner', async () => {
    const cluster = createCluster()
    await apply(cluster, `${MAPS}/a`, map({ a: '1', b: '1' }))

    const { code, body } = await apply(cluster, `${MAPS}/a`, map({ a: '2' }), 'm2', '&force=true')

    expect([code, body.data]).toEqual([200, { a: '2', b: '1' }])
    expect(await fields(cluster, `${MAPS}/a`)).toEqual({
      'm1 Apply': { 'f:data': { 'f:b': {} } },
      'm2 Apply': { 'f:data': { 'f:a': {} } },
    })
  })

  test('of the same value is shared', async () => {
    const cluster = createCluster()
    await apply(cluster, `${MAPS}/a`, map({ a: '1' }))

    const { code } = await apply(cluster, `${MAPS}/a`, map({ a: '1' }), 'm2')

    expect(code).toBe(200)
    expect(Object.values(await fields(cluster, `${MAPS}/a`))).toEqual([
      { 'f:data': { 'f:a': {} } },
      { 'f:data': { 'f:a': {} } },
    ])
  })

  test.each(['constructor', '__proto__', 'toString'])('takes the key %s for one like any other', async (key) => {
    const cluster = createCluster()
    await send(cluster, 'POST', `${MAPS}?fieldManager=m1`, `{"metadata":{"name":"a"},"data":{"k":"1"}}`)
    const text = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"${key}":"2"}}`

    const { code } = await apply(cluster, `${MAPS}/a`, text, 'm2')
    await apply(cluster, `${MAPS}/a`, map({}), 'm3')

    const { text: stored } = await ask(cluster, `${MAPS}/a`)
    expect(code).toBe(200)
    expect(stored).toContain(`"${key}":"2"`)
    expect((await fields(cluster, `${MAPS}/a`))['m2 Apply']).toEqual({ 'f:data': { [`f:${key}`]: {} } })
  })

  test('may run dry', async () => {
    const cluster = createCluster()
    await apply(cluster, `${MAPS}/a`, map({ a: '1' }))

    const { body } = await apply(cluster, `${MAPS}/a`, map({ a: '2' }), 'm1', '&dryRun=All')
    const created = await apply(cluster, `${MAPS}/b`, configMap('b'), 'm1', '&dryRun=All')

    expect(body.data).toEqual({ a: '2' })
    expect((await ask(cluster, `${MAPS}/a`)).body.data).toEqual({ a: '1' })
    expect([created.code, (await ask(cluster, `${MAPS}/b`)).code]).toEqual([201, 404])
  })

  test('of a status owns the status alone', async () => {
    const cluster = createCluster()
    await apply(cluster, WEB, deployment())
    const status = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, status: { replicas: 4 } }

    const { body } = await apply(cluster, `${WEB}/status`, { ...status, spec: { paused: true } }, 'm2')

    expect(body).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 4 } })
    expect((await fields(cluster, WEB))['m2 Apply status']).toEqual({ 'f:status': { 'f:replicas': {} } })
  })

  test('of a scale owns the replicas', async () => {
    const cluster = createCluster()
    await apply(cluster, WEB, deployment({ replicas: 1 }))
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: { replicas: 2 } }

    const refused = await apply(cluster, `${WEB}/scale`, scale, 'm2')
    const { code } = await apply(cluster, `${WEB}/scale`, scale, 'm2', '&force=true')

    expect(refused.body.message).toBe('Apply failed with 1 conflict: conflict with "m1": .spec.replicas')
    expect(code).toBe(200)
    expect((await fields(cluster, WEB))['m2 Apply scale']).toEqual({ 'f:spec': { 'f:replicas': {} } })
    expect((await ask(cluster, WEB)).body.spec.replicas).toBe(2)
  })

  test.each<[object | string, number, string]>([
    [
      '[]',
      400,
      'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    [{}, 400, 'invalid object type: /, Kind='],
    [{ apiVersion: 'v1', kind: 'Secret' }, 400, 'invalid object type: /v1, Kind=Secret'],
    [map({}, { managedFields: [] }), 400, 'metadata.managedFields must be nil'],
    [
      { ...map({}), foo: 1 },
      500,
      'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .foo: field not declared in schema',
    ],
    [{ ...map({}), metadata: { name: 'b' } }, 400, 'the name of the object (b) does not match the name on the URL (a)'],
    [
      { ...map({}), metadata: {} },
      400,
      'the name of the object (a based on URL) was undeterminable: name must be provided',
    ],
    [
      map({}, { uid: 'x' }),
      409,
      'Operation cannot be fulfilled on configmaps "a": uid mismatch: the provided object specified uid x, and no existing object was found',
    ],
  ])('refuses %j', async (body, code, message) => {
    const answer = await apply(createCluster(), `${MAPS}/a`, body)

    expect([answer.code, answer.body.message]).toEqual([code, message])
  })

  test('of an object whose items cannot be told apart says so', async () => {
    const cluster = createCluster()
    const path = '/api/v1/namespaces/default/serviceaccounts'
    await send(cluster, 'POST', path, { metadata: { name: 'a' }, secrets: [{ namespace: 'x' }] })

    const { body } = await apply(cluster, `${path}/a`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'a' },
    })

    expect(body.message).toBe(
      'failed to create typed live object (default/a; /v1, Kind=ServiceAccount): .secrets: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
    )
  })

  test('needs to know who applies', async () => {
    const { code, body } = await send(createCluster(), 'PATCH', `${MAPS}/a`, map({}), {
      'content-type': 'application/apply-patch+yaml',
    })

    expect([code, body.message]).toEqual([
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ])
  })

  test('of what is not there needs the right to create it', async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch', 'get'] }]
    const cluster = createCluster({
      manifests: [
        { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' }, rules },
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRoleBinding',
          metadata: { name: 'r' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' },
          subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }],
        },
      ],
    })

    const { code, body } = await send(cluster, 'PATCH', `${MAPS}/a?fieldManager=m1`, map({}), {
      'content-type': 'application/apply-patch+yaml',
      'impersonate-user': 'alice',
    })

    expect([code, body.message]).toEqual([
      403,
      'configmaps "a" is forbidden: User "alice" cannot create resource "configmaps" in API group "" in the namespace "default"',
    ])
  })

  test('by kubectl takes over what its client-side apply noted', async () => {
    const cluster = createCluster()
    const note = JSON.stringify(map({ a: '1' }))
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': note }
    await send(cluster, 'POST', `${MAPS}?fieldManager=kubectl-client-side-apply`, map({ a: '1' }, { annotations }))

    const other = await apply(cluster, `${MAPS}/a`, map({ a: '2' }), 'm1')
    const { code, body } = await apply(cluster, `${MAPS}/a`, map({ a: '2' }), 'kubectl')

    expect([other.code, code, body.data]).toEqual([409, 200, { a: '2' }])
    expect(body.metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']).toBe(
      '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"a"}}\n',
    )
  })

  test('installs, upgrades and rolls back a release, as helm does', async () => {
    const cluster = createCluster()
    const SERVICE = '/api/v1/namespaces/default/services/web'
    const release = async (tag: string, more: object, port: number) => {
      await apply(cluster, WEB, deployment({}, { image: `nginx:${tag}`, ...more }), 'helm')
      const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port }] } }
      await apply(cluster, SERVICE, service, 'helm')
      await apply(cluster, `${MAPS}/a`, map({ tag }), 'helm')
    }
    const state = async () => {
      const [web, service, config] = await Promise.all([WEB, SERVICE, `${MAPS}/a`].map((path) => ask(cluster, path)))
      const { image, env } = web!.body.spec.template.spec.containers[0]
      const ports = service!.body.spec.ports.map(({ port }: { port: number }) => port)
      return { image, env, ports, tag: config!.body.data.tag, ip: service!.body.spec.clusterIP }
    }

    await release('1', { env: [{ name: 'E', value: '1' }] }, 80)
    const installed = await state()
    await release('2', {}, 8080)
    const upgraded = await state()
    await release('1', { env: [{ name: 'E', value: '1' }] }, 80)

    expect(upgraded).toEqual({ ...installed, image: 'nginx:2', env: undefined, ports: [8080], tag: '2' })
    expect(await state()).toEqual(installed)
  })

  test('speaks of each version of a kind in its own words', async () => {
    const cluster = createCluster()
    const path = (version: string) => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers/h`
    const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3 }
    const hpa = (version: string, more: object) => ({
      apiVersion: `autoscaling/${version}`,
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'h' },
      spec: { ...spec, ...more },
    })
    await apply(cluster, path('v1'), hpa('v1', { targetCPUUtilizationPercentage: 50 }))

    const { code, body } = await apply(cluster, path('v2'), hpa('v2', { maxReplicas: 5 }), 'm2')

    expect([code, body.message]).toEqual([409, 'Apply failed with 1 conflict: conflict with "m1": .spec.maxReplicas'])
  })
})

describe('a custom resource', () => {
  const WIDGET = '/apis/example.com/v1/namespaces/default/widgets/w'
  const item = {
    type: 'object',
    required: ['port'],
    properties: { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' }, name: { type: 'string' } },
  }
  const spec = {
    type: 'object',
    properties: {
      size: { type: 'integer', default: 3 },
      ports: {
        type: 'array',
        items: item,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['port', 'protocol'],
      },
      tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      list: { type: 'array', items: { type: 'string' } },
      whole: { type: 'object', properties: { a: { type: 'string' } }, 'x-kubernetes-map-type': 'atomic' },
      any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    },
  }
  const status = { type: 'object', properties: { phase: { type: 'string' } } }

  function served(): Cluster {
    const schema = { openAPIV3Schema: { type: 'object', properties: { spec, status } } }
    const version = { name: 'v1', served: true, storage: true, schema, subresources: { status: {} } }
    const names = { plural: 'widgets', kind: 'Widget' }
    return createCluster({
      manifests: [
        {
          apiVersion: 'apiextensions.k8s.io/v1',
          kind: 'CustomResourceDefinition',
          metadata: { name: 'widgets.example.com' },
          spec: { group: 'example.com', scope: 'Namespaced', names, versions: [version] },
        },
      ],
    })
  }

  function widget(content: object, status?: object): object {
    return {
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w' },
      spec: content,
      ...(status && { status }),
    }
  }

  test('is owned as its definition tells its fields apart', async () => {
    const cluster = served()

    await apply(
      cluster,
      WIDGET,
      widget({ ports: [{ port: 80 }], tags: ['x'], list: ['a'], whole: { a: '1' }, any: { b: { c: 1 }, d: [1] } }),
    )

    expect(await fields(cluster, WIDGET)).toEqual({
      'm1 Apply': {
        'f:spec': {
          'f:any': { 'f:b': { '.': {}, 'f:c': {} }, 'f:d': {} },
          'f:list': {},
          'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } },
          'f:tags': { 'v:"x"': {} },
          'f:whole': {},
        },
      },
    })
  })

  test('merges lists by their keys and takes away what is no longer applied', async () => {
    const cluster = served()
    await apply(cluster, WIDGET, widget({ ports: [{ port: 80, name: 'a' }, { port: 81 }], tags: ['x', 'y'] }))
    await apply(cluster, WIDGET, widget({ ports: [{ port: 82 }], tags: ['z'] }), 'm2')

    const { body } = await apply(cluster, WIDGET, widget({ ports: [{ port: 80, name: 'b' }], tags: ['y'] }))

    expect(body.spec).toEqual({
      size: 3,
      ports: [
        { port: 80, protocol: 'TCP', name: 'b' },
        { port: 82, protocol: 'TCP' },
      ],
      tags: ['y', 'z'],
    })
  })

  test('refuses fields that its definition does not have', async () => {
    const { code, body } = await apply(served(), WIDGET, widget({ nope: 1 }))

    expect([code, body.message]).toEqual([
      500,
      'failed to create typed patch object (/w; example.com/v1, Kind=Widget): .spec.nope: field not declared in schema',
    ])
  })

  test('tells of a create and of its status what changed', async () => {
    const cluster = served()
    await send(cluster, 'POST', '/apis/example.com/v1/namespaces/default/widgets?fieldManager=m1', widget({ list: [] }))

    await merge(cluster, `${WIDGET}/status`, { spec: { size: 9 }, status: { phase: 'Ready' } })

    expect(await fields(cluster, WIDGET)).toEqual({
      'm1 Update': { 'f:spec': { '.': {}, 'f:list': {}, 'f:size': {} } },
      'm2 Update status': { 'f:status': { '.': {}, 'f:phase': {} } },
    })
  })
})
