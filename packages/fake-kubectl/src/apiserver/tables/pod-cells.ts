/**
 * A pod in four words, as `kubectl get pods` shows it: READY, STATUS, RESTARTS, and what STATUS is derived from.
 * Source: kubernetes/pkg/printers/internalversion/printers.go, printPod.
 */
import { age } from '../../api/age.ts'
import { isReady } from '../../api/pod-state.ts'
import type { Container, ContainerStatus, Pod } from '../../api/types.ts'

export type PodCells = { ready: string; status: string; restarts: string }

/** Three columns ask for them, one after the other. */
let latest: { pod: Pod; nowMs: number; cells: PodCells } | undefined

export function podCells(pod: Pod, nowMs: number): PodCells {
  if (latest?.pod !== pod || latest.nowMs !== nowMs) latest = { pod, nowMs, cells: cellsOf(pod, nowMs) }
  return latest.cells
}

function cellsOf(pod: Pod, nowMs: number): PodCells {
  const initializing = initProgress(pod)
  const main = mainProgress(pod)
  const restarted = initializing
    ? initStatuses(pod)
    : [...initStatuses(pod).filter(({ name }) => isSidecar(pod, name)), ...(pod.status.containerStatuses ?? [])]
  const total = pod.spec.containers.length + sidecars(pod).length
  const ready = main.ready + initStatuses(pod).filter((it) => isSidecar(pod, it.name) && it.started && it.ready).length
  return {
    ready: `${initializing ? 0 : ready}/${total}`,
    status: deleting(pod) ?? initializing ?? main.status,
    restarts: restartText(sumRestarts(restarted), nowMs),
  }
}

function deleting({ metadata, status }: Pod): string | undefined {
  if (!metadata.deletionTimestamp) return undefined
  if (status.reason === 'NodeLost') return 'Unknown'
  return ['Succeeded', 'Failed'].includes(status.phase ?? '') ? undefined : 'Terminating'
}

/** The phase, or the reason the pod gives for it. */
function phaseOf({ status }: Pod): string {
  const gated = status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated')
  return gated ? 'SchedulingGated' : status.reason || status.phase || 'Unknown'
}

/** `Init:1/2` and the like, while an init container has not done its part. */
function initProgress(pod: Pod): string | undefined {
  const statuses = initStatuses(pod)
  for (const [i, status] of statuses.entries()) {
    const { terminated, waiting } = status.state
    if (terminated?.exitCode === 0) continue
    if (isSidecar(pod, status.name) && status.started) continue
    if (terminated) return `Init:${endText(terminated)}`
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`
    return isInitialized(pod) ? undefined : `Init:${i}/${pod.spec.initContainers?.length ?? 0}`
  }
  return undefined
}

function mainProgress(pod: Pod): { status: string; ready: number } {
  let status = phaseOf(pod)
  let ready = 0
  let running = false
  for (const container of (pod.status.containerStatuses ?? []).toReversed()) {
    const { waiting, terminated, running: runs } = container.state
    if (waiting?.reason) status = waiting.reason
    else if (terminated) status = endText(terminated)
    else if (container.ready && runs) {
      running = true
      ready += 1
    }
  }
  if (status === 'Completed' && running) status = isReady(pod) ? 'Running' : 'NotReady'
  return { status, ready }
}

function endText({ reason, signal, exitCode }: { reason?: string; signal?: number; exitCode: number }): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)
}

function sumRestarts(statuses: readonly ContainerStatus[]): { count: number; lastAt: string } {
  const ends = statuses.map(({ lastState }) => lastState.terminated?.finishedAt ?? '')
  return { count: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0), lastAt: ends.sort().at(-1) ?? '' }
}

function restartText({ count, lastAt }: { count: number; lastAt: string }, nowMs: number): string {
  return count > 0 && lastAt ? `${count} (${age(lastAt, nowMs)} ago)` : String(count)
}

function initStatuses({ status }: Pod): readonly ContainerStatus[] {
  return status.initContainerStatuses ?? []
}

function sidecars({ spec }: Pod): Container[] {
  return (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
}

function isSidecar(pod: Pod, name: string): boolean {
  return sidecars(pod).some((container) => container.name === name)
}

function isInitialized({ status }: Pod): boolean {
  return status.conditions?.some((it) => it.type === 'Initialized' && it.status === 'True') ?? false
}
