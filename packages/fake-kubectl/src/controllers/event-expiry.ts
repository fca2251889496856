/**
 * Events live for an hour after they were last written, as kube-apiserver's --event-ttl has it.
 * Source: kubernetes/pkg/registry/core/event/storage/storage.go; etcd's leases.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { at, type KubeObject } from '../api/meta.ts'
import { runController } from './controller.ts'
import type { Recorder } from './events.ts'

const EVENTS = builtIn('events')
const TTL_MS = 3_600_000

export function runEventExpiry({ store, clock }: Recorder): void {
  const expire = (event: KubeObject) => {
    const expiresAtMs = lastToldMs(event) + TTL_MS
    if (expiresAtMs > clock.now()) return { atMs: expiresAtMs, background: true }
    store.delete(EVENTS, event.metadata.namespace ?? '', event.metadata.name)
    return undefined
  }
  runController(store, clock, EVENTS, expire)
}

/** An Event is written again when it happens again, and says so. */
function lastToldMs(event: KubeObject): number {
  const told = [event.metadata.creationTimestamp, event['lastTimestamp'], at(event, 'series.lastObservedTime')]
  return Math.max(...told.filter((it) => typeof it === 'string').map((it) => Date.parse(it)))
}
