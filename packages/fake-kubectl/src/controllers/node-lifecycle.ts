/**
 * Whether nodes live: kubelets that are up renew their Lease and report their Node; of those that fall silent, the node
 * controller says so after a while.
 * Source: pkg/kubelet nodeStatusUpdateFrequency; pkg/controller/nodelifecycle, node-monitor-grace-period of 1.36.
 */
import { formatMicroTime } from '../api/meta.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import type { Condition, Lease, Node, Pod } from '../api/types.ts'
import { underDiskPressure, underMemoryPressure, type Kubelet } from '../kubelet/kubelet.ts'
import { heartbeatMs, isReady, reported, unreachable } from '../kubelet/node-status.ts'
import { recordEvent, type Happening, type Recorder } from './events.ts'
import { updateStatus } from './manager.ts'

const BEAT_MS = 10_000 // kubelet renews its Lease every ten seconds
const REPORT_MS = 300_000 // and reports an unchanged Node every five minutes
const GRACE_MS = 50_000 // --node-monitor-grace-period, 40 s before 1.32

const NODES = builtIn('nodes')
const LEASES = builtIn('leases.coordination.k8s.io')
const LEASE_NAMESPACE = 'kube-node-lease'

/** Beats every ten virtual seconds, on the clock's own ten, so that a restored cluster beats at the same times. */
export function runNodeLifecycle(server: Recorder, kubelets: ReadonlyMap<string, Kubelet>): void {
  const { clock } = server
  const beat = () => {
    for (const node of server.store.list(NODES) as Node[]) {
      const kubelet = kubelets.get(node.metadata.name)
      if (kubelet?.state === 'up') report(server, node, kubelet)
      else if (kubelet) monitor(server, node)
    }
    schedule()
  }
  const schedule = () => clock.at((Math.floor(clock.now() / BEAT_MS) + 1) * BEAT_MS, beat, { background: true })
  schedule()
}

function report(server: Recorder, node: Node, kubelet: Kubelet): void {
  const { store, clock } = server
  renewLease(server, node.metadata.name)
  const now = clock.now()
  const next = reported(node, kubelet, now)
  const changed = statuses(next.status.conditions) !== statuses(node.status.conditions)
  if (!changed && now - heartbeatMs(node) < REPORT_MS) return
  store.update(NODES, next)
  if (!isReady(node)) tell(server, node, 'NodeReady', 'kubelet')
  const has = (pressure: string) =>
    (node.status.conditions ?? []).some(({ type, status }) => type === pressure && status === 'True')
  const disk = underDiskPressure(kubelet)
  if (disk !== has('DiskPressure'))
    tell(server, node, disk ? 'NodeHasDiskPressure' : 'NodeHasNoDiskPressure', 'kubelet')
  const memory = underMemoryPressure(kubelet)
  if (memory !== has('MemoryPressure'))
    tell(server, node, memory ? 'NodeHasInsufficientMemory' : 'NodeHasSufficientMemory', 'kubelet')
}

function renewLease({ store, clock }: Recorder, nodeName: string): void {
  const lease = store.find(LEASES, LEASE_NAMESPACE, nodeName) as Lease | undefined
  if (lease) store.update(LEASES, { ...lease, spec: { ...lease.spec, renewTime: formatMicroTime(clock.now()) } })
}

function monitor(server: Recorder, node: Node): void {
  const { store, clock } = server
  const lease = store.find(LEASES, LEASE_NAMESPACE, node.metadata.name) as Lease | undefined
  const silentMs = clock.now() - (Date.parse(lease?.spec.renewTime ?? '') || 0)
  if (silentMs < GRACE_MS || !isReady(node)) return
  store.update(NODES, unreachable(node, clock.now()))
  for (const pod of store.list(builtIn('pods')) as Pod[]) {
    if (pod.spec.nodeName === node.metadata.name) updateStatus(server, builtIn('pods'), unready(pod, clock.now()))
  }
  tell(server, node, 'NodeNotReady', 'node-controller')
}

/** A pod whose node is silent is no longer counted as ready; nobody knows how it really is. */
export function unready(pod: Pod, nowMs: number): Pod {
  const lastTransitionTime = new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z')
  const conditions = (pod.status.conditions ?? []).map((it): Condition =>
    it.type === 'Ready' && it.status === 'True' ? { ...it, status: 'False', lastTransitionTime } : it,
  )
  return { ...pod, status: { ...pod.status, conditions } }
}

function tell(server: Recorder, node: Node, reason: string, component: string): void {
  const now = server.clock.now()
  const message = `Node ${node.metadata.name} status is now: ${reason}`
  const happening: Happening = { type: 'Normal', reason, message, component, firstMs: now, lastMs: now, count: 1 }
  recordEvent(server, NODES, node, component === 'kubelet' ? { ...happening, host: node.metadata.name } : happening)
}

function statuses(conditions: readonly Condition[] = []): string {
  return conditions.map(({ type, status }) => `${type}=${status}`).join()
}
