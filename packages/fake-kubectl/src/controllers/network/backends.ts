/**
 * The pods behind a Service as its Endpoints and EndpointSlices list them.
 * Source: kubernetes/pkg/controller/endpoint/endpoints_controller.go; k8s.io/endpointslice/{reconciler,utils}.go;
 * pkg/api/v1/endpoints/util.go, ShouldPodBeInEndpoints.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at, equal, isFields, type KubeObject } from '../../api/meta.ts'
import type { Pod } from '../../api/types.ts'
import type { Server } from '../../apiserver/server.ts'
import { namedPort, podsBehind, portsOf } from '../../network/endpoints.ts'
import type { ObjectKey, Watch } from '../controller.ts'
import { isReady } from '../../api/pod-state.ts'

export const SERVICES = builtIn('services')
const PODS = builtIn('pods')

export type BackendPort = { readonly name: string; readonly port: number; readonly protocol: string }

export type Backend = {
  readonly pod: Pod
  readonly address: string
  readonly ports: readonly BackendPort[]
  /** Whether it is to be sent anything. */
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
}

/** Has it endpoints that are looked after? Not without a selector, nor when it is only a name for something else. */
export function isManaged(service: KubeObject): boolean {
  const selector = at(service, 'spec.selector')
  const hasSelector = isFields(selector) && Object.keys(selector).length > 0
  return hasSelector && at(service, 'spec.type') !== 'ExternalName' && service.metadata.deletionTimestamp === undefined
}

/** Those that have an address and have not ended; the ones that are ending, too. */
export function backendsOf(server: Server, service: KubeObject): Backend[] {
  const publishesAll = at(service, 'spec.publishNotReadyAddresses') === true
  return podsBehind(server, service).flatMap((pod) => {
    const address = pod.status.podIP
    if (!address) return []
    const serving = publishesAll || isReady(pod)
    const terminating = pod.metadata.deletionTimestamp !== undefined
    const ready = publishesAll || (serving && !terminating)
    return [{ pod, address, ports: portsAt(service, pod), ready, serving, terminating }]
  })
}

function portsAt(service: KubeObject, pod: Pod): BackendPort[] {
  return portsOf(service).flatMap(({ name = '', port, targetPort = port, protocol = 'TCP' }) => {
    const number = typeof targetPort === 'number' ? targetPort : namedPort(pod, targetPort)
    return number === undefined ? [] : [{ name, port: number, protocol }]
  })
}

/** A port named in a pod's spec may be another number in another pod. */
export function byPorts(backends: readonly Backend[]): { ports: readonly BackendPort[]; members: Backend[] }[] {
  const groups = new Map<string, { ports: readonly BackendPort[]; members: Backend[] }>()
  for (const backend of backends) {
    const key = JSON.stringify(backend.ports)
    const group = groups.get(key) ?? { ports: backend.ports, members: [] }
    groups.set(key, group)
    group.members.push(backend)
  }
  return [...groups.values()]
}

export function targetOf({ metadata }: Pod): Record<string, unknown> {
  const { name, namespace, uid } = metadata
  return { kind: 'Pod', name, namespace, uid }
}

/** Which Services a pod's changes concern: those that choose it, before or now. */
export function watchPods({ store }: Server): Watch {
  return {
    type: PODS,
    matters: (pod, previous) => !equal(endpointPart(pod as Pod), endpointPart(previous as Pod)),
    concerns({ metadata: { namespace = '', labels = {} } }): ObjectKey[] {
      const choosing = store.list(SERVICES, namespace).filter((service) => {
        const selector = at(service, 'spec.selector')
        return isManaged(service) && Object.entries(selector as object).every(([key, value]) => labels[key] === value)
      })
      return choosing.map(({ metadata: { name } }) => ({ namespace, name }))
    },
  }
}

function endpointPart(pod: Pod): unknown {
  const { labels, deletionTimestamp } = pod.metadata
  const { phase, podIP } = pod.status
  return { labels, deletionTimestamp, phase, podIP, ready: isReady(pod), nodeName: pod.spec.nodeName }
}
