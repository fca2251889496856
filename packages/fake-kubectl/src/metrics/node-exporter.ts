/**
 * What a node exporter tells of its machine.
 * Source: https://github.com/prometheus/node_exporter
 */
import type { Family } from '@mcp-lab/prometheus'
import type { Server } from '../apiserver/server.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import { machineUse } from '../kubelet/usage.ts'
import { family, labelsOf, type Row } from './family.ts'

export function nodeMetrics(server: Server, kubelet: Kubelet): Family[] {
  const { cores, memoryBytes, diskBytes } = machineUse(server, kubelet)
  const { capacityBytes, usedBytes, inodes, inodesUsed } = kubelet.disk
  const bootMs = Date.parse(kubelet.startedAt)
  const seconds = (server.clock.now() - bootMs) / 1000
  const disk = labelsOf(kubelet, 'disk', () => ({ device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' }))
  const none = labelsOf(kubelet, 'none', () => ({}))
  const busy = server.counters.busySeconds(kubelet, cores, server.clock.now())
  const times = { idle: kubelet.cores * seconds - busy, user: busy * 0.8, system: busy * 0.2 }
  const modes = Object.entries(times).map(([mode, spent]): Row => {
    const earlier = (atMs: number) => (spent * (atMs - bootMs)) / (seconds * 1000)
    return [labelsOf(kubelet, `mode ${mode}`, () => ({ mode })), spent, { sinceMs: bootMs, earlier }]
  })
  return [
    family('node_cpu_seconds_total', { type: 'counter', help: 'Seconds the CPUs spent in each mode.' }, modes),
    family('node_load1', { help: '1m load average.' }, [[none, Number((cores * 1.1).toFixed(2))]]),
    family('node_memory_MemTotal_bytes', { help: 'Memory information field MemTotal_bytes.' }, [
      [none, kubelet.memoryBytes],
    ]),
    family('node_memory_MemAvailable_bytes', { help: 'Memory information field MemAvailable_bytes.' }, [
      [none, Math.max(0, Math.round(kubelet.memoryBytes - memoryBytes))],
    ]),
    family('node_filesystem_size_bytes', { help: 'Filesystem size in bytes.' }, [[disk, capacityBytes]]),
    family('node_filesystem_avail_bytes', { help: 'Filesystem space available to non-root users in bytes.' }, [
      [disk, capacityBytes - usedBytes - diskBytes],
    ]),
    family('node_filesystem_files', { help: 'Filesystem total file nodes.' }, [[disk, inodes]]),
    family('node_filesystem_files_free', { help: 'Filesystem total free file nodes.' }, [[disk, inodes - inodesUsed]]),
    family('node_boot_time_seconds', { help: 'Node boot time, in unixtime.', holdsTimes: true }, [
      [none, bootMs / 1000],
    ]),
  ]
}
