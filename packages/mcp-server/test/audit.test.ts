/** One record for each attempt, whatever became of it. */
import { verify } from '@mcp-lab/journal'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineTool, ToolError } from '../src/index.ts'
import { deployment, shopCluster } from './shop.ts'
import { PATHS, reader, scale, world, type World } from './world.ts'

const adam = { user: 'adam', groups: [] }

const broken = defineTool({
  ...reader,
  name: 'test_broken',
  inputSchema: z.strictObject({ how: z.string() }),
  outputSchema: z.object({}),
  attributes: () => [],
  run: async ({ how }) => {
    throw how === 'tool' ? new ToolError('try another node') : new TypeError('cannot read properties of undefined')
  },
})

test('records how each attempt ended', async () => {
  const tested = world({ subject: adam, tools: [scale, broken], cluster: shopCluster([deployment('api')]) })
  const { call, journal } = tested

  await call('kubernetes_get', { kind: 'nodes' })
  await call('kubernetes_get', { kind: 'nodes', colour: 'red' })
  await call('kubernetes_logs', { pod: 'gone', namespace: 'shop' })
  await call('test_scale', { replicas: 0 })
  await call('test_broken', { how: 'tool' })
  await call('test_broken', { how: 'fault' })
  await call('no_such_tool').catch(() => {})

  expect(tested.audit.map(({ outcome }) => outcome)).toEqual([
    'answered',
    'malformed',
    'failed',
    'approval-required',
    'failed',
    'fault',
    'unknown',
  ])
  expect(verify(journal.entries.map((entry) => JSON.stringify(entry)))).toMatchObject({ kind: 'intact' })
})

test('says who asked for what, which binding decided, and how long it took', async () => {
  const tested = world()

  await tested.call('kubernetes_get', { kind: 'nodes', name: 'node-1' })

  expect(tested.audit).toEqual([
    {
      call: expect.stringMatching(/^[0-9a-f]{8}$/),
      startedAt: '2026-01-15T09:00:00.000Z',
      subject: { user: 'vera', groups: ['viewers'] },
      method: 'tools/call',
      tool: 'kubernetes_get',
      argumentsDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      arguments: { kind: 'nodes', name: 'node-1' },
      asked: [{ verb: 'get', apiGroup: '', resource: 'nodes', name: 'node-1' }],
      decision: { verdict: 'allow', reason: expect.any(String), binding: 'ClusterRoleBinding "viewers"' },
      outcome: 'answered',
      redactions: 0,
      injections: 0,
      latencyMs: 0,
      revision: '2026-07-28',
      transport: 'http',
    },
  ])
})

test('equal arguments have equal digests, in whatever order they came', async () => {
  const tested = world()

  await tested.call('kubernetes_logs', { pod: 'web', namespace: 'shop' })
  await tested.call('kubernetes_logs', { namespace: 'shop', pod: 'web' })
  await tested.call('kubernetes_logs', { namespace: 'shop', pod: 'job' })

  const [first, second, third] = tested.audit.map(({ argumentsDigest }) => argumentsDigest)
  expect(second).toBe(first)
  expect(third).not.toBe(first)
})

test.each(PATHS)('a misshapen call over $transport ($era) is recorded too, once', async (path) => {
  const tested = world()
  const client = await tested.connect(path)

  const refusals = [{ name: 'kubernetes_get', arguments: 'all' }, { arguments: {} }, { name: 7 }].map((params) =>
    client.request({ method: 'tools/call', params } as never).catch(({ code }) => code),
  )

  expect(await Promise.all(refusals)).toEqual([-32602, -32602, -32602])
  expect(tested.audit.map(({ tool, outcome }) => [tool, outcome])).toEqual([
    ['kubernetes_get', 'malformed'],
    ['', 'malformed'],
    ['7', 'malformed'],
  ])
})

test.each([
  ['arguments', `{"name":"kubernetes_get","arguments":{"kind":${nested(100_000)}}}`, 'kubernetes_get'],
  ['a name', `{"name":${nested(100_000)}}`, ''],
])('%s nested too deep to be walked are recorded and refused', async (_what, params, tool) => {
  const tested = world()

  const answer = await post(tested, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`)

  expect(answer).toContain('"code":-32602')
  expect(answer).toContain('nested deeper than 64 levels')
  expect(tested.audit).toMatchObject([{ tool, outcome: 'malformed' }])
})

test('an answer without a record never leaves', async () => {
  const tested = world()
  const full = {
    ...tested.journal,
    append: () => {
      throw new Error('ENOSPC: /var/log/audit.jsonl')
    },
  }
  const { call, faults } = world({ audit: full })

  const refused = await call('kubernetes_get', { kind: 'nodes' }).catch(({ message }) => message)

  expect(refused).toMatch(/^internal error \([0-9a-f]{8}\)$/)
  expect(faults).toHaveLength(1)
})

test('huge arguments are kept as a digest only', async () => {
  const tested = world()

  await tested.call('kubernetes_get', { kind: 'x'.repeat(100_000) })

  expect(tested.audit[0]?.arguments).toBe('<100011 characters, kept as digest only>')
})

test('a secret in an argument stands nowhere in the record, not even in what was asked and why it was refused', async () => {
  const key = `AKIA${'ABCD2345'.repeat(2)}`
  const tested = world()

  await tested.call('kubernetes_get', { kind: 'pods', namespace: 'shop', name: key })
  await tested.call('kubernetes_get', { kind: 'secrets', namespace: 'shop', name: key })

  expect(tested.audit.map(({ outcome }) => outcome)).toEqual(['failed', 'denied'])
  expect(tested.audit[1]?.asked).toMatchObject([{ verb: 'get', resource: 'secrets', namespace: 'shop' }])
  expect(JSON.stringify(tested.audit)).not.toContain(key)
})

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels)
}

/** As text: JSON.stringify cannot write what is nested so deep. */
async function post({ mcp }: World, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const answer = await mcp.fetch(new Request('http://mcp.invalid/mcp', { method: 'POST', body, headers }))
  return answer.text()
}

test('carries the trace of its caller', async () => {
  const tested = world()
  const client = await tested.connect()
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

  // W3C Trace Context §3.2.2: an id of zeros is none.
  const ids = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']
  const zeros = ids.map((id) => traceparent.replace(id, '0'.repeat(id.length)))
  for (const sent of [traceparent, 'nonsense', ...zeros]) {
    await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' }, _meta: { traceparent: sent } })
  }

  const [first, ...others] = tested.audit
  expect(first).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' })
  expect(others).toHaveLength(3)
  for (const other of others) {
    expect(other.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/)
    expect(other).not.toHaveProperty('parentSpanId')
  }
})
