import { describe, expect, test } from 'vitest'
import { createCluster, drive, loadWorld, type Fault } from '../src/index.ts'
import { ask, configMap, firstEvents, send } from './kit.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const bob = { authorization: 'Bearer bob-token', 'user-agent': 'kubectl/v1.36.3 (linux/amd64)' }

function clusterWith(...faults: Fault[]) {
  const cluster = createCluster({ tokens: { 'bob-token': { user: 'bob', groups: ['system:masters'] } } })
  cluster.faults.push(...faults)
  return cluster
}

const DOWN: Fault['effect'] = { kind: 'error', code: 503, reason: 'ServiceUnavailable', message: 'down' }

describe('a fault meets', () => {
  test.each<[Fault['when'], number, number]>([
    [{ user: 'bob' }, 503, 200],
    [{ userAgent: 'kubectl/' }, 503, 200],
    [{ apiGroup: '', resource: 'configmaps', namespace: 'default' }, 503, 503],
    [{ verb: 'watch' }, 200, 200],
    [{}, 503, 503],
  ])('%j', async (when, asBob, asAdmin) => {
    const cluster = clusterWith({ when, effect: DOWN })

    const codes = [await ask(cluster, MAPS, { headers: bob }), await ask(cluster, MAPS)].map(({ code }) => code)

    expect(codes).toEqual([asBob, asAdmin])
  })

  test('whoever is acted for', async () => {
    const cluster = clusterWith({ when: { user: 'eve' }, effect: DOWN })

    const { code } = await ask(cluster, '/version', { headers: { 'impersonate-user': 'eve' } })

    expect(code).toBe(503)
  })

  test('some of the requests, the same ones for the same seed', async () => {
    const codes = async (seed: number) => {
      const cluster = createCluster({ seed })
      cluster.faults.push({ when: {}, effect: DOWN, probability: 0.5 })
      const answers = []
      for (let n = 0; n < 40; n++) answers.push((await ask(cluster, '/version')).code)
      return answers.join()
    }

    expect(await codes(1)).toBe(await codes(1))
    expect(await codes(1)).not.toBe(await codes(2))
    expect(new Set((await codes(1)).split(','))).toEqual(new Set(['200', '503']))
  })
})

test('a busy server says when to come again', async () => {
  const cluster = clusterWith({ when: { verb: 'list' }, effect: { kind: 'busy', retryAfterSeconds: 2 }, times: 1 })

  const busy = await ask(cluster, MAPS)

  expect([busy.code, busy.headers.get('retry-after'), busy.body.reason, busy.body.message]).toEqual([
    429,
    '2',
    'TooManyRequests',
    'Too many requests, please try again later.',
  ])
  expect((await ask(cluster, MAPS)).code).toBe(200)
})

describe('a watch that is cut short', () => {
  const watch = (how: 'cut' | 'expired') => ({
    when: { verb: 'watch' },
    effect: { kind: 'truncate', afterEvents: 2, how } as const,
  })

  test('breaks off after so many events, and leaves no watcher', async () => {
    const cluster = clusterWith(watch('cut'))
    const idle = cluster.clock.pending
    const response = await cluster.fetch(new Request(`https://cluster${MAPS}?watch=true&resourceVersion=0`))
    for (const name of ['a', 'b', 'c']) await send(cluster, 'POST', MAPS, configMap(name))

    await expect(response.text()).rejects.toThrow('terminated')
    cluster.settle()
    expect(cluster.clock.pending).toBe(idle)
  })

  test('is told that its version has expired, and ends', async () => {
    const cluster = clusterWith(watch('expired'))
    const response = await cluster.fetch(new Request(`https://cluster${MAPS}?watch=true&resourceVersion=0`))
    await send(cluster, 'POST', MAPS, configMap('a'))

    const events = await firstEvents(response, 9)

    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'ERROR'])
    expect(events.at(-1).object).toMatchObject({ kind: 'Status', code: 410, reason: 'Expired' })
  })
})

test('a slow log comes at its bytes a virtual second, and whoever leaves takes it along', async () => {
  const cluster = createCluster({ world: loadWorld('disk-pressure') })
  const { body } = await ask(cluster, '/api/v1/namespaces/shop/pods')
  const path = `/api/v1/namespaces/shop/pods/${body.items[0].metadata.name}/log?limitBytes=500`
  const fast = await ask(cluster, path)
  cluster.faults.push({ when: { subresource: 'log' }, effect: { kind: 'slow', bytesPerSecond: 100 } })
  const startMs = cluster.clock.now()

  const slow = await drive(cluster, ask(cluster, path))
  const tookMs = cluster.clock.now() - startMs
  const idle = cluster.clock.pending
  const leaving = new AbortController()
  const left = await cluster.fetch(new Request(`https://cluster${path}`, { signal: leaving.signal }))
  leaving.abort()

  expect(slow.text).toBe(fast.text)
  expect(tookMs).toBe(fast.text.length * 10)
  await expect(left.text()).rejects.toThrow()
  expect(cluster.clock.pending).toBe(idle)
})
