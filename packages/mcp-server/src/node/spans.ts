/**
 * Spans of audit rows, in the words of OpenTelemetry's conventions for MCP, and the exporter that sends them.
 *
 * Source: OpenTelemetry semantic conventions, "MCP" and "GenAI spans"; W3C Trace Context for the ids.
 */
import { randomBytes } from 'node:crypto'
import { SpanKind, SpanStatusCode, TraceFlags, type Attributes, type SpanContext } from '@opentelemetry/api'
import { millisToHrTime, setGlobalErrorHandler } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  type Resource,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace'
import type { AuditRecord, Outcome } from '../call.ts'
import type { Telemetry, TelemetryOptions } from './telemetry.ts'

const SCOPE = { name: '@mcp-lab/mcp-server' }

/** What ended as it should: the rest is an error of whoever called, or of ours. */
const FINE: ReadonlySet<Outcome> = new Set(['answered', 'asked', 'approval-required'])

export function exportSpans({ onLost }: TelemetryOptions): Telemetry {
  setGlobalErrorHandler((fault) => onLost(typeof fault === 'string' ? fault : fault.message || String(fault)))
  const resource = resourceOf()
  const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })
  return {
    export: (record) => processor.onEnd(spanOf(record, resource)),
    close: () => processor.shutdown().catch((fault: Error) => onLost(fault.message)),
  }
}

function resourceOf(): Resource {
  const ours = resourceFromAttributes({ 'service.name': 'mcp-lab' })
  return defaultResource()
    .merge(ours)
    .merge(detectResources({ detectors: [envDetector] }))
}

/** The span of a row: a child of the caller's, when the call came with a traceparent. */
export function spanOf(record: AuditRecord, resource: Resource): ReadableSpan {
  const { traceId, parentSpanId, method, tool, startedAt, latencyMs, outcome } = record
  const context = contextOf(traceId, randomBytes(8).toString('hex'))
  const startMs = Date.parse(startedAt)
  return {
    name: `${method} ${tool}`,
    kind: SpanKind.SERVER,
    spanContext: () => context,
    ...(parentSpanId !== undefined && { parentSpanContext: { ...contextOf(traceId, parentSpanId), isRemote: true } }),
    startTime: millisToHrTime(startMs),
    endTime: millisToHrTime(startMs + latencyMs),
    duration: millisToHrTime(latencyMs),
    status: { code: FINE.has(outcome) ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
    attributes: attributesOf(record),
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function contextOf(traceId: string, spanId: string): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED }
}

function attributesOf(record: AuditRecord): Attributes {
  const { call, subject, method, tool, argumentsDigest, decision, approval, change, outcome } = record
  const { redactions, injections, revision, transport } = record
  return {
    'mcp.method.name': method,
    'mcp.protocol.version': revision,
    'network.transport': transport === 'stdio' ? 'pipe' : 'tcp',
    ...(method === 'prompts/get' ? { 'gen_ai.prompt.name': tool } : { 'gen_ai.tool.name': tool }),
    ...(method === 'tools/call' && { 'gen_ai.operation.name': 'execute_tool' }),
    ...(!FINE.has(outcome) && { 'error.type': outcome }),
    ...(subject && { 'user.name': subject.user }),
    ...(subject?.actor !== undefined && { 'mcp_lab.actor': subject.actor }),
    'mcp_lab.call': call,
    'mcp_lab.outcome': outcome,
    'mcp_lab.arguments.digest': argumentsDigest,
    ...(decision && { 'mcp_lab.decision': decision.verdict }),
    ...(decision?.binding !== undefined && { 'mcp_lab.decision.binding': decision.binding }),
    ...(approval && { 'mcp_lab.approval.digest': approval.digest }),
    ...(approval?.by !== undefined && { 'mcp_lab.approval.by': approval.by }),
    ...(change !== undefined && { 'mcp_lab.change': change }),
    'mcp_lab.redactions': redactions,
    'mcp_lab.injections': injections,
  }
}
