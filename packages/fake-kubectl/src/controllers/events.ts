/**
 * Writes Events, the Kubernetes objects in which components tell what happened to another object.
 * Source: client-go/tools/record/event.go; events live one hour (kube-apiserver --event-ttl).
 */
import { formatTime, type KubeObject } from '../api/meta.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import { apiVersionOf, type ResourceType } from '../api/kinds/row.ts'
import { create } from '../apiserver/admission/admit.ts'
import type { Server } from '../apiserver/server.ts'

export type Recorder = Pick<Server, 'schema' | 'kinds' | 'store' | 'clock' | 'random'>

export type Happening = {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** `kubelet`, `node-controller` … */
  readonly component: string
  readonly host?: string
  readonly fieldPath?: string
  readonly firstMs: number
  readonly lastMs: number
  readonly count: number
}

/** @returns the Event's name */
export function recordEvent(server: Recorder, type: ResourceType, object: KubeObject, happening: Happening): string {
  const { firstMs, lastMs, count, component, host, reason, message, fieldPath } = happening
  const { name, namespace = 'default' } = object.metadata
  const events = builtIn('events')
  const event = {
    metadata: { name: `${name}.${server.random.hex(16)}`, namespace, creationTimestamp: formatTime(firstMs) },
    involvedObject: { ...reference(type, object), ...(fieldPath && { fieldPath }) },
    reason,
    message,
    source: { component, ...(host && { host }) },
    firstTimestamp: formatTime(firstMs),
    lastTimestamp: formatTime(lastMs),
    count,
    type: happening.type,
    reportingComponent: component,
    reportingInstance: host ?? '',
  }
  return server.store.create(events, create(server, events, event)).metadata.name
}

/** Kubelets and the node controller know a Node by its name, not by its uid. */
export function reference(type: ResourceType, { metadata }: KubeObject): Record<string, unknown> {
  const { name, namespace, uid, resourceVersion } = metadata
  if (type.kind === 'Node') return { kind: 'Node', name, uid: name }
  return { kind: type.kind, apiVersion: apiVersionOf(type), namespace, name, uid, resourceVersion }
}
