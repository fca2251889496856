/**
 * What log, exec, attach and port-forward ask first: which container, on which machine, and may the caller.
 * Source: pkg/registry/core/pod/strategy.go validateContainer, streamLocation; rest/authorize.go; texts recorded from 1.36.
 */
import { badRequest, forbidden } from '../../api/status.ts'
import type { Container, Pod } from '../../api/types.ts'
import { KUBELET_PORT, type Kubelet } from '../../kubelet/kubelet.ts'
import { ask, questionOf } from '../access/authorize.ts'
import { stored } from '../verbs/endpoints.ts'
import { actor, type ResourceCall } from '../server.ts'

/** The container that was named, or the only one. @throws ApiError 400 */
export function containerName({ url }: ResourceCall, { metadata, spec }: Pod): string {
  const names = containersOf({ spec }).map(({ name }) => name)
  const asked = url.searchParams.get('container') ?? ''
  if (asked === '') {
    if (spec.containers.length === 1) return spec.containers[0]!.name
    throw badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(' ')}]`)
  }
  if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`)
  return asked
}

/** In the order in which Kubernetes visits them. */
export function containersOf({ spec }: Pick<Pod, 'spec'>): Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers, ...((spec['ephemeralContainers'] ?? []) as Container[])]
}

/** The pod of a connection, once the caller may make one. @throws ApiError 403, 404; 400 without a node */
export function connectedPod(call: ResourceCall): Pod {
  mayCreate(call)
  return stored(call) as Pod
}

/** @throws ApiError 400 */
export function hostOf({ server }: ResourceCall, { metadata, spec }: Pod): Kubelet | undefined {
  if (!spec.nodeName) throw badRequest(`pod ${metadata.name} does not have a host assigned`)
  return server.kubelets.get(spec.nodeName)
}

/** Where a kubelet listens, whether it does or not. */
export function kubeletHost(kubelet: Kubelet | undefined, { status, spec }: Pod): string {
  return `${kubelet?.address ?? status.hostIP ?? spec.nodeName}:${KUBELET_PORT}`
}

/**
 * Over a WebSocket a connection is a GET, which a reader may do; it still needs the right to create one.
 * The reason is what the authorizer says of a refusal, and RBAC says nothing.
 */
function mayCreate(call: ResourceCall): void {
  if (call.info.verb === 'create') return
  const decision = ask(call, actor(call), questionOf({ ...call.info, verb: 'create' }))
  if (decision.verdict !== 'allow') throw forbidden(call.type, call.info.name, decision.unresolved ?? '')
}
