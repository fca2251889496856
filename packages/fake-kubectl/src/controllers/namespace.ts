/**
 * A namespace's life: a new one gets its default ServiceAccount and the cluster's CA, a deleted one is emptied, then gone.
 * Source: pkg/controller/{serviceaccount,namespace}, pkg/controller/certificates/rootcacertpublisher.
 */
import { formatTime, type KubeObject } from '../api/meta.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import { create } from '../apiserver/admission/admit.ts'
import type { Server } from '../apiserver/server.ts'
import { runController } from './controller.ts'
import type { Recorder } from './events.ts'
import { ROOT_CERTIFICATE_NAME } from './root-certificate.ts'
import { emptyNamespace } from './namespace-deletion.ts'
import { createAs } from '../apiserver/managed-fields/own-write.ts'

const NAMESPACES = builtIn('namespaces')

type Furnisher = Recorder & Pick<Server, 'rootCertificate'>

export function runNamespaceController(server: Furnisher): void {
  const { store, clock } = server
  const look = runController(store, clock, NAMESPACES, (namespace) => {
    if (namespace.metadata.deletionTimestamp) emptyNamespace(server, namespace)
    else furnish(server, namespace, formatTime(clock.now()))
    return undefined
  })
  // What is gone may have been the last that was left.
  store.log.observe({
    event: ({ type, object: { metadata } }) => {
      if (type === 'DELETED' && metadata.namespace) look('', metadata.namespace)
    },
    reset: () => {},
  })
}

/** What every namespace has, as old as the namespace itself unless it was lost since. */
export function furnish(
  server: Furnisher,
  { metadata }: KubeObject,
  creationTimestamp: string = metadata.creationTimestamp ?? '',
): void {
  const namespace = metadata.name
  const data = { 'ca.crt': server.rootCertificate }
  const annotations = {
    'kubernetes.io/description':
      'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
  }
  ensure(server, 'serviceaccounts', { metadata: { name: 'default', namespace, creationTimestamp } })
  ensure(server, 'configmaps', {
    metadata: { name: ROOT_CERTIFICATE_NAME, namespace, creationTimestamp, annotations },
    data,
  })
}

function ensure(server: Recorder, plural: string, object: KubeObject): void {
  const type = builtIn(plural)
  const { namespace = '', name } = object.metadata
  if (!server.store.find(type, namespace, name))
    createAs(server, type, create(server, type, object), 'kube-controller-manager')
}
