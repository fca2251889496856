/**
 * Who stands behind a Service: its EndpointSlices where it has some, else the pods its selector chooses, as the endpoint
 * slice controller would find them.
 * Source: k8s.io/endpointslice; pkg/controller/endpointslice.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { at, isFields, type KubeObject } from '../api/meta.ts'
import { isOver, isReady } from '../api/pod-state.ts'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'

export type Endpoint = {
  readonly address: string
  /** By the name of the Service's port; `''` for the only one. */
  readonly ports: ReadonlyMap<string, number>
  readonly ready: boolean
}

export type ServicePort = {
  name?: string
  port: number
  targetPort?: number | string
  protocol?: string
  nodePort?: number
}

export function portsOf(service: KubeObject): ServicePort[] {
  return (at(service, 'spec.ports') ?? []) as ServicePort[]
}

export function endpointsOf(server: Server, service: KubeObject): Endpoint[] {
  const { namespace = '', name } = service.metadata
  const slices = server.store
    .list(builtIn('endpointslices.discovery.k8s.io'), namespace)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name)
  if (slices.length > 0) return slices.flatMap(sliced)
  return podsBehind(server, service).flatMap((pod) => (pod.status.podIP ? [selected(service, pod)] : []))
}

/** A pod's place behind a Service. */
function selected(service: KubeObject, pod: Pod): Endpoint {
  const ports = portsOf(service).flatMap(({ name = '', port, targetPort = port }) => {
    const number = typeof targetPort === 'number' ? targetPort : namedPort(pod, targetPort)
    return number === undefined ? [] : [[name, number] as const]
  })
  return { address: pod.status.podIP ?? '', ports: new Map(ports), ready: isServing(pod) }
}

function sliced(slice: KubeObject): Endpoint[] {
  const ports = ((slice['ports'] ?? []) as { name?: string; port?: number }[]).map(
    ({ name = '', port = 0 }) => [name, port] as const,
  )
  const endpoints = (slice['endpoints'] ?? []) as { addresses: string[]; conditions?: { ready?: boolean } }[]
  return endpoints.flatMap(({ addresses, conditions }) =>
    addresses.map((address) => ({ address, ports: new Map(ports), ready: conditions?.ready !== false })),
  )
}

/** The pods a Service's selector chooses and that have not ended; none without a selector. */
export function podsBehind(server: Server, service: KubeObject): Pod[] {
  const selector = at(service, 'spec.selector')
  if (!isFields(selector) || Object.keys(selector).length === 0) return []
  const pods = server.store.list(builtIn('pods'), service.metadata.namespace) as Pod[]
  return pods.filter(
    (pod) => !isOver(pod) && Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value),
  )
}

/** Is it to be sent anything? */
export function isServing(pod: Pod): boolean {
  return isReady(pod) && pod.metadata.deletionTimestamp === undefined
}

export function namedPort({ spec }: Pod, name: string): number | undefined {
  const ports = spec.containers.flatMap((it) => (it['ports'] ?? []) as { name?: string; containerPort: number }[])
  return ports.find((it) => it.name === name)?.containerPort
}
