/** Rows of the audit log as spans, seen by a collector on this machine. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createJournal, memorySink } from '@mcp-lab/journal'
import { afterEach, expect, test, vi } from 'vitest'
import { openTelemetry, withTelemetry, type AuditRecord } from '../src/index.ts'
import { world } from './world.ts'

type Span = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  status: { code: number }
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: readonly { key: string; value: { stringValue?: string; intValue?: number } }[]
}

const servers: Server[] = []

afterEach(() => {
  vi.unstubAllEnvs()
  for (const server of servers.splice(0)) server.close()
})

/** An OTLP endpoint; what it was sent is read with `spans`. */
async function collector(status: number): Promise<{ url: string; bodies: string[]; spans(): Span[] }> {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    if (request.url === '/v1/traces') bodies.push(Buffer.concat(await request.toArray()).toString())
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  type Body = { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    spans: () =>
      bodies
        .flatMap((body) => (JSON.parse(body) as Body).resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans),
  }
}

function attributes(span: Span): Record<string, unknown> {
  return Object.fromEntries(span.attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]))
}

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

async function served(status = 200) {
  const { url, bodies, spans } = await collector(status)
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url)
  vi.stubEnv('OTEL_SERVICE_NAME', 'desk')
  const lost: string[] = []
  const telemetry = await openTelemetry({ onLost: (reason) => lost.push(reason) })
  const journal = createJournal<AuditRecord>({ sink: memorySink(), now: () => new Date(0) })
  const tested = world({ audit: withTelemetry(journal, telemetry) })
  return { tested, telemetry, journal, lost, bodies, spans }
}

test('each row is a span of the trace it names', async () => {
  const { tested, telemetry, journal, lost, spans } = await served()
  const client = await tested.connect()
  await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' }, _meta: { traceparent } })
  await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes', colour: 'red' } })
  await telemetry.close()

  const rows = journal.entries.map(({ record }) => record)
  const [read, refused] = spans()
  expect(spans().map(({ traceId }) => traceId)).toEqual(rows.map(({ traceId }) => traceId))
  expect(read).toMatchObject({
    name: 'tools/call kubernetes_get',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: 'b7ad6b7169203331',
    kind: 2, // a server's, as OTLP counts
    status: { code: 0 },
    startTimeUnixNano: `${Date.parse(rows[0]!.startedAt)}000000`,
  })
  expect(attributes(read!)).toMatchObject({
    'mcp.method.name': 'tools/call',
    'gen_ai.tool.name': 'kubernetes_get',
    'user.name': 'vera',
    'mcp_lab.call': rows[0]!.call,
    'mcp_lab.outcome': 'answered',
  })
  expect(refused).not.toHaveProperty('parentSpanId')
  expect(refused).toMatchObject({ status: { code: 2 } })
  expect(attributes(refused!)).toMatchObject({ 'error.type': rows[1]!.outcome })
  expect(lost).toEqual([])
})

test('a span carries the name of the service, and none of the arguments', async () => {
  const { tested, telemetry, bodies } = await served()
  await tested.call('kubernetes_get', { kind: 'nodes', namespace: 'told-to-nobody' })
  await telemetry.close()

  expect(bodies.join()).toContain('"desk"')
  expect(bodies.join()).not.toContain('told-to-nobody')
})

test('a row that could not be written is no span', async () => {
  const { telemetry, spans } = await served()
  const full = () => {
    throw new Error('no space left on device')
  }
  const journal = createJournal<AuditRecord>({ sink: { lines: [], append: full }, now: () => new Date(0) })
  await expect(
    world({ audit: withTelemetry(journal, telemetry) }).call('kubernetes_get', { kind: 'nodes' }),
  ).rejects.toThrow()
  await telemetry.close()

  expect(spans()).toEqual([])
})

test('when the collector refuses, the call is answered and the loss is told', async () => {
  const { tested, telemetry, lost } = await served(400)
  const result = await tested.call('kubernetes_get', { kind: 'nodes' })
  await telemetry.close()

  expect(result.isError ?? false).toBe(false)
  expect(lost).toHaveLength(1)
})
