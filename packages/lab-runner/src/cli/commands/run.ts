/**
 * `lab 1`: runs the lab's suite against the student's code and says what to do next.
 */
import { openLab, type Lab } from '../../catalog.ts'
import { afterRun, openProgress } from '../../progress.ts'
import type { Report } from '../../report.ts'
import { runLab } from '../../run.ts'
import { UserError } from '../../user-error.ts'
import { labOf, readArgs, wholeNumber, type Args } from '../args.ts'
import { EXIT, type Command, type Io } from '../io.ts'
import { reportView } from '../view.ts'

export const run: Command = {
  name: 'run',
  usage: 'NUMBER [--seed N] [--step ID] [--json]',
  does: "runs the lab's suite against your code",
  flags: [
    { name: 'seed', value: 'N', does: 'the world to run in; the same seed gives the same world' },
    { name: 'step', value: 'ID', does: 'runs the tests of one step only' },
    { name: 'cluster', value: 'sim', does: 'the cluster to run on; "sim" is the one there is so far' },
    { name: 'json', does: 'prints the report as one JSON document' },
  ],
  async run(argv, io) {
    const args = readArgs(run, argv)
    const lab = openLab(labOf(run, args, io))
    const step = stepOf(lab, args)
    refuseOtherClusters(args)
    const seed = wholeNumber(args, 'seed')
    const report = await runLab(lab, {
      ...(seed === undefined ? {} : { seed }),
      ...(step === undefined ? {} : { step }),
      signal: io.signal,
    })
    if (step === undefined) keepProgress(lab, report, io)
    if (args.flags['json'] === true) io.data(report)
    else io.out(reportView(report, io.style))
    return exitCode(report, step)
  },
}

/** The verdict on what was asked for: the whole lab, or one step of it. */
function exitCode(report: Report, step: string | undefined): number {
  if (report.broken !== undefined) return EXIT.usage
  const green =
    step === undefined ? report.solved : report.steps.some(({ id, state }) => id === step && state === 'passed')
  return green ? EXIT.ok : EXIT.notSolved
}

export function keepProgress(lab: Lab, report: Report, io: Io): void {
  if (report.broken !== undefined) return
  const progress = openProgress(io.kitDir, io.err)
  progress.update(lab.slug, (before) => afterRun(before, report, io.now()))
}

function stepOf(lab: Lab, { flags }: Args): string | undefined {
  const { step } = flags
  if (step === undefined || step === true) return undefined
  const ids = lab.manifest.steps.map(({ id }) => id)
  if (ids.includes(step)) return step
  throw new UserError(`Lab ${lab.number} has no step "${step}". Its steps are: ${ids.join(', ')}.`)
}

function refuseOtherClusters({ flags }: Args): void {
  const { cluster = 'sim' } = flags
  if (cluster !== 'sim') throw new UserError(`--cluster expects "sim", found "${cluster}".`)
}
