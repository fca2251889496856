/**
 * Picks the command, and is the one border where a fault becomes an exit code: 0 ok, 1 not solved yet, 2 usage or
 * environment, 130 interrupted.
 */
import { UserError } from '../user-error.ts'
import { commandHelp, helpView } from './help.ts'
import { commands, list, run } from './commands.ts'
import { EXIT, Interrupted, refuseSwallowedFlags, type Command, type Io } from './io.ts'

/** Runs one command line; never throws for what a person can mend. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io)
  } catch (fault) {
    if (fault instanceof Interrupted) return EXIT.interrupted
    if (!(fault instanceof UserError)) return ownFault(fault, io)
    io.err(fault.next === undefined ? fault.message : `${fault.message}\n${fault.next}`)
    return EXIT.usage
  }
}

/** Not the student's, and not an unsolved lab: whoever mends the kit needs the stack. */
function ownFault(fault: unknown, io: Io): number {
  io.err(
    `The kit itself failed; this says nothing about your work.\n${fault instanceof Error ? fault.stack : String(fault)}`,
  )
  return EXIT.usage
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [word, ...rest] = argv
  if (word === '--help' || word === '-h' || word === 'help') return say(helpView(commands), io)
  const named = commands.find((command) => command.name === word)
  if (named === undefined && rest.length > 0) refuseMistyped(word ?? '', rest)
  const command: Command = named ?? (word === undefined || word.startsWith('-') ? list : run)
  const args = named === undefined ? argv : rest
  if (args.includes('--help') || args.includes('-h')) return say(commandHelp(command), io)
  refuseSwallowedFlags(command, argv, io)
  return command.run(args, io)
}

/** `lab hints 1` is a command mistyped, not a lab with a word too many. */
function refuseMistyped(word: string, rest: readonly string[]): void {
  const meant = commands.find(({ name }) => word.length > 2 && (name.startsWith(word) || word.startsWith(name)))
  if (meant === undefined) return
  throw new UserError(`There is no command "${word}".`, {
    next: `Did you mean \`lab ${[meant.name, ...rest].join(' ')}\`?`,
  })
}

function say(text: string, io: Io): number {
  io.out(text)
  return EXIT.ok
}
