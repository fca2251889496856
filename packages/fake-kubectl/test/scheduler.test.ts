import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster, type WorldSpec } from '../src/index.ts'
import { ask, send } from './kit.ts'

const PODS = '/api/v1/namespaces/default/pods'
const GIB = 2 ** 30

type NodeSpec = Exclude<WorldSpec['nodes'], number | undefined>[number]

function node(name: string, more: Partial<NodeSpec> = {}): NodeSpec {
  return { name, cores: 4, memoryBytes: 8 * GIB, ...more }
}

function clusterOf(...nodes: NodeSpec[]): Cluster {
  return createCluster({ kubelet: false, controllers: false, world: { nodes } })
}

async function submit(cluster: Cluster, name: string, spec: object = {}, labels: object = {}): Promise<void> {
  const containers = [{ name: 'app', image: 'registry.example/app:1' }]
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { containers, ...spec } }
  const answer = await send(cluster, 'POST', PODS, body)
  if (answer.code !== 201) throw new Error(answer.text)
}

async function asking(cluster: Cluster, name: string, requests: object, spec: object = {}): Promise<void> {
  await submit(cluster, name, { containers: [{ name: 'app', image: 'a', resources: { requests } }], ...spec })
}

async function podOf(cluster: Cluster, name: string): Promise<any> {
  return (await ask(cluster, `${PODS}/${name}`)).body
}

async function placeOf(cluster: Cluster, name: string): Promise<string | undefined> {
  cluster.advance('0s')
  return (await podOf(cluster, name)).spec.nodeName
}

async function whyNot(cluster: Cluster, name: string): Promise<string> {
  cluster.advance('0s')
  const { status } = await podOf(cluster, name)
  return status.conditions?.find(({ type }: { type: string }) => type === 'PodScheduled')?.message ?? 'no condition'
}

async function eventsOf(cluster: Cluster, name: string): Promise<any[]> {
  return (await ask(cluster, `/api/v1/namespaces/default/events?fieldSelector=involvedObject.name=${name}`)).body.items
}

const NOTHING_HELPS = (n: number) =>
  `no new claims to deallocate, preemption: 0/${n} nodes are available: ${n} Preemption is not helpful for scheduling.`

const PREFER_ALIKE = (app: string, kind: string, key = 'kubernetes.io/hostname') => ({
  affinity: {
    [kind]: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app } }, topologyKey: key }],
    },
  },
})

describe('a pod without a node', () => {
  test('is bound, and an event tells where to', async () => {
    const cluster = clusterOf(node('n1'))
    await submit(cluster, 'web')

    expect(await placeOf(cluster, 'web')).toBe('n1')
    expect((await podOf(cluster, 'web')).status.conditions[0]).toMatchObject({ type: 'PodScheduled', status: 'True' })
    const [event] = await eventsOf(cluster, 'web')
    expect(event).toMatchObject({
      type: 'Normal',
      reason: 'Scheduled',
      action: 'Binding',
      message: 'Successfully assigned default/web to n1',
      reportingComponent: 'default-scheduler',
    })
  })

  test('waits where there is no scheduler, or another one is to choose', async () => {
    const without = createCluster({ scheduler: false, world: { nodes: [node('n1')] } })
    await submit(without, 'web')
    const cluster = clusterOf(node('n1'))
    await submit(cluster, 'web', { schedulerName: 'mine' })

    expect([await placeOf(without, 'web'), await placeOf(cluster, 'web')]).toEqual([undefined, undefined])
  })

  test('waits while it has gates, and goes on without them', async () => {
    const cluster = clusterOf(node('n1'))
    await submit(cluster, 'web', { schedulingGates: [{ name: 'example.com/hold' }] })
    const before = [await whyNot(cluster, 'web'), await placeOf(cluster, 'web')]
    const patch = [{ op: 'remove', path: '/spec/schedulingGates' }]
    await send(cluster, 'PATCH', `${PODS}/web`, patch, { 'content-type': 'application/json-patch+json' })

    expect(before).toEqual(['Scheduling is blocked due to non-empty scheduling gates', undefined])
    expect(await placeOf(cluster, 'web')).toBe('n1')
  })

  test('in a cluster without nodes: no nodes available', async () => {
    const cluster = createCluster({ world: { nodes: [] } })
    await submit(cluster, 'web')

    expect(await whyNot(cluster, 'web')).toBe('no nodes available to schedule pods')
  })

  test('the most important goes first, then who came first', async () => {
    const cluster = clusterOf(node('n1', { cores: 1 }))
    for (const [name, value] of [
      ['low', 1],
      ['high', 1000],
    ] as const)
      await send(cluster, 'POST', '/apis/scheduling.k8s.io/v1/priorityclasses', { metadata: { name }, value })
    await asking(cluster, 'late', { cpu: '900m' }, { priorityClassName: 'low' })
    await asking(cluster, 'vip', { cpu: '900m' }, { priorityClassName: 'high' })

    expect([await placeOf(cluster, 'vip'), await placeOf(cluster, 'late')]).toEqual(['n1', undefined])
  })
})

describe('a pod goes only where', () => {
  test('there is room: Insufficient cpu, Insufficient memory', async () => {
    const cluster = clusterOf(node('n1'), node('n2', { cores: 2 }))
    await asking(cluster, 'big', { cpu: '3', memory: '100Gi' })

    expect(await whyNot(cluster, 'big')).toBe(
      `0/2 nodes are available: 1 Insufficient cpu, 2 Insufficient memory. ${NOTHING_HELPS(2)}`,
    )
  })

  test('not too many pods are', async () => {
    const cluster = clusterOf(node('n1', { status: { allocatable: { cpu: '4', memory: '8Gi', pods: '1' } } }))
    await submit(cluster, 'first')
    await submit(cluster, 'second')

    expect(await placeOf(cluster, 'first')).toBe('n1')
    expect(await whyNot(cluster, 'second')).toContain('1 Too many pods.')
  })

  test('init containers and sidecars find room, too', async () => {
    const cluster = clusterOf(node('n1', { cores: 2 }))
    const container = (name: string, cpu: string, more: object = {}) => ({
      name,
      image: 'a',
      resources: { requests: { cpu } },
      ...more,
    })
    await submit(cluster, 'fits', {
      initContainers: [container('init', '1500m')],
      containers: [container('app', '1')],
    })
    await submit(cluster, 'not', {
      initContainers: [container('proxy', '300m', { restartPolicy: 'Always' }), container('init', '300m')],
      containers: [container('app', '200m')],
    })

    expect(await placeOf(cluster, 'fits')).toBe('n1')
    expect(await placeOf(cluster, 'not')).toBeUndefined()
  })

  test('its selector leads', async () => {
    const cluster = clusterOf(node('n1'), node('n2', { labels: { disk: 'ssd' } }))
    await submit(cluster, 'web', { nodeSelector: { disk: 'ssd' } })
    await submit(cluster, 'lost', { nodeSelector: { disk: 'tape' } })

    expect(await placeOf(cluster, 'web')).toBe('n2')
    expect(await whyNot(cluster, 'lost')).toBe(
      `0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. ${NOTHING_HELPS(2)}`,
    )
  })

  test.each([
    [{ key: 'size', operator: 'In', values: ['l', 'xl'] }, 'big'],
    [{ key: 'size', operator: 'NotIn', values: ['l'] }, 'small'],
    [{ key: 'gpu', operator: 'Exists' }, 'big'],
    [{ key: 'gpu', operator: 'DoesNotExist' }, 'small'],
    [{ key: 'gpu', operator: 'Gt', values: ['1'] }, 'big'],
    [{ key: 'rank', operator: 'Lt', values: ['5'] }, 'small'],
  ])('its affinity leads: %j', async (expression, expected) => {
    const cluster = clusterOf(
      node('big', { labels: { size: 'l', gpu: '2', rank: '9' } }),
      node('small', { labels: { size: 's', rank: '1' } }),
    )
    const nodeSelectorTerms = [{ matchExpressions: [expression] }]
    const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
    await submit(cluster, 'web', { affinity: { nodeAffinity: required } })

    expect(await placeOf(cluster, 'web')).toBe(expected)
  })

  test('it tolerates the taints', async () => {
    const cluster = clusterOf(node('n1', { taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] }))
    await submit(cluster, 'web')
    await submit(cluster, 'db', { tolerations: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] })

    expect(await whyNot(cluster, 'web')).toContain('1 node(s) had untolerated taint(s).')
    expect(await placeOf(cluster, 'db')).toBe('n1')
  })

  test('nobody has cordoned the node, and goes there when it is uncordoned', async () => {
    const cluster = clusterOf(node('n1'))
    const cordon = (unschedulable: boolean) =>
      send(
        cluster,
        'PATCH',
        '/api/v1/nodes/n1',
        { spec: { unschedulable } },
        { 'content-type': 'application/merge-patch+json' },
      )
    await cordon(true)
    await submit(cluster, 'web')
    const before = await whyNot(cluster, 'web')
    await cordon(false)
    cluster.settle()

    expect(before).toContain('1 node(s) were unschedulable.')
    expect(await placeOf(cluster, 'web')).toBe('n1')
  })

  test('its ports of the host are free', async () => {
    const cluster = clusterOf(node('n1'))
    const containers = [{ name: 'app', image: 'a', ports: [{ containerPort: 80, hostPort: 8080 }] }]
    await submit(cluster, 'first', { containers })
    await submit(cluster, 'second', { containers })

    expect(await placeOf(cluster, 'first')).toBe('n1')
    expect(await whyNot(cluster, 'second')).toContain("1 node(s) didn't have free ports for the requested pod ports.")
  })

  test('its claims can be bound', async () => {
    const cluster = clusterOf(node('n1'))
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
    await submit(cluster, 'db', { volumes })
    const absent = await whyNot(cluster, 'db')
    await send(cluster, 'POST', '/api/v1/namespaces/default/persistentvolumeclaims', {
      metadata: { name: 'data' },
      spec: { storageClassName: '', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    })
    cluster.settle()

    expect(absent).toBe(`0/1 nodes are available: persistentvolumeclaim "data" not found. ${NOTHING_HELPS(1)}`)
    expect(await whyNot(cluster, 'db')).toBe(
      `0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. ${NOTHING_HELPS(1)}`,
    )
  })

  test('those are that it wants near, and those are not that it wants away', async () => {
    const cluster = clusterOf(node('n1'), node('n2'))
    await submit(cluster, 'db', {}, { app: 'db' })
    const home = await placeOf(cluster, 'db')
    await submit(cluster, 'near', PREFER_ALIKE('db', 'podAffinity'))
    await submit(cluster, 'away', PREFER_ALIKE('db', 'podAntiAffinity'))
    await submit(cluster, 'lonely', PREFER_ALIKE('cache', 'podAffinity'))

    expect(await placeOf(cluster, 'near')).toBe(home)
    expect(await placeOf(cluster, 'away')).not.toBe(home)
    expect(await whyNot(cluster, 'lonely')).toContain("2 node(s) didn't match pod affinity rules.")
  })

  test('nobody is who wants it away; the first of a group may go anywhere', async () => {
    const cluster = clusterOf(node('n1'), node('n2'))
    const apart = PREFER_ALIKE('web', 'podAntiAffinity')
    for (const name of ['web-1', 'web-2', 'web-3']) await submit(cluster, name, apart, { app: 'web' })
    await submit(cluster, 'plain', {}, { app: 'web' })
    await submit(cluster, 'group', PREFER_ALIKE('group', 'podAffinity'), { app: 'group' })

    const places = [await placeOf(cluster, 'web-1'), await placeOf(cluster, 'web-2')]
    expect(places.toSorted()).toEqual(['n1', 'n2'])
    expect(await whyNot(cluster, 'web-3')).toContain("2 node(s) didn't match pod anti-affinity rules.")
    expect(await whyNot(cluster, 'plain')).toContain("2 node(s) didn't satisfy existing pods anti-affinity rules.")
    expect(await placeOf(cluster, 'group')).toMatch(/n[12]/)
  })

  test('it keeps the balance of zones that it asks for', async () => {
    const zone = (name: string) => ({ labels: { 'topology.kubernetes.io/zone': name } })
    const cluster = clusterOf(node('a1', zone('a')), node('a2', zone('a')), node('b1', { ...zone('b'), cores: 1 }))
    const spread = {
      containers: [{ name: 'app', image: 'a', resources: { requests: { cpu: '600m' } } }],
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'web' } },
        },
      ],
    }
    for (const name of ['w1', 'w2', 'w3', 'w4']) await submit(cluster, name, spread, { app: 'web' })
    cluster.advance('0s')

    const zones = await Promise.all(['w1', 'w2', 'w3'].map(async (name) => (await placeOf(cluster, name))![0]))
    expect(zones.toSorted()).toEqual(['a', 'a', 'b'])
    expect(await whyNot(cluster, 'w4')).toBe(
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match pod topology spread constraints. no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
    )
  })
})

describe('of the nodes that will do', () => {
  test('the one with most room is chosen', async () => {
    const cluster = clusterOf(node('n1'), node('n2'))
    await asking(cluster, 'first', { cpu: '2' })
    const first = await placeOf(cluster, 'first')
    await asking(cluster, 'second', { cpu: '100m' })

    expect(await placeOf(cluster, 'second')).not.toBe(first)
  })

  test('preferences count: labels, other pods, taints', async () => {
    const cluster = clusterOf(
      node('avoided', { taints: [{ key: 'spot', effect: 'PreferNoSchedule' }] }),
      node('plain'),
      node('liked', { labels: { fast: 'yes' } }),
    )
    const preference = { matchExpressions: [{ key: 'fast', operator: 'Exists' }] }
    const preferred = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference }] }
    await submit(cluster, 'likes', { affinity: { nodeAffinity: preferred } }, { app: 'likes' })
    await submit(cluster, 'any')
    await submit(cluster, 'another')

    expect(await placeOf(cluster, 'likes')).toBe('liked')
    expect([await placeOf(cluster, 'any'), await placeOf(cluster, 'another')]).not.toContain('avoided')
  })
})

describe('a pod that fits nowhere', () => {
  test('is told once, and is tried again when a pod has gone', async () => {
    const cluster = clusterOf(node('n1', { cores: 1 }))
    await asking(cluster, 'first', { cpu: '800m' })
    await asking(cluster, 'second', { cpu: '800m' })
    cluster.advance('0s')
    const told = await eventsOf(cluster, 'second')
    await ask(cluster, `${PODS}/first?gracePeriodSeconds=0`, { method: 'DELETE' })
    cluster.settle()

    expect(told.map(({ reason, message }) => [reason, message])).toEqual([
      [
        'FailedScheduling',
        '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
      ],
    ])
    expect(await placeOf(cluster, 'second')).toBe('n1')
  })

  test('is tried again when a node comes, and after five minutes whatever happens', async () => {
    const cluster = clusterOf(node('n1'))
    await asking(cluster, 'big', { cpu: '5' })
    cluster.advance('4m59s')
    const before = (await eventsOf(cluster, 'big')).length
    cluster.advance('2s')
    const after = (await eventsOf(cluster, 'big')).length
    await send(cluster, 'POST', '/api/v1/nodes', {
      metadata: { name: 'n2' },
      status: { allocatable: { cpu: '8', memory: '8Gi', pods: '110' } },
    })
    await send(
      cluster,
      'PATCH',
      '/api/v1/nodes/n2',
      { spec: { taints: null } },
      { 'content-type': 'application/merge-patch+json' },
    )
    cluster.settle()

    expect([before, after]).toEqual([1, 2])
    expect(await placeOf(cluster, 'big')).toBe('n2')
  })
})

describe('a pod of more importance', () => {
  async function contended(spec: object = {}) {
    const cluster = clusterOf(node('n1', { cores: 1 }), node('n2', { cores: 1 }))
    for (const [name, value, policy] of [
      ['low', 1, undefined],
      ['middle', 10, undefined],
      ['high', 100, undefined],
      ['polite', 100, 'Never'],
    ] as const) {
      const body = { metadata: { name }, value, ...(policy && { preemptionPolicy: policy }) }
      await send(cluster, 'POST', '/apis/scheduling.k8s.io/v1/priorityclasses', body)
    }
    await asking(cluster, 'low', { cpu: '800m' }, { priorityClassName: 'low', nodeName: 'n1' })
    await asking(cluster, 'middle', { cpu: '800m' }, { priorityClassName: 'middle', nodeName: 'n2' })
    await asking(cluster, 'vip', { cpu: '800m' }, { priorityClassName: 'high', ...spec })
    cluster.advance('0s')
    return cluster
  }

  test('sends away the least important one, and takes its place when it has gone', async () => {
    const cluster = await contended()
    const [vip, low] = [await podOf(cluster, 'vip'), await podOf(cluster, 'low')]
    await ask(cluster, `${PODS}/low?gracePeriodSeconds=0`, { method: 'DELETE' })
    cluster.settle()

    expect(vip.status.nominatedNodeName).toBe('n1')
    expect(await whyNot(cluster, 'middle')).toBe('no condition')
    expect(low.metadata.deletionTimestamp).toBeDefined()
    expect(low.status.conditions.at(-1)).toMatchObject({ type: 'DisruptionTarget', reason: 'PreemptionByScheduler' })
    expect((await eventsOf(cluster, 'low')).map(({ message }) => message)).toContain(
      `Preempted by pod ${vip.metadata.uid} on node n1`,
    )
    expect(await placeOf(cluster, 'vip')).toBe('n1')
  })

  test('does not where its class forbids it', async () => {
    const cluster = await contended({ priorityClassName: 'polite' })

    expect((await podOf(cluster, 'low')).metadata.deletionTimestamp).toBeUndefined()
    expect(await whyNot(cluster, 'vip')).toBe(
      '0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
    )
  })

  test('nobody takes the room that was made for it', async () => {
    const cluster = await contended()
    await ask(cluster, `${PODS}/low?gracePeriodSeconds=0`, { method: 'DELETE' })
    await asking(cluster, 'thief', { cpu: '800m' }, { priorityClassName: 'low' })
    cluster.settle()

    expect([await placeOf(cluster, 'vip'), await placeOf(cluster, 'thief')]).toEqual(['n1', undefined])
  })
})

describe('whatever comes', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 25 })

  test('no node is given more than it has, and equal seeds place equally', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 4 }), async (tenths, count) => {
        const nodes = Array.from({ length: count }, (_, i) => node(`n${i}`))
        const run = async () => {
          const cluster = clusterOf(...nodes)
          for (const [i, tenth] of tenths.entries()) await asking(cluster, `p${i}`, { cpu: `${tenth * 100}m` })
          cluster.settle()
          return Promise.all(tenths.map(async (_, i) => (await podOf(cluster, `p${i}`)).spec.nodeName as string))
        }
        const places = await run()

        expect(await run()).toEqual(places)
        for (const { name } of nodes) {
          const used = tenths.reduce((sum, tenth, i) => sum + (places[i] === name ? tenth : 0), 0)
          expect(used).toBeLessThanOrEqual(40)
        }
        // Who is left over fits nowhere.
        for (const [i, place] of places.entries()) {
          if (place !== undefined) continue
          for (const { name } of nodes) {
            const used = tenths.reduce((sum, tenth, j) => sum + (places[j] === name ? tenth : 0), 0)
            expect(used + tenths[i]!).toBeGreaterThan(40)
          }
        }
      }),
      { numRuns: 30 },
    )
  })
})

test('a snapshot keeps who waits, and does not tell them again at once', async () => {
  const cluster = clusterOf(node('n1'))
  await asking(cluster, 'big', { cpu: '5' })
  cluster.settle()
  const snapshot = cluster.snapshot()

  cluster.restore(snapshot)
  cluster.settle()

  expect(await eventsOf(cluster, 'big')).toHaveLength(1)
})
