/**
 * The machine behind a Node: its disk, whether its kubelet answers and how slowly, and what its containers print.
 * This is the truth; the Node object is only what the kubelet last reported. A test or a scenario may change it at will.
 */
import type { PortRoutes } from '../network/routes.ts'

/** What a container prints: line after line, for ever. Text may hold `{n}`, `{time}` and `{int:MIN:MAX}`. */
export type LogProgram = { readonly everyMs: number; readonly lines: readonly string[] }

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
  /** When the machine started, RFC 3339. */
  readonly startedAt: string
  state: 'up' | 'down'
  /** How long each answer takes, in virtual time; Infinity never answers. */
  latencyMs: number
  /** By pod uid and container name, `UID/app`. */
  readonly programs: Map<string, LogProgram>
  /** What containers answer on their ports, where the world says so; by the same keys. */
  readonly routes: Map<string, PortRoutes>
}

/** Port of the kubelet's HTTPS API. */
export const KUBELET_PORT = 10_250

/** A full disk as the kubelet sees it: nodefs.available below this share sets DiskPressure. */
const EVICTION_HARD_AVAILABLE = 0.1 // kubelet default --eviction-hard nodefs.available<10%

export function underDiskPressure({ disk }: Kubelet): boolean {
  return disk.capacityBytes - disk.usedBytes < EVICTION_HARD_AVAILABLE * disk.capacityBytes
}

export type StoredKubelet = Omit<Kubelet, 'programs' | 'routes' | 'latencyMs'> & {
  latencyMs: number | null
  programs: Record<string, LogProgram>
  routes: Record<string, PortRoutes>
}

/** JSON knows no Infinity: null stands for it. */
export function storeKubelet(kubelet: Kubelet): StoredKubelet {
  const latencyMs = Number.isFinite(kubelet.latencyMs) ? kubelet.latencyMs : null
  const [programs, routes] = [Object.fromEntries(kubelet.programs), Object.fromEntries(kubelet.routes)]
  return structuredClone({ ...kubelet, latencyMs, programs, routes })
}

export function restoreKubelet(stored: StoredKubelet): Kubelet {
  const { programs, routes, latencyMs, ...rest } = structuredClone(stored)
  const maps = { programs: new Map(Object.entries(programs)), routes: new Map(Object.entries(routes)) }
  return { ...rest, latencyMs: latencyMs ?? Infinity, ...maps }
}
