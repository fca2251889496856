/** kubernetes_get and kubernetes_logs as a client sees them. */
import { describe, expect, test } from 'vitest'
import { kubernetes } from './kubernetes.ts'
import { textOf, world } from './world.ts'

const adam = { user: 'adam', groups: [] }

describe('kubernetes_get', () => {
  test.each(['pods', 'po', 'Pod', 'pod'])('understands %s', async (kind) => {
    const result = await world().call('kubernetes_get', { kind })

    expect(result.structuredContent).toMatchObject({ resource: 'pods', shown: 3, total: 3 })
  })

  test.each(['deployments', 'deploy', 'Deployment.apps'])('finds %s in its group', async (kind) => {
    const result = await world().call('kubernetes_get', { kind, namespace: 'shop' })

    expect(result.structuredContent).toMatchObject({ resource: 'deployments.apps', items: [{ name: 'web' }] })
  })

  test('answers small rows by default', async () => {
    const result = await world().call('kubernetes_get', { kind: 'pods' })

    expect(result.structuredContent).toMatchObject({
      items: [{ namespace: 'shop', name: 'web', phase: 'Running' }, {}, {}],
    })
    expect(textOf(result)).toContain('NAMESPACE  NAME  PHASE\nshop       web   Running\n')
  })

  test('asks the API for kubectl’s columns', async () => {
    const { call, cluster } = world()

    await call('kubernetes_get', { kind: 'pods', labelSelector: 'app=web' })

    expect(cluster.asked.at(-1)).toBe('/api/v1/pods?labelSelector=app%3Dweb&limit=50')
    expect(cluster.requests.at(-1)?.headers.get('accept')).toMatch(/^application\/json;as=Table/)
  })

  test('gives whole objects, with their kind and without managedFields, when asked', async () => {
    const result = await world().call('kubernetes_get', { kind: 'node', name: 'node-1', output: 'full' })

    expect(result.structuredContent).toMatchObject({
      items: [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } }],
    })
    expect(JSON.stringify(result)).not.toContain('managedFields')
  })

  test('says n of m when it cuts a list', async () => {
    const pods = Array.from({ length: 12 }, (_, n) => ({ metadata: { name: `pod-${n}` } }))
    const { call } = world({ kube: { fetch: kubernetes({ pods }).fetch } })

    const result = await call('kubernetes_get', { kind: 'pods', limit: 5 })

    expect(result.structuredContent).toMatchObject({ shown: 5, total: 12 })
    expect(textOf(result)).toContain('5 of 12 pods; narrow it with namespace, labelSelector or fieldSelector')
  })

  test('says which kinds sound alike', async () => {
    const result = await world().call('kubernetes_get', { kind: 'Deploymnt' })

    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain('doesn\'t have a resource type "Deploymnt"; did you mean deployments.apps?')
  })

  test('asks for the namespace of what lives in one', async () => {
    const result = await world().call('kubernetes_get', { kind: 'pod', name: 'web' })

    expect(textOf(result)).toContain('arguments.namespace: expected a namespace, as a Pod lives in one')
  })

  test('cuts a long text and marks the cut', async () => {
    const { call } = world({ limits: { textLength: 100 } })

    const result = await call('kubernetes_get', { kind: 'pods', output: 'full' })

    expect(textOf(result)).toMatch(/\[truncated: \d+ of \d+ characters shown; ask for less, or with a filter\]/)
  })

  test('refuses a result too large to cut honestly', async () => {
    const { call } = world({ limits: { structuredLength: 100 } })

    const result = await call('kubernetes_get', { kind: 'pods' })

    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain('the result is too large')
  })

  test('remembers the discovery', async () => {
    const { call, cluster } = world()

    await call('kubernetes_get', { kind: 'deploy' })
    await call('kubernetes_get', { kind: 'deploy' })

    expect(cluster.asked.filter((path) => !path.includes('deployments'))).toEqual(['/api/v1', '/apis', '/apis/apps/v1'])
  })
})

describe('kubernetes_logs', () => {
  const pod = (lines: string[]) => ({ pods: [{ metadata: { name: 'web', namespace: 'shop' }, log: lines.join('\n') }] })
  const web = { pod: 'web', namespace: 'shop' }

  test('asks for the last hundred lines, of the run before if told so', async () => {
    const { call, cluster } = world()

    await call('kubernetes_logs', { ...web, previous: true, container: 'main', sinceSeconds: 60 })

    expect(cluster.asked).toEqual([
      '/api/v1/namespaces/shop/pods/web/log?container=main&previous=true&sinceSeconds=60&tailLines=100&limitBytes=8388608',
    ])
  })

  test('greps for plain text, and says how much it searched', async () => {
    const lines = ['GET /a 200', 'GET /b 500', 'GET /c 200', 'GET /d 500']
    const { call } = world({ kube: { fetch: kubernetes(pod(lines)).fetch } })

    const result = await call('kubernetes_logs', { ...web, grep: ' 500', tailLines: 1 })

    expect(result.structuredContent).toMatchObject({ log: 'GET /d 500', lines: 1, matched: 2, searched: 4 })
    expect(textOf(result)).toContain('[the last 1 of 2 matching lines]\nGET /d 500')
  })

  test('takes no pattern for grep', async () => {
    const { call } = world({ subject: adam })

    const result = await call('kubernetes_logs', { ...web, grep: '.*' })

    expect(textOf(result)).toContain('no line contains the text; 3 lines searched')
  })
})
