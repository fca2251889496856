/**
 * The border where faults become exit codes, shared by the commands of this package.
 *
 * 0 ok · 2 usage or environment · 130 interrupted. A UserError is told in two lines; any other fault is ours and shows its
 * stack.
 */
import { parseArgs, type ParseArgsConfig, type ParseArgsOptionsConfig } from 'node:util'
import { UserError } from '../user-error.ts'

const USAGE = 2
const INTERRUPTED = 130

export type Command = (signal: AbortSignal) => Promise<void>

/** Runs a command; SIGINT and SIGTERM abort its signal, and the process ends once it has cleaned up. */
export async function runCommand(command: Command): Promise<void> {
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.exitCode = signal === 'SIGINT' ? INTERRUPTED : 143
      interruption.abort()
    })
  }
  try {
    await command(interruption.signal)
  } catch (fault) {
    process.exitCode = USAGE
    console.error(fault instanceof UserError ? `${fault.message}\n${fault.nextStep}` : fault)
  }
}

/** `parseArgs` of Node, with a wrong flag turned into a UserError that names the help. */
export function parseFlags<T extends ParseArgsOptionsConfig>(
  help: string,
  options: T,
): ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>> {
  try {
    return parseArgs({ options, allowPositionals: true })
  } catch (fault) {
    throw new UserError((fault as Error).message, help)
  }
}

/** @throws UserError unless `text` is a whole number from `least` to `most` */
export function wholeNumber(flag: string, text: string, [least, most]: readonly [number, number]): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= least && number <= most) return number
  throw new UserError(`--${flag} ${text}: expected a whole number from ${least} to ${most}.`, `Example: --${flag} ${least}`)
}

export type { ParseArgsConfig }
