/**
 * What a container's file system is put together from: the image, what the kubelet writes, /proc, the volumes.
 * Source: pkg/kubelet/kubelet_pods.go makeMounts; pkg/volume/util/subpath.
 */
import type { Container, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { securityOf, type Run } from './container.ts'
import { etcFiles } from './etc.ts'
import type { Mount } from './file-system.ts'
import { imageTree } from './images.ts'
import { procTree } from './proc.ts'
import { directory, normalize, parentOf, type Changes, type Entry } from './tree.ts'
import { mountsOf, volumeContent, type Volume, type VolumeMount } from './volumes.ts'

/** What mounts are made for. */
export type Mounting = {
  readonly server: Server
  readonly pod: Pod
  readonly spec: Container
  readonly run: Run
  readonly startedMs: number
  readonly commands: readonly string[]
  /** What was written to a volume that keeps it, by the volume's key. */
  readonly place: (key: string) => Changes
}

export function mountsFor(mounting: Mounting): Mount[] {
  const { server, pod, spec, run, startedMs, commands } = mounting
  const volumes = (pod.spec['volumes'] ?? []) as Volume[]
  const mounts = mountsOf(spec).flatMap((mount) => {
    const volume = volumes.find(({ name }) => name === mount.name)
    return volume ? [volumeMount(mounting, volume, mount)] : []
  })
  const image = imageTree(server.images.profile(spec.image ?? ''), commands, startedMs)
  const tree = new Map<string, Entry>([...image, ...etcFiles(server, pod, startedMs)])
  for (const { path } of mounts) mountPoint(tree, path, startedMs)
  const readOnly = securityOf(spec)['readOnlyRootFilesystem'] === true
  const root: Mount = { path: '/', tree, changes: run.changes, readOnly, root: '/', device: 'overlay' }
  const proc = procTree(server, pod, spec, run, [root, ...mounts], startedMs)
  return [root, { path: '/proc', tree: proc, changes: new Map(), readOnly: true, root: '/', device: 'proc' }, ...mounts]
}

function volumeMount({ server, pod, run, startedMs, place }: Mounting, volume: Volume, mount: VolumeMount): Mount {
  const content = volumeContent(server, pod, volume, startedMs)
  const root = normalize(subPath(mount, run))
  const common = { path: normalize(mount.mountPath), device: content.device }
  if (content.kind === 'place') {
    const readOnly = mount.readOnly === true
    return { ...common, root, readOnly, tree: emptyTree(startedMs, root), changes: place(content.key) }
  }
  const inner = root === '/' ? root : pastLinks(content.tree, root)
  return { ...common, root: inner, readOnly: true, tree: content.tree, changes: new Map() }
}

function subPath({ subPath = '', subPathExpr }: VolumeMount, { environment }: Run): string {
  const value = (name: string) => environment.find(([key]) => key === name)?.[1] ?? ''
  return subPathExpr?.replaceAll(/\$\(([^)]*)\)/g, (_, name: string) => value(name)) ?? subPath
}

function emptyTree(mtimeMs: number, root: string): Map<string, Entry> {
  const tree = new Map([['/', directory(mtimeMs, 0o777)]])
  mountPoint(tree, root, mtimeMs)
  return tree
}

/** The runtime makes the directory on which it mounts. */
function mountPoint(tree: Map<string, Entry>, path: string, mtimeMs: number): void {
  for (let up = path; !tree.has(up); up = parentOf(up)) tree.set(up, directory(mtimeMs))
}

/** A subPath of a ConfigMap leads past its links to the file itself. */
function pastLinks(tree: ReadonlyMap<string, Entry>, path: string): string {
  const data = tree.get('/..data')
  return data?.kind === 'link' ? normalize(`/${data.target}${path}`) : path
}
