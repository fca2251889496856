/**
 * A write, as data: what will be sent to the cluster, so that it can be shown, tried, approved, done and undone by code
 * that knows nothing of the tool that planned it.
 */
import type { KubeClient, Patch } from '../kube/client.ts'
import { collectionOf, pathOf, type KubeObject, type Target } from '../kube/object.ts'
import type { ToolAttributes } from '../tools/tool.ts'

export type Write = { readonly target: Target } & (
  | { readonly verb: 'create' | 'update'; readonly object: KubeObject }
  | { readonly verb: 'patch'; readonly patch: Patch }
  | { readonly verb: 'delete' | 'evict' }
)

/** What a tool means to do. */
export type Plan = {
  /** One line for the person who approves, of checked arguments and names: `scale deployment shop/web to 5 replicas`. */
  readonly summary: string
  /** In the order in which they are sent. */
  readonly writes: readonly Write[]
  /** The change of the server's journal that this one takes back. */
  readonly undoes?: string
}

/** Who owns the fields that we apply. */
const FIELD_MANAGER = 'mcp-lab'

/** What a policy and the cluster must allow for a write of this verb on a target, its look beforehand included. */
export function needsOf(target: Omit<Target, 'name'> & { name?: string }, verb: Write['verb']): ToolAttributes[] {
  const { resource, namespace, name, subresource } = target
  const object = {
    apiGroup: resource.apiGroup,
    resource: resource.resource,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  }
  const write = verb === 'evict' ? { ...object, verb: 'create', subresource: 'eviction' } : { ...object, verb }
  return [{ ...object, verb: 'get' }, write]
}

/**
 * Sends a write.
 *
 * @param options `dryRun`: the server checks and answers, and keeps nothing; `on`: only if the object is still this one
 * @returns       the object as it is afterwards, or would be; what the server says of a deletion
 */
export function send(kube: KubeClient, write: Write, options: Sending): Promise<KubeObject> {
  const { dryRun = false, on } = options
  const { target } = write
  const trial = dryRun ? { dryRun: 'All' } : {}
  const query = { ...trial, fieldManager: FIELD_MANAGER }
  switch (write.verb) {
    case 'create':
      return kube.create(collectionOf(target), write.object, { query })
    case 'update':
      return kube.update(pathOf(target), unmoved(write.object, on), { query })
    case 'patch':
      return kube.patch(pathOf(target), unmovedPatch(write.patch, on), { query })
    case 'delete':
      // Said in the query, a dry run is told from a deletion in the cluster's audit log; a body would hide it.
      return kube.delete(pathOf(target), {
        query: { ...trial, ...BACKGROUND },
        ...(!dryRun && { body: { ...deleteOptions(options), ...BACKGROUND } }),
      })
    case 'evict':
      return kube.create(pathOf({ ...target, subresource: 'eviction' }), evictionOf(target, options), { query: trial })
  }
}

type Sending = { readonly dryRun?: boolean; readonly on?: KubeObject | undefined }

/** As kubectl deletes: what the object owns goes too. */
const BACKGROUND = { propagationPolicy: 'Background' }

function evictionOf({ name, namespace }: Target, options: Sending): KubeObject {
  const metadata = { name, ...(namespace !== undefined && { namespace }) }
  return { apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions: deleteOptions(options) }
}

function deleteOptions({ dryRun = false, on }: Sending): object {
  const { uid, resourceVersion } = on?.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(dryRun && { dryRun: ['All'] }),
    ...(on && { preconditions: { uid, resourceVersion } }),
  }
}

function unmoved(object: KubeObject, on: KubeObject | undefined): KubeObject {
  return on ? { ...object, metadata: { ...object.metadata, resourceVersion: on.metadata.resourceVersion! } } : object
}

/** A patch that names a resourceVersion is refused with 409 once the object has moved on. */
function unmovedPatch(patch: Patch, on: KubeObject | undefined): Patch {
  if (on === undefined) return patch
  const { type, body } = patch
  const { resourceVersion } = on.metadata
  if (type === 'json') {
    const isStill = { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }
    return { ...patch, body: [isStill, ...(body as readonly unknown[])] }
  }
  const { metadata, ...rest } = body as Partial<KubeObject>
  return { ...patch, body: { ...rest, metadata: { ...metadata, resourceVersion } } }
}
