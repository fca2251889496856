/**
 * The machine behind a Node: its disk, whether its kubelet answers and how slowly, and what its containers print.
 * This is the truth; the Node object is only what the kubelet last reported. A test or a scenario may change it at will.
 */
import type { PortRoutes } from '../network/routes.ts'
import type { PodRecord } from './pods/record.ts'

/**
 * What a container prints: line after line, for ever or so many `times`; all at once when `everyMs` is 0. Text may hold
 * `{n}`, `{time}`, `{date:FORMAT}`, `{int:MIN:MAX}`, `{count:START}` for the number of the round, `{open}` for a brace, and
 * `{previous:TEXT}` for what is there only when it is read as a previous log.
 */
export type LogProgram = {
  readonly everyMs: number
  readonly lines: readonly string[]
  readonly times?: number | undefined
  /** So many lines at a time; one when absent. */
  readonly burst?: number | undefined
  /** What a follower is still told, once; then the stream ends, though the container does not. */
  readonly followed?: { readonly everyMs: number; readonly lines: readonly string[] } | undefined
}

export type Disk = {
  capacityBytes: number
  usedBytes: number
  inodes: number
  inodesUsed: number
}

export type Kubelet = {
  readonly nodeName: string
  readonly address: string
  readonly disk: Disk
  readonly cores: number
  readonly memoryBytes: number
  /** What its pods have written to its disk beside what `disk` says, and what of its memory is used, when it last looked. */
  podDiskBytes: number
  usedMemoryBytes: number
  /** When the machine started, RFC 3339. */
  readonly startedAt: string
  state: 'up' | 'down'
  /** How long each answer takes, in virtual time; Infinity never answers. */
  latencyMs: number
  /** By pod uid and container name, `UID/app`. */
  readonly programs: Map<string, LogProgram>
  /** What containers answer on their ports, where the world says so; by the same keys. */
  readonly routes: Map<string, PortRoutes>
  /** What it knows of its pods, by uid. */
  readonly pods: Map<string, PodRecord>
  /** The images that are on its disk. */
  readonly images: Set<string>
  /** One image is pulled at a time: until when each keeps the machine busy. */
  readonly pulls: Map<string, number>
  /** The pod address given last; the next one follows. */
  lastHost: number
}

/** Port of the kubelet's HTTPS API. */
export const KUBELET_PORT = 10_250

/** Shares and amounts below which a kubelet makes room: --eviction-hard's defaults for nodefs and memory. */
export const DISK_THRESHOLD = 0.1
export const MEMORY_THRESHOLD_BYTES = 100 * 2 ** 20

export function underDiskPressure({ disk, podDiskBytes }: Kubelet): boolean {
  return disk.capacityBytes - disk.usedBytes - podDiskBytes < DISK_THRESHOLD * disk.capacityBytes
}

export function underMemoryPressure({ memoryBytes, usedMemoryBytes }: Kubelet): boolean {
  return memoryBytes - usedMemoryBytes < MEMORY_THRESHOLD_BYTES
}

export type StoredKubelet = Omit<Kubelet, 'programs' | 'routes' | 'pods' | 'images' | 'pulls' | 'latencyMs'> & {
  latencyMs: number | null
  programs: Record<string, LogProgram>
  routes: Record<string, PortRoutes>
  pods: Record<string, PodRecord>
  images: string[]
  pulls: Record<string, number>
}

/** JSON knows no Infinity: null stands for it. */
export function storeKubelet(kubelet: Kubelet): StoredKubelet {
  const latencyMs = Number.isFinite(kubelet.latencyMs) ? kubelet.latencyMs : null
  const { programs, routes, pods, images, pulls } = kubelet
  return structuredClone({
    ...kubelet,
    latencyMs,
    programs: Object.fromEntries(programs),
    routes: Object.fromEntries(routes),
    pods: Object.fromEntries(pods),
    images: [...images],
    pulls: Object.fromEntries(pulls),
  })
}

export function restoreKubelet(stored: StoredKubelet): Kubelet {
  const { programs, routes, pods, images, pulls, latencyMs, ...rest } = structuredClone(stored)
  return {
    ...rest,
    latencyMs: latencyMs ?? Infinity,
    programs: new Map(Object.entries(programs)),
    routes: new Map(Object.entries(routes)),
    pods: new Map(Object.entries(pods)),
    images: new Set(images),
    pulls: new Map(Object.entries(pulls)),
  }
}
