/**
 * `lab watch 1`: runs the suite again on each save, in a process that stays warm. Keys when a person is there: h for a
 * hint, a to run again, q to quit.
 */
import { watch as watchFolder } from 'node:fs'
import path from 'node:path'
import { openLab, type Lab } from '../../catalog.ts'
import { openRun, type LabRun } from '../../run.ts'
import { labOf, readArgs, wholeNumber } from '../args.ts'
import { EXIT, type Command, type Io } from '../io.ts'
import { readKeys } from '../keys.ts'
import { reportView } from '../view.ts'
import { revealHint } from './hint.ts'
import { keepProgress } from './run.ts'

const QUIET_MS = 40 // editors write a file in several moves

export const watch: Command = {
  name: 'watch',
  usage: 'watch NUMBER [--seed N]',
  does: 'runs the suite again on each save',
  flags: [{ name: 'seed', value: 'N', does: 'the world to run in' }],
  async run(argv, io) {
    const args = readArgs(watch, argv)
    const lab = openLab(labOf(watch, args, io))
    const seed = wholeNumber(args, 'seed')
    const warm = await openRun(lab, { ...(seed === undefined ? {} : { seed }), signal: io.signal })
    try {
      await watchLab(lab, warm, io)
    } finally {
      await warm.close()
    }
    return EXIT.ok
  },
}

/** Ends when the person quits, or with Interrupted. */
function watchLab(lab: Lab, warm: LabRun, io: Io): Promise<void> {
  return new Promise((resolve, reject) => {
    let turn = Promise.resolve()
    const show = (changed: readonly string[]): void => {
      turn = turn.then(() => showRun({ lab, warm, io, changed })).catch(end)
    }
    const stopWatching = onSave(path.join(lab.dir, 'src'), show)
    const keys = readKeys(io, {
      h: () => io.out(`\n${revealHint(lab, io)}`),
      a: () => show([]),
      q: () => end(),
    })
    function end(fault?: unknown): void {
      stopWatching()
      keys.close()
      if (fault === undefined) resolve()
      else reject(fault as Error)
    }
    io.signal.addEventListener('abort', () => end(io.signal.reason))
    show([])
  })
}

async function showRun({
  lab,
  warm,
  io,
  changed,
}: {
  lab: Lab
  warm: LabRun
  io: Io
  changed: readonly string[]
}): Promise<void> {
  const report = await warm.run({ changed })
  keepProgress(lab, report, io)
  const seconds = (report.durationMs / 1000).toFixed(1)
  const keys = io.interactive ? '  h hint · a run again · q quit' : ''
  io.out(
    `${io.interactive && io.style.rich ? CLEAR_SCREEN : ''}${reportView(report, io.style, { keys: io.interactive })}\n`,
  )
  io.out(io.style.paint('dim', `${seconds} s. Watching labs/${lab.slug}/src; save a file to run again.${keys}`))
}

const CLEAR_SCREEN = '\u001B[2J\u001B[H'

/** Calls `then` with the files that changed, once they are quiet. */
function onSave(dir: string, then: (changed: readonly string[]) => void): () => void {
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const watcher = watchFolder(dir, { recursive: true }, (_event, name) => {
    if (name === null || /(^|[\\/])\.|~$/.test(name)) return
    changed.add(path.join(dir, name))
    clearTimeout(timer)
    timer = setTimeout(() => {
      const files = [...changed]
      changed.clear()
      then(files)
    }, QUIET_MS)
  })
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}
