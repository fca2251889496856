/**
 * A pod's status, as its kubelet writes it: what the record says, in the API's words.
 * Source: pkg/kubelet/kubelet_pods.go generateAPIPodStatus, getPhase; pkg/kubelet/status/generate.go.
 */
import { formatTime } from '../../api/meta.ts'
import { hashHex } from '../../clock/random.ts'
import type { Condition, ContainerState, ContainerStatus, Pod, PodStatus } from '../../api/types.ts'
import { qosClass } from '../../apiserver/strategies/qos-class.ts'
import { mountsOf } from '../../containers/volumes.ts'
import { isReady, isStarted } from './probes.ts'
import { canonical } from './pull.ts'
import type { ContainerRecord, ContainerRun } from './record.ts'
import { containersOf, restarts, type Spec, type Sync } from './sync.ts'

const IDLE: ContainerRecord = { restarts: 0, waiting: { reason: 'ContainerCreating' }, probes: {} }

export function podStatus(sync: Sync): PodStatus {
  const { pod, record, kubelet, nowMs } = sync
  const specs = containersOf(pod)
  const statuses = (kinds: readonly Spec['kind'][]) =>
    specs.filter(({ kind }) => kinds.includes(kind)).map((spec) => containerStatus(sync, spec))
  const { podIP, failed } = record
  const phase = failed ? 'Failed' : phaseOf(sync, specs)
  const init = statuses(['init', 'sidecar'])
  const ephemeral = statuses(['ephemeral'])
  const main = statuses(['main']).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const { observedGeneration: _seen, phase: _phase, conditions = [], ...before } = pod.status
  const isRefused = failed !== undefined && Object.keys(record.containers).length === 0
  return {
    ...before,
    observedGeneration: pod.metadata.generation ?? 1,
    phase,
    ...failed,
    conditions: dated(conditionsOf(sync, specs, phase), conditions, pod.metadata.generation ?? 1, nowMs),
    hostIP: kubelet.address,
    hostIPs: [{ ip: kubelet.address }],
    ...(podIP !== undefined && { podIP, podIPs: [{ ip: podIP }] }),
    startTime: formatTime(record.startMs),
    ...(init.length > 0 && { initContainerStatuses: init }),
    ...(!isRefused && { containerStatuses: main }),
    ...(ephemeral.length > 0 && { ephemeralContainerStatuses: ephemeral }),
    qosClass: qosClass(pod.spec),
  }
}

function stateOf({ record }: Sync, { name }: Spec): ContainerRecord {
  return record.containers[name] ?? IDLE
}

function phaseOf(sync: Sync, specs: readonly Spec[]): string {
  const { pod } = sync
  const of = (kind: Spec['kind']) =>
    specs.filter((it) => it.kind === kind).map((spec) => ({ spec, state: stateOf(sync, spec) }))
  const inits = of('init')
  if (inits.some(({ state }) => (state.run?.end?.code ?? 0) !== 0) && pod.spec.restartPolicy === 'Never')
    return 'Failed'
  if (inits.some(({ state }) => state.run?.end?.code !== 0)) return 'Pending'
  const mains = of('main')
  if (mains.some(({ state }) => !state.run)) return 'Pending'
  const over = mains.every(({ spec, state }) => state.run!.end && !restarts(pod, spec, state.run!.end.code))
  if (!over) return 'Running'
  if (of('sidecar').some(({ state }) => state.run && !state.run.end)) return 'Running'
  return mains.every(({ state }) => state.run!.end!.code === 0) ? 'Succeeded' : 'Failed'
}

function conditionsOf(sync: Sync, specs: readonly Spec[], phase: string): Omit<Condition, 'lastTransitionTime'>[] {
  const { record, pod } = sync
  const isOver = phase === 'Succeeded' || phase === 'Failed'
  const inits = specs.filter(({ kind }) => kind === 'init')
  const waiting = inits.filter((spec) => stateOf(sync, spec).run?.end?.code !== 0).map(({ name }) => name)
  const unready = specs
    .filter(({ kind }) => kind === 'main' || kind === 'sidecar')
    .filter((spec) => !isReady(spec, stateOf(sync, spec)))
  const why = readiness(
    phase,
    unready.map(({ name }) => name),
  )
  const gates = unmetGates(pod)
  return [
    held('PodReadyToStartContainers', record.podIP !== undefined && !isOver),
    phase === 'Succeeded'
      ? { ...held('Initialized', true), reason: 'PodCompleted' }
      : held('Initialized', waiting.length === 0, {
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: [${waiting.join(' ')}]`,
        }),
    held('Ready', why === undefined && gates === undefined, why ?? gates),
    held('ContainersReady', why === undefined, why),
    held('PodScheduled', true),
  ]
}

type Why = { readonly reason: string; readonly message?: string }

function readiness(phase: string, unready: readonly string[]): Why | undefined {
  if (phase === 'Succeeded') return { reason: 'PodCompleted' }
  if (phase === 'Failed') return { reason: 'PodFailed' }
  if (unready.length === 0) return undefined
  return { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` }
}

function unmetGates({ spec, status }: Pod): Why | undefined {
  const unmet = (spec.readinessGates ?? []).filter(
    ({ conditionType }) => !status.conditions?.some((it) => it.type === conditionType && it.status === 'True'),
  )
  if (unmet.length === 0) return undefined
  const words = unmet.map(({ conditionType }) => {
    const found = status.conditions?.some(({ type }) => type === conditionType)
    return found
      ? `the status of pod readiness gate "${conditionType}" is not "True", but False`
      : `corresponding condition of pod readiness gate "${conditionType}" does not exist.`
  })
  return { reason: 'ReadinessGatesNotReady', message: words.join(', ') }
}

function held(type: string, holds: boolean, why?: Why): Omit<Condition, 'lastTransitionTime'> {
  return { type, status: holds ? 'True' : 'False', ...(!holds && why) }
}

/** Each with the time at which it last changed; others' conditions stay. */
function dated(
  ours: readonly Omit<Condition, 'lastTransitionTime'>[],
  before: readonly Condition[],
  observedGeneration: number,
  nowMs: number,
): Condition[] {
  const own = ours.map((condition): Condition => {
    const previous = before.find(({ type }) => type === condition.type)
    const lastTransitionTime = previous?.status === condition.status ? previous.lastTransitionTime : undefined
    const time = { lastTransitionTime: lastTransitionTime ?? formatTime(nowMs) }
    return { ...condition, ...time, observedGeneration } as Condition
  })
  return [...own, ...before.filter(({ type }) => !ours.some((it) => it.type === type))]
}

function containerStatus(sync: Sync, spec: Spec): ContainerStatus {
  const state = stateOf(sync, spec)
  const { run, previous } = state
  const waits =
    run?.end !== undefined && state.waiting.reason !== 'ContainerCreating' && state.waiting.reason !== 'PodInitializing'
  const shown = run && !waits ? stateOfRun(run) : { waiting: { ...state.waiting } }
  const last = waits ? run : previous
  const resources = spec.resources ?? {}
  const mounts = mountsOf(spec)
  const isUp = run !== undefined && !run.end
  return {
    name: spec.name,
    image: run ? canonical(run.image) : (spec.image ?? ''),
    ...(run && { imageID: imageId(run.image), containerID: run.id }),
    ready: spec.kind === 'init' ? run?.end?.code === 0 : isReady(spec, state),
    started: spec.kind === 'init' ? false : isStarted(spec, state),
    restartCount: state.restarts,
    state: shown,
    lastState: last?.end ? stateOfRun(last) : {},
    ...(isUp && resources.requests && { allocatedResources: resources.requests }),
    ...(isUp && { resources }),
    ...(mounts.length > 0 && { volumeMounts: mounts.map(mounted) }),
  } as ContainerStatus
}

function mounted({ name, mountPath, readOnly }: ReturnType<typeof mountsOf>[number]): object {
  return { name, mountPath, ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }) }
}

function stateOfRun({ id, startMs, end }: ContainerRun): ContainerState {
  if (!end) return { running: { startedAt: formatTime(startMs) } }
  const { code, reason, message, atMs } = end
  const startedAt = reason === 'StartError' ? '1970-01-01T00:00:00Z' : formatTime(startMs)
  return {
    terminated: {
      exitCode: code,
      reason,
      ...(message !== undefined && { message }),
      startedAt,
      finishedAt: formatTime(atMs),
      containerID: id,
    },
  }
}

/** `docker.io/library/nginx@sha256:…` */
function imageId(image: string): string {
  const reference = canonical(image)
  if (reference.includes('@')) return reference
  return `${reference.replace(/:[^/:]*$/, '')}@sha256:${hashHex(reference, 64)}`
}
