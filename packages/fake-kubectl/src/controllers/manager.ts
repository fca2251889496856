/** How controllers write: as kube-controller-manager, which owns the fields that they set. */
import type { ResourceType } from '../api/kinds/row.ts'
import type { KubeObject } from '../api/meta.ts'
import { submitAs, updateAs, type Sender, type Writer } from '../apiserver/managed-fields/own-write.ts'

const NAME = 'kube-controller-manager'

/** Creates an object as a request would. @throws ApiError as the API server would refuse it */
export function submit(server: Sender, type: ResourceType, object: KubeObject): KubeObject {
  return submitAs(server, type, object, NAME)
}

export function update(server: Writer, type: ResourceType, object: KubeObject): KubeObject {
  return updateAs(server, type, object, { component: NAME })
}

export function updateStatus(server: Writer, type: ResourceType, object: KubeObject): KubeObject {
  return updateAs(server, type, object, { component: NAME, subresource: 'status' })
}
