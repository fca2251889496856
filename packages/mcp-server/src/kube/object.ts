/**
 * What every object of the Kubernetes API has, how to name one, and what of it belongs to those who write it.
 */
import { kubePath } from './path.ts'
import type { Resource } from './discovery.ts'

export type KubeObject = {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: Metadata
  readonly [field: string]: unknown
}

export type Metadata = {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

/** One object, or a subresource of it. */
export type Target = {
  readonly resource: Resource
  /** Present exactly when the resource is namespaced. */
  readonly namespace?: string
  readonly name: string
  /** `scale`, `eviction` */
  readonly subresource?: string
}

export function pathOf(target: Target): string {
  return `${collectionOf(target)}${kubePath`/${target.name}`}${target.subresource ? kubePath`/${target.subresource}` : ''}`
}

/** Where the object is made. */
export function collectionOf({ resource, namespace }: Target): string {
  const place = namespace === undefined ? '' : kubePath`/namespaces/${namespace}`
  return resource.root + place + kubePath`/${resource.resource}`
}

/** `deployment shop/web`, `node node-1`, `deployment shop/web (scale)` */
export function spelled({ resource, namespace, name, subresource }: Target): string {
  const object = `${resource.kind.toLowerCase()} ${namespace === undefined ? '' : `${namespace}/`}${name}`
  return subresource === undefined ? object : `${object} (${subresource})`
}

/** What the API server and its controllers write by themselves, whatever a person asked for. */
const SERVER_OWNED = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]
const REVISION = 'deployment.kubernetes.io/revision' // a controller's own

/**
 * An object without its status and what the server owns of its metadata: two of them are equal when nobody changed what
 * the object is meant to be.
 */
export function ownState({ status: _observed, metadata, ...rest }: KubeObject): Record<string, unknown> {
  const { annotations: { [REVISION]: _revision, ...annotations } = {}, ...others } = ownMetadata(metadata)
  const isAnnotated = Object.keys(annotations).length > 0
  return { ...rest, metadata: { ...others, ...(isAnnotated && { annotations }) } }
}

function ownMetadata(metadata: Metadata): Partial<Metadata> {
  return Object.fromEntries(Object.entries(metadata).filter(([field]) => !SERVER_OWNED.includes(field)))
}

/** What `before` was meant to be, to be put in the place of `now`; what a controller wrote beside it stays. */
export function restored(before: KubeObject, now: KubeObject): KubeObject {
  const { metadata, ...rest } = ownState(before) as KubeObject
  const revision = now.metadata.annotations?.[REVISION]
  if (revision === undefined) return { ...rest, metadata }
  return { ...rest, metadata: { ...metadata, annotations: { ...metadata.annotations, [REVISION]: revision } } }
}
