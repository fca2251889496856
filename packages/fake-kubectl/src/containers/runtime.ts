/**
 * The containers that run: for each what it was started with, what it has changed, and which processes it has. A pod's
 * object says which containers there are; here is only what no object tells. Part of a snapshot.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Container, ContainerStatus, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { COMMANDS } from './commands/all.ts'
import { environment, type Environment } from './environment.ts'
import { etcFiles } from './etc.ts'
import { FileSystem, type Mount } from './file-system.ts'
import { imageProfile, imageTree, type ImageProfile } from './images.ts'
import { MountedTokens } from './mounted-tokens.ts'
import { procTree } from './proc.ts'
import type { Command } from './process.ts'
import {
  directory,
  normalize,
  parentOf,
  restoreChanges,
  storeChanges,
  type Changes,
  type Entry,
  type StoredChanges,
} from './tree.ts'
import { mountsOf, volumeContent, type Volume, type VolumeMount } from './volumes.ts'

/** A process beside the first: one that exec has started, or a child of it. */
export type Task = {
  readonly pid: number
  readonly argv: readonly string[]
  readonly startedMs: number
  readonly tty: boolean
}

type Run = {
  /** Another containerID is another run: what was written is gone. */
  readonly id: string
  readonly environment: Environment
  readonly changes: Changes
  readonly tasks: Map<number, Task>
  lastPid: number
}

export type StoredContainers = {
  readonly runs: readonly (readonly [
    key: string,
    run: { id: string; environment: Environment; changes: StoredChanges; lastPid: number },
  ])[]
  readonly places: readonly (readonly [key: string, changes: StoredChanges])[]
}

/** A running container, as its processes find it. */
export type ToyContainer = {
  readonly server: Server
  readonly pod: Pod
  readonly spec: Container
  readonly profile: ImageProfile
  readonly environment: Environment
  readonly files: FileSystem
  readonly user: number
  readonly workingDir: string
  readonly startedMs: number
  readonly commands: ReadonlyMap<string, Command>
  readonly tasks: ReadonlyMap<number, Task>
  /** Adds a process; what it returns ends it. */
  begin(argv: readonly string[], tty: boolean): { pid: number; end(): void }
}

export class ContainerRuntime {
  /** Connections made so far; which endpoint of a Service is next depends on it. */
  connections = 0
  readonly tokens: MountedTokens = new MountedTokens()
  readonly #runs = new Map<string, Run>()
  readonly #places = new Map<string, Changes>()

  /** The container as it runs now; undefined when it does not. */
  open(server: Server, pod: Pod, name: string): ToyContainer | undefined {
    const spec = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((it) => it.name === name)
    const status = statusOf(pod, name)
    if (!spec || !status?.state.running) return undefined
    const startedMs = Date.parse(status.state.running.startedAt ?? '') || server.clock.now()
    const run = this.#run(server, pod, spec, startedMs)
    const profile = imageProfile(spec.image ?? '')
    const user = userOf(pod, spec)
    return {
      server,
      pod,
      spec,
      profile,
      environment: run.environment,
      files: new FileSystem(this.#mounts(server, pod, spec, run, startedMs), user, () => server.clock.now()),
      user,
      workingDir: (spec['workingDir'] as string | undefined) ?? profile.workingDir ?? '/',
      startedMs,
      commands: COMMANDS,
      tasks: run.tasks,
      begin: (argv, tty) => begin(run, { argv, tty, startedMs: server.clock.now() }),
    }
  }

  /** Takes note of what containers are started with, where that may change later, and forgets those of pods that are gone. */
  watch(server: Server): void {
    const pods = builtIn('pods')
    for (const pod of server.store.list(pods) as Pod[]) this.#noteStart(server, pod)
    server.store.log.subscribe(pods, {
      event: ({ type, object }) => (type === 'DELETED' ? this.#forget(object) : this.#noteStart(server, object as Pod)),
      reset: () => {},
    })
  }

  snapshot(): StoredContainers {
    return {
      runs: [...this.#runs].map(([key, { id, environment, changes, lastPid }]) => [
        key,
        { id, environment, changes: storeChanges(changes), lastPid },
      ]),
      places: [...this.#places].map(([key, changes]) => [key, storeChanges(changes)]),
    }
  }

  restore({ runs, places }: StoredContainers): void {
    this.tokens.clear()
    this.#runs.clear()
    this.#places.clear()
    for (const [key, run] of runs)
      this.#runs.set(key, { ...run, changes: restoreChanges(run.changes), tasks: new Map() })
    for (const [key, changes] of places) this.#places.set(key, restoreChanges(changes))
  }

  #noteStart(server: Server, pod: Pod): void {
    for (const spec of pod.spec.containers) {
      if (!dependsOnConfig(spec)) continue
      const startedAt = statusOf(pod, spec.name)?.state.running?.startedAt
      if (startedAt) this.#run(server, pod, spec, Date.parse(startedAt))
    }
  }

  #forget({ metadata: { uid = '' } }: KubeObject): void {
    this.tokens.forget(uid)
    for (const key of this.#runs.keys()) if (key.startsWith(`${uid}/`)) this.#runs.delete(key)
    for (const key of this.#places.keys()) if (key.startsWith(`pod/${uid}/`)) this.#places.delete(key)
  }

  #run(server: Server, pod: Pod, spec: Container, startedMs: number): Run {
    const key = `${pod.metadata.uid}/${spec.name}`
    const id = statusOf(pod, spec.name)?.containerID ?? ''
    const known = this.#runs.get(key)
    if (known?.id === id) return known
    const variables = environment(server, pod, spec, startedMs)
    const run: Run = { id, environment: variables, changes: new Map(), tasks: new Map(), lastPid: 1 }
    this.#runs.set(key, run)
    return run
  }

  #mounts(server: Server, pod: Pod, spec: Container, run: Run, startedMs: number): Mount[] {
    const volumes = (pod.spec['volumes'] ?? []) as Volume[]
    const mounts = mountsOf(spec).flatMap((mount) => {
      const volume = volumes.find(({ name }) => name === mount.name)
      return volume ? [this.#mount(server, pod, { volume, mount, run, startedMs })] : []
    })
    const tree = new Map<string, Entry>([
      ...imageTree(imageProfile(spec.image ?? ''), [...COMMANDS.keys()], startedMs),
      ...etcFiles(server, pod, startedMs),
    ])
    for (const { path } of mounts) mountPoint(tree, path, startedMs)
    const readOnly = security(spec)['readOnlyRootFilesystem'] === true
    const root: Mount = { path: '/', tree, changes: run.changes, readOnly, root: '/', device: 'overlay' }
    const proc = procTree(server, pod, spec, run, [root, ...mounts], startedMs)
    return [root, { ...root, path: '/proc', tree: proc, changes: new Map(), readOnly: true, device: 'proc' }, ...mounts]
  }

  #mount(
    server: Server,
    pod: Pod,
    { volume, mount, run, startedMs }: { volume: Volume; mount: VolumeMount; run: Run; startedMs: number },
  ): Mount {
    const content = volumeContent(server, pod, volume, startedMs)
    const isPlace = content.kind === 'place'
    const sub =
      mount.subPathExpr?.replaceAll(/\$\(([^)]*)\)/g, (_, name: string) => variable(run, name)) ?? mount.subPath ?? ''
    const root = normalize(sub)
    const tree = isPlace ? emptyTree(startedMs, root) : content.tree
    const changes = isPlace ? this.#place(content.key) : new Map()
    const readOnly = mount.readOnly === true || !isPlace
    const shown = isPlace || root === '/' ? root : linked(tree, root)
    return { path: normalize(mount.mountPath), tree, changes, readOnly, root: shown, device: content.device }
  }

  #place(key: string): Changes {
    const known = this.#places.get(key)
    if (known) return known
    const changes: Changes = new Map()
    this.#places.set(key, changes)
    return changes
  }
}

export function statusOf({ status }: Pod, name: string): ContainerStatus | undefined {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].find((it) => it.name === name)
}

function begin(run: Run, task: Omit<Task, 'pid'>): { pid: number; end(): void } {
  run.lastPid += 1
  const pid = run.lastPid
  run.tasks.set(pid, { ...task, pid })
  return { pid, end: () => void run.tasks.delete(pid) }
}

/** Only what refers to other objects can change between the start and now. */
function dependsOnConfig({ env, envFrom }: Container): boolean {
  const variables = (env ?? []) as { valueFrom?: { configMapKeyRef?: object; secretKeyRef?: object } }[]
  return (
    envFrom !== undefined || variables.some(({ valueFrom }) => valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef)
  )
}

function security(spec: Container): Record<string, unknown> {
  return (spec['securityContext'] ?? {}) as Record<string, unknown>
}

function userOf(pod: Pod, spec: Container): number {
  const ofPod = (pod.spec['securityContext'] ?? {}) as Record<string, unknown>
  return Number(security(spec)['runAsUser'] ?? ofPod['runAsUser'] ?? 0)
}

function emptyTree(mtimeMs: number, root: string): Map<string, Entry> {
  const tree = new Map([['/', directory(mtimeMs, 0o777)]])
  for (let path = root; !tree.has(path); path = parentOf(path)) tree.set(path, directory(mtimeMs))
  return tree
}

/** The runtime makes the directory on which it mounts. */
function mountPoint(tree: Map<string, Entry>, path: string, mtimeMs: number): void {
  for (let up = path; !tree.has(up); up = parentOf(up)) tree.set(up, directory(mtimeMs))
}

/** A subPath of a ConfigMap leads past its links to the file itself. */
function linked(tree: ReadonlyMap<string, Entry>, path: string): string {
  const data = tree.get('/..data')
  return data?.kind === 'link' ? normalize(`/${data.target}${path}`) : path
}

function variable({ environment }: Run, name: string): string {
  return environment.find(([key]) => key === name)?.[1] ?? ''
}
