import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../src/index.ts'
import { ask, configMap, firstEvents, pod, send, TABLE } from './kit.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

async function withMaps(names: string[]): Promise<Cluster> {
  const cluster = createCluster()
  for (const name of names) {
    await send(cluster, 'POST', MAPS, {
      metadata: { name, labels: { letter: name, kind: name < 'c' ? 'early' : 'late' } },
    })
  }
  return cluster
}

describe('list', () => {
  test('carries the list kind and leaves kind and apiVersion off its items', async () => {
    const { body } = await ask(await withMaps(['a']), MAPS)

    expect(body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' })
    expect(body.items[0].kind).toBeUndefined()
  })

  test.each([
    ['letter=a', ['a']],
    ['letter in (a, c)', ['a', 'c']],
    ['letter!=a,letter', ['b', 'c']],
    ['!letter', ['kube-root-ca.crt']],
    ['kind notin (early),kind', ['c']],
  ])('selects labels by %s', async (selector, names) => {
    const cluster = await withMaps(['a', 'b', 'c'])

    const { body } = await ask(cluster, `${MAPS}?labelSelector=${encodeURIComponent(selector)}`)

    expect(body.items.map((it: any) => it.metadata.name)).toEqual(names)
  })

  test.each([
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['=', "unable to parse requirement: found '=', expected: identifier"],
  ])('refuses the label selector %j in the real words', async (selector, message) => {
    const { code, body } = await ask(createCluster(), `${MAPS}?labelSelector=${encodeURIComponent(selector)}`)

    expect([code, body.message]).toEqual([400, message])
  })

  test('selects fields, also by what they are not', async () => {
    const cluster = createCluster({
      world: { nodes: 1 },
      manifests: [pod('p'), pod('q', 'default', { status: { phase: 'Failed' } })],
    })
    const [node] = cluster.kubelets.keys()

    const here = await ask(cluster, `/api/v1/pods?fieldSelector=spec.nodeName=${node},status.phase!=Failed`)

    expect(here.body.items.map((it: any) => it.metadata.name)).toEqual(['p'])
  })

  test.each([
    ['/api/v1/pods', 'field label not supported: spec.foo'],
    [MAPS, '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"'],
  ])('refuses a field it cannot select by: %s', async (path, message) => {
    const { code, body } = await ask(createCluster(), `${path}?fieldSelector=spec.foo=bar`)

    expect([code, body.message]).toEqual([400, message])
  })

  test('comes in pages that show one moment, whatever happens in between', async () => {
    const cluster = await withMaps(['a', 'b', 'c', 'd'])

    const first = (await ask(cluster, `${MAPS}?limit=2`)).body
    await ask(cluster, `${MAPS}/c`, { method: 'DELETE' })
    await send(cluster, 'POST', MAPS, configMap('bb'))
    const second = (await ask(cluster, `${MAPS}?limit=2&continue=${first.metadata.continue}`)).body

    expect(first.items.map((it: any) => it.metadata.name)).toEqual(['a', 'b'])
    expect(first.metadata.remainingItemCount).toBe(3)
    expect(second.items.map((it: any) => it.metadata.name)).toEqual(['c', 'd'])
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
  })

  test('answers resourceVersion=0 whole, and a version from the future with 504', async () => {
    const cluster = await withMaps(['a', 'b', 'c'])

    const whole = await ask(cluster, `${MAPS}?resourceVersion=0&limit=1`)
    const future = await ask(cluster, `${MAPS}?resourceVersion=99999999`)

    expect(whole.body.items).toHaveLength(4)
    expect(future.code).toBe(504)
    expect(future.body.message).toMatch(/^Timeout: Too large resource version: 99999999, current: \d+$/)
  })
})

describe('watch', () => {
  test('that nobody reads is cut off before it fills the memory', async () => {
    const cluster = createCluster()
    const response = await cluster.fetch('https://cluster/api/v1/namespaces/default/configmaps?watch=true')
    const reader = response.body!.getReader()
    await reader.read()

    const text = 'x'.repeat(1_000_000)
    for (let i = 0; i < 20; i++) {
      await send(cluster, 'POST', '/api/v1/namespaces/default/configmaps', configMap(`big-${i}`, { text }))
    }

    let events = 0
    while (!(await reader.read()).done) events += 1
    expect(events).toBe(17)
    expect(cluster.apiLog.filter(({ verb }) => verb === 'watch')).toHaveLength(1)
  })

  test('begins at its resourceVersion and goes on with every change', async () => {
    const cluster = await withMaps(['a'])
    const { body } = await ask(cluster, MAPS)
    const url = `https://cluster${MAPS}?watch=true&resourceVersion=${body.metadata.resourceVersion}`

    const response = await cluster.fetch(new Request(url))
    await send(cluster, 'POST', MAPS, configMap('b'))
    await ask(cluster, `${MAPS}/b`, { method: 'DELETE' })

    const events = await firstEvents(response, 2)
    expect(events.map(({ type, object }) => [type, object.metadata.name])).toEqual([
      ['ADDED', 'b'],
      ['DELETED', 'b'],
    ])
    expect(events[0].object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' })
  })

  test('of a selection tells what enters it and what leaves it', async () => {
    const cluster = await withMaps(['a'])
    const { body } = await ask(cluster, MAPS)
    const url = `https://cluster${MAPS}?watch=1&labelSelector=on&resourceVersion=${body.metadata.resourceVersion}`
    const relabel = (labels: object) =>
      send(cluster, 'PATCH', `${MAPS}/a`, { metadata: { labels } }, { 'content-type': 'application/merge-patch+json' })

    const response = await cluster.fetch(new Request(url))
    await relabel({ on: 'yes' })
    await relabel({ on: 'still' })
    await relabel({ on: null })

    expect((await firstEvents(response, 3)).map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
  })

  test('streams the list first when asked to, and marks its end', async () => {
    const cluster = await withMaps(['a'])
    const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'

    const events = await firstEvents(await cluster.fetch(new Request(`https://cluster${MAPS}?${query}`)), 3)

    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'BOOKMARK'])
    expect(events[2].object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
  })

  test('sends a bookmark about every minute', async () => {
    const cluster = createCluster({ world: { nodes: 0 } })
    const { body } = await ask(cluster, MAPS)
    const url = `https://cluster${MAPS}?watch=true&allowWatchBookmarks=true&resourceVersion=${body.metadata.resourceVersion}`

    const response = await cluster.fetch(new Request(url))
    cluster.advance('2m')

    expect((await firstEvents(response, 2)).map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK'])
  })

  test('from a version the log no longer holds ends with 410 inside a 200', async () => {
    const cluster = createCluster()

    const response = await cluster.fetch(new Request(`https://cluster${MAPS}?watch=true&resourceVersion=1`))

    const [event, ...rest] = await firstEvents(response, 2)
    expect(response.status).toBe(200)
    expect(event).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
    expect(event.object.message).toMatch(/^too old resource version: 1 \(\d+\)$/)
    expect(rest).toEqual([])
  })

  test('as Tables names the columns only once', async () => {
    const cluster = await withMaps(['a', 'b'])

    const events = await firstEvents(
      await cluster.fetch(new Request(`https://cluster${MAPS}?watch=true`, { headers: TABLE })),
      3,
    )

    expect(events.map(({ object }) => object.columnDefinitions?.length ?? 0)).toEqual([3, 0, 0])
    expect(events[0].object.rows[0].cells[0]).toBe('a')
  })

  test('ends at timeoutSeconds, and is in the API log then', async () => {
    const cluster = createCluster()

    const response = await cluster.fetch(
      new Request(`https://cluster${MAPS}?watch=true&timeoutSeconds=5&resourceVersion=0`),
    )
    const before = cluster.apiLog.length
    cluster.advance('5s')
    await response.text()

    expect(before).toBe(0)
    expect(cluster.apiLog[0]).toMatchObject({ verb: 'watch', responseStatus: { code: 200 } })
  })

  test('leaves nothing behind when its client goes', async () => {
    const cluster = createCluster()
    const timers = cluster.clock.pending
    const controller = new AbortController()

    const response = await cluster.fetch(
      new Request(`https://cluster${MAPS}?watch=true&allowWatchBookmarks=true`, { signal: controller.signal }),
    )
    const opened = cluster.clock.pending
    controller.abort()

    await expect(response.text()).rejects.toThrow()
    expect(opened).toBeGreaterThan(timers)
    expect(cluster.clock.pending).toBe(timers)
  })
})
