/**
 * Probes: asked every so often, believed after so many results in a row. While nothing can change what a passing probe
 * finds it is not asked.
 * Source: pkg/kubelet/prober/{worker,prober_manager}.go.
 */
import { probeFault, isSteady, type Probe } from './probe-result.ts'
import type { ContainerRecord, ContainerRun, ProbeKind, ProbeRecord } from './record.ts'
import { say, type Spec, type Sync } from './sync.ts'

const FIELD: Record<ProbeKind, string> = {
  startup: 'startupProbe',
  liveness: 'livenessProbe',
  readiness: 'readinessProbe',
}

/** So many tries somebody waits for; then it may go on for ever. */
const HOPEFUL = 3

export function probeOf(spec: Spec, kind: ProbeKind): Probe | undefined {
  return spec[FIELD[kind]] as Probe | undefined
}

/** Has its startup probe passed, if it has one? */
export function isStarted(spec: Spec, { run, probes }: ContainerRecord): boolean {
  if (!run || run.end) return false
  return !probeOf(spec, 'startup') || (probes.startup?.passes ?? false)
}

export function isReady(spec: Spec, state: ContainerRecord): boolean {
  if (!isStarted(spec, state)) return false
  return !probeOf(spec, 'readiness') || (state.probes.readiness?.passes ?? false)
}

/** Asks what is due. @returns the probe for which the container must be restarted, if one has failed for good */
export function runProbes(sync: Sync, spec: Spec, state: ContainerRecord, run: ContainerRun): ProbeKind | undefined {
  const kinds: ProbeKind[] = isStarted(spec, state) ? ['liveness', 'readiness'] : ['startup']
  for (const kind of kinds) {
    const probe = probeOf(spec, kind)
    if (probe && ask(sync, spec, state, run, kind, probe)) return kind
  }
  // What waited for the startup probe begins now.
  if (kinds[0] === 'startup' && isStarted(spec, state)) return runProbes(sync, spec, state, run)
  return undefined
}

/** After the container has changed, what steady probes found no longer counts. */
export function wakeProbes(sync: Sync, state: ContainerRecord): void {
  for (const probe of Object.values(state.probes)) {
    probe.tries = 0
    probe.nextMs ??= sync.nowMs
  }
}

function ask(
  sync: Sync,
  spec: Spec,
  state: ContainerRecord,
  run: ContainerRun,
  kind: ProbeKind,
  probe: Probe,
): boolean {
  const { nowMs, due } = sync
  const { initialDelaySeconds = 0, periodSeconds = 10 } = probe
  const record = (state.probes[kind] ??= {
    passes: kind === 'liveness',
    successes: 0,
    failures: 0,
    tries: 0,
    nextMs: Math.max(nowMs, run.startMs + initialDelaySeconds * 1000),
  })
  if (record.nextMs === null) return false
  if (record.nextMs <= nowMs) {
    const fault = probeFault(sync, spec, run, probe)
    const passed = record.passes
    count(record, probe, fault === undefined)
    if (record.passes !== passed) sync.changed = true
    record.nextMs = nowMs + periodSeconds * 1000
    if (fault !== undefined) tellFailure(sync, spec, kind, fault)
    else if (isSettled(record, probe)) record.nextMs = null
    if (kind !== 'readiness' && isGivenUp(record, probe)) return true
  }
  if (record.nextMs !== null) due.at(record.nextMs, { background: record.passes || record.tries > HOPEFUL })
  return false
}

function count(record: ProbeRecord, probe: Probe, passed: boolean): void {
  record.tries += 1
  record.successes = passed ? record.successes + 1 : 0
  record.failures = passed ? 0 : record.failures + 1
  if (record.successes >= (probe.successThreshold ?? 1)) record.passes = true
  if (isGivenUp(record, probe)) record.passes = false
}

function isGivenUp({ failures }: ProbeRecord, { failureThreshold = 3 }: Probe): boolean {
  return failures >= failureThreshold
}

function isSettled({ passes, successes }: ProbeRecord, probe: Probe): boolean {
  return passes && successes >= (probe.successThreshold ?? 1) && isSteady(probe)
}

function tellFailure(sync: Sync, spec: Spec, kind: ProbeKind, fault: string): void {
  const name = kind[0]!.toUpperCase() + kind.slice(1)
  say(sync, { type: 'Warning', reason: 'Unhealthy', message: `${name} probe failed: ${fault}` }, spec)
}
