/**
 * A running container, as its processes find it.
 */
import { isFields, type Fields } from '../api/meta.ts'
import type { Container, ContainerStatus, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import type { Environment } from './environment.ts'
import type { FileSystem } from './file-system.ts'
import type { ImageProfile } from './images.ts'
import type { Command } from './process.ts'
import type { Changes } from './tree.ts'

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

/** A process beside the first: one that exec has started, or a child of it. */
export type Task = {
  readonly pid: number
  readonly argv: readonly string[]
  readonly startedMs: number
  readonly tty: boolean
}

/** One run of a container, from its start to its end: what no object tells of it. */
export type Run = {
  /** Another containerID is another run: what was written is gone. */
  readonly id: string
  readonly environment: Environment
  readonly changes: Changes
  readonly tasks: Map<number, Task>
  lastPid: number
}

export function statusOf({ status }: Pod, name: string): ContainerStatus | undefined {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].find((it) => it.name === name)
}

/** When a container was started, in milliseconds since 1970; undefined when it does not run. */
export function startOf(pod: Pod, name: string): number | undefined {
  const startedAt = statusOf(pod, name)?.state.running?.startedAt
  return startedAt === undefined ? undefined : Date.parse(startedAt)
}

/** The security context of a pod's spec or of a container's. */
export function securityOf(spec: Fields): Fields {
  const context = spec['securityContext']
  return isFields(context) ? context : {}
}
