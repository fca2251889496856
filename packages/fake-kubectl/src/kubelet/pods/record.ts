/**
 * What a kubelet and its container runtime know of a pod and no object tells: what was pulled, which runs there have
 * been, what its probes have found. Plain JSON, part of a snapshot; a pod's status follows from it.
 */
import type { LifeStage } from '../../containers/images.ts'
import type { Pod } from '../../api/types.ts'

/** How a container ended. */
export type Exit = {
  readonly atMs: number
  readonly code: number
  readonly reason: string
  readonly message?: string
}

/** One run of a container, from its start to its end. */
export type ContainerRun = {
  /** As its containerID. */
  readonly id: string
  readonly image: string
  readonly startMs: number
  /** Which stages of its image it has gone through, each since when; -1 is what an image without stages does. */
  /** What a script does that the pod has it run; in place of the image's stages. */
  readonly script?: readonly LifeStage[]
  readonly stages: { readonly index: number; readonly fromMs: number; readonly untilMs?: number }[]
  /** It has been asked to end, and does so then. */
  stopping?: Exit
  end?: Exit
}

export type ProbeRecord = {
  /** As the kubelet holds it: what the last results in a row have made of it. */
  passes: boolean
  successes: number
  failures: number
  /** Since the container last changed. */
  tries: number
  /** Null while nothing can change its result. */
  nextMs: number | null
}

export type ContainerRecord = {
  restarts: number
  waiting: { readonly reason: string; readonly message?: string }
  run?: ContainerRun
  previous?: ContainerRun
  /** The image is on its way until then. */
  pull?: { readonly startMs: number; readonly untilMs: number; readonly queuedMs: number }
  /** The image is there: a start need not pull again. */
  pulled?: boolean
  pullBackOff?: { readonly delayMs: number; readonly untilMs: number; readonly fault: string }
  /** How long it waits after it has ended again; not at all the first time. */
  backOffMs?: number
  /** Nothing is tried before. */
  retryMs?: number
  readonly probes: Partial<Record<ProbeKind, ProbeRecord>>
}

export type ProbeKind = 'startup' | 'liveness' | 'readiness'

export type PodRecord = {
  /** A world placed it as it stands; nothing happens to it but its end. */
  stands?: boolean
  readonly startMs: number
  sandboxMs?: number
  podIP?: string
  mounts?: { readonly delayMs: number; readonly untilMs: number }
  mounted?: boolean
  /** Refused by the kubelet, or ended by it. */
  failed?: { readonly reason: string; readonly message: string }
  /** SIGTERM was sent then. */
  stoppedMs?: number
  readonly containers: Record<string, ContainerRecord>
}

export function newRecord(startMs: number): PodRecord {
  return { startMs, containers: {} }
}

/** A container's record, begun when it is first asked for. */
export function containerRecord(record: PodRecord, name: string): ContainerRecord {
  return (record.containers[name] ??= { restarts: 0, waiting: { reason: 'ContainerCreating' }, probes: {} })
}

/** A pod as the kubelet names it in its messages: `web-1_default(UID)`. */
export function fullName({ metadata }: Pod): string {
  return `${metadata.name}_${metadata.namespace}(${metadata.uid})`
}
