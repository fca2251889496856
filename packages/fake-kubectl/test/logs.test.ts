import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../src/index.ts'
import { ask, pod } from './kit.ts'

const START = '2026-03-01T10:00:00Z'

/** One pod that prints a line every ten seconds, since an hour and some minutes ago. */
function printing(stage = 'running'): Cluster {
  const log = { everyMs: 10_000, lines: ['line {n}'] }
  const app = { name: 'app', namespace: 'lab', image: 'registry.example/app:1', stage, age: '1h', log }
  return createCluster({ world: { nodes: 1, apps: [app] }, startAt: START })
}

async function logPath(cluster: Cluster): Promise<string> {
  const { body } = await ask(cluster, '/api/v1/namespaces/lab/pods')
  return `/api/v1/namespaces/lab/pods/${body.items[0].metadata.name}/log`
}

async function logOf(cluster: Cluster, query: string) {
  return ask(cluster, `${await logPath(cluster)}?${query}`)
}

describe('log', () => {
  test('holds what the container has printed until now', async () => {
    const cluster = printing()

    const before = (await logOf(cluster, '')).text.split('\n').length
    cluster.advance('1m')
    const after = (await logOf(cluster, '')).text.split('\n').length

    expect(after - before).toBe(6)
  })

  test('ends with the last lines, tailLines many', async () => {
    const cluster = printing()

    const whole = (await logOf(cluster, '')).text
    const tail = (await logOf(cluster, 'tailLines=2')).text

    expect(tail.split('\n')).toHaveLength(3)
    expect(whole.endsWith(tail)).toBe(true)
    expect((await logOf(cluster, 'tailLines=0')).text).toBe('')
  })

  test('begins sinceSeconds ago, and cuts at limitBytes', async () => {
    const cluster = printing()

    expect((await logOf(cluster, 'sinceSeconds=60')).text.trim().split('\n')).toHaveLength(6)
    expect((await logOf(cluster, 'limitBytes=5')).text).toBe('line ')
  })

  test('puts the virtual time before each line when asked to', async () => {
    const { text } = await logOf(printing(), 'timestamps=true&tailLines=1')

    expect(text).toMatch(/^2026-03-01T09:59:5\d\.\d{9}Z line \d+\n$/)
  })

  test('of the run before this one is there after a crash only', async () => {
    const crashed = await logOf(printing('crash-loop'), 'previous=true')
    const fresh = await logOf(printing(), 'previous=true')

    expect(crashed.text).toBe('line 1\n')
    expect(fresh.code).toBe(400)
    expect(fresh.body.message).toMatch(/^previous terminated container "app" in pod "app-.*" not found$/)
  })

  test('follows a container line by line in virtual time', async () => {
    const cluster = printing()
    const controller = new AbortController()
    const url = `https://cluster${await logPath(cluster)}?follow=true&tailLines=1`

    const response = await cluster.fetch(new Request(url, { signal: controller.signal }))
    cluster.advance('20s')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    const chunks = [await reader.read(), await reader.read(), await reader.read()].map(({ value }) => value)
    controller.abort()

    const numbers = chunks.map((chunk) => Number(/line (\d+)/.exec(chunk!)![1]))
    expect(numbers).toEqual([numbers[0], numbers[0]! + 1, numbers[0]! + 2])
  })

  test('of a container that has ended is followed to its end', async () => {
    const { text, code } = await logOf(printing('completed'), 'follow=true')

    expect([code, text]).toEqual([200, 'line 1\nline 2\nline 3\nline 4\n'])
  })

  test('of a container that waits says for what', async () => {
    const { code, body } = await logOf(printing('image-pull-backoff'), '')

    expect(code).toBe(400)
    expect(body.message).toMatch(
      /^container "app" in pod "app-.*" is waiting to start: trying and failing to pull image$/,
    )
  })

  test('asks for a container when there are several, and refuses one that is not there', async () => {
    const containers = ['a', 'b'].map((name) => ({ name, image: 'registry.example/x:1' }))
    const cluster = createCluster({ manifests: [pod('two', 'default', { spec: { containers } })] })
    const path = '/api/v1/namespaces/default/pods/two/log'

    const several = await ask(cluster, path)
    const absent = await ask(cluster, `${path}?container=zz`)

    expect([several.code, several.body.message]).toEqual([
      400,
      'a container name must be specified for pod two, choose one of: [a b]',
    ])
    expect([absent.code, absent.body.message]).toEqual([400, 'container zz is not valid for pod two'])
  })

  test('of the only container beside init containers needs no name', async () => {
    const [image, name] = ['registry.example/x:1', 'app']
    const spec = { containers: [{ name, image }], initContainers: [{ name: 'init', image }] }
    const cluster = createCluster({ manifests: [pod('one', 'default', { spec })] })

    const { code } = await ask(cluster, '/api/v1/namespaces/default/pods/one/log')

    expect(code).toBe(200)
  })

  test('that is followed ends with its pod', async () => {
    const cluster = printing()
    const path = await logPath(cluster)
    const response = await cluster.fetch(`https://cluster${path}?follow=true&tailLines=1`)

    await cluster.fetch(`https://cluster${path.replace(/\/log$/, '')}`, { method: 'DELETE' })
    cluster.advance('1m')

    expect(await response.text()).toMatch(/^line \d+\n/)
  })

  test('behind a kubelet that is down is 500 with the words of the dialler', async () => {
    const cluster = printing()
    for (const kubelet of cluster.kubelets.values()) kubelet.state = 'down'

    const { code, body } = await logOf(cluster, '')

    expect(code).toBe(500)
    expect(body.message).toMatch(
      /^Get "https:\/\/10\.20\.0\.1:10250\/containerLogs\/lab\/app-.*\/app": dial tcp 10\.20\.0\.1:10250: connect: connection refused$/,
    )
  })

  test.each([
    ['tailLines=-1', 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
    ['sinceSeconds=0', 'sinceSeconds: Invalid value: 0: must be greater than 0'],
  ])('refuses %s', async (query, message) => {
    const { code, body } = await logOf(printing(), query)

    expect(code).toBe(422)
    expect(body.message).toContain(message)
  })
})
