/**
 * A namespace's life: a new one gets its default ServiceAccount and the cluster's CA, a deleted one is emptied, then gone.
 * Source: pkg/controller/{serviceaccount,namespace}, pkg/controller/certificates/rootcacertpublisher.
 */
import type { KubeObject } from '../api/meta.ts'
import { RESOURCES, resource } from '../api/resources.ts'
import type { Pod } from '../api/types.ts'
import { create } from '../apiserver/admit.ts'
import { endPod } from './pod-termination.ts'
import { runController } from './controller.ts'
import type { Recorder } from './events.ts'

const LOOK_AGAIN_MS = 1000
const NAMESPACES = resource('namespaces')

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
  const type = resource(plural)
  const { namespace = '', name } = object.metadata
  if (!server.store.find(type, namespace, name)) server.store.create(type, create(server, type, object))
}

function empty(server: Recorder, { metadata }: KubeObject): number | undefined {
  const { store, clock } = server
  for (const type of RESOURCES.filter(({ namespaced }) => namespaced)) {
    for (const object of store.list(type, metadata.name)) removeContent(server, type.plural, object)
  }
  const left = RESOURCES.filter(({ namespaced }) => namespaced).some(
    (type) => store.list(type, metadata.name).length > 0,
  )
  if (left) return clock.now() + LOOK_AGAIN_MS
  store.delete(NAMESPACES, '', metadata.name)
  return undefined
}

function removeContent({ store, clock }: Recorder, plural: string, object: KubeObject): void {
  const { namespace = '', name, finalizers, deletionTimestamp } = object.metadata
  if (plural === 'pods' && (object as Pod).spec.nodeName) {
    if (!deletionTimestamp) endPod(store, clock, object as Pod)
  } else if (!finalizers) store.delete(resource(plural), namespace, name)
}
