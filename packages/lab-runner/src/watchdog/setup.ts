/**
 * Starts the watchdog in a test's process: this thread bumps a counter as long as its event loop turns, and another
 * thread watches the counter. It also tells that thread which test runs and how the others ended, because a held thread
 * can tell nobody anything. Off while a debugger is attached: a breakpoint holds the thread, too.
 */
import { url as inspectorUrl } from 'node:inspector'
import { Worker } from 'node:worker_threads'
import { beforeEach, onTestFinished } from 'vitest'
import { WATCHDOG_ENV } from './stuck-file.ts'

const BEAT_EVERY_MS = 50

const noteFile = process.env[WATCHDOG_ENV]
const workDir = process.env['MCP_LAB_WORK']

if (noteFile !== undefined && workDir !== undefined && inspectorUrl() === undefined) start(noteFile, workDir)

function start(noteFile: string, workDir: string): void {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const watchdog = new Worker(new URL(`./thread${extension}`, import.meta.url), {
    workerData: { beats, noteFile, workDir },
    execArgv: [],
    stdout: true,
    stderr: true,
  })
  watchdog.unref()
  setInterval(() => {
    if (inspectorUrl() === undefined) Atomics.add(beats, 0, 1)
    else void watchdog.terminate()
  }, BEAT_EVERY_MS).unref()
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  const tell = (news: object): void => watchdog.postMessage(news)
  beforeEach(({ task }) => {
    const test = { step: task.suite?.name ?? '', name: task.name }
    tell({ started: test })
    onTestFinished(() => tell({ ended: { ...test, passed: task.result?.state === 'pass' } }))
  })
}
