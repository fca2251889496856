/**
 * A write to a subresource changes that part of the object and nothing else; a write to the whole leaves the status.
 * Source: the strategies' PrepareForUpdate in kubernetes/pkg/registry; apiextensions-apiserver customresource/status_strategy.go.
 */
import { hasStatus, type ResourceType } from '../../api/kinds/row.ts'
import { isFields, type Fields, type KubeObject, type ObjectMeta } from '../../api/meta.ts'

/** The object that `sent` makes of `previous` when it is written to `subresource`, `''` for the object itself. */
export function written(type: ResourceType, subresource: string, sent: KubeObject, previous: KubeObject): KubeObject {
  const part = PARTS[subresource]
  return part ? withVersion(part(sent, previous, type), sent) : whole(sent, previous, type)
}

type Part = (sent: KubeObject, previous: KubeObject, type: ResourceType) => KubeObject

const PARTS: Readonly<Record<string, Part>> = {
  status: (sent, previous, { custom, storage }) => ({
    ...previous,
    ...(!custom && { metadata: statusMetadata(sent, previous, storage) }),
    status: storage === CSR ? { ...fields(sent['status']), ...approvals(previous) } : sent['status'],
  }),
  // Who approves a certificate decides; who signs it writes the status.
  approval: (sent, previous) => ({
    ...previous,
    metadata: ownedByUsers(sent, previous),
    status: { ...fields(previous['status']), conditions: fields(sent['status'])['conditions'] },
  }),
  finalize: (sent, previous) => ({
    ...previous,
    spec: { ...fields(previous['spec']), finalizers: fields(sent['spec'])['finalizers'] },
  }),
  ephemeralcontainers: (sent, previous) => ({
    ...previous,
    spec: { ...fields(previous['spec']), ephemeralContainers: fields(sent['spec'])['ephemeralContainers'] },
  }),
  resize: (sent, previous) => ({
    ...previous,
    spec: { ...fields(previous['spec']), ...resized(fields(sent['spec']), fields(previous['spec'])) },
  }),
}

const CSR = 'certificatesigningrequests.certificates.k8s.io'
const DEPLOYMENT = 'deployments.apps'

/** A Deployment alone keeps its labels. */
function statusMetadata(sent: KubeObject, previous: KubeObject, storage: string): ObjectMeta {
  const metadata = ownedByUsers(sent, previous)
  if (storage !== DEPLOYMENT) return metadata
  const { labels: _labels, ...rest } = metadata
  return previous.metadata.labels ? { ...rest, labels: previous.metadata.labels } : rest
}

function whole(sent: KubeObject, previous: KubeObject, type: ResourceType): KubeObject {
  const { kind: _kind, apiVersion: _apiVersion, status, ...rest } = sent
  const kept = hasStatus(type) ? previous['status'] : status
  const object = { ...rest, metadata: ownedByUsers(sent, previous) }
  return withVersion(kept === undefined ? object : { ...object, status: kept }, sent)
}

/** Of the metadata, a user writes these fields; the others are the server's. */
function ownedByUsers({ metadata: sent }: KubeObject, { metadata: previous }: KubeObject): ObjectMeta {
  const { labels: _l, annotations: _a, finalizers: _f, ownerReferences: _o, ...fixed } = previous
  const { labels, annotations, finalizers, ownerReferences } = sent
  return {
    ...fixed,
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(finalizers && finalizers.length > 0 && { finalizers }),
    ...(ownerReferences && { ownerReferences }),
  }
}

/** The version the writer has seen, if it says so. */
function withVersion(object: KubeObject, { metadata: { resourceVersion } }: KubeObject): KubeObject {
  const { resourceVersion: _own, ...metadata } = object.metadata
  return { ...object, metadata: { ...metadata, ...(resourceVersion && { resourceVersion }) } }
}

function approvals(previous: KubeObject): Fields {
  const { conditions } = fields(previous['status'])
  return conditions === undefined ? {} : { conditions }
}

/** Only the resources of containers change, each found by its name. */
function resized(sent: Fields, previous: Fields): Fields {
  const lists = ['containers', 'initContainers'].filter((list) => Array.isArray(previous[list]))
  return Object.fromEntries(
    lists.map((list) => {
      const asked = new Map(items(sent[list]).map((it) => [it['name'], it]))
      return [list, items(previous[list]).map((it) => ({ ...it, ...sizes(asked.get(it['name']) ?? it) }))]
    }),
  )
}

function sizes({ resources, resizePolicy }: Fields): Fields {
  return { ...(resources !== undefined && { resources }), ...(resizePolicy !== undefined && { resizePolicy }) }
}

function items(list: unknown): Fields[] {
  return Array.isArray(list) ? list.filter((it) => isFields(it)) : []
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {}
}
