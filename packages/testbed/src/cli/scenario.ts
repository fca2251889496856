#!/usr/bin/env node
/**
 * `pnpm scenario`: the library of incidents. Lists them, shows one, lets somebody solve it, and checks that they are sound.
 */
import { list } from './scenario/list.ts'
import { run } from './scenario/run.ts'
import { show } from './scenario/show.ts'
import { verify } from './scenario/verify.ts'
import { exportCluster } from './scenario/export.ts'
import { UserError } from '../user-error.ts'
import { runCommand, typed } from './run-command.ts'

const HELP = `Usage: ${typed('scenario', 'COMMAND')}

  list                    the scenarios, by kind
  show ID                 its ticket, its rules, and how it is judged
  run ID                  serves its broken cluster, and judges what you have done when you type "done"
  verify [ID…]            is each sound? Its expert passes, nobody and no cheat does
  export --out FOLDER     a real cluster's state as manifests to start from, Secrets emptied

Each has --help.`

const COMMANDS: Readonly<Record<string, (signal: AbortSignal, argv: string[]) => Promise<void> | void>> = {
  list: (_, argv) => list(argv),
  show: (_, argv) => show(argv),
  run,
  verify: (_, argv) => verify(argv),
  export: (_, argv) => exportCluster(argv),
}

await runCommand(async (signal) => {
  const [name = 'help', ...argv] = process.argv.slice(2)
  if (['help', '-h', '--help'].includes(name)) return console.log(HELP)
  const command = COMMANDS[name]
  if (!command) throw new UserError(`"${name}" means nothing here.`, HELP)
  return command(signal, argv)
})
