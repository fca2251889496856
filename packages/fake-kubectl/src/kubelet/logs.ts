/**
 * What a container has printed: a function of its program and its running times, so that nothing needs to be stored.
 * Source: kubelet's container logs, kubernetes/pkg/kubelet/kuberuntime/logs.
 */
import { formatTime } from '../api/meta.ts'
import { hashFraction } from '../clock/random.ts'
import type { VirtualClock } from '../clock/virtual-clock.ts'
import type { LogProgram } from './kubelet.ts'

export type LogLine = { readonly timeMs: number; readonly text: string }

/** One run of a container, from its start to its end; still running when `endMs` is in the future. */
export type Run = { readonly id: string; readonly startMs: number; readonly endMs: number }

/** A kubelet rotates its log files; of an endless printer only the newest lines are still there. */
const KEPT_LINES = 5000

/**
 * Lines printed from the run's start until `untilMs`, oldest first.
 *
 * @param shownOffsetMs how far the times in the text are to be moved for the client's clock
 */
export function printed(program: LogProgram | undefined, run: Run, untilMs: number, shownOffsetMs: number): LogLine[] {
  if (!program || program.lines.length === 0) return []
  const count = linesBefore(program, run, untilMs)
  const first = Math.max(0, count - KEPT_LINES)
  return Array.from({ length: count - first }, (_, i) => line(program, run, first + i, shownOffsetMs))
}

/** When the run prints its next line after `nowMs`; undefined when it never will. */
function nextLineAtMs(program: LogProgram | undefined, run: Run, nowMs: number): number | undefined {
  if (!program || program.lines.length === 0) return undefined
  const timeMs = run.startMs + linesBefore(program, run, nowMs) * program.everyMs
  return timeMs < run.endMs ? timeMs : undefined
}

/** Tells each next line when its time comes. @returns a function that ends it */
export function onEachLine(
  program: LogProgram | undefined,
  run: Run,
  clock: VirtualClock,
  tell: (line: LogLine) => void,
): () => void {
  let cancel = () => {}
  const wait = () => {
    const dueAtMs = nextLineAtMs(program, run, clock.now())
    cancel = dueAtMs === undefined ? () => {} : clock.at(dueAtMs, due, { background: true })
  }
  const due = () => {
    const line = printed(program, run, clock.now(), clock.shownOffsetMs).at(-1)
    wait()
    if (line) tell(line)
  }
  wait()
  return () => cancel()
}

function linesBefore({ everyMs }: LogProgram, { startMs, endMs }: Run, untilMs: number): number {
  const elapsedMs = Math.min(untilMs, endMs - 1) - startMs
  return elapsedMs < 0 ? 0 : Math.floor(elapsedMs / everyMs) + 1
}

function line(program: LogProgram, run: Run, n: number, shownOffsetMs: number): LogLine {
  const timeMs = run.startMs + n * program.everyMs
  const template = program.lines[n % program.lines.length]!
  const text = template
    .replaceAll('{n}', String(n + 1))
    .replaceAll('{time}', formatTime(timeMs + shownOffsetMs))
    .replaceAll(/\{int:(\d+):(\d+)\}/g, (_, min: string, max: string) => between(run, n, Number(min), Number(max)))
  return { timeMs, text }
}

function between(run: Run, n: number, min: number, max: number): string {
  return String(min + Math.floor(hashFraction(`${run.id}/${n}/${min}`) * (max - min + 1)))
}
