/** kubernetes_get and kubernetes_logs as a client sees them. */
import { describe, expect, test } from 'vitest'
import { asked, pod, printLogs, shopCluster } from './shop.ts'
import { textOf, world } from './world.ts'

const adam = { user: 'adam', groups: [] }

describe('kubernetes_get', () => {
  test.each(['pods', 'po', 'Pod', 'pod'])('understands %s', async (kind) => {
    const result = await world().call('kubernetes_get', { kind })

    expect(result.structuredContent).toMatchObject({ resource: 'pods', shown: 2, total: 2 })
  })

  test.each(['leases', 'Lease', 'lease.coordination.k8s.io'])('finds %s in its group', async (kind) => {
    const { call } = world({ subject: adam })

    const result = await call('kubernetes_get', { kind, namespace: 'kube-node-lease' })

    const items = [{ name: 'node-1' }, { name: 'node-2' }]
    expect(result.structuredContent).toMatchObject({ resource: 'leases.coordination.k8s.io', items })
  })

  test('answers kubectl’s columns by default', async () => {
    const result = await world().call('kubernetes_get', { kind: 'pods', labelSelector: 'app=web' })

    const row = { namespace: 'shop', name: 'web', ready: '1/1', status: 'Running', restarts: '0', age: '60m' }
    expect(result.structuredContent).toMatchObject({ shown: 1, items: [row] })
    expect(textOf(result)).toContain(
      [
        'NAMESPACE  NAME  READY  STATUS   RESTARTS  AGE',
        'shop       web   1/1    Running  0         60m',
        '1 of 1 pods',
      ].join('\n'),
    )
  })

  test('gives whole objects, with their kind and without managedFields, when asked', async () => {
    const result = await world().call('kubernetes_get', { kind: 'node', name: 'node-1', output: 'full' })

    expect(result.structuredContent).toMatchObject({
      items: [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } }],
    })
    expect(JSON.stringify(result)).not.toContain('managedFields')
  })

  test('says n of m when it cuts a list', async () => {
    const { call } = world({ cluster: shopCluster(['a', 'b', 'c'].map(pod)) })

    const result = await call('kubernetes_get', { kind: 'pods', limit: 2 })

    expect(result.structuredContent).toMatchObject({ shown: 2, total: 5 })
    expect(textOf(result)).toContain('2 of 5 pods; narrow it with namespace, labelSelector or fieldSelector')
  })

  test('says which kinds sound alike', async () => {
    const result = await world().call('kubernetes_get', { kind: 'Nodde' })

    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain('doesn\'t have a resource type "Nodde"; did you mean nodes?')
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
    const { call, cluster } = world({ subject: adam })

    await call('kubernetes_get', { kind: 'lease' })
    const once = asked(cluster).length
    await call('kubernetes_get', { kind: 'lease' })

    expect(asked(cluster).slice(once)).toEqual(['/apis/coordination.k8s.io/v1/leases?limit=50'])
  })
})

describe('kubernetes_logs', () => {
  const web = { pod: 'web', namespace: 'shop' }

  test('asks for the last hundred lines, of the run before if told so', async () => {
    const { call, cluster } = world()

    const result = await call('kubernetes_logs', { ...web, previous: true, container: 'main', sinceSeconds: 60 })

    expect(textOf(result)).toContain('previous terminated container "main" in pod "web" not found')
    expect(asked(cluster)).toEqual([
      '/api/v1/namespaces/shop/pods/web/log?container=main&previous=true&sinceSeconds=60&tailLines=100&limitBytes=8388608',
    ])
  })

  test('greps for plain text, and says how much it searched', async () => {
    const lines = ['GET /a 200', 'GET /b 500', 'GET /c 200', 'GET /d 500']
    const { connect, cluster } = world()
    const client = await connect()
    await printLogs(cluster, { web: lines })

    const result = await client.callTool({ name: 'kubernetes_logs', arguments: { ...web, grep: ' 500', tailLines: 1 } })

    expect(result.structuredContent).toMatchObject({ log: 'GET /d 500', lines: 1, matched: 2, searched: 4 })
    expect(textOf(result)).toContain('[the last 1 of 2 matching lines]\nGET /d 500')
  })

  test('takes no pattern for grep', async () => {
    const { call } = world({ subject: adam })

    const result = await call('kubernetes_logs', { ...web, grep: '.*' })

    expect(textOf(result)).toContain('no line contains the text; 3 lines searched')
  })
})
