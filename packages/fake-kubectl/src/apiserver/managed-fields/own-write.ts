/**
 * Writes of the cluster's own components, which own what they write under the name the real ones have. What nobody is
 * tracked for (the objects a cluster starts with) stays so.
 */
import type { ResourceType } from '../../api/kinds/row.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Server } from '../server.ts'
import { managedAfterUpdate } from './managed-fields.ts'
import { withOwners } from './ownership.ts'
import { scopeOf } from './scope.ts'

export type Component = 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubelet'

type Writer = Pick<Server, 'schema' | 'kinds' | 'clock' | 'store'>

export function createAs(server: Writer, type: ResourceType, object: KubeObject, component: Component): KubeObject {
  const owners = managedAfterUpdate(scopeOf(server, type, ''), undefined, object, component)
  return server.store.create(type, withOwners(object, owners))
}

/** @param subresource `status` where the component writes nothing else */
export function updateAs(
  server: Writer,
  type: ResourceType,
  object: KubeObject,
  { component, subresource = '' }: { component: Component; subresource?: string },
): KubeObject {
  const { namespace = '', name } = object.metadata
  const previous = server.store.get(type, namespace, name)
  if (!previous.metadata.managedFields) return server.store.update(type, object)
  const owners = managedAfterUpdate(scopeOf(server, type, subresource), previous, object, component)
  return server.store.update(type, withOwners(object, owners))
}
