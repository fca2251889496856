/** A cluster that never answers costs one call, not the server. */
import { expect, test } from 'vitest'
import { shopCluster } from './shop.ts'
import { PATHS, gate, world, type World } from './world.ts'

const LOG = { name: 'kubernetes_logs', arguments: { pod: 'web', namespace: 'shop' } }

test('the deadline ends a call that the cluster never answers', async () => {
  const { hanging, asked } = hangingWorld({ deadlineMs: 10_000 })
  const call = hanging.call(LOG.name, LOG.arguments)
  await asked

  hanging.cluster.advance('10s')

  const result = await call
  expect(result.isError).toBe(true)
  expect(JSON.stringify(result.content)).toContain('kubernetes_logs: no answer within 10 s')
  expect(hanging.audit).toMatchObject([{ outcome: 'failed', latencyMs: 10_000 }])
})

test('a request has a deadline of its own, inside the call’s', async () => {
  const { hanging, asked } = hangingWorld({ deadlineMs: 60_000 })
  const call = hanging.call(LOG.name, LOG.arguments)
  await asked

  hanging.cluster.advance('15s')

  expect(JSON.stringify((await call).content)).toContain('web/log: no answer within 15 s')
})

test('a cluster that does not even hear an abort cannot hold a call', async () => {
  const cluster = shopCluster()
  const asked = gate()
  const fetch = () => {
    asked.open()
    return new Promise<Response>(() => {})
  }
  const deaf = world({ cluster, kube: { fetch } })
  const call = deaf.call(LOG.name, LOG.arguments)
  await asked.opened

  cluster.advance('1m')

  expect((await call).isError).toBe(true)
})

test.each(PATHS)('ping and list answer over $transport ($era) while a call hangs', async (path) => {
  const { hanging, asked } = hangingWorld()
  const client = await hanging.connect(path)
  const call = client.callTool(LOG)
  await asked

  const { tools } = await client.listTools()
  if (path.era === 'legacy') await client.ping()

  expect(tools).toHaveLength(2)
  hanging.cluster.advance('1m')
  expect((await call).isError).toBe(true)
})

// The 2025 era over stateless HTTP has no channel that tells the server.
const CANCELLABLE = PATHS.filter(({ transport, era }) => transport === 'stdio' || era === 'modern')

test.each(CANCELLABLE)('cancelling over $transport ($era) aborts the request to the cluster', async (path) => {
  const { hanging, asked, aborted } = hangingWorld()
  const client = await hanging.connect(path)
  const cancel = new AbortController()
  const call = client.callTool(LOG, { signal: cancel.signal }).catch(() => 'cancelled')
  await asked

  cancel.abort()

  expect(await call).toBe('cancelled')
  await aborted
  await expect.poll(() => hanging.audit).toMatchObject([{ outcome: 'cancelled' }])
})

test('closing the server ends what hangs', async () => {
  const { hanging, asked, aborted } = hangingWorld()
  const call = hanging.call(LOG.name, LOG.arguments).catch(() => 'closed')
  await asked

  await hanging.mcp.close()

  await aborted
  await call
  expect(hanging.audit).toMatchObject([{ outcome: 'cancelled' }])
})

test('one subject cannot take all the places', async () => {
  const { hanging, asked } = hangingWorld({ concurrency: 1 })
  const first = hanging.call(LOG.name, LOG.arguments)
  await asked

  const second = await hanging.call('kubernetes_get', { kind: 'nodes' })

  expect(second.isError).toBe(true)
  expect(JSON.stringify(second.content)).toContain('too many calls at once: 1 of yours')
  hanging.cluster.advance('1m')
  await first
  expect((await hanging.call('kubernetes_get', { kind: 'nodes' })).isError).toBeUndefined()
})

test('a call takes its place before its tool asks the cluster anything, discovery included', async () => {
  const asked = gate()
  let requests = 0
  const fetch = () => {
    requests += 1
    asked.open()
    return new Promise<Response>(() => {})
  }
  const deaf = world({ kube: { fetch }, limits: { concurrency: 1 } })
  const first = deaf.call('kubernetes_get', { kind: 'nodes' })
  await asked.opened

  const second = await deaf.call('kubernetes_get', { kind: 'nodes' })

  expect(JSON.stringify(second.content)).toContain('too many calls at once: 1 of yours')
  expect(requests).toBe(1)
  deaf.cluster.advance('1m')
  await first
})

test('an identity that is never told costs one call, not the server', async () => {
  const asked = gate()
  const identify = () => {
    asked.open()
    return new Promise<never>(() => {})
  }
  const tested = world({ identify })
  const call = tested.call('kubernetes_get', { kind: 'nodes' }).catch(({ message }) => message)
  await asked.opened

  tested.cluster.advance('1m')

  expect(await call).toContain('nobody vouches for the caller')
  expect(tested.audit).toMatchObject([{ outcome: 'unauthenticated', subject: null }])
})

/** Logs are asked for and come a day later; `asked` and `aborted` tell when the cluster saw the one and the other. */
function hangingWorld(limits = {}): { hanging: World; asked: Promise<void>; aborted: Promise<void> } {
  const asked = gate()
  const aborted = gate()
  const cluster = shopCluster()
  cluster.faults.push({ when: { subresource: 'log' }, effect: { kind: 'delay', delayMs: 86_400_000 } })
  const fetch = (request: Request): Promise<Response> => {
    if (!request.url.includes('/log')) return cluster.fetch(request)
    request.signal.addEventListener('abort', aborted.open)
    asked.open()
    return cluster.fetch(request)
  }
  return { hanging: world({ cluster, kube: { fetch }, limits }), asked: asked.opened, aborted: aborted.opened }
}
