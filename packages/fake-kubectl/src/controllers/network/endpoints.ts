/**
 * Endpoints: all that stands behind a Service in one object, as clients from before EndpointSlices read it.
 * Source: kubernetes/pkg/controller/endpoint/endpoints_controller.go; k8s.io/api/core/v1 RepackSubsets.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at, equal, formatTime, type KubeObject } from '../../api/meta.ts'
import { isTerminating } from '../../apiserver/admission/namespace-lifecycle.ts'
import type { Server } from '../../apiserver/server.ts'
import { runController } from '../controller.ts'
import { backendsOf, byPorts, isManaged, SERVICES, targetOf, watchPods, type Backend } from './backends.ts'
import { HEADLESS, TRIGGER_TIME } from './endpoint-slices.ts'
import { submit, update } from '../manager.ts'

const ENDPOINTS = builtIn('endpoints')
const MANAGED_BY = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
/** No more than so many addresses; an annotation says that some are missing. */
const MAX_ADDRESSES = 1000
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'

export function runEndpoints(server: Server): void {
  runController(server.store, server.clock, SERVICES, (service) => reconcile(server, service), {
    watches: [watchPods(server)],
    gone: ({ metadata: { namespace = '', name } }) => {
      if (server.store.find(ENDPOINTS, namespace, name)) server.store.delete(ENDPOINTS, namespace, name)
    },
  })
}

function reconcile(server: Server, service: KubeObject): undefined {
  const { namespace = '', name } = service.metadata
  if (!isManaged(service) || isTerminating(server.store, namespace)) return
  const present = server.store.find(ENDPOINTS, namespace, name)
  const backends = backendsOf(server, service).filter(({ terminating }) => !terminating)
  const subsets = subsetsOf(backends.slice(0, MAX_ADDRESSES))
  const isHeadless = at(service, 'spec.clusterIP') === 'None'
  const labels = { ...service.metadata.labels, ...MANAGED_BY, ...(isHeadless && { [HEADLESS]: '' }) }
  const isSame = equal(present?.['subsets'] ?? [], subsets) && equal(present?.metadata.labels, labels)
  if (present && isSame) return
  const annotations = {
    [TRIGGER_TIME]: formatTime(server.clock.now()),
    ...(backends.length > MAX_ADDRESSES && { [OVER_CAPACITY]: 'truncated' }),
  }
  const metadata = { ...present?.metadata, name, namespace, labels, annotations }
  const endpoints = { ...present, metadata, ...(subsets.length > 0 && { subsets }) } as KubeObject
  if (subsets.length === 0) delete endpoints['subsets']
  if (present) update(server, ENDPOINTS, endpoints)
  else submit(server, ENDPOINTS, endpoints)
}

/** Those with the same ports stand together, those that are ready apart from those that are not. */
function subsetsOf(backends: readonly Backend[]): object[] {
  return byPorts(backends).map(({ ports, members }) => {
    const addresses = members.filter(({ ready }) => ready).map(addressOf)
    const notReadyAddresses = members.filter(({ ready }) => !ready).map(addressOf)
    return {
      ...(addresses.length > 0 && { addresses }),
      ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
      ...(ports.length > 0 && { ports: ports.map(({ name, ...rest }) => ({ ...(name !== '' && { name }), ...rest })) }),
    }
  })
}

function addressOf({ address, pod }: Backend): object {
  const { nodeName } = pod.spec
  return { ip: address, ...(nodeName && { nodeName }), targetRef: targetOf(pod) }
}
