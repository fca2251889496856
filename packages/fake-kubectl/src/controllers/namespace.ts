/**
 * A namespace's life: a new one gets its default ServiceAccount and the cluster's CA, a deleted one is emptied, then gone.
 * Source: pkg/controller/{serviceaccount,namespace}, pkg/controller/certificates/rootcacertpublisher.
 */
import type { KubeObject } from '../api/meta.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import type { Pod } from '../api/types.ts'
import { create } from '../apiserver/admit.ts'
import { endPod } from './pod-termination.ts'
import { runController } from './controller.ts'
import type { Recorder } from './events.ts'

const LOOK_AGAIN_MS = 1000
const NAMESPACES = builtIn('namespaces')

export function runNamespaceController(server: Recorder): void {
  runController(server.store, server.clock, NAMESPACES, (namespace) => {
    if (namespace.metadata.deletionTimestamp) return empty(server, namespace)
    furnish(server, namespace)
    return undefined
  })
}

/** What every namespace has from the start, as old as the namespace itself. */
export function furnish(server: Recorder, { metadata: { name: namespace, creationTimestamp = '' } }: KubeObject): void {
  const data = {
    'ca.crt': '-----BEGIN CERTIFICATE-----\n(the simulated cluster has no certificate)\n-----END CERTIFICATE-----\n',
  }
  const annotations = {
    'kubernetes.io/description':
      'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
  }
  ensure(server, 'serviceaccounts', { metadata: { name: 'default', namespace, creationTimestamp } })
  ensure(server, 'configmaps', {
    metadata: { name: 'kube-root-ca.crt', namespace, creationTimestamp, annotations },
    data,
  })
}

function ensure(server: Recorder, plural: string, object: KubeObject): void {
  const type = builtIn(plural)
  const { namespace = '', name } = object.metadata
  if (!server.store.find(type, namespace, name)) server.store.create(type, create(server, type, object))
}

function empty(server: Recorder, { metadata }: KubeObject): number | undefined {
  const { store, clock } = server
  const types = server.kinds.stored.filter(({ namespaced }) => namespaced)
  for (const type of types) {
    for (const object of store.list(type, metadata.name)) removeContent(server, type, object)
  }
  if (types.some((type) => store.list(type, metadata.name).length > 0)) return clock.now() + LOOK_AGAIN_MS
  store.delete(NAMESPACES, '', metadata.name)
  return undefined
}

function removeContent({ store, clock }: Recorder, type: ResourceType, object: KubeObject): void {
  const { namespace = '', name, finalizers, deletionTimestamp } = object.metadata
  if (type.storage === 'pods' && (object as Pod).spec.nodeName) {
    if (!deletionTimestamp) endPod(store, clock, object as Pod)
  } else if (!finalizers) store.delete(type, namespace, name)
}
