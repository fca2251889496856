/**
 * What a container has printed: a function of its programs and its running times, so that nothing needs to be stored.
 * Source: kubelet's container logs, kubernetes/pkg/kubelet/kuberuntime/logs.
 */
import { formatTime } from '../api/meta.ts'
import { dateText } from '../containers/date-text.ts'
import { hashFraction } from '../clock/random.ts'
import type { VirtualClock } from '../clock/virtual-clock.ts'
import type { LogProgram } from './kubelet.ts'

export type LogLine = { readonly timeMs: number; readonly text: string }

/** A time in which a container printed by one program; it still does when `endMs` is in the future. */
export type Printing = {
  readonly program: LogProgram
  /** What is drawn in its text depends on it. */
  readonly id: string
  readonly startMs: number
  readonly endMs: number
  /** Read as the log of a run before the last. */
  readonly previous?: boolean
}

/** A kubelet rotates its log files; of an endless printer only the newest lines are still there. */
const KEPT_LINES = 5000

/**
 * Lines printed until `untilMs`, oldest first.
 *
 * @param shownOffsetMs how far the times in the text are to be moved for the client's clock
 */
export function printed(printings: readonly Printing[], untilMs: number, shownOffsetMs: number): LogLine[] {
  return printings.flatMap((it) => someLines(it, 0, linesBefore(it, untilMs), shownOffsetMs)).slice(-KEPT_LINES)
}

/** Tells each next line when its time comes. @param printings as they are whenever asked @returns what ends it */
export function onEachLine(
  printings: () => readonly Printing[],
  clock: VirtualClock,
  tell: (line: LogLine) => void,
): () => void {
  let cancel = () => {}
  let told = countOf(printings(), clock.now())
  const wait = () => {
    const dueAtMs = nextAtMs(printings(), clock.now())
    cancel = dueAtMs === undefined ? () => {} : clock.at(dueAtMs, due, { background: true })
  }
  const due = () => {
    const count = countOf(printings(), clock.now())
    const lines = told < count ? printed(printings(), clock.now(), clock.shownOffsetMs).slice(told - count) : []
    told = count
    wait()
    for (const line of lines) tell(line)
  }
  wait()
  return () => cancel()
}

function countOf(printings: readonly Printing[], untilMs: number): number {
  return printings.reduce((sum, it) => sum + linesBefore(it, untilMs), 0)
}

/** When there may be something new: the next line, or the end of what prints now, after which something else may. */
function nextAtMs(printings: readonly Printing[], nowMs: number): number | undefined {
  const current = printings.at(-1)
  if (!current) return undefined
  const { program, startMs, endMs } = current
  const printedSoFar = linesBefore(current, nowMs)
  const lineMs =
    program.everyMs === 0 ? startMs : startMs + Math.ceil(printedSoFar / (program.burst ?? 1)) * program.everyMs
  const isOver = printedSoFar >= (program.times ?? Infinity) || lineMs >= endMs
  if (!isOver && program.lines.length > 0) return Math.max(lineMs, nowMs + 1)
  return Number.isFinite(endMs) && endMs >= nowMs ? Math.max(endMs, nowMs + 1) : undefined
}

function linesBefore({ program, startMs, endMs }: Printing, untilMs: number): number {
  const { everyMs, lines, times = Infinity, burst = 1 } = program
  const elapsedMs = Math.min(untilMs, endMs - 1) - startMs
  if (elapsedMs < 0 || lines.length === 0) return 0
  return everyMs === 0 ? times : Math.min(times, (Math.floor(elapsedMs / everyMs) + 1) * burst)
}

function someLines(printing: Printing, from: number, to: number, shownOffsetMs: number): LogLine[] {
  const first = Math.max(from, to - KEPT_LINES)
  return Array.from({ length: Math.max(0, to - first) }, (_, i) => line(printing, first + i, shownOffsetMs))
}

function line({ program, id, startMs, previous = false }: Printing, n: number, shownOffsetMs: number): LogLine {
  const round = Math.floor(n / (program.burst ?? 1))
  const timeMs = startMs + round * program.everyMs
  const template = program.lines[n % program.lines.length]!
  return { timeMs, text: filled(template, { id, n, round, timeMs, shownOffsetMs, previous }) }
}

type Filling = { id: string; n: number; round: number; timeMs: number; shownOffsetMs: number; previous: boolean }

function filled(template: string, { id, n, round, timeMs, shownOffsetMs, previous }: Filling): string {
  if (!template.includes('{')) return template
  return template
    .replaceAll('{n}', String(n + 1))
    .replaceAll(/\{count:(-?\d+)\}/g, (_, start: string) => String(Number(start) + round))
    .replaceAll(/\{date:([^}]*)\}/g, (_, format: string) => dateText(format, timeMs + shownOffsetMs))
    .replaceAll('{time}', formatTime(timeMs + shownOffsetMs))
    .replaceAll(/\{previous:([^}]*)\}/g, (_, text: string) => (previous ? text : ''))
    .replaceAll(/\{int:(\d+):(\d+)\}/g, (_, min: string, max: string) => between(id, n, Number(min), Number(max)))
    .replaceAll('{open}', '{')
}

function between(id: string, n: number, min: number, max: number): string {
  return String(min + Math.floor(hashFraction(`${id}/${n}/${min}`) * (max - min + 1)))
}
