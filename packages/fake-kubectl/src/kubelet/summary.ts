/**
 * The kubelet's Summary API, `/stats/summary`: what the machine uses, for the node and for each of its pods.
 * Disk figures come from the machine, processor and memory from its containers; network figures are drawn from the names.
 * Source: k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go.
 */
import { formatTime } from '../api/meta.ts'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import type { Disk, Kubelet } from './kubelet.ts'
import { machineUse, share, wholeUse, type Use } from './usage.ts'

const MIB = 2 ** 20
const NANO = 1e9

export type FsStats = {
  time: string
  availableBytes: number
  capacityBytes: number
  usedBytes: number
  inodesFree: number
  inodes: number
  inodesUsed: number
}

type Usage = { cpu: Record<string, unknown>; memory: Record<string, unknown> }

export type Summary = {
  node: {
    nodeName: string
    startTime: string
    fs: FsStats
    runtime: Record<string, FsStats>
    [field: string]: unknown
  } & Usage
  pods: Record<string, unknown>[]
}

/**
 * Counters are as of the last `counters.look`.
 *
 * @param pods those bound to this node; ones that have ended are left out
 */
export function summary(server: Server, kubelet: Kubelet, pods: readonly Pod[]): Summary {
  const nowMs = server.clock.now()
  const time = formatTime(nowMs)
  const running = pods.filter(({ status }) => status.phase === 'Running')
  const fs = fsStats({ ...kubelet.disk, usedBytes: kubelet.disk.usedBytes + kubelet.podDiskBytes }, time)
  const machine: Machine = { server, kubelet, nowMs }
  const use = machineUse(server, kubelet)
  return {
    node: {
      nodeName: kubelet.nodeName,
      startTime: kubelet.startedAt,
      ...used({ ...use, cpuSeconds: server.counters.busySeconds(kubelet, use.cores, nowMs) }, kubelet.nodeName, nowMs),
      network: { time, name: 'eth0', ...traffic(kubelet.nodeName, nowMs - Date.parse(kubelet.startedAt)) },
      fs,
      runtime: { imageFs: { ...fs, usedBytes: Math.round(fs.usedBytes * 0.4) } },
    },
    pods: running.map((pod) => podStats(machine, pod)),
  }
}

function fsStats({ capacityBytes, usedBytes, inodes, inodesUsed }: Disk, time: string): FsStats {
  const availableBytes = capacityBytes - usedBytes
  return { time, availableBytes, capacityBytes, usedBytes, inodesFree: inodes - inodesUsed, inodes, inodesUsed }
}

type Machine = { readonly server: Server; readonly kubelet: Kubelet; readonly nowMs: number }

function podStats(machine: Machine, pod: Pod): Record<string, unknown> {
  const { server, kubelet, nowMs } = machine
  const { name, namespace, uid = '' } = pod.metadata
  const time = formatTime(nowMs)
  const startTime = pod.status.startTime ?? time
  const running = (pod.status.containerStatuses ?? []).filter(({ state }) => state.running)
  const uses = running.map((container) => ({
    ...wholeUse(server, kubelet, pod, container.name),
    cpuSeconds: server.counters.of(pod, container.name)?.tally.cpuSeconds ?? 0,
  }))
  return {
    podRef: { name, namespace, uid },
    startTime,
    containers: running.map((container, i) => containerStats(machine, container.name, pod, uses[i]!)),
    ...used(sum(uses), uid, nowMs),
    network: { time, name: 'eth0', ...traffic(uid, nowMs - Date.parse(startTime)) },
    'ephemeral-storage': fsStats({ ...kubelet.disk, usedBytes: share(`${uid}/fs`, 40 * MIB), inodesUsed: 120 }, time),
  }
}

function containerStats({ kubelet, nowMs }: Machine, name: string, pod: Pod, use: Spent): Record<string, unknown> {
  const of = `${pod.metadata.uid}/${name}`
  const time = formatTime(nowMs)
  const startTime = pod.status.startTime ?? time
  const fs = (usedBytes: number) => fsStats({ ...kubelet.disk, usedBytes, inodesUsed: 40 }, time)
  return {
    name,
    startTime,
    ...used(use, of, nowMs),
    rootfs: fs(Math.round(use.diskBytes)),
    logs: fs(share(`${of}/logs`, 5 * MIB)),
  }
}

function sum(uses: readonly Spent[]): Spent {
  const total = (of: keyof Spent) => uses.reduce((all, use) => all + use[of], 0)
  return {
    cores: total('cores'),
    memoryBytes: total('memoryBytes'),
    diskBytes: total('diskBytes'),
    cpuSeconds: total('cpuSeconds'),
  }
}

/** What is used now, and what of processors has been since the start. */
type Spent = Required<Use> & { readonly cpuSeconds: number }

function used({ cores, memoryBytes, cpuSeconds }: Spent, of: string, nowMs: number): Usage {
  const time = formatTime(nowMs)
  const workingSetBytes = Math.round(memoryBytes)
  return {
    cpu: {
      time,
      usageNanoCores: Math.round(cores * NANO),
      usageCoreNanoSeconds: Math.round(cpuSeconds * NANO),
    },
    memory: {
      time,
      usageBytes: Math.round(workingSetBytes * 1.2),
      workingSetBytes,
      rssBytes: Math.round(workingSetBytes * 0.8),
      pageFaults: share(`${of}/faults`, 20_000),
      majorPageFaults: 0,
    },
  }
}

function traffic(of: string, elapsedMs: number): Record<string, number> {
  const bytes = share(`${of}/traffic`, 900) * Math.max(0, Math.floor(elapsedMs / 1000))
  return { rxBytes: bytes, rxErrors: 0, txBytes: Math.round(bytes * 0.7), txErrors: 0 }
}
