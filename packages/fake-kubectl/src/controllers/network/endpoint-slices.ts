/**
 * EndpointSlices: what stands behind a Service, a hundred at a time, one that changes written alone.
 * Source: k8s.io/endpointslice/{reconciler,utils}.go; kubernetes/pkg/controller/endpointslice.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at, equal, formatTime, type KubeObject } from '../../api/meta.ts'
import type { Node } from '../../api/types.ts'
import { isTerminating } from '../../apiserver/admission/namespace-lifecycle.ts'
import type { Server } from '../../apiserver/server.ts'
import { Index } from '../../store/index.ts'
import { runController } from '../controller.ts'
import { controllerReference } from '../workloads/pod-control.ts'
import { submit, update } from '../manager.ts'
import {
  backendsOf,
  byPorts,
  isManaged,
  SERVICES,
  targetOf,
  watchPods,
  type Backend,
  type BackendPort,
} from './backends.ts'

export const HEADLESS = 'service.kubernetes.io/headless'
export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'
const SLICES = builtIn('endpointslices.discovery.k8s.io')
const NODES = builtIn('nodes')
const SERVICE_NAME = 'kubernetes.io/service-name'
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const MANAGER = 'endpointslice-controller.k8s.io'
const ZONE = 'topology.kubernetes.io/zone'
/** kube-controller-manager --max-endpoints-per-slice. */
const MAX_ENDPOINTS = 100

type Endpoint = { readonly addresses: readonly [string]; readonly [field: string]: unknown }
type Slice = KubeObject & { endpoints: Endpoint[] | null; ports: BackendPort[] | null }

export function runEndpointSlices(server: Server): void {
  const slices = new Index(server.store, SLICES, ({ metadata: { namespace, labels } }) => [
    `${namespace}/${labels?.[SERVICE_NAME] ?? ''}`,
  ])
  const mine = ({ metadata: { namespace, name } }: KubeObject) =>
    (slices.get(`${namespace}/${name}`) as Slice[]).filter(isOurs)
  runController(server.store, server.clock, SERVICES, (service) => reconcile(server, service, mine(service)), {
    watches: [
      watchPods(server),
      {
        type: SLICES,
        concerns: (slice) => {
          const name = isOurs(slice) ? slice.metadata.labels?.[SERVICE_NAME] : undefined
          return name === undefined ? [] : [{ namespace: slice.metadata.namespace ?? '', name }]
        },
      },
    ],
  })
}

function isOurs({ metadata }: KubeObject): boolean {
  return metadata.labels?.[MANAGED_BY] === MANAGER
}

function reconcile(server: Server, service: KubeObject, present: readonly Slice[]): undefined {
  const { namespace = '' } = service.metadata
  if (!isManaged(service) || isTerminating(server.store, namespace)) return
  const groups = byPorts(backendsOf(server, service))
  // Where nobody is, an empty slice says so.
  if (groups.length === 0) groups.push({ ports: [], members: [] })
  const write = { server, service, labels: labelsOf(service) }
  const unused = new Set(present)
  for (const { ports, members } of groups) {
    const slices = present.filter((slice) => equal(portsOf(slice), ports))
    for (const slice of slices) unused.delete(slice)
    fill(write, ports, { slices, wanted: members.map((it) => endpointOf(server, service, it)) })
  }
  for (const { metadata } of unused) server.store.delete(SLICES, namespace, metadata.name)
}

type Write = { readonly server: Server; readonly service: KubeObject; readonly labels: Record<string, string> }

/** Who is in a slice stays in it; newcomers go where there is room. */
function fill(
  write: Write,
  ports: readonly BackendPort[],
  { slices, wanted }: { slices: Slice[]; wanted: Endpoint[] },
) {
  const left = new Map(wanted.map((endpoint) => [endpoint.addresses[0], endpoint]))
  const kept = slices.map((slice) => {
    const endpoints = (slice.endpoints ?? []).flatMap(({ addresses: [address] }) => {
      const now = left.get(address)
      left.delete(address)
      return now ? [now] : []
    })
    return { slice, endpoints }
  })
  for (const { slice, endpoints } of kept) {
    take(left, endpoints)
    if (endpoints.length === 0 && kept.length > 1)
      write.server.store.delete(SLICES, slice.metadata.namespace ?? '', slice.metadata.name)
    else rewrite(write, slice, endpoints)
  }
  if (slices.length === 0 && wanted.length === 0) add(write, ports, [])
  while (left.size > 0) {
    const endpoints: Endpoint[] = []
    take(left, endpoints)
    add(write, ports, endpoints)
  }
}

function take(left: Map<string, Endpoint>, endpoints: Endpoint[]): void {
  for (const [address, endpoint] of left) {
    if (endpoints.length >= MAX_ENDPOINTS) return
    endpoints.push(endpoint)
    left.delete(address)
  }
}

function rewrite({ server, labels }: Write, slice: Slice, endpoints: Endpoint[]): void {
  if (equal(slice.endpoints ?? [], endpoints) && equal(slice.metadata.labels, labels)) return
  const annotations = { ...slice.metadata.annotations, [TRIGGER_TIME]: formatTime(server.clock.now()) }
  const metadata = { ...slice.metadata, labels, annotations }
  const next = { ...slice, metadata, endpoints: endpoints.length > 0 ? endpoints : null }
  update(server, SLICES, next as unknown as KubeObject)
}

function add({ server, service, labels }: Write, ports: readonly BackendPort[], endpoints: Endpoint[]): void {
  const { name, namespace } = service.metadata
  const slice = {
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels,
      annotations: { [TRIGGER_TIME]: formatTime(server.clock.now()) },
      ownerReferences: [controllerReference({ type: SERVICES, object: service })],
    },
    addressType: 'IPv4',
    endpoints: endpoints.length > 0 ? endpoints : null,
    ports: ports.length > 0 ? ports : null,
  }
  submit(server, SLICES, slice as unknown as KubeObject)
}

function portsOf({ ports }: Slice): BackendPort[] {
  return (ports ?? []).map(({ name = '', port, protocol }) => ({ name, port, protocol }))
}

function endpointOf({ store }: Server, service: KubeObject, backend: Backend): Endpoint {
  const { pod, address, ready, serving, terminating } = backend
  const { nodeName } = pod.spec
  const zone = (store.find(NODES, '', nodeName ?? '') as Node | undefined)?.metadata.labels?.[ZONE]
  const { hostname, subdomain } = pod.spec as { hostname?: string; subdomain?: string }
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    ...(hostname && subdomain === service.metadata.name && { hostname }),
    ...(nodeName && { nodeName }),
    targetRef: targetOf(pod),
    ...(zone && { zone }),
  }
}

/** The Service's own, and whose it is. */
function labelsOf(service: KubeObject): Record<string, string> {
  const isHeadless = at(service, 'spec.clusterIP') === 'None'
  return {
    ...service.metadata.labels,
    ...(isHeadless && { [HEADLESS]: '' }),
    [MANAGED_BY]: MANAGER,
    [SERVICE_NAME]: service.metadata.name,
  }
}
