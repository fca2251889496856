/**
 * Binding a pod to a node, as a scheduler does: `pods/NAME/binding`, or the older `bindings`.
 * Source: kubernetes/pkg/registry/core/pod/storage/storage.go, BindingREST; pkg/apis/core/validation, ValidatePodBinding.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at, formatTime, type KubeObject } from '../../api/meta.ts'
import { badRequest, conflict, invalid, requiredValue } from '../../api/status.ts'
import type { Condition, Pod } from '../../api/types.ts'
import { topologyOf } from '../admission/nodes.ts'
import { readObject } from '../decode/request-object.ts'
import { isDryRun } from '../verbs/endpoints.ts'
import { respondCreated } from '../encoding/encode.ts'
import type { ResourceCall, Server } from '../server.ts'

const PODS = builtIn('pods')
const BINDING = builtIn('bindings')

/** `POST pods/NAME/binding`. */
export async function bindPod(call: ResourceCall): Promise<Response> {
  const binding = await readObject({ ...call, type: BINDING })
  const { name } = binding.metadata
  if (name && name !== call.info.name) throw badRequest('name in URL does not match name in Binding object')
  return assign(call, call.info.name, binding)
}

/** `POST bindings`, the pod's name being the binding's. */
export async function bind(call: ResourceCall): Promise<Response> {
  const binding = await readObject(call)
  return assign(call, binding.metadata.name, binding)
}

function assign(call: ResourceCall, name: string, binding: KubeObject): Response {
  const { store } = call.server
  const node = at(binding, 'target.name')
  if (typeof node !== 'string' || node === '') throw invalid('Binding', '', name, [requiredValue('target.name', '')])
  const pod = store.get(PODS, call.info.namespace, name) as Pod
  if (pod.metadata.deletionTimestamp) throw unbound(name, `pod ${name} is being deleted, cannot be assigned to a host`)
  if (pod.spec.nodeName) throw unbound(name, `pod ${name} is already assigned to node "${pod.spec.nodeName}"`)
  if (!isDryRun(call)) store.update(PODS, bound(call.server, pod, node, binding.metadata.annotations))
  return respondCreated(call)
}

function unbound(name: string, why: string): Error {
  return conflict({ group: '', plural: 'pods/binding' }, name, why)
}

/** The pod as a binding leaves it: with its node, the node's zone among its labels, and the condition that tells so. */
export function bound(
  server: Pick<Server, 'store' | 'clock'>,
  pod: Pod,
  nodeName: string,
  given: Record<string, string> = {},
): Pod {
  const annotations = { ...pod.metadata.annotations, ...given }
  const labels = { ...topologyOf(server, nodeName), ...pod.metadata.labels }
  const lastTransitionTime = formatTime(server.clock.now())
  const scheduled: Condition = { type: 'PodScheduled', status: 'True', lastTransitionTime }
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled')
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: { ...pod.spec, nodeName },
    status: { ...pod.status, conditions: [...others, scheduled] },
  }
}
