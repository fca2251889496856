/**
 * The story of the design, told through the MCP server alone: the API answers 500 since a deployment two hours ago. Whoever
 * holds the tools finds it, is held back, is let through by a person, and sees it heal.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { APPROVERS, OPERATORS, type Testbed } from '../src/index.ts'
import { createTestbed } from '../src/testbed.ts'

let bed: Testbed

beforeAll(async () => {
  bed = await createTestbed({
    scenario: 'oom-after-deploy',
    subject: { user: 'ada', groups: [OPERATORS], actor: 'agent:sre' },
  })
})
afterAll(() => bed.close())

async function ask(name: string, args: Record<string, unknown> = {}) {
  const result = await bed.client.callTool({ name, arguments: args })
  const text = result.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
  return { ...result, text, content: result.structuredContent as Content }
}

const api = { namespace: 'production', name: 'api' }
const errors = { query: 'sum(rate(http_requests_total{job="api", namespace="production", code="500"}[5m]))' }

test('is found, held back, let through by a person, and seen to heal', async () => {
  const pods = await ask('kubernetes_get', { kind: 'pods', namespace: 'production' })
  const broken = pods.content.items.find(({ status }) => status === 'CrashLoopBackOff')?.['name'] ?? ''
  expect(pods.text.match(/api-\S+ +0\/1 +CrashLoopBackOff/g)?.length).toBeGreaterThanOrEqual(3)

  const described = await ask('kubernetes_describe', { kind: 'pod', namespace: 'production', name: broken })
  expect(described.text).toContain('reason: OOMKilled')

  const history = await ask('kubernetes_rollout_history', api)
  expect(history.text).toMatch(/\n1 .*\n2 \(current\) /)

  expect(await errorRate()).toBeGreaterThan(1)
  const range = await ask('prometheus_query_range', { ...errors, lastMinutes: 240, points: 9 })
  const [before, ...after] = (range.content.result[0]?.values ?? []).map(Number)
  expect(before).toBe(0)
  expect(after.at(-1)).toBeGreaterThan(1)

  const undo = { ...api, action: 'undo' }
  const refused = await ask('kubernetes_rollout', undo)
  expect(refused.text).toMatch(/^approval_required/)
  expect(refused.text).toContain('roll back to revision 1: deployment production/api')

  const ada = { user: 'ada', groups: [APPROVERS] }
  const [waiting] = bed.mcp.approvals.list(ada)
  bed.mcp.approvals.decide(ada, waiting!.id, 'accepted')
  expect((await ask('kubernetes_rollout', undo)).content).toMatchObject({ done: true })

  const status = await ask('kubernetes_rollout_status', { ...api, waitSeconds: 25 })
  bed.cluster.advance('10m')
  expect(status.text).toMatch(/deployment "api"/)
  expect((await ask('kubernetes_rollout_status', api)).text).toContain('deployment "api" successfully rolled out')
  expect(await errorRate()).toBe(0)

  const rows = bed.audit.entries.map(({ record }) => record)
  expect(rows.filter(({ change }) => change !== undefined)).toMatchObject([
    { tool: 'kubernetes_rollout', subject: { user: 'ada', actor: 'agent:sre' }, approval: { by: 'ada' } },
  ])
})

async function errorRate(): Promise<number> {
  const { content } = await ask('prometheus_query', errors)
  return Number(content.result[0]?.value ?? 0)
}

type Content = {
  readonly items: readonly Readonly<Record<string, string>>[]
  readonly result: readonly { readonly value: string; readonly values: readonly string[] }[]
}
