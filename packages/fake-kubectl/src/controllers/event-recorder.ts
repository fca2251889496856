/**
 * Events as components tell them while the cluster runs. Two recorders, as in Kubernetes: most components use the older
 * one, which counts what happens again and lets nobody chatter; the scheduler uses the newer one, whose repetitions
 * become a series.
 * Source: client-go/tools/record/{event,events_cache}.go; client-go/tools/events/event_{recorder,broadcaster}.go.
 */
import { formatMicroTime, formatTime, type KubeObject } from '../api/meta.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import { create } from '../apiserver/admission/admit.ts'
import { isTerminating } from '../apiserver/admission/namespace-lifecycle.ts'
import type { Server } from '../apiserver/server.ts'
import { recordEvent, reference } from './events.ts'

type Teller = Pick<Server, 'schema' | 'kinds' | 'store' | 'clock' | 'random' | 'events'>

export type Told = {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** `kubelet`, `deployment-controller` … */
  readonly component: string
  /** The node of a component that runs on one. */
  readonly host?: string
  /** The part of the object: `spec.containers{app}`. */
  readonly fieldPath?: string
}

/** What the newer recorder is told beside; `action` is what was being done, as `Binding`. */
export type ToldInSeries = Omit<Told, 'host' | 'fieldPath'> & { readonly action: string }

const EVENTS = builtIn('events')

const SPAM_BURST = 25
const SPAM_REFILL_MS = 300_000
const SIMILAR_MS = 600_000
const SIMILAR_MAX = 10
const SERIES_MS = 360_000 // a series that has been silent for so long is over

/** What recorders remember. It is lost with a restart of the component, and so with a restored snapshot. */
export class EventMemory {
  /** By all that makes two events the same: the name of the Event that counts them. */
  readonly counted: Map<string, string> = new Map()
  readonly series: Map<string, string> = new Map()
  readonly similar: Map<string, { messages: Set<string>; lastMs: number }> = new Map()
  readonly buckets: Map<string, { tokens: number; atMs: number }> = new Map()

  clear(): void {
    for (const map of [this.counted, this.series, this.similar, this.buckets]) map.clear()
  }
}

/** Tells of something that happened to an object, now. What repeats itself is counted, what chatters is cut short. */
export function tell(server: Teller, type: ResourceType, object: KubeObject, told: Told): void {
  const { clock, store, events } = server
  const { uid = '', namespace = 'default', name } = object.metadata
  if (isTerminating(store, namespace)) return
  const source = `${told.component}/${told.host ?? ''}/${type.kind}/${namespace}/${name}/${uid}`
  if (!hasRoom(events, source, clock.now())) return
  const message = combined(events, `${source}/${told.type}/${told.reason}`, told.message, clock.now())
  const key = `${source}/${told.fieldPath ?? ''}/${told.type}/${told.reason}/${message}`
  const known = store.find(EVENTS, namespace, events.counted.get(key) ?? '')
  if (known) {
    const count = Number(known['count'] ?? 1) + 1
    store.update(EVENTS, { ...known, count, message, lastTimestamp: formatTime(clock.now()) })
    return
  }
  const now = clock.now()
  events.counted.set(key, recordEvent(server, type, object, { ...told, message, firstMs: now, lastMs: now, count: 1 }))
}

/** The same for components on the newer API, events.k8s.io. */
export function tellInSeries(server: Teller, type: ResourceType, object: KubeObject, told: ToldInSeries): void {
  const { clock, store, random, events } = server
  const { uid = '', namespace = 'default', name, resourceVersion = '' } = object.metadata
  if (isTerminating(store, namespace)) return
  // The version counts too: what is told of a changed object is not the same again.
  const key = `${told.component}/${type.kind}/${namespace}/${name}/${uid}/${resourceVersion}/${told.type}/${told.reason}/${told.action}`
  const known = store.find(EVENTS, namespace, events.series.get(key) ?? '')
  const now = formatMicroTime(clock.now())
  if (known && clock.now() - lastSeenMs(known) < SERIES_MS) {
    const { count = 1 } = (known['series'] ?? {}) as { count?: number }
    store.update(EVENTS, { ...known, series: { count: count + 1, lastObservedTime: now } })
    return
  }
  const event = {
    metadata: { name: `${name}.${random.hex(16)}`, namespace },
    involvedObject: reference(type, object),
    eventTime: now,
    reportingComponent: told.component,
    reportingInstance: `${told.component}-${INSTANCE}`,
    action: told.action,
    reason: told.reason,
    message: told.message,
    type: told.type,
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
  }
  const stored = store.create(EVENTS, create(server, EVENTS, event as unknown as KubeObject))
  events.series.set(key, stored.metadata.name)
}

/** The machine on which the control plane's components run. */
const INSTANCE = 'control-plane'

function lastSeenMs(event: KubeObject): number {
  const { lastObservedTime } = (event['series'] ?? {}) as { lastObservedTime?: string }
  return Date.parse(lastObservedTime ?? String(event['eventTime']))
}

/** A source may tell 25 things of one object at once, and one more every five minutes. */
function hasRoom({ buckets }: EventMemory, source: string, nowMs: number): boolean {
  const bucket = buckets.get(source) ?? { tokens: SPAM_BURST, atMs: nowMs }
  const tokens = Math.min(SPAM_BURST, bucket.tokens + (nowMs - bucket.atMs) / SPAM_REFILL_MS)
  const isRoom = tokens >= 1
  buckets.set(source, { tokens: isRoom ? tokens - 1 : tokens, atMs: nowMs })
  return isRoom
}

/** The same reason with ever new words is told as one after a while. */
function combined({ similar }: EventMemory, key: string, message: string, nowMs: number): string {
  const known = similar.get(key)
  const group = known && nowMs - known.lastMs <= SIMILAR_MS ? known : { messages: new Set<string>(), lastMs: nowMs }
  similar.set(key, group)
  group.lastMs = nowMs
  group.messages.add(message)
  return group.messages.size >= SIMILAR_MAX ? `(combined from similar events): ${message}` : message
}
