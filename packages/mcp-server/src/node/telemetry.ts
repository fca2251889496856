/**
 * The audit log as OpenTelemetry sees it: each row is a span as well, sent over OTLP to whoever collects them.
 *
 * A span is made of a row that has been written, so it tells less than the log and never more: no arguments, no texts.
 * Spans may be lost, rows may not: the log is the evidence, the trace is the way to it.
 */
import type { Journal } from '@mcp-lab/journal'
import type { AuditRecord } from '../call.ts'

export type Telemetry = {
  /** Queues the span of a row; it is sent with others, within seconds. */
  export(record: AuditRecord): void
  /** Sends what is queued, and waits for it. */
  close(): Promise<void>
}

export type TelemetryOptions = {
  /** Told of spans that could not be sent; they are lost. */
  readonly onLost: (reason: string) => void
}

/**
 * Starts sending spans to the collector that the environment names: OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS, _TIMEOUT,
 * OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES.
 *
 * Source: opentelemetry.io/docs/specs/otel/protocol/exporter
 */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  // The libraries take time to load, and most servers send nothing.
  const { exportSpans } = await import('./spans.ts')
  return exportSpans(options)
}

/** A journal whose rows become spans once they are written. */
export function withTelemetry(
  journal: Journal<AuditRecord>,
  telemetry: Pick<Telemetry, 'export'>,
): Journal<AuditRecord> {
  return {
    append(record) {
      const entry = journal.append(record)
      telemetry.export(record)
      return entry
    },
    get entries() {
      return journal.entries
    },
    get head() {
      return journal.head
    },
  }
}
