/**
 * How a container's process lives: the stages of its image, one after the other, until one of them ends it, it uses more
 * memory than it may, or it is stopped.
 */
import { parseDuration } from '../../api/age.ts'
import { parseQuantity } from '../../api/quantity.ts'
import { hashFraction } from '../../clock/random.ts'
import { hasCommand, shellFlavour, type ImageProfile, type LifeStage } from '../../containers/images.ts'
import { curve, reachedAfterMs } from './curve.ts'
import type { ContainerRun, Exit } from './record.ts'
import { COMMANDS } from '../../containers/commands/all.ts'
import { environment } from '../../containers/environment.ts'
import { bytesOf, textOf } from '../../containers/pipe.ts'
import { firstProcess } from '../../containers/proc.ts'
import { stagesOfCommand, stagesOfScript, type Surroundings } from '../../containers/script/script.ts'
import { isTold } from '../../containers/script/simple.ts'
import { literal } from '../../containers/script/words.ts'
import { filesOf, holds } from './requirements.ts'
import { stageOf, stagesOf } from './stage.ts'
import type { Spec, Sync } from './sync.ts'

/** How often a stage's `until` is looked at. */
const LOOK_MS = 1000
const OOM_KILLED = { code: 137, reason: 'OOMKilled' }

/** Goes through all stages that are over by now, and ends the run if one of them does. @returns whether anything moved */
export function liveOn(sync: Sync, spec: Spec, run: ContainerRun): boolean {
  let moved = false
  while (!run.end) {
    const end = endOfStage(sync, spec, run)
    if (!end || end.atMs > sync.nowMs) break
    moved = true
    if (end.exit) run.end = end.exit
    else enter(sync, spec, run, (run.stages.at(-1)?.index ?? -1) + 1, end.atMs)
  }
  return moved
}

/** What a run does that does not follow its image's stages, but what the pod has it run; undefined where it does. */
export function scriptOf(sync: Sync, spec: Spec, run: ContainerRun): readonly LifeStage[] | undefined {
  if (!spec['command'] && !spec['args']) return undefined
  const { server, pod } = sync
  const profile = profileOf(sync, spec)
  const variables = environment(server, pod, spec, run.startMs)
  const argv = firstProcess(profile, spec, variables)
  const name = argv[0]?.split('/').at(-1) ?? ''
  const at = argv.findIndex((word) => /^-[a-z]*c$/.test(word))
  const isShell = ['sh', 'bash', 'ash', 'dash'].includes(name)
  if (!isShell && !isTold(name)) return undefined
  const files = filesOf(sync, spec, run)
  const surroundings: Surroundings = {
    variables: new Map(variables),
    shell: shellFlavour(profile, 'sh'),
    file: (path) => (files?.kindOf(path) === 'file' ? textOf(files.read(path)) : undefined),
    command: (it) => (COMMANDS.has(it) ? hasCommand(profile, it) : profile.os === 'debian' ? undefined : isTold(it)),
    holds: (requirement) => holds(sync, spec, run, [requirement]),
  }
  if (!isShell) return stagesOfCommand(argv.map(literal), surroundings)
  return at < 0 || argv[at + 1] === undefined ? undefined : stagesOfScript(argv[at + 1]!, surroundings)
}

/** Begins a run with the first stage that will do. */
export function beginLife(sync: Sync, spec: Spec, run: ContainerRun): void {
  enter(sync, spec, run, 0, run.startMs)
}

/** When the run will change by itself, if ever; `undefined` while it stays as it is. */
export function nextChangeMs(sync: Sync, spec: Spec, run: ContainerRun): number | undefined {
  if (run.end) return undefined
  return endOfStage(sync, spec, run)?.atMs
}

function enter(sync: Sync, spec: Spec, run: ContainerRun, from: number, atMs: number): void {
  const stages = stagesOf(profileOf(sync, spec), run)
  const index = stages.findIndex((stage, i) => i >= from && holds(sync, spec, run, stage.when))
  if (index >= 0) {
    run.stages.push({ index, fromMs: atMs, ...timeOf(stages[index]!, run, index, atMs) })
    changeFiles(sync, spec, run, stages[index]!)
  } else if (from > 0 && stages.length > 0) {
    run.end = { atMs, code: 0, reason: 'Completed' }
  } else {
    run.stages.push({ index: -1, fromMs: atMs })
  }
}

function changeFiles(sync: Sync, spec: Spec, run: ContainerRun, { writes = {}, removes = [] }: LifeStage): void {
  if (Object.keys(writes).length + removes.length === 0) return
  const files = filesOf(sync, spec, run)
  for (const [path, text] of Object.entries(writes)) files?.write(path, bytesOf(text))
  for (const path of removes) if (files?.kindOf(path)) files.remove(path)
}

function timeOf({ for: span }: LifeStage, { id }: ContainerRun, index: number, atMs: number): { untilMs?: number } {
  if (span === undefined) return {}
  const [least = 0, most = least] = span.split('..').map(parseDuration)
  const lasts = Math.round(least + (most - least) * hashFraction(`${id}/${index}`))
  return { untilMs: atMs + Math.max(1, lasts) }
}

type End = { readonly atMs: number; readonly exit?: Exit }

function endOfStage(sync: Sync, spec: Spec, run: ContainerRun): End | undefined {
  const { nowMs } = sync
  const stage = stageOf(profileOf(sync, spec), run)
  const { fromMs, untilMs = Infinity } = run.stages.at(-1)!
  const ends: End[] = []
  if (run.stopping) ends.push({ atMs: run.stopping.atMs, exit: run.stopping })
  const oomMs = fromMs + outOfMemoryAfterMs(spec, stage)
  if (oomMs < Infinity) ends.push({ atMs: oomMs, exit: { atMs: oomMs, ...OOM_KILLED } })
  if (untilMs < Infinity) ends.push({ atMs: untilMs, ...exitOf(stage, untilMs) })
  if (stage.until) {
    const atMs = holds(sync, spec, run, stage.until) ? nowMs : nowMs + LOOK_MS
    ends.push({ atMs, ...exitOf(stage, atMs) })
  }
  return ends.sort((a, b) => a.atMs - b.atMs)[0]
}

function exitOf({ exit }: LifeStage, atMs: number): { exit?: Exit } {
  if (exit === undefined) return {}
  return { exit: { atMs, code: exit, reason: exit === 0 ? 'Completed' : 'Error' } }
}

/** A process that asks for more than its container may have is killed; Infinity when it never does. */
function outOfMemoryAfterMs({ resources }: Spec, { memory }: LifeStage): number {
  const limit = resources?.limits?.['memory']
  if (!memory || limit === undefined) return Infinity
  return reachedAfterMs(curve(memory), parseQuantity(limit) ?? Infinity)
}

export function profileOf({ server }: Sync, { image = '' }: Spec): ImageProfile {
  return server.images.profile(image)
}
