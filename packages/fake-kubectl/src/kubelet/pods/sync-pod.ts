/**
 * A pod from its binding to its end: volumes, sandbox, init containers one after the other, then all others.
 * Source: pkg/kubelet/kubelet.go; kuberuntime_manager.go SyncPod; pkg/kubelet/active_deadline.go.
 */
import { parseDuration } from '../../api/age.ts'
import { builtIn } from '../../api/kinds/built-in.ts'
import { deleteObject } from '../../apiserver/verbs/deletion.ts'
import { updateAs } from '../../apiserver/managed-fields/own-write.ts'
import { podAddress } from './address.ts'
import { refusal } from './admit.ts'
import { stop, syncContainer } from './containers.ts'
import { mountVolumes } from './mounts.ts'
import { isStarted } from './probes.ts'
import { wait } from './pull.ts'
import { containerRecord } from './record.ts'
import { standAs } from './stand.ts'
import { podStatus } from './status.ts'
import { containersOf, say, type Spec, type Sync } from './sync.ts'

const PODS = builtIn('pods')
const SANDBOX_MS = 500 // a network, and the pause container

export function syncPod(sync: Sync): void {
  const { pod, record } = sync
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  if (deletionTimestamp) {
    // Without grace nothing is left to stop: finalizers alone still hold it.
    if (deletionGracePeriodSeconds !== 0) terminate(sync)
    return
  }
  if (record.stands || standAs(sync)) return
  if (!record.failed) live(sync)
  writeStatus(sync)
}

function live(sync: Sync): void {
  const { record, pod } = sync
  if (Object.keys(record.containers).length === 0) {
    sync.changed = true
    const refused = refusal(sync)
    if (refused) return fail(sync, refused.reason, refused.message)
    for (const { name } of containersOf(pod)) containerRecord(record, name)
  }
  if (isOverdue(sync)) return
  if (hasSandbox(sync)) syncContainers(sync)
}

/** Ends a pod for good, whatever its restartPolicy. */
export function fail(sync: Sync, reason: string, message: string): void {
  sync.record.failed = { reason, message }
  sync.changed = true
  say(sync, { type: 'Warning', reason, message })
  for (const spec of containersOf(sync.pod)) {
    const run = sync.record.containers[spec.name]?.run
    if (run && !run.end) run.end = { atMs: sync.nowMs, code: 137, reason: 'Error' }
  }
}

function isOverdue(sync: Sync): boolean {
  const { record, pod, nowMs, due } = sync
  const seconds = pod.spec['activeDeadlineSeconds']
  if (typeof seconds !== 'number') return false
  const deadlineMs = record.startMs + seconds * 1000
  if (nowMs < deadlineMs) {
    due.at(deadlineMs, { background: true })
    return false
  }
  if (!isOver(sync)) fail(sync, 'DeadlineExceeded', 'Pod was active on the node longer than the specified deadline')
  return true
}

function hasSandbox(sync: Sync): boolean {
  const { record, nowMs, due, kubelet, pod, server } = sync
  if (!mountVolumes(sync)) return false
  record.sandboxMs ??= nowMs + SANDBOX_MS
  if (nowMs < record.sandboxMs) {
    due.at(record.sandboxMs)
    return false
  }
  if (record.podIP === undefined) {
    record.podIP = pod.spec['hostNetwork'] === true ? kubelet.address : podAddress(server, kubelet)
    sync.changed = true
  }
  return true
}

function syncContainers(sync: Sync): void {
  const { record, pod } = sync
  if (isOver(sync)) return stopSidecars(sync)
  for (const spec of containersOf(pod)) {
    const state = containerRecord(record, spec.name)
    const isInit = spec.kind === 'init'
    if (isInit && state.run?.end?.code === 0) continue
    syncContainer(sync, spec, state)
    const holdsBack = isInit ? state.run?.end?.code !== 0 : spec.kind === 'sidecar' && !isStarted(spec, state)
    if (!holdsBack) continue
    for (const other of containersOf(pod)) {
      const later = containerRecord(record, other.name)
      if (other.name !== spec.name && !later.run) wait(sync, later, 'PodInitializing')
    }
    return
  }
  if (isOver(sync)) stopSidecars(sync)
}

/** Have all main containers ended for good, or an init container failed for good? */
function isOver(sync: Sync): boolean {
  const { record, pod } = sync
  const specs = containersOf(pod)
  const policy = pod.spec.restartPolicy ?? 'Always'
  const ended = ({ name }: Spec) => record.containers[name]?.run?.end
  const initFailed = specs.some((spec) => spec.kind === 'init' && policy === 'Never' && (ended(spec)?.code ?? 0) !== 0)
  const mains = specs.filter(({ kind }) => kind === 'main')
  return initFailed || mains.every((spec) => isFinished(policy, ended(spec)?.code))
}

function isFinished(policy: string, code: number | undefined): boolean {
  return code !== undefined && (policy === 'Never' || (policy === 'OnFailure' && code === 0))
}

/** A pod whose work is done needs its sidecars no more. */
function stopSidecars(sync: Sync): void {
  for (const spec of containersOf(sync.pod)) {
    const run = sync.record.containers[spec.name]?.run
    if (spec.kind !== 'sidecar' || !run || run.end) continue
    if (!run.stopping) stop(sync, spec, run, `Stopping container ${spec.name}`)
    endIfDue(sync, spec)
  }
}

function endIfDue(sync: Sync, { name }: Spec): boolean {
  const run = sync.record.containers[name]?.run
  if (!run || run.end) return true
  if (run.stopping && run.stopping.atMs <= sync.nowMs) {
    run.end = run.stopping
    sync.changed = true
    return true
  }
  if (run.stopping) sync.due.at(run.stopping.atMs)
  return false
}

/** SIGTERM to all containers, their last status, then the object goes. */
function terminate(sync: Sync): void {
  const { server, pod, record, nowMs } = sync
  const isStanding = record.stands === true
  if (isStanding) return terminateStanding(sync)
  const specs = containersOf(pod)
  for (const spec of specs) {
    const run = record.containers[spec.name]?.run
    const graceMs = (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000
    if (!run || run.end) continue
    if (run.stopping) run.stopping = { ...run.stopping, atMs: Math.min(run.stopping.atMs, nowMs + graceMs) }
    else stop(sync, spec, run, `Stopping container ${spec.name}`)
  }
  const gone = specs.map((spec) => endIfDue(sync, spec)).every(Boolean)
  if (!gone) return
  writeStatus(sync)
  remove(server, pod)
}

/** What stands does not run: its containers are stopped for the eyes of those who look at it. */
function terminateStanding(sync: Sync): void {
  const { server, pod, record, nowMs, due } = sync
  const graceMs = (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000
  if (record.stoppedMs === undefined) {
    const sentMs = Date.parse(pod.metadata.deletionTimestamp ?? '') - graceMs
    record.stoppedMs = Math.max(nowMs, sentMs + Math.min(stoppingMs(sync), graceMs))
    for (const spec of containersOf(pod).filter(({ kind }) => kind === 'main'))
      say(sync, { reason: 'Killing', message: `Stopping container ${spec.name}` }, spec)
  }
  if (nowMs < record.stoppedMs) return due.at(record.stoppedMs)
  remove(server, pod)
}

function stoppingMs({ server, pod }: Sync): number {
  const stopsIn = pod.spec.containers.map(({ image = '' }) => server.images.profile(image).stopsIn)
  return Math.max(...stopsIn.map((it) => (it === undefined ? 1000 : parseDuration(it))))
}

function remove(server: Sync['server'], pod: Sync['pod']): void {
  const current = server.store.find(PODS, pod.metadata.namespace ?? '', pod.metadata.name)
  if (current) deleteObject(server, PODS, current, { gracePeriodSeconds: 0 })
}

function writeStatus(sync: Sync): void {
  const { server, pod } = sync
  if (!sync.changed && pod.metadata.generation === pod.status['observedGeneration']) return
  const status = podStatus(sync)
  updateAs(server, PODS, { ...pod, status }, { component: 'kubelet', subresource: 'status' })
}
