/**
 * Prometheus' HTTP API. Its times are those of the client's clock.
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/
 */
import { ExecutionError } from '../engine/value.ts'
import { Query, type EngineOptions } from '../engine/query.ts'
import type { Expr } from '../promql/ast.ts'
import { typeOf } from '../promql/check.ts'
import { ParseError } from '../promql/ast.ts'
import { parse } from '../promql/parse.ts'
import type { Rules } from '../rules/rules.ts'
import type { Scraper } from '../scraper.ts'
import { queryCostMs } from './cost.ts'
import { matrixJson, Moments, valueJson } from './format.ts'
import { infosOf } from './infos.ts'
import { labelNames, labelValues, seriesJson } from './label-queries.ts'
import { ApiFault, badData, Parameters } from './parameters.ts'
import { alertsJson, rulesJson } from './rule-queries.ts'
import { metadataJson, targetsJson } from './target-queries.ts'

export type ApiContext = {
  readonly now: () => number
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined
  readonly shownOffsetMs: () => number
  readonly engine: EngineOptions
  readonly rules: Rules
  readonly scraper: Scraper
}

export type Call = ApiContext & {
  readonly parameters: Parameters
  readonly moments: Moments
  readonly signal: AbortSignal
}

type Answer = { readonly data: unknown; readonly infos?: readonly string[] }
type Handler = (call: Call, path: string) => Answer | Promise<Answer>

const MOST_POINTS = 11_000
const VERSION = '3.5.0'

const ROUTES: readonly (readonly [RegExp, Handler])[] = [
  [/^query$/, instantQuery],
  [/^query_range$/, rangeQuery],
  [/^series$/, (call) => ({ data: seriesJson(call) })],
  [/^labels$/, (call) => ({ data: labelNames(call) })],
  [/^label\/([^/]+)\/values$/, (call, name) => ({ data: labelValues(call, name) })],
  [/^rules$/, (call) => ({ data: rulesJson(call) })],
  [/^alerts$/, (call) => ({ data: alertsJson(call) })],
  [/^targets$/, (call) => ({ data: targetsJson(call) })],
  [/^metadata$/, (call) => ({ data: metadataJson(call) })],
  [/^query_exemplars$/, () => ({ data: [] })],
  [/^alertmanagers$/, () => ({ data: { activeAlertmanagers: [], droppedAlertmanagers: [] } })],
  [
    /^status\/buildinfo$/,
    () => ({ data: { version: VERSION, revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' } }),
  ],
  [/^status\/tsdb$/, ({ engine }) => ({ data: { headStats: { numSeries: engine.storage.seriesCount } } })],
]

export async function api(context: ApiContext, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/-/healthy') return text('Prometheus Server is Healthy.\n')
  if (pathname === '/-/ready') return text('Prometheus Server is Ready.\n')
  if (request.method !== 'GET' && request.method !== 'POST') return text('Method Not Allowed\n', 405)
  const [, rest] = /^\/api\/v1\/(.*?)\/?$/.exec(pathname) ?? []
  const [handler, path] = route(rest ?? '')
  if (!handler) return text('404 page not found\n', 404)
  try {
    const offsetMs = context.shownOffsetMs()
    const parameters = await Parameters.of(request, offsetMs)
    const call: Call = { ...context, parameters, moments: new Moments(offsetMs), signal: request.signal }
    const { data, infos = [] } = await handler(call, path)
    return json(200, { status: 'success', data, ...(infos.length > 0 && { infos }) })
  } catch (fault) {
    const { code, kind, message } = faultOf(fault)
    return json(code, { status: 'error', errorType: kind, error: message })
  }
}

function route(rest: string): [Handler | undefined, string] {
  for (const [pattern, handler] of ROUTES) {
    const match = pattern.exec(rest)
    if (match) return [handler, decodeURIComponent(match[1] ?? '')]
  }
  return [undefined, '']
}

async function instantQuery(call: Call): Promise<Answer> {
  const { parameters, moments, engine } = call
  const expr = parsed(parameters.text('query'))
  const atMs = parameters.timeMs('time', call.now())
  const query = new Query(engine, { startMs: atMs, endMs: atMs, stepMs: 1 })
  const value = query.at(expr, atMs)
  await passTime(call, query)
  return { data: { ...valueJson(value, atMs, moments), ...stats(call, query) }, infos: infosOf(expr) }
}

async function rangeQuery(call: Call): Promise<Answer> {
  const { parameters, moments, engine } = call
  const span = {
    startMs: parameters.timeMs('start'),
    endMs: parameters.timeMs('end'),
    stepMs: parameters.durationMs('step'),
  }
  if (span.endMs < span.startMs) throw badData('invalid parameter "end": end timestamp must not be before start time')
  if (span.stepMs <= 0)
    throw badData(
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    )
  if ((span.endMs - span.startMs) / span.stepMs > MOST_POINTS)
    throw badData(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    )
  const expr = parsed(parameters.text('query'))
  const type = typeOf(expr)
  if (type !== 'scalar' && type !== 'instant vector')
    throw badData(
      `invalid parameter "query": invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
    )
  const query = new Query(engine, span)
  const series = query.over(expr)
  await passTime(call, query)
  return {
    data: { resultType: 'matrix', result: matrixJson(series, moments), ...stats(call, query) },
    infos: infosOf(expr),
  }
}

function parsed(query: string): Expr {
  try {
    return parse(query)
  } catch (fault) {
    if (fault instanceof ParseError) throw badData(`invalid parameter "query": ${fault.message}`)
    throw fault
  }
}

async function passTime({ parameters, sleep, signal }: Call, { samples }: Query): Promise<void> {
  const costMs = queryCostMs(samples)
  const timeoutMs = parameters.text('timeout') === '' ? Infinity : parameters.durationMs('timeout')
  await sleep?.(Math.min(costMs, timeoutMs), signal)
  if (costMs > timeoutMs) throw new ApiFault(503, 'timeout', 'query timed out in expression evaluation')
}

function stats({ parameters }: Call, { samples }: Query): { stats?: unknown } {
  if (parameters.text('stats') === '') return {}
  return {
    stats: { timings: { execTotalTime: queryCostMs(samples) / 1000 }, samples: { totalQueryableSamples: samples } },
  }
}

function faultOf(fault: unknown): ApiFault {
  if (fault instanceof ApiFault) return fault
  if (fault instanceof ExecutionError) return new ApiFault(422, 'execution', fault.message)
  throw fault
}

function json(code: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status: code, headers: { 'content-type': 'application/json' } })
}

function text(body: string, code = 200): Response {
  return new Response(body, { status: code, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
