/**
 * The watchdog's thread. When the main thread's counter stands still, it pauses that thread through the inspector, reads
 * from the call frames where the student's code is, writes a note, and ends the process. When no frame is the student's (a
 * long garbage collection) it lets the thread go on, but not for ever.
 */
import { writeFileSync } from 'node:fs'
import { Session, type Debugger } from 'node:inspector'
import { parentPort, workerData } from 'node:worker_threads'
import type { Stuck } from '../outcome.ts'
import type { SourcePlace } from '../record.ts'
import { asPath, isInside } from '../stack.ts'
import { isHeld } from './held.ts'

const LOOK_EVERY_MS = 100
const GIVE_UP_AFTER_MS = 30_000

type Test = { step: string; name: string }
type News = { started: Test } | { ended: Test & { passed: boolean } }

const { beats, noteFile, workDir } = workerData as { beats: Int32Array; noteFile: string; workDir: string }
const ended: (Test & { passed: boolean })[] = []
let running: Test | undefined

parentPort?.on('message', (news: News) => {
  if ('started' in news) running = news.started
  else ended.push(news.ended)
})

let lastBeat = Atomics.load(beats, 0)
let stillSinceMs = Date.now()
let workBeforeMs = workMs()
let session: Session | undefined
// A call frame names its script by id only.
const scripts = new Map<string, Debugger.ScriptParsedEventDataType>()

const runner = process.ppid

setInterval(() => {
  // Whose runner was interrupted or killed has nobody to answer to, and a held thread would never notice.
  if (!isAlive(runner)) process.kill(process.pid, 'SIGKILL')
  const beat = Atomics.load(beats, 0)
  if (beat !== lastBeat) {
    lastBeat = beat
    stillSinceMs = Date.now()
    workBeforeMs = workMs()
    return
  }
  if (isHeld({ workMs: workMs() - workBeforeMs, clockMs: Date.now() - stillSinceMs })) pauseMainThread()
}, LOOK_EVERY_MS)

/** How long this process has had a processor. */
function workMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function isAlive(pid: number): boolean {
  if (process.ppid !== pid) return false
  try {
    return process.kill(pid, 0)
  } catch {
    return false // no such process
  }
}

function pauseMainThread(): void {
  session ??= connect()
  session.post('Debugger.pause')
  if (Date.now() - stillSinceMs > GIVE_UP_AFTER_MS) stop(undefined)
}

function connect(): Session {
  const connected = new Session()
  connected.connectToMainThread()
  connected.on('Debugger.scriptParsed', ({ params }) => {
    scripts.set(params.scriptId, params)
  })
  connected.on('Debugger.paused', ({ params }) => {
    const at = studentsFrame(params.callFrames)
    if (at === undefined) connected.post('Debugger.resume')
    else stop(at)
  })
  connected.post('Debugger.enable')
  return connected
}

/** The place in the module as Vite transformed it; the runner, which has the maps, finds the original. */
function studentsFrame(frames: readonly Debugger.CallFrame[]): SourcePlace | undefined {
  for (const { location } of frames) {
    const file = asPath(scripts.get(location.scriptId)?.url ?? '')
    if (isInside(file, workDir))
      return { file, line: location.lineNumber + 1, column: (location.columnNumber ?? 0) + 1 }
  }
  return undefined
}

function stop(at: SourcePlace | undefined): void {
  const note: Stuck = {
    afterMs: Date.now() - stillSinceMs,
    ...(running === undefined ? {} : { test: running }),
    ...(at === undefined ? {} : { at }),
    ended,
  }
  writeFileSync(noteFile, JSON.stringify(note))
  process.kill(process.pid, 'SIGKILL')
}
