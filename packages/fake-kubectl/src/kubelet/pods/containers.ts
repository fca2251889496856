/**
 * A container from its image to its end and its next run: what is waited for, what it becomes, when it is tried again.
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go startContainer; kuberuntime_manager.go doBackOff.
 */
import { parseDuration } from '../../api/age.ts'
import { hashHex } from '../../clock/random.ts'
import { configFault, startFault } from './config.ts'
import { beginLife, liveOn, nextChangeMs, profileOf, scriptOf } from './life.ts'
import { isReady, runProbes, wakeProbes } from './probes.ts'
import { ensureImage, RESYNC_MS, wait } from './pull.ts'
import { fullName, type ContainerRecord, type ContainerRun, type ProbeKind } from './record.ts'
import { restarts, say, type Spec, type Sync } from './sync.ts'

const RELIST_MS = 1000 // how often the kubelet looks at what has ended
const FIRST_DELAY_MS = 10_000
const LAST_DELAY_MS = 300_000
const STABLE_MS = 600_000 // a container that ran so long has a clean slate
const STOPPING_MS = 1000
const TERMINATED = 143 // by SIGTERM
const KILLED = 137

/** Lets a container be what it should be by now. */
export function syncContainer(sync: Sync, spec: Spec, state: ContainerRecord): void {
  const { run } = state
  if (run && !run.end) return syncRunning(sync, spec, state, run)
  if (run?.end && !mayRestart(sync, spec, state, run)) return
  if (state.retryMs !== undefined && sync.nowMs < state.retryMs) {
    sync.due.at(state.retryMs, { background: state.waiting.reason !== 'ErrImagePull' })
    return
  }
  delete state.retryMs
  if (ensureImage(sync, spec, state) && canBeCreated(sync, spec, state)) start(sync, spec, state)
}

function syncRunning(sync: Sync, spec: Spec, state: ContainerRecord, run: ContainerRun): void {
  if (liveOn(sync, spec, run)) wakeProbes(sync, state)
  if (run.end) return ended(sync, spec, state, run)
  if (run.image !== spec.image && !run.stopping)
    stop(sync, spec, run, `Container ${spec.name} definition changed, will be restarted`)
  const failed = run.stopping ? undefined : runProbes(sync, spec, state, run)
  if (failed)
    stop(
      sync,
      spec,
      run,
      `Container ${spec.name} failed ${failed satisfies ProbeKind} probe, will be restarted`,
      KILLED,
    )
  const changeMs = nextChangeMs(sync, spec, run)
  // While it is not ready somebody waits for what comes next; afterwards it is only what happens in time.
  const background = isReady(spec, state) && restarts(sync.pod, spec, 0) && !run.stopping
  if (changeMs !== undefined) sync.due.at(changeMs, { background })
}

/** Asks a container to end. @param code with what, where its image does not say */
export function stop(sync: Sync, spec: Spec, run: ContainerRun, message: string, code?: number): void {
  const { pod, nowMs } = sync
  const profile = profileOf(sync, spec)
  const graceMs = (pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
  const takesMs = Math.max(1, profile.stopsIn === undefined ? STOPPING_MS : parseDuration(profile.stopsIn))
  const exit = takesMs > graceMs ? KILLED : (profile.exitOnTerm ?? code ?? TERMINATED)
  const atMs = nowMs + Math.min(takesMs, graceMs)
  run.stopping = { atMs, code: exit, reason: exit === 0 ? 'Completed' : 'Error' }
  say(sync, { reason: 'Killing', message }, spec)
  sync.due.at(atMs)
}

function ended(sync: Sync, spec: Spec, state: ContainerRecord, run: ContainerRun): void {
  sync.changed = true
  for (const kind of Object.keys(state.probes) as ProbeKind[]) delete state.probes[kind]
  if (run.end!.atMs - run.startMs >= STABLE_MS) delete state.backOffMs
  state.retryMs = Math.max(sync.nowMs, run.end!.atMs) + RELIST_MS
  if (restarts(sync.pod, spec, run.end!.code)) sync.due.at(state.retryMs)
  else delete state.retryMs
}

/** Whether an ended container is to start again now; if not yet, it waits. */
function mayRestart(sync: Sync, spec: Spec, state: ContainerRecord, run: ContainerRun): boolean {
  const { nowMs, due } = sync
  if (!restarts(sync.pod, spec, run.end!.code)) return false
  if (state.retryMs !== undefined && nowMs < state.retryMs) {
    due.at(state.retryMs, { background: state.waiting.reason === 'CrashLoopBackOff' })
    return false
  }
  const readyMs = run.end!.atMs + (state.backOffMs ?? 0)
  if (nowMs >= readyMs) return true
  const delay = goDuration(state.backOffMs!)
  const name = `restarting failed container ${spec.name} in pod ${fullName(sync.pod)}`
  wait(
    sync,
    state,
    'CrashLoopBackOff',
    `back-off ${delay} restarting failed container=${spec.name} pod=${fullName(sync.pod)}`,
  )
  say(sync, { type: 'Warning', reason: 'BackOff', message: `Back-off ${name}` }, spec)
  state.retryMs = Math.min(readyMs, nowMs + RESYNC_MS)
  due.at(state.retryMs, { background: true })
  return false
}

function canBeCreated(sync: Sync, spec: Spec, state: ContainerRecord): boolean {
  const fault = configFault(sync, spec)
  if (fault === undefined) return true
  wait(sync, state, 'CreateContainerConfigError', fault)
  say(sync, { type: 'Warning', reason: 'Failed', message: `Error: ${fault}` }, spec)
  state.retryMs = sync.nowMs + RESYNC_MS
  // The image is looked for again at each try, as it may have gone meanwhile.
  delete state.pulled
  sync.due.at(state.retryMs, { background: true })
  return false
}

function start(sync: Sync, spec: Spec, state: ContainerRecord): void {
  const { nowMs, pod } = sync
  const attempt = state.run ? state.restarts + 1 : state.restarts
  const id = `containerd://${hashHex(`${pod.metadata.uid}/${spec.name}/${attempt}`, 64)}`
  if (state.run) {
    state.previous = state.run
    state.restarts = attempt
    state.backOffMs = state.backOffMs ? Math.min(state.backOffMs * 2, LAST_DELAY_MS) : FIRST_DELAY_MS
  }
  delete state.pulled
  state.waiting = { reason: 'ContainerCreating' }
  sync.changed = true
  say(sync, { reason: 'Created', message: 'Container created' }, spec)
  const bare: ContainerRun = { id, image: spec.image ?? '', startMs: nowMs, stages: [] }
  const script = scriptOf(sync, spec, bare)
  const run: ContainerRun = { ...bare, ...(script && { script }) }
  state.run = run
  const fault = startFault(sync, spec)
  if (fault !== undefined) return startFailed(sync, spec, state, run, fault)
  say(sync, { reason: 'Started', message: 'Container started' }, spec)
  beginLife(sync, spec, run)
  syncRunning(sync, spec, state, run)
}

function startFailed(sync: Sync, spec: Spec, state: ContainerRecord, run: ContainerRun, fault: string): void {
  say(sync, { type: 'Warning', reason: 'Failed', message: `Error: ${fault}` }, spec)
  run.end = { atMs: sync.nowMs, code: 128, reason: 'StartError', message: fault }
  ended(sync, spec, state, run)
}

/** As Go prints a duration: `10s`, `1m20s`, `5m0s`. */
function goDuration(ms: number): string {
  const seconds = ms / 1000
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
