/**
 * NamespaceLifecycle: nothing is created in a namespace that is absent or on its way out.
 * Source: apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at } from '../../api/meta.ts'
import { ApiError } from '../../api/status.ts'
import type { Store } from '../../store/store.ts'
import { refused, type Step } from './plugin.ts'

const NAMESPACES = builtIn('namespaces')

export function isTerminating(store: Store, namespace: string): boolean {
  const owner = store.find(NAMESPACES, '', namespace)
  return owner !== undefined && at(owner, 'status.phase') === 'Terminating'
}

export const namespaceLifecycle: Step = (write) => {
  const { server, type, operation, object, user } = write
  if (!user || operation !== 'CREATE' || !type.namespaced) return
  const { namespace = '' } = object.metadata
  server.store.get(NAMESPACES, '', namespace)
  if (!isTerminating(server.store, namespace)) return
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  const { code, reason, message, details } = refused(write, why) as ApiError
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  }
  throw new ApiError(code, reason, message, { ...details, causes: [cause] })
}
