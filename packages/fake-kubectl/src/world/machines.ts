/**
 * Draws the machines: from NodeSpecs and the seed to kubelets with a name, a size and a disk.
 */
import { parseDuration } from '../api/age.ts'
import { formatTime } from '../api/meta.ts'
import type { Server } from '../apiserver/server.ts'
import type { Random } from '../clock/random.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import type { NodeSpec, WorldSpec } from './spec.ts'

const GIB = 2 ** 30
const DAY_MS = 86_400_000
const FULL_PERCENT = 80

export type Machine = { readonly spec: NodeSpec; readonly kubelet: Kubelet; readonly index: number }

/** Every machine of the world, drawn in order, each with its kubelet in `kubelets`. */
export function drawMachines(
  { nodes = 3, fullNodes = 0, latencyMs = 0 }: WorldSpec,
  server: Server,
  kubelets: Map<string, Kubelet>,
): Machine[] {
  const specs: NodeSpec[] = typeof nodes === 'number' ? Array.from({ length: nodes }, () => ({})) : nodes
  const full = pickFull(specs, fullNodes, server.random)
  return specs.map((spec, index) => {
    const kubelet = drawKubelet(
      { ...spec, latencyMs: spec.latencyMs ?? latencyMs },
      index,
      full.has(index),
      server,
      kubelets,
    )
    kubelets.set(kubelet.nodeName, kubelet)
    return { spec, kubelet, index }
  })
}

function pickFull(specs: readonly NodeSpec[], count: number, random: Random): Set<number> {
  const open = specs.flatMap(({ usedPercent, kubelet }, index) =>
    usedPercent === undefined && kubelet !== 'down' ? [index] : [],
  )
  const given = specs.filter(({ usedPercent = 0 }) => usedPercent > FULL_PERCENT).length
  const full = new Set<number>()
  while (full.size < Math.min(count - given, open.length)) full.add(random.pick(open))
  return full
}

function drawKubelet(
  spec: NodeSpec,
  index: number,
  full: boolean,
  { random, clock }: Server,
  known: ReadonlyMap<string, Kubelet>,
): Kubelet {
  const nodeName = spec.name ?? freeName(random, known)
  const drawnBytes = random.integer(20 * GIB, 500 * GIB)
  const drawnPercent = full ? 86 + random.next() * 11 : 12 + random.next() * 62
  const drawnCores = random.pick([2, 4, 8, 16])
  const cores = spec.cores ?? drawnCores
  const capacityBytes = spec.capacityBytes ?? drawnBytes
  const usedBytes = Math.round((capacityBytes * (spec.usedPercent ?? drawnPercent)) / 100)
  const drawnMemory = cores * 4 * GIB - random.integer(100, 400) * 2 ** 20
  const drawnStartMs = clock.now() - random.integer(8 * DAY_MS, 60 * DAY_MS)
  const inodes = Math.floor(capacityBytes / 16_384)
  return {
    nodeName,
    address: `10.20.${index >> 8}.${(index & 255) + 1}`,
    disk: { capacityBytes, usedBytes, inodes, inodesUsed: Math.round((inodes * usedBytes) / capacityBytes / 4) },
    cores,
    memoryBytes: spec.memoryBytes ?? drawnMemory,
    startedAt: formatTime(spec.age === undefined ? drawnStartMs : clock.now() - parseDuration(spec.age)),
    state: spec.kubelet ?? 'up',
    latencyMs: spec.latencyMs ?? 0,
    programs: new Map(),
    routes: new Map(),
    pods: new Map(),
    images: new Set(),
    pulls: new Map(),
    lastHost: 1,
    podDiskBytes: 0,
    usedMemoryBytes: 0,
  }
}

function freeName(random: Random, known: ReadonlyMap<string, Kubelet>): string {
  for (;;) {
    const name = `node-${random.hex(4)}`
    if (!known.has(name)) return name
  }
}
