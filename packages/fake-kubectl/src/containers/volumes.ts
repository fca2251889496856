/**
 * What a pod's volumes hold. ConfigMaps, Secrets and the downward API are read from the cluster as it is now, and look as
 * the kubelet's atomic writer leaves them; the others keep what containers write.
 * Source: pkg/volume/{configmap,secret,projected,downwardapi,emptydir,util/atomic_writer.go}.
 */
import { at, type KubeObject } from '../api/meta.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import type { Container, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { fieldValue, resourceValue } from './field-ref.ts'
import type { TokenRequest } from './mounted-tokens.ts'
import { bytesOf } from './pipe.ts'
import { directory, file, link, parentOf, unbinary, type Entry, type Tree } from './tree.ts'

export type Volume = { readonly name: string; readonly [source: string]: unknown }
export type VolumeMount = {
  name: string
  mountPath: string
  readOnly?: boolean
  subPath?: string
  subPathExpr?: string
}

/** What a volume is made of: content that Kubernetes writes, or a place that keeps what is written there, by its key. */
export type VolumeContent =
  | { readonly kind: 'content'; readonly tree: Tree; readonly device: string }
  | { readonly kind: 'place'; readonly key: string; readonly device: string }

type Payload = Map<string, { bytes: Uint8Array; mode: number }>
type Item = { key: string; path: string; mode?: number }
type FieldItem = {
  path: string
  mode?: number
  fieldRef?: { fieldPath: string }
  resourceFieldRef?: { resource: string; divisor?: string; containerName?: string }
}
type Source = {
  configMap?: { name?: string; items?: Item[] }
  secret?: { name?: string; items?: Item[] }
  downwardAPI?: { items?: FieldItem[] }
  serviceAccountToken?: TokenSource
}
type TokenSource = TokenRequest & { path: string }

const DEFAULT_MODE = 0o644

export function volumeContent(server: Server, pod: Pod, volume: Volume, sinceMs: number): VolumeContent {
  const place = placeKey(pod, volume)
  if (place)
    return { kind: 'place', key: place, device: at(volume, 'emptyDir.medium') === 'Memory' ? 'tmpfs' : '/dev/sda1' }
  const sources = sourcesOf(volume)
  const mode = Number(at(volume, `${Object.keys(volume).find((key) => key !== 'name')}.defaultMode`) ?? DEFAULT_MODE)
  const payload: Payload = new Map(sources.flatMap((source) => [...read(server, pod, source, mode)]))
  const isConfig = volume['configMap'] !== undefined
  return { kind: 'content', tree: atomicTree(payload, sinceMs), device: isConfig ? '/dev/sda1' : 'tmpfs' }
}

/** Where what is written outlives a container: an emptyDir its pod, a hostPath and a claim even that. */
function placeKey({ metadata, spec }: Pod, { name, ...volume }: Volume): string | undefined {
  const host = at(volume, 'hostPath.path')
  if (host !== undefined) return `host/${spec.nodeName}/${String(host)}`
  const claim = at(volume, 'persistentVolumeClaim.claimName')
  if (claim !== undefined) return `claim/${metadata.namespace}/${String(claim)}`
  const isContent = ['configMap', 'secret', 'projected', 'downwardAPI'].some((source) => volume[source] !== undefined)
  return isContent ? undefined : `pod/${metadata.uid}/${name}`
}

function sourcesOf({ configMap, secret, downwardAPI, projected }: Volume): Source[] {
  if (projected) return (at(projected, 'sources') ?? []) as Source[]
  if (configMap) return [{ configMap }]
  if (secret) return [{ secret: { ...(secret as object), name: String(at(secret, 'secretName') ?? '') } }]
  return [{ downwardAPI: downwardAPI as object }]
}

function read(server: Server, pod: Pod, source: Source, mode: number): Payload {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source
  if (configMap) return picked(keysOf(server, pod, 'configmaps', configMap.name), configMap.items, mode)
  if (secret) return picked(keysOf(server, pod, 'secrets', secret.name), secret.items, mode)
  if (serviceAccountToken) return token(server, pod, serviceAccountToken, mode)
  return new Map((downwardAPI?.items ?? []).flatMap((item) => downward(server, pod, item, mode)))
}

/** Every key of a ConfigMap or Secret as bytes; none when it is not there. */
function keysOf(server: Server, pod: Pod, plural: string, name = ''): Map<string, Uint8Array> {
  const object: KubeObject | undefined = server.store.find(builtIn(plural), pod.metadata.namespace ?? '', name)
  const fields = (field: string) => Object.entries((object?.[field] ?? {}) as Record<string, string>)
  const text = plural === 'configmaps' ? bytesOf : unbinary
  return new Map([
    ...fields('data').map(([key, value]) => [key, text(value)] as const),
    ...fields('binaryData').map(([key, value]) => [key, unbinary(value)] as const),
  ])
}

function picked(keys: Map<string, Uint8Array>, items: Item[] | undefined, mode: number): Payload {
  if (!items) return new Map([...keys].map(([key, bytes]) => [key, { bytes, mode }]))
  return new Map(
    items.flatMap((item) => {
      const bytes = keys.get(item.key)
      return bytes ? [[item.path, { bytes, mode: item.mode ?? mode }] as const] : []
    }),
  )
}

function token(server: Server, pod: Pod, { path, ...asked }: TokenSource, mode: number): Payload {
  const text = server.containers.tokens.read(server, pod, asked)
  return text === undefined ? new Map() : new Map([[path, { bytes: bytesOf(text), mode }]])
}

function downward(
  server: Server,
  pod: Pod,
  item: FieldItem,
  mode: number,
): [string, { bytes: Uint8Array; mode: number }][] {
  const { path, fieldRef, resourceFieldRef } = item
  const container = pod.spec.containers.find(({ name }) => name === resourceFieldRef?.containerName)
  const text = fieldRef
    ? fieldValue(pod, fieldRef.fieldPath)
    : container && resourceValue(container, resourceFieldRef!, server.kubelets.get(pod.spec.nodeName ?? ''))
  return text === undefined ? [] : [[path, { bytes: bytesOf(text), mode: item.mode ?? mode }]]
}

/** Files stand in a directory named by a time, to which `..data` points, so that all change at once. */
function atomicTree(payload: Payload, sinceMs: number): Tree {
  const stamp = `..${new Date(sinceMs).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '_')}.${sinceMs % 1_000_000_000}`
  const tree = new Map<string, Entry>([
    ['/', directory(sinceMs, 0o777)],
    [`/${stamp}`, directory(sinceMs)],
    ['/..data', link(stamp, sinceMs)],
  ])
  for (const [path, { bytes, mode }] of payload) {
    const inner = `/${stamp}/${path}`
    for (let up = parentOf(inner); !tree.has(up); up = parentOf(up)) tree.set(up, directory(sinceMs))
    tree.set(inner, file(bytes, sinceMs, mode))
    const top = path.split('/')[0]!
    tree.set(`/${top}`, link(`..data/${top}`, sinceMs))
  }
  return tree
}

export function mountsOf(container: Container): VolumeMount[] {
  return (container['volumeMounts'] ?? []) as VolumeMount[]
}
