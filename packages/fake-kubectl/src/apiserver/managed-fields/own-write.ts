/**
 * Writes of the cluster's own components, which own what they write under the name the real ones have. What nobody is
 * tracked for (the objects a cluster starts with) stays so.
 */
import type { ResourceType } from '../../api/kinds/row.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Server } from '../server.ts'
import { admitSent } from '../admission/admit.ts'
import { generationOf } from '../admission/metadata.ts'
import { managedAfterUpdate } from './managed-fields.ts'
import { withOwners } from './ownership.ts'
import { scopeOf } from './scope.ts'

export type Component = 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubelet'

export type Writer = Pick<Server, 'schema' | 'kinds' | 'clock' | 'store'>
export type Sender = Writer & Pick<Server, 'random' | 'options'>

/**
 * Creates an object as a request of the component would: with defaults, admission, validation and quota.
 *
 * @param given without kind and apiVersion; `metadata.namespace` says where
 * @throws ApiError as the API server would refuse the request
 */
export function submitAs(server: Sender, type: ResourceType, given: KubeObject, component: Component): KubeObject {
  const user = { user: `system:${component}`, groups: ['system:authenticated'] }
  const scope = scopeOf(server, type, '')
  const ownership = (live: KubeObject | undefined, next: KubeObject) => managedAfterUpdate(scope, live, next, component)
  return server.store.create(type, admitSent(server, type, given, { user, ownership }))
}

/** Creates an object that is complete already. */
export function createAs(server: Writer, type: ResourceType, object: KubeObject, component: Component): KubeObject {
  const owners = managedAfterUpdate(scopeOf(server, type, ''), undefined, object, component)
  return server.store.create(type, withOwners(object, owners))
}

/** @param subresource `status` where the component writes nothing else */
export function updateAs(
  server: Writer,
  type: ResourceType,
  changed: KubeObject,
  { component, subresource = '' }: { component: Component; subresource?: string },
): KubeObject {
  const { namespace = '', name } = changed.metadata
  const previous = server.store.get(type, namespace, name)
  const object = subresource === '' ? counted(type, changed, previous) : changed
  if (!previous.metadata.managedFields) return server.store.update(type, object)
  const owners = managedAfterUpdate(scopeOf(server, type, subresource), previous, object, component)
  return server.store.update(type, withOwners(object, owners))
}

/** Whoever changes what is asked for begins a new generation. */
function counted(type: ResourceType, object: KubeObject, previous: KubeObject): KubeObject {
  const generation = generationOf(type, object, previous)
  if (generation === object.metadata.generation) return object
  return { ...object, metadata: { ...object.metadata, ...(generation !== undefined && { generation }) } }
}
