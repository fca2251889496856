/**
 * The events that belong to an object, and their table at the end of its description.
 * Source: kubectl/pkg/describe/describe.go (searchEvents, DescribeEvents).
 */
import { byBytes, type Wire } from '../wire.ts'
import type { Describing } from './describers.ts'
import type { Description } from './description.ts'

/** @returns the events of one object, oldest first */
export async function eventsOf(
  { list }: Describing,
  { name, namespace = '', kind, uid }: Record<string, string>,
): Promise<Wire[]> {
  const fields = [
    ...(kind ? [`involvedObject.kind=${kind}`] : []),
    `involvedObject.name=${name}`,
    `involvedObject.namespace=${namespace}`,
    ...(uid ? [`involvedObject.uid=${uid}`] : []),
  ]
  return list('', 'v1', 'events', { namespace, fields: fields.join(',') })
}

export function describeEvents(text: Description, events: readonly Wire[]): void {
  if (events.length === 0) return text.line(0, 'Events:', '<none>')
  text.flush()
  text.line(0, 'Events:')
  const rows = events
    .toSorted((a, b) => byBytes(a.lastTimestamp ?? '', b.lastTimestamp ?? ''))
    .map((event) => [
      event.type,
      event.reason,
      eventAge(text, event),
      event.source?.component || event.reportingComponent,
      messageOf(event),
    ])
  text.table(1, ['Type', 'Reason', 'Age', 'From', 'Message'], rows, ['----', '------', '----', '----', '-------'])
}

/** `3s (x2 over 5s)`. */
export function eventAge(text: Pick<Description, 'age'>, event: Wire): string {
  const first = text.age(event.eventTime ?? event.firstTimestamp)
  if (event.series) return `${text.age(event.series.lastObservedTime)} (x${event.series.count} over ${first})`
  if (event.count > 1) return `${text.age(event.lastTimestamp)} (x${event.count} over ${first})`
  return first
}

function messageOf({ message = '', involvedObject }: Wire): string {
  const said = message.trim()
  return involvedObject?.fieldPath ? `${involvedObject.fieldPath}: ${said}` : said
}
