/**
 * Resources that are never stored: each answer is made from the present state. What nodes and pods use comes from the
 * machines' kubelets, as it does through a metrics server; the components of this control plane are always well.
 * Source: metrics-server's k8s.io/metrics v1beta1 API; kubernetes/pkg/registry/core/componentstatus.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { formatTime, type KubeObject } from '../../api/meta.ts'
import { notFound } from '../../api/status.ts'
import type { Pod } from '../../api/types.ts'
import { summary } from '../../kubelet/summary.ts'
import { encodeList, encodeObject } from '../encoding/encode.ts'
import { selection } from '../verbs/list-options.ts'
import type { ResourceCall, Server } from '../server.ts'

export function computedObject(call: ResourceCall): Response {
  const { namespace, name } = call.info
  const found = objectsOf(call).find(({ metadata }) => metadata.name === name && isIn(metadata, namespace))
  if (!found) throw notFound(call.type, name)
  return encodeObject(call, found)
}

export function computedList(call: ResourceCall): Response {
  const matches = selection(call)
  const objects = objectsOf(call).filter((it) => isIn(it.metadata, call.info.namespace) && matches(it))
  return encodeList(call, objects, {})
}

function isIn({ namespace = '' }: KubeObject['metadata'], asked: string): boolean {
  return asked === '' || namespace === asked
}

function objectsOf({ server, type }: ResourceCall): KubeObject[] {
  return SOURCES[type.storage]?.(server) ?? []
}

const SOURCES: Readonly<Record<string, (server: Server) => KubeObject[]>> = {
  componentstatuses: () => ['controller-manager', 'etcd-0', 'scheduler'].map((name) => component(name)),
  'nodes.metrics.k8s.io': (server) => server.store.list(NODES).flatMap((node) => nodeMetrics(server, node)),
  'pods.metrics.k8s.io': (server) => (server.store.list(PODS) as Pod[]).flatMap((pod) => podMetrics(server, pod)),
}

const NODES = builtIn('nodes')
const PODS = builtIn('pods')
const WINDOW = '15s' // metrics-server scrapes every kubelet that often

function component(name: string): KubeObject {
  return { metadata: { name }, conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] }
}

/** A node whose kubelet does not answer has no metrics. */
function nodeMetrics(server: Server, { metadata }: KubeObject): KubeObject[] {
  const kubelet = server.kubelets.get(metadata.name)
  if (kubelet?.state !== 'up') return []
  const { node } = summary(server, kubelet, [])
  return [{ ...measured(server, metadata), usage: usage(node) }]
}

function podMetrics(server: Server, pod: Pod): KubeObject[] {
  const measures = containerMetrics(server, pod)
  return measures.length === 0 ? [] : [{ ...measured(server, pod.metadata), containers: measures }]
}

/** What each container of a pod uses, as quantities; nothing where nobody can tell. */
export function containerMetrics(server: Server, pod: Pod): { name: string; usage: Record<string, string> }[] {
  const kubelet = server.kubelets.get(pod.spec.nodeName ?? '')
  if (kubelet?.state !== 'up') return []
  const [stats] = summary(server, kubelet, [pod]).pods
  const containers = (stats?.['containers'] ?? []) as ({ name: string } & Used)[]
  return containers.map((container) => ({ name: container.name, usage: usage(container) }))
}

function measured({ clock }: Server, { name, namespace, labels }: KubeObject['metadata']): KubeObject {
  const timestamp = formatTime(clock.now())
  const metadata = { name, ...(namespace && { namespace }), creationTimestamp: timestamp, ...(labels && { labels }) }
  return { metadata, timestamp, window: WINDOW }
}

type Used = { cpu: Record<string, unknown>; memory: Record<string, unknown> }

function usage({ cpu, memory }: Used): Record<string, string> {
  return {
    cpu: `${String(cpu['usageNanoCores'])}n`,
    memory: `${Math.round(Number(memory['workingSetBytes']) / 1024)}Ki`,
  }
}
