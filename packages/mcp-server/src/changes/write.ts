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
export function send(
  kube: KubeClient,
  write: Write,
  { dryRun = false, on }: { dryRun?: boolean; on?: KubeObject | undefined },
): Promise<KubeObject> {
  const query = { ...(dryRun && { dryRun: 'All' }), fieldManager: FIELD_MANAGER }
  const { target } = write
  if (write.verb === 'create') return kube.create(collectionOf(target), write.object, { query })
  if (write.verb === 'update') return kube.update(pathOf(target), unmoved(write.object, on), { query })
  if (write.verb === 'patch') return kube.patch(pathOf(target), unmovedPatch(write.patch, on), { query })
  const options = { apiVersion: 'v1', kind: 'DeleteOptions', ...(dryRun && { dryRun: ['All'] }), ...preconditions(on) }
  if (write.verb === 'delete') {
    // Said in the query, a dry run is told from a deletion in the cluster's audit log.
    if (dryRun) return kube.delete(pathOf(target), { query: { dryRun: 'All', ...BACKGROUND } })
    return kube.delete(pathOf(target), { body: { ...options, ...BACKGROUND } })
  }
  return kube.create(pathOf({ ...target, subresource: 'eviction' }), evictionOf(target, options), {
    query: dryRun ? { dryRun: 'All' } : {},
  })
}

/** As kubectl deletes: what the object owns goes too. */
const BACKGROUND = { propagationPolicy: 'Background' }

function evictionOf({ name, namespace }: Target, deleteOptions: object): KubeObject {
  const metadata = { name, ...(namespace !== undefined && { namespace }) }
  return { apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions }
}

function preconditions(on: KubeObject | undefined): object {
  return on ? { preconditions: { uid: on.metadata.uid, resourceVersion: on.metadata.resourceVersion } } : {}
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
