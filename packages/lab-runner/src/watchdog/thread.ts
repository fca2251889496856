/**
 * The watchdog's thread. When the main thread's counter stands still, it pauses that thread through the inspector, reads
 * from the call frames where the student's code is, writes a note, and ends the process. When no frame is the student's
 * (a slow machine, a long garbage collection) it lets the thread go on, but not for ever.
 */
import { writeFileSync } from 'node:fs'
import { Session, type Debugger } from 'node:inspector'
import { SourceMap } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { Stuck } from '../outcome.ts'
import type { SourcePlace } from '../record.ts'
import { asPath, isInside } from '../stack.ts'

const LOOK_EVERY_MS = 100
const STUCK_AFTER_MS = 4000 // long enough for a slow machine, short enough for a person who waits
const GIVE_UP_AFTER_MS = 20_000

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
let session: Session | undefined
const sourceMaps = new Map<string, string>()

setInterval(() => {
  const beat = Atomics.load(beats, 0)
  if (beat !== lastBeat) {
    lastBeat = beat
    stillSinceMs = Date.now()
    return
  }
  if (Date.now() - stillSinceMs >= STUCK_AFTER_MS) pauseMainThread()
}, LOOK_EVERY_MS)

function pauseMainThread(): void {
  session ??= connect()
  session.post('Debugger.pause')
  if (Date.now() - stillSinceMs > GIVE_UP_AFTER_MS) stop(undefined)
}

function connect(): Session {
  const connected = new Session()
  connected.connectToMainThread()
  connected.on('Debugger.scriptParsed', ({ params }) => {
    if (params.sourceMapURL !== undefined && params.sourceMapURL !== '') sourceMaps.set(params.scriptId, params.sourceMapURL)
  })
  connected.on('Debugger.paused', ({ params }) => {
    const at = studentsFrame(params.callFrames)
    if (at === undefined) connected.post('Debugger.resume')
    else stop(at)
  })
  connected.post('Debugger.enable')
  return connected
}

function studentsFrame(frames: readonly Debugger.CallFrame[]): SourcePlace | undefined {
  for (const { url, location } of frames) {
    const file = asPath(url)
    if (isInside(file, workDir)) return { file, ...originalPosition(location) }
  }
  return undefined
}

/** Vite hands each module its map as a data URL; without one the position is the file's own (Node strips types in place). */
function originalPosition({ scriptId, lineNumber, columnNumber = 0 }: Debugger.Location): { line: number; column: number } {
  const [, data] = /^data:application\/json[^,]*;base64,(.+)$/.exec(sourceMaps.get(scriptId) ?? '') ?? []
  if (data !== undefined) {
    const entry = new SourceMap(JSON.parse(Buffer.from(data, 'base64').toString('utf8'))).findEntry(lineNumber, columnNumber)
    if ('originalLine' in entry) return { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
  }
  return { line: lineNumber + 1, column: columnNumber + 1 }
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
