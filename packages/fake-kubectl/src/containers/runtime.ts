/**
 * The containers that run: for each what it was started with, what it has changed, and which processes it has. A pod's
 * object says which containers there are; here is only what no object tells. Part of a snapshot.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Container, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { COMMANDS } from './commands/all.ts'
import { securityOf, startOf, statusOf, type Run, type Task, type ToyContainer } from './container.ts'
import { environment, type Environment } from './environment.ts'
import { FileSystem } from './file-system.ts'
import { MountedTokens } from './mounted-tokens.ts'
import { mountsFor } from './mounts.ts'
import { restoreChanges, storeChanges, type Changes, type StoredChanges } from './tree.ts'

type StoredRun = { id: string; environment: Environment; changes: StoredChanges; lastPid: number }

export type StoredContainers = {
  readonly runs: readonly (readonly [key: string, run: StoredRun])[]
  readonly places: readonly (readonly [key: string, changes: StoredChanges])[]
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
    const startedMs = startOf(pod, name)
    if (!spec || startedMs === undefined) return undefined
    const run = this.#run(server, pod, spec, startedMs)
    const place = (key: string) => this.#place(key)
    const mounts = mountsFor({ server, pod, spec, run, startedMs, commands: [...COMMANDS.keys()], place })
    const profile = server.images.profile(spec.image ?? '')
    const user = userOf(pod, spec)
    return {
      server,
      pod,
      spec,
      profile,
      environment: run.environment,
      files: new FileSystem(mounts, user, () => server.clock.now()),
      user,
      workingDir: (spec['workingDir'] as string | undefined) ?? profile.workingDir ?? '/',
      startedMs,
      commands: COMMANDS,
      tasks: run.tasks,
      begin: (argv, tty) => begin(run, { argv, tty, startedMs: server.clock.now() }),
    }
  }

  /** Notes what containers are started with, where that may change later, and forgets those of pods that are gone. */
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
      const startedMs = dependsOnConfig(spec) ? startOf(pod, spec.name) : undefined
      if (startedMs !== undefined) this.#run(server, pod, spec, startedMs)
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

  #place(key: string): Changes {
    const changes: Changes = this.#places.get(key) ?? new Map()
    this.#places.set(key, changes)
    return changes
  }
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

function userOf(pod: Pod, spec: Container): number {
  return Number(securityOf(spec)['runAsUser'] ?? securityOf(pod.spec)['runAsUser'] ?? 0)
}
