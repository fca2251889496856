/**
 * @kubernetes/client-node over sockets, as students use it: list, watch, informer, patches, errors; logs and exec.
 */
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  ApiException,
  AppsV1Api,
  AuthorizationV1Api,
  BatchV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  makeInformer,
  Metrics,
  PatchStrategy,
  setHeaderOptions,
  Watch,
  type V1ConfigMap,
  type V1Status,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { createCluster, listen } from '../packages/fake-kubectl/src/index.ts'
import { startSim, type Sim } from './sim.ts'

const namespace = 's-client-node'

let config: KubeConfig
let core: CoreV1Api

beforeAll(async () => {
  config = configOf(inject('kubeconfig'))
  core = config.makeApiClient(CoreV1Api)
  await core.createNamespace({ body: { metadata: { name: namespace } } })
})

afterAll(() => core.deleteNamespace({ name: namespace }))

describe('objects', () => {
  test('create, read, replace, delete', async () => {
    const created = await core.createNamespacedConfigMap({ namespace, body: configMap('crud', { a: '1' }) })
    const replaced = await core.replaceNamespacedConfigMap({
      name: 'crud',
      namespace,
      body: { ...created, data: { a: '2' } },
    })
    const read = await core.readNamespacedConfigMap({ name: 'crud', namespace })
    const gone = await core.deleteNamespacedConfigMap({ name: 'crud', namespace })

    expect(created.metadata?.creationTimestamp).toBeInstanceOf(Date)
    expect(read.data).toEqual({ a: '2' })
    expect(Number(replaced.metadata?.resourceVersion)).toBeGreaterThan(Number(created.metadata?.resourceVersion))
    expect(gone).toMatchObject({ status: 'Success', details: { name: 'crud', kind: 'configmaps' } })
  })

  test('a stale replacement is a conflict, with the Status in the exception', async () => {
    const stale = await core.createNamespacedConfigMap({ namespace, body: configMap('stale') })
    await core.replaceNamespacedConfigMap({ name: 'stale', namespace, body: { ...stale, data: { a: '1' } } })

    const fault = await refusal(
      core.replaceNamespacedConfigMap({ name: 'stale', namespace, body: { ...stale, data: { a: '2' } } }),
    )

    expect(fault).toMatchObject({
      code: 409,
      status: { reason: 'Conflict', details: { name: 'stale', kind: 'configmaps' } },
    })
  })

  test('what is not there is 404, what is there already 409, what is wrong 422', async () => {
    const absent = await refusal(core.readNamespacedPod({ name: 'nope', namespace }))
    await core.createNamespacedConfigMap({ namespace, body: configMap('twice') })
    const twice = await refusal(core.createNamespacedConfigMap({ namespace, body: configMap('twice') }))
    const wrong = await refusal(core.createNamespacedConfigMap({ namespace, body: configMap('Wrong_Name') }))

    expect(absent).toMatchObject({ code: 404, status: { reason: 'NotFound', message: 'pods "nope" not found' } })
    expect(twice).toMatchObject({ code: 409, status: { reason: 'AlreadyExists' } })
    expect(wrong).toMatchObject({
      code: 422,
      status: { reason: 'Invalid', details: { causes: [{ field: 'metadata.name' }] } },
    })
  })

  test('lists come in pages and by selectors', async () => {
    for (const name of ['l1', 'l2', 'l3'])
      await core.createNamespacedConfigMap({
        namespace,
        body: { ...configMap(name), metadata: { name, labels: { set: 'l' } } },
      })

    const first = await core.listNamespacedConfigMap({ namespace, labelSelector: 'set=l', limit: 2 })
    const rest = await core.listNamespacedConfigMap({
      namespace,
      labelSelector: 'set=l',
      limit: 2,
      // oxlint-disable-next-line no-underscore-dangle -- client-node's name, since `continue` is a keyword
      _continue: first.metadata?._continue ?? '',
    })
    const one = await core.listNamespacedConfigMap({ namespace, fieldSelector: 'metadata.name=l3' })

    expect(first.items.map(({ metadata }) => metadata?.name)).toEqual(['l1', 'l2'])
    expect(rest.items.map(({ metadata }) => metadata?.name)).toEqual(['l3'])
    expect(one.items).toHaveLength(1)
  })

  test('apps and batch have their defaults', async () => {
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx:1' }] } }
    const spec = { replicas: 0, selector: { matchLabels: { app: 'web' } }, template }
    const deployment = await config
      .makeApiClient(AppsV1Api)
      .createNamespacedDeployment({ namespace, body: { metadata: { name: 'web' }, spec } })
    const job = await config.makeApiClient(BatchV1Api).createNamespacedJob({
      namespace,
      body: {
        metadata: { name: 'once' },
        spec: { suspend: true, template: { spec: { ...template.spec, restartPolicy: 'Never' } } },
      },
    })

    expect(deployment.spec).toMatchObject({ revisionHistoryLimit: 10, strategy: { type: 'RollingUpdate' } })
    expect(job.spec?.selector?.matchLabels).toHaveProperty(['batch.kubernetes.io/controller-uid'])
  })

  test('KubernetesObjectApi finds any kind by discovery', async () => {
    const client = KubernetesObjectApi.makeApiClient(config)
    const object = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'any', namespace },
      spec: { podSelector: {} },
    }

    await client.create(object)

    expect(await client.read({ ...object })).toMatchObject({ spec: { policyTypes: ['Ingress'] } })
  })
})

describe('patches', () => {
  beforeAll(async () => {
    await core.createNamespacedConfigMap({ namespace, body: configMap('p', { a: '1', b: '2' }) })
  })

  test.each([
    [PatchStrategy.JsonPatch, [{ op: 'replace', path: '/data/a', value: 'json' }], 'json'],
    [PatchStrategy.MergePatch, { data: { a: 'merge' } }, 'merge'],
    [PatchStrategy.StrategicMergePatch, { data: { a: 'strategic' } }, 'strategic'],
  ])('%s', async (strategy, body, expected) => {
    const patched = await core.patchNamespacedConfigMap(
      { name: 'p', namespace, body },
      setHeaderOptions('Content-Type', strategy),
    )

    expect(patched.data).toEqual({ a: expected, b: '2' })
  })

  test(PatchStrategy.ServerSideApply, async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'p' }, data: { c: '3' } }
    const request = { name: 'p', namespace, body, fieldManager: 'interop', force: true }

    const patched = await core.patchNamespacedConfigMap(
      request,
      setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
    )

    expect(patched.data).toMatchObject({ b: '2', c: '3' })
    expect(patched.metadata?.managedFields).toContainEqual(
      expect.objectContaining({ manager: 'interop', operation: 'Apply' }),
    )
  })

  test('a merge-style object as the JSON patch that is the default: the first trap', async () => {
    const fault = await refusal(core.patchNamespacedConfigMap({ name: 'p', namespace, body: { data: { a: 'x' } } }))

    expect(fault.code).toBe(400)
    expect(fault.status.message).toContain('cannot unmarshal object into Go value of type')
  })
})

describe('what goes on', () => {
  test('a watch tells what is added, modified, deleted', async () => {
    const seen: string[] = []
    const { metadata } = await core.listNamespacedConfigMap({ namespace })
    const query = { resourceVersion: metadata?.resourceVersion, fieldSelector: 'metadata.name=watched' }
    const watch = await new Watch(config).watch(
      `/api/v1/namespaces/${namespace}/configmaps`,
      query,
      (type) => seen.push(type),
      () => undefined,
    )

    await liveThrough('watched')

    await vi.waitFor(() => expect(seen).toEqual(['ADDED', 'MODIFIED', 'DELETED']))
    watch.abort()
  })

  test('an informer keeps a cache, and calls back', async () => {
    const seen: string[] = []
    const list = () => core.listNamespacedConfigMap({ namespace })
    const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, list)
    for (const verb of ['add', 'update', 'delete'] as const)
      informer.on(verb, ({ metadata }) => metadata?.name === 'informed' && seen.push(verb))
    informer.on('error', () => undefined)
    await informer.start()
    await core.createNamespacedConfigMap({ namespace, body: configMap('informed', { a: '1' }) })
    await vi.waitFor(() => expect(informer.get('informed', namespace)?.data).toEqual({ a: '1' }))

    await core.patchNamespacedConfigMap({
      name: 'informed',
      namespace,
      body: [{ op: 'add', path: '/data/b', value: '2' }],
    })
    await core.deleteNamespacedConfigMap({ name: 'informed', namespace })

    await vi.waitFor(() => expect(seen).toEqual(['add', 'update', 'delete']))
    expect(informer.get('informed', namespace)).toBeUndefined()
    await informer.stop()
  })

  // A real cluster cannot be made to forget on demand.
  test('an informer lists again when its watch is too old', async () => {
    const cluster = createCluster()
    const server = await listen(cluster)
    const config = new KubeConfig()
    config.loadFromString(server.kubeconfig())
    const core = config.makeApiClient(CoreV1Api)
    let lists = 0
    const list = () => {
      lists += 1
      return core.listNamespacedConfigMap({ namespace: 'default' })
    }
    const informer = makeInformer<V1ConfigMap>(config, '/api/v1/namespaces/default/configmaps', list)
    informer.on('error', () => undefined)
    await informer.start()
    const snapshot = cluster.snapshot()
    await core.createNamespacedConfigMap({ namespace: 'default', body: configMap('lost') })
    await vi.waitFor(() => expect(informer.get('lost', 'default')).toBeDefined())

    cluster.restore(snapshot)

    await vi.waitFor(() => expect(lists).toBe(2), 5000)
    await vi.waitFor(() => expect(informer.get('lost', 'default')).toBeUndefined())
    await informer.stop()
    await server.close()
  })
})

describe('who may', () => {
  test('asks with a review', async () => {
    const review = await config.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({
      body: { spec: { resourceAttributes: { verb: 'get', resource: 'pods', namespace } } },
    })

    expect(review.status?.allowed).toBe(true)
  })

  test('a ServiceAccount token is an identity of its own', async () => {
    await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'robot' } } })
    const { status } = await core.createNamespacedServiceAccountToken({
      name: 'robot',
      namespace,
      body: { spec: { audiences: [], expirationSeconds: 600 } },
    })
    const robot = new KubeConfig()
    robot.loadFromClusterAndUser(config.getCurrentCluster()!, { name: 'robot', token: status?.token ?? '' })

    const fault = await refusal(robot.makeApiClient(CoreV1Api).listNamespacedSecret({ namespace }))

    expect(fault.status.message).toBe(
      `secrets is forbidden: User "system:serviceaccount:${namespace}:robot" cannot list resource "secrets" in API group "" in the namespace "${namespace}"`,
    )
  })
})

describe.runIf(inject('isSimulator'))('containers (simulator only: the world brings the pods)', () => {
  let sim: Sim
  let shop: KubeConfig
  let pod: string

  beforeAll(async () => {
    sim = await startSim('--scenario', 'healthy')
    shop = configOf(sim.kubeconfig)
    const { items } = await shop.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: 'shop', labelSelector: '' })
    pod = items.find(({ metadata }) => metadata?.name?.startsWith('storefront'))!.metadata!.name!
  })
  afterAll(() => sim.stop())

  test('a log is followed', async () => {
    const stream = new PassThrough()
    let text = ''
    stream.on('data', (chunk: Buffer) => void (text += chunk.toString()))

    // An abort of the client's would be an error that nobody can catch; so it ends by itself.
    await new Log(shop).log('shop', pod, 'storefront', stream, { follow: true, tailLines: 2, limitBytes: 400 })

    await vi.waitFor(() => expect(stream.readableEnded).toBe(true), 20_000)
    expect(text).toHaveLength(400)
    expect(text).toMatch(/INFO GET \/products/)
  })

  test('a command runs in a container, and its exit code comes back', async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    let out = ''
    stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()))
    const ended = Promise.withResolvers<V1Status>()

    const socket = await new Exec(shop).exec(
      'shop',
      pod,
      'storefront',
      ['sh', '-c', 'echo hi; exit 3'],
      stdout,
      stderr,
      null,
      false,
      ended.resolve,
    )

    expect(await ended.promise).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    })
    await vi.waitFor(() => expect(out).toBe('hi\n'))
    if (socket.readyState < 3) await Promise.race([once(socket as never, 'close'), sleep(1000)])
  })

  test('metrics are those of its pods', async () => {
    const { items } = await new Metrics(shop).getPodMetrics('shop')

    expect(items.map(({ metadata }) => metadata.name)).toContain(pod)
  })
})

function configOf(kubeconfig: string): KubeConfig {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  return config
}

function configMap(name: string, data: Record<string, string> = {}): V1ConfigMap {
  return { metadata: { name }, data }
}

/** An object's whole life. */
async function liveThrough(name: string): Promise<void> {
  await core.createNamespacedConfigMap({ namespace, body: configMap(name, { a: '1' }) })
  await core.patchNamespacedConfigMap({ name, namespace, body: [{ op: 'replace', path: '/data/a', value: '2' }] })
  await core.deleteNamespacedConfigMap({ name, namespace })
}

/** The code and the Status of a call that must be refused. */
async function refusal(call: Promise<unknown>): Promise<{ code: number; status: V1Status }> {
  const fault = await call.then(
    () => Promise.reject(new Error('it was not refused')),
    (fault: unknown) => fault,
  )
  if (!(fault instanceof ApiException)) throw fault
  return { code: fault.code, status: JSON.parse(String(fault.body)) as V1Status }
}
