import { describe, expect, test } from 'vitest'
import { createCluster, loadWorld } from '../src/index.ts'
import { ask, send } from './kit.ts'
import { conditionsOf, logOf, oneNode, place, podOf, PODS, row, told } from './living.ts'

describe('a pod bound to a node', () => {
  test('is pulled, created and started, and becomes ready', async () => {
    const cluster = oneNode()
    await place(cluster, 'web', { image: 'nginx:1.27' })
    cluster.advance('0s')
    const early = [await row(cluster, 'web'), conditionsOf(await podOf(cluster, 'web'))]

    cluster.settle()

    expect(early).toEqual([
      '0/1 ContainerCreating 0',
      {
        PodReadyToStartContainers: 'False',
        Initialized: 'True',
        Ready: 'False ContainersNotReady',
        ContainersReady: 'False ContainersNotReady',
        PodScheduled: 'True',
      },
    ])
    expect(await row(cluster, 'web')).toBe('1/1 Running 0')
    expect(Object.values(conditionsOf(await podOf(cluster, 'web')))).toEqual(Array(5).fill('True'))
    expect(await told(cluster, 'web')).toEqual([
      'Normal Created Container created',
      'Normal Pulled Successfully pulled image "nginx:1.27" in 1.502s (1.502s including waiting). Image size: 72099501 bytes.',
      'Normal Pulling Pulling image "nginx:1.27"',
      'Normal Started Container started',
    ])
  })

  test('has an address of its node, its image by its full name, and what its kubelet has seen', async () => {
    const cluster = oneNode()
    await place(cluster, 'one', { image: 'nginx:1.27' })
    await place(cluster, 'two', { image: 'team/web:1' })
    cluster.settle()

    const [one, two] = [await podOf(cluster, 'one'), await podOf(cluster, 'two')]

    expect([one.status.podIP, two.status.podIP]).toEqual(['10.244.0.2', '10.244.0.3'])
    expect(one.status.hostIP).toBe('10.20.0.1')
    expect(one.status.observedGeneration).toBe(1)
    expect(one.status.containerStatuses[0].image).toBe('docker.io/library/nginx:1.27')
    expect(two.status.containerStatuses[0].image).toBe('docker.io/team/web:1')
    expect(one.status.containerStatuses[0].imageID).toMatch(/^docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/)
    expect(one.metadata.managedFields.at(-1)).toMatchObject({ manager: 'kubelet', subresource: 'status' })
  })

  test('an image that the machine has is not pulled again', async () => {
    const cluster = oneNode()
    await place(cluster, 'first', { image: 'nginx:1.27' })
    cluster.settle()
    await place(cluster, 'second', { image: 'nginx:1.27' })
    cluster.settle()

    expect(await told(cluster, 'second')).toContain(
      'Normal Pulled Container image "nginx:1.27" already present on machine',
    )
  })

  test('without kubelets nothing happens to it', async () => {
    const cluster = createCluster({ kubelet: false, world: { nodes: [{ name: 'n1' }] } })
    await place(cluster, 'web')
    cluster.advance('10m')

    expect((await podOf(cluster, 'web')).status.phase).toBe('Pending')
  })

  test('of a machine that is down it waits, and goes on when it is back', async () => {
    const cluster = oneNode()
    cluster.kubelets.get('n1')!.state = 'down'
    await place(cluster, 'web')
    cluster.advance('2m')
    const down = (await podOf(cluster, 'web')).status.phase
    cluster.kubelets.get('n1')!.state = 'up'
    cluster.advance('30s')

    expect([down, await row(cluster, 'web')]).toEqual(['Pending', '1/1 Running 0'])
  })

  test('a second that does not fit is refused: OutOfcpu', async () => {
    const cluster = oneNode({ nodes: [{ name: 'n1', cores: 2 }] })
    const resources = { requests: { cpu: '1500m' } }
    await place(cluster, 'first', { resources })
    await place(cluster, 'second', { resources })
    cluster.settle()

    const { status } = await podOf(cluster, 'second')
    expect(status).toMatchObject({ phase: 'Failed', reason: 'OutOfcpu' })
    expect(status.message).toBe("Node didn't have enough resource: cpu, requested: 1500, used: 1500, capacity: 2000")
  })
})

describe('an image that cannot be pulled', () => {
  test('is ErrImagePull first, then ImagePullBackOff, with what the registry said', async () => {
    const cluster = oneNode()
    await place(cluster, 'web', { image: 'nginx:latst' })
    cluster.settle('1s')
    cluster.advance('1s')
    const first = await row(cluster, 'web')
    cluster.settle()

    const waiting = (await podOf(cluster, 'web')).status.containerStatuses[0].state.waiting
    const why =
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:latst": failed to resolve reference "docker.io/library/nginx:latst": docker.io/library/nginx:latst: not found'
    expect(first).toBe('0/1 ErrImagePull 0')
    expect(waiting).toEqual({
      reason: 'ImagePullBackOff',
      message: `Back-off pulling image "nginx:latst": ErrImagePull: ${why}`,
    })
    expect(await told(cluster, 'web')).toEqual([
      'Normal BackOff Back-off pulling image "nginx:latst"',
      'Normal Pulling Pulling image "nginx:latst"',
      'Warning Failed Error: ErrImagePull',
      'Warning Failed Error: ImagePullBackOff',
      `Warning Failed Failed to pull image "nginx:latst": ${why}`,
    ])
  })

  test('is tried again after 10 s, 20 s and so on to 5 minutes', async () => {
    const cluster = oneNode()
    await place(cluster, 'web', { image: 'nginx:latst' })
    const failed: number[] = []
    let was = ''
    for (let second = 1; second <= 1000; second++) {
      cluster.advance('1s')
      const { reason } = (await podOf(cluster, 'web')).status.containerStatuses[0].state.waiting
      if (reason === 'ErrImagePull' && was !== reason) failed.push(second)
      was = reason
    }

    const pauses = failed.slice(1).map((second, i) => Math.floor((second - failed[i]!) / 10) * 10)
    expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300])
  })

  test('with a policy of Never: ErrImageNeverPull', async () => {
    const cluster = oneNode()
    await place(cluster, 'web', { imagePullPolicy: 'Never' })
    cluster.settle()

    expect(await row(cluster, 'web')).toBe('0/1 ErrImageNeverPull 0')
  })

  test('a registry that does not exist is not found by its name', async () => {
    const cluster = oneNode()
    await place(cluster, 'web', { image: 'registry.invalid/team/web:1' })
    cluster.settle()

    const { message } = (await podOf(cluster, 'web')).status.containerStatuses[0].state.waiting
    expect(message).toContain(
      'failed to do request: Head "https://registry.invalid/v2/team/web/manifests/1": dial tcp: lookup registry.invalid: no such host',
    )
  })

  test('set to one that exists, it is pulled and runs', async () => {
    const cluster = oneNode()
    await place(cluster, 'web', { image: 'nginx:latst' })
    cluster.settle()
    const patch = [{ op: 'replace', path: '/spec/containers/0/image', value: 'nginx:latest' }]
    await send(cluster, 'PATCH', `${PODS}/web`, patch, { 'content-type': 'application/json-patch+json' })
    cluster.advance('30s')

    expect(await row(cluster, 'web')).toBe('1/1 Running 0')
  })
})

describe('a container that ends', () => {
  const crashing = { image: 'crashing' }
  const world = { images: [{ image: 'crashing', stages: [{ for: '2s', exit: 1 }] }] }

  test('is restarted at once, then after 10 s, 20 s and so on: CrashLoopBackOff', async () => {
    const cluster = oneNode(world)
    await place(cluster, 'app', crashing)
    const seen: string[] = []
    for (const wait of ['8s', '8s', '20s', '30s', '60s']) {
      cluster.advance(wait)
      seen.push(await row(cluster, 'app'))
    }

    const { uid } = (await podOf(cluster, 'app')).metadata
    const { state, lastState } = (await podOf(cluster, 'app')).status.containerStatuses[0]
    expect(seen.at(0)).toMatch(/CrashLoopBackOff 1|Running 1/)
    expect(seen.at(-1)).toBe('0/1 CrashLoopBackOff 4')
    expect(state.waiting).toEqual({
      reason: 'CrashLoopBackOff',
      message: `back-off 1m20s restarting failed container=app pod=app_default(${uid})`,
    })
    expect(lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error' })
    expect(await told(cluster, 'app')).toContain(
      `Warning BackOff Back-off restarting failed container app in pod app_default(${uid})`,
    )
  })

  test('has a clean slate after it ran for ten minutes', async () => {
    const cluster = oneNode({ images: [{ image: 'tiring', stages: [{ for: '11m', exit: 1 }] }] })
    await place(cluster, 'app', { image: 'tiring' })
    cluster.advance('35m')

    expect(await row(cluster, 'app')).toBe('1/1 Running 3')
  })

  test('of a pod that never restarts it: Error, and the pod has failed', async () => {
    const cluster = oneNode(world)
    await place(cluster, 'app', crashing, { restartPolicy: 'Never' })
    cluster.settle()

    const pod = await podOf(cluster, 'app')
    expect(await row(cluster, 'app')).toBe('0/1 Error 0')
    expect(pod.status.phase).toBe('Failed')
    expect(conditionsOf(pod)).toMatchObject({ Ready: 'False PodFailed', Initialized: 'True' })
  })

  test('with success, of a pod that restarts on failure: Completed', async () => {
    const cluster = oneNode()
    await place(cluster, 'job', { image: 'perl' }, { restartPolicy: 'OnFailure' })
    cluster.settle()

    const pod = await podOf(cluster, 'job')
    expect([await row(cluster, 'job'), pod.status.phase]).toEqual(['0/1 Completed 0', 'Succeeded'])
    expect(conditionsOf(pod)).toMatchObject({ Ready: 'False PodCompleted', Initialized: 'True PodCompleted' })
    expect(await logOf(cluster, 'job')).toMatch(/^3\.14159/)
  })

  test('that takes more memory than it may is OOMKilled', async () => {
    const cluster = oneNode({ images: [{ image: 'leaky', stages: [{ memory: '50Mi..250Mi over 10m' }] }] })
    await place(cluster, 'app', { image: 'leaky', resources: { limits: { memory: '150Mi' } } })
    cluster.advance('4m')
    const before = await row(cluster, 'app')
    cluster.advance('90s')

    const { lastState } = (await podOf(cluster, 'app')).status.containerStatuses[0]
    expect(before).toBe('1/1 Running 0')
    expect(await row(cluster, 'app')).toBe('1/1 Running 1')
    expect(lastState.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
  })

  test('keeps the log of its last run, until the next has ended', async () => {
    const cluster = oneNode({
      images: [
        {
          image: 'talking',
          stages: [{ for: '3s', log: { everyMs: 1000, lines: ['line {n}{previous: again}'] }, exit: 1 }],
        },
      ],
    })
    await place(cluster, 'app', { image: 'talking' })
    cluster.advance('10s')

    expect(await logOf(cluster, 'app', '?previous=true')).toBe('line 1 again\nline 2 again\nline 3 again\n')
  })

  test('a command that its image does not have: StartError, then CrashLoopBackOff', async () => {
    const cluster = oneNode()
    await place(cluster, 'app', { image: 'busybox', command: ['bash'] })
    cluster.advance('20s')

    const { lastState, state } = (await podOf(cluster, 'app')).status.containerStatuses[0]
    expect(state.waiting.reason).toBe('CrashLoopBackOff')
    expect(lastState.terminated).toMatchObject({ exitCode: 128, reason: 'StartError' })
    expect(lastState.terminated.message).toContain('exec: "bash": executable file not found in $PATH')
  })

  test('after its deadline the pod has failed: DeadlineExceeded', async () => {
    const cluster = oneNode()
    await place(cluster, 'app', {}, { activeDeadlineSeconds: 60 })
    cluster.advance('59s')
    const before = await row(cluster, 'app')
    cluster.advance('2s')

    expect(before).toBe('1/1 Running 0')
    expect((await podOf(cluster, 'app')).status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
  })
})

describe('what a container needs', () => {
  test('a ConfigMap that its environment names: CreateContainerConfigError until it is there', async () => {
    const cluster = oneNode()
    await place(cluster, 'app', { envFrom: [{ configMapRef: { name: 'settings' } }] })
    cluster.settle()
    const { waiting } = (await podOf(cluster, 'app')).status.containerStatuses[0].state
    await send(cluster, 'POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'settings' } })
    cluster.advance('20s')

    expect(waiting).toEqual({ reason: 'CreateContainerConfigError', message: 'configmap "settings" not found' })
    expect(await told(cluster, 'app')).toContain('Warning Failed Error: configmap "settings" not found')
    expect(await row(cluster, 'app')).toBe('1/1 Running 0')
  })

  test('a key of a Secret that is not there', async () => {
    const cluster = oneNode()
    await send(cluster, 'POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 'db' } })
    await place(cluster, 'app', { env: [{ name: 'P', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }] })
    cluster.settle()

    const { waiting } = (await podOf(cluster, 'app')).status.containerStatuses[0].state
    expect(waiting.message).toBe("couldn't find key password in Secret default/db")
  })

  test('a user that is not root, where its security context says so', async () => {
    const cluster = oneNode()
    await place(cluster, 'app', { securityContext: { runAsNonRoot: true } })
    cluster.settle()

    const { metadata, status } = await podOf(cluster, 'app')
    expect(status.containerStatuses[0].state.waiting.message).toBe(
      `container has runAsNonRoot and image will run as root (pod: "app_default(${metadata.uid})", container: app)`,
    )
  })

  test('a volume that can be mounted: FailedMount until its ConfigMap is there', async () => {
    const cluster = oneNode()
    await place(cluster, 'app', {}, { volumes: [{ name: 'settings', configMap: { name: 'settings' } }] })
    cluster.advance('10s')
    const before = await row(cluster, 'app')
    await send(cluster, 'POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'settings' } })
    cluster.advance('20s')

    expect(before).toBe('0/1 ContainerCreating 0')
    expect(await told(cluster, 'app')).toContain(
      'Warning FailedMount MountVolume.SetUp failed for volume "settings" : configmap "settings" not found',
    )
    expect(await row(cluster, 'app')).toBe('1/1 Running 0')
  })
})

describe('containers in their order', () => {
  const seconds = (n: number) => ({ image: 'busybox', command: ['sleep', String(n)] })

  test('init containers run one after the other, then the others', async () => {
    const cluster = oneNode()
    const initContainers = [
      { name: 'first', ...seconds(5) },
      { name: 'second', ...seconds(5) },
    ]
    await place(cluster, 'app', {}, { initContainers })
    const seen: string[] = []
    for (const wait of ['4s', '6s', '30s']) {
      cluster.advance(wait)
      seen.push(await row(cluster, 'app'))
    }

    expect(seen).toEqual(['0/1 Init:0/2 0', '0/1 Init:1/2 0', '1/1 Running 0'])
  })

  test('an init container that fails is restarted: Init:CrashLoopBackOff', async () => {
    const cluster = oneNode()
    await place(cluster, 'app', {}, { initContainers: [{ name: 'check', image: 'busybox', command: ['false'] }] })
    cluster.advance('20s')

    expect(await row(cluster, 'app')).toMatch(/^0\/1 Init:CrashLoopBackOff/)
    expect(conditionsOf(await podOf(cluster, 'app')).Initialized).toBe('False ContainersNotInitialized')
  })

  test('one that fails ends a pod that never restarts: Init:Error', async () => {
    const cluster = oneNode()
    const initContainers = [{ name: 'check', image: 'busybox', command: ['false'] }]
    await place(cluster, 'app', {}, { initContainers, restartPolicy: 'Never' })
    cluster.settle()

    expect([await row(cluster, 'app'), (await podOf(cluster, 'app')).status.phase]).toEqual([
      '0/1 Init:Error 0',
      'Failed',
    ])
  })

  test('a sidecar starts before the others, counts as ready, and ends when the work is done', async () => {
    const cluster = oneNode()
    const initContainers = [{ name: 'proxy', image: 'nginx', restartPolicy: 'Always' }]
    await place(cluster, 'job', seconds(20), { initContainers, restartPolicy: 'Never' })
    cluster.advance('10s')
    const running = await row(cluster, 'job')
    cluster.settle()

    expect(running).toBe('2/2 Running 0')
    expect([await row(cluster, 'job'), (await podOf(cluster, 'job')).status.phase]).toEqual([
      '0/2 Completed 0',
      'Succeeded',
    ])
  })
})

describe('a pod that is deleted', () => {
  test('is told to stop, ends, and is gone', async () => {
    const cluster = oneNode()
    await place(cluster, 'web', { image: 'nginx' })
    cluster.settle()
    await ask(cluster, `${PODS}/web`, { method: 'DELETE' })
    cluster.advance('0s')
    const [stopping, words] = [await row(cluster, 'web'), await told(cluster, 'web')]
    cluster.advance('1s')

    expect(stopping).toBe('1/1 Terminating 0')
    expect(words).toContain('Normal Killing Stopping container app')
    expect(await row(cluster, 'web')).toBe('gone')
  })

  test('one that does not listen is killed after its grace', async () => {
    const cluster = oneNode({ images: [{ image: 'deaf', stopsIn: '5m' }] })
    await place(cluster, 'web', { image: 'deaf' })
    cluster.settle()
    await ask(cluster, `${PODS}/web`, { method: 'DELETE' })
    cluster.advance('29s')
    const before = await row(cluster, 'web')
    cluster.advance('1s')

    expect([before, await row(cluster, 'web')]).toEqual(['1/1 Terminating 0', 'gone'])
  })

  test('on a machine that is down it stays Terminating', async () => {
    const cluster = oneNode()
    await place(cluster, 'web')
    cluster.settle()
    cluster.kubelets.get('n1')!.state = 'down'
    await ask(cluster, `${PODS}/web`, { method: 'DELETE' })
    cluster.advance('5m')

    expect(await row(cluster, 'web')).toMatch(/Terminating/)
  })
})

test('a snapshot goes on as the cluster would have', async () => {
  const cluster = oneNode({ images: [{ image: 'crashing', stages: [{ for: '1s..9s', exit: 1 }] }] })
  await place(cluster, 'app', { image: 'crashing' })
  await place(cluster, 'web', { image: 'nginx', readinessProbe: { httpGet: { port: 80 } } })
  cluster.advance('45s')
  const snapshot = cluster.snapshot()
  cluster.advance('10m')
  const first = [await podOf(cluster, 'app'), await podOf(cluster, 'web')].map(({ status }) => status)

  cluster.restore(JSON.parse(JSON.stringify(snapshot)))
  cluster.advance('10m')

  expect([await podOf(cluster, 'app'), await podOf(cluster, 'web')].map(({ status }) => status)).toEqual(first)
})

test('the conformance world: pods stand as their images say, and print five lines', async () => {
  const cluster = createCluster({ world: loadWorld('conformance'), scheduler: false })
  const on = { nodeName: 'n2' }
  await place(cluster, 'two', { image: 'nginx' }, on)
  await place(cluster, 'crash', { image: 'crash:1' }, on)
  await place(cluster, 'noimg', { image: 'nosuch:1' }, on)
  await place(cluster, 'done', { image: 'busybox' }, { ...on, restartPolicy: 'Never' })
  cluster.advance('200ms')

  const names = ['two', 'crash', 'noimg', 'done']
  const rows = await Promise.all(names.map((name) => row(cluster, name)))
  expect(rows).toEqual(['1/1 Running 0', '0/1 CrashLoopBackOff 3', '0/1 ImagePullBackOff 0', '0/1 Completed 0'])
  expect(await logOf(cluster, 'two')).toBe('line 0\nline 1\nline 2\nline 3\nline 4\n')
  expect(await logOf(cluster, 'crash', '?previous=true&tailLines=1')).toBe('line 4 (previous)\n')
  expect((await Promise.all(names.map((name) => told(cluster, name)))).flat()).toEqual([])
})
