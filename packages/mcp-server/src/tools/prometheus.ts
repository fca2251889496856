/**
 * prometheus_query and prometheus_query_range: what a Prometheus in the cluster measured, now and over time.
 *
 * It is asked through the API server's proxy to its Service, so the cluster's own RBAC (`services/proxy`) holds.
 * Source: Prometheus HTTP API v1.
 */
import { z } from 'zod'
import { KubeError, ToolError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import { kubePath, type Query } from '../kube/path.ts'
import type { PrometheusService, Services } from './services.ts'
import { defineTool, type Tool, type ToolAttributes } from './tool.ts'

const MAX_SERIES = 50
const MAX_POINTS = 120
const DEFAULT_POINTS = 30

const promQl = z.string().min(1).max(4_000).describe('PromQL')
const labels = z.record(z.string(), z.string())
const moment = z.union([z.iso.datetime({ offset: true }), z.number()])

const counts = { shown: z.int(), total: z.int() }

export function prometheusQuery({ prometheus }: Services): Tool {
  return defineTool({
    name: 'prometheus_query',
    title: 'Query Prometheus',
    description: 'Evaluate PromQL at one moment: rates of errors, latencies, saturation, alerts (ALERTS).',
    level: 'read',
    inputSchema: z.strictObject({
      query: promQl,
      time: moment.optional().describe('ISO 8601 or Unix seconds; now by default'),
    }),
    outputSchema: z.object({
      ...counts,
      type: z.string(),
      result: z.array(z.object({ metric: labels, value: z.string() })),
    }),
    rbac: [proxyRule(prometheus)],
    attributes: () => [proxyNeed(prometheus)],
    run: async ({ query, time }, { kube }) => {
      const { resultType, result } = await ask<Instant>(kube, prometheus, { endpoint: 'query', query: { query, time } })
      const rows =
        resultType === 'vector'
          ? (result as Vector).map(({ metric, value }) => ({ metric, value: value[1] }))
          : [scalar(result as Scalar)]
      const shown = rows.slice(0, MAX_SERIES)
      return {
        structuredContent: { shown: shown.length, total: rows.length, type: resultType, result: shown },
        text: [...shown.map(({ metric, value }) => `${spelled(metric)} ${value}`), counted(shown, rows)].join('\n'),
      }
    },
  })
}

export function prometheusQueryRange({ prometheus, now }: Services): Tool {
  return defineTool({
    name: 'prometheus_query_range',
    title: 'Query Prometheus over time',
    description: `Evaluate PromQL at even steps, by default ${DEFAULT_POINTS} of them in the last hour: when did it begin?`,
    level: 'read',
    inputSchema: z.strictObject({
      query: promQl,
      lastMinutes: z
        .int()
        .min(1)
        .max(60 * 24 * 90)
        .default(60),
      end: moment.optional().describe('Now by default'),
      points: z.int().min(2).max(MAX_POINTS).default(DEFAULT_POINTS),
    }),
    outputSchema: z.object({
      ...counts,
      stepSeconds: z.number(),
      start: z.string(),
      result: z.array(z.object({ metric: labels, values: z.array(z.string().nullable()) })),
    }),
    rbac: [proxyRule(prometheus)],
    attributes: () => [proxyNeed(prometheus)],
    run: async ({ query, lastMinutes, end, points }, { kube }) => {
      const endSeconds = secondsOf(end) ?? Math.floor(now().getTime() / 1000)
      const step = Math.max(1, Math.floor((lastMinutes * 60) / (points - 1)))
      const start = endSeconds - step * (points - 1)
      const range = { query, start, end: endSeconds, step }
      const { result } = await ask<{ result: Matrix }>(kube, prometheus, { endpoint: 'query_range', query: range })
      const rows = result.map(({ metric, values }) => ({ metric, values: spread(values, { start, step, points }) }))
      const shown = rows.slice(0, MAX_SERIES)
      const began = new Date(start * 1000).toISOString()
      return {
        structuredContent: { shown: shown.length, total: rows.length, stepSeconds: step, start: began, result: shown },
        text: [
          `from ${began}, a value each ${step} s`,
          ...shown.map(({ metric, values }) => `${spelled(metric)} ${values.map((value) => value ?? '-').join(' ')}`),
          counted(shown, rows),
        ].join('\n'),
      }
    },
  })
}

function proxyRule({ service, port }: PrometheusService) {
  return { verbs: ['get'], apiGroups: [''], resources: ['services/proxy'], resourceNames: [`${service}:${port}`] }
}

function proxyNeed({ namespace, service, port }: PrometheusService): ToolAttributes {
  return { verb: 'get', resource: 'services', subresource: 'proxy', namespace, name: `${service}:${port}` }
}

type Metric = Readonly<Record<string, string>>
type Sample = readonly [seconds: number, value: string]
type Vector = readonly { readonly metric: Metric; readonly value: Sample }[]
type Scalar = Sample
type Instant = { readonly resultType: string; readonly result: Vector | Scalar }
type Matrix = readonly { readonly metric: Metric; readonly values: readonly Sample[] }[]
type Answer<T> = { readonly status: 'success'; readonly data: T } | { readonly status: 'error'; readonly error: string }

async function ask<T>(
  kube: KubeClient,
  { namespace, service, port }: PrometheusService,
  { endpoint, query }: { readonly endpoint: string; readonly query: Query },
): Promise<T> {
  const proxy = kubePath`/api/v1/namespaces/${namespace}/services/${`${service}:${port}`}/proxy`
  const answer = await kube.get<Answer<T>>(`${proxy}/api/v1/${endpoint}`, { query }).catch((fault: unknown) => {
    throw explained(fault, { namespace, service, port })
  })
  if (answer.status === 'success') return answer.data
  throw new ToolError(`Prometheus: ${answer.error}`)
}

/** What Prometheus says of a bad query comes as text of an answer that is no Status. */
function explained(fault: unknown, { namespace, service, port }: PrometheusService): unknown {
  if (!(fault instanceof KubeError)) return fault
  const said = saidIn(fault.message)
  if (said !== undefined) return new ToolError(`Prometheus: ${said}`)
  return fault.code === 404 || fault.code === 503
    ? new ToolError(`no Prometheus answers at service ${namespace}/${service}:${port}: ${fault.message}`)
    : fault
}

function saidIn(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: unknown }
    return typeof error === 'string' ? error : undefined
  } catch {
    return undefined
  }
}

function scalar([, value]: Scalar): { metric: Metric; value: string } {
  return { metric: {}, value }
}

function spelled({ __name__: name = '', ...rest }: Metric): string {
  const pairs = Object.entries(rest).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return pairs.length === 0 && name !== '' ? name : `${name}{${pairs.join(', ')}}`
}

function counted(shown: readonly unknown[], all: readonly unknown[]): string {
  return all.length > shown.length
    ? `${shown.length} of ${all.length} series; aggregate with sum by (…) or topk(…)`
    : `${shown.length} of ${all.length} series`
}

function secondsOf(at: string | number | undefined): number | undefined {
  return typeof at === 'string' ? Date.parse(at) / 1000 : at
}

/** A value for each step, null where the series has none. */
function spread(
  values: readonly Sample[],
  { start, step, points }: { readonly start: number; readonly step: number; readonly points: number },
): (string | null)[] {
  const byStep = new Map(values.map(([seconds, value]) => [Math.round((seconds - start) / step), value]))
  return Array.from({ length: points }, (_, n) => byStep.get(n) ?? null)
}
