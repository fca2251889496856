/**
 * Events of the cluster, as small rows: what happened to which object, how often, and when last.
 *
 * Source: Kubernetes core/v1 Event, whose `series` and `eventTime` newer reporters use.
 */
import type { KubeClient } from './client.ts'
import { kubePath } from './path.ts'

export type Event = {
  /** ISO 8601 */
  readonly lastSeen: string
  /** `Normal` or `Warning` */
  readonly type: string
  readonly reason: string
  /** `Pod shop/web-1` */
  readonly object: string
  readonly message: string
  readonly count: number
}

type CoreEvent = {
  readonly metadata: { readonly creationTimestamp?: string; readonly resourceVersion?: string }
  readonly type?: string
  readonly reason?: string
  readonly message?: string
  readonly count?: number
  readonly lastTimestamp?: string | null
  readonly eventTime?: string | null
  readonly series?: { readonly count: number; readonly lastObservedTime: string }
  readonly involvedObject: { readonly kind?: string; readonly namespace?: string; readonly name?: string }
}

/** Oldest first; all namespaces when none is named. */
export async function eventsOf(kube: KubeClient, namespace?: string, fieldSelector?: string): Promise<Event[]> {
  const path = namespace === undefined ? '/api/v1/events' : kubePath`/api/v1/namespaces/${namespace}/events`
  const events = await kube.list<CoreEvent>(path, { query: { fieldSelector } })
  return events.toSorted((a, b) => seenAt(a) - seenAt(b) || versionOf(a) - versionOf(b)).map(rowOf)
}

function seenAt(event: CoreEvent): number {
  return Date.parse(rowOf(event).lastSeen)
}

/** Of two events in one second the later has the greater version; Kubernetes promises that since 1.35. */
function versionOf({ metadata: { resourceVersion = '0' } }: CoreEvent): number {
  return Number(resourceVersion)
}

function rowOf(event: CoreEvent): Event {
  const { series, involvedObject, metadata } = event
  const seen = series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? metadata.creationTimestamp ?? ''
  return {
    lastSeen: seen.replace(/\.\d+Z$/, 'Z'),
    type: event.type ?? 'Normal',
    reason: event.reason ?? '',
    object: objectOf(involvedObject),
    message: event.message ?? '',
    count: series?.count ?? event.count ?? 1,
  }
}

function objectOf({ kind = '', namespace, name = '' }: CoreEvent['involvedObject']): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}

/** Compares kinds without case; a plural or short name is no kind of an event. */
export function isAbout(
  { object }: Event,
  { kind, name }: { kind?: string | undefined; name?: string | undefined },
): boolean {
  const [eventKind = '', place = ''] = object.split(' ')
  const isKind = kind === undefined || eventKind.toLowerCase() === kind.toLowerCase().replace(/s$/, '')
  return isKind && (name === undefined || place.split('/').at(-1) === name)
}

export function eventLine({ lastSeen, type, reason, object, message, count }: Event): string {
  return `${lastSeen} ${type} ${reason} ${object}: ${message}${count > 1 ? ` (${count} times)` : ''}`
}
