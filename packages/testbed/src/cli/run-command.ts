/**
 * The border where faults become exit codes, shared by the commands of this package.
 *
 * 0 ok · 2 usage or environment · 128 + n when a signal ended it. A UserError is told in two lines; any other fault is
 * ours and shows its stack.
 */
import os from 'node:os'
import path from 'node:path'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UserError } from '../user-error.ts'

const USAGE = 2

/** Runs a command; SIGINT and SIGTERM abort its signal, and the process ends once the command has cleaned up. */
export async function runCommand(command: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.exitCode = 128 + os.constants.signals[signal]
      interruption.abort()
    })
  }
  try {
    await command(interruption.signal)
  } catch (fault) {
    process.exitCode = USAGE
    console.error(fault instanceof UserError ? `${fault.message}\n${fault.nextStep}` : fault)
  }
  // Nothing is left to do; a handle that somebody forgot must not hold the terminal.
  process.exit()
}

/**
 * A command line as this person types it: `pnpm sim --seed 7`, or `npm run sim -- --seed 7`, since npm keeps flags for
 * itself that do not stand behind `--`.
 */
export function typed(command: string, flags: string): string {
  if (process.env['MCP_LAB_CALLED_AS'] === 'pnpm') return `pnpm ${command} ${flags}`
  return `npm run ${command} ${/(^|[ [])-/.test(flags) ? '-- ' : ''}${flags}`
}

/**
 * Parses the command line's flags.
 *
 * @throws UserError showing the help for a wrong flag, and the right form for one that npm swallowed
 */
export function parseFlags<T extends NonNullable<ParseArgsConfig['options']>>(
  command: string,
  help: string,
  options: T,
  args: string[] = process.argv.slice(2),
): Parsed<T> {
  const swallowed = Object.keys(options).filter((flag) => isSwallowed(flag))
  if (swallowed.length > 0) {
    const flags = swallowed.map((flag) => `--${flag} ${valueKept(flag)}`).join(' ')
    throw new UserError(`npm kept ${flags} for itself.`, `Write ${typed(command, flags)}`)
  }
  try {
    return parseArgs({ options, args, allowPositionals: true })
  } catch (fault) {
    throw new UserError((fault as Error).message, help)
  }
}

type Parsed<T extends NonNullable<ParseArgsConfig['options']>> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true }>
>

/** npm makes `--tools FILE` a switch, and of the file an argument; then nobody knows what belonged to the flag. */
function valueKept(flag: string): string {
  const value = process.env[`npm_config_${flag}`] ?? ''
  return value === 'true' || value === '' ? '…' : value
}

function isSwallowed(flag: string): boolean {
  return process.env[`npm_config_${flag}`] !== undefined && !process.argv.some((arg) => arg.startsWith(`--${flag}`))
}

/** @throws UserError unless `text` is a whole number from `least` to `most` */
export function wholeNumber(flag: string, text: string, [least, most]: readonly [number, number]): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) return number
  throw new UserError(
    `--${flag} ${text}: expected a whole number from ${least} to ${most}.`,
    `Example: --${flag} ${least}`,
  )
}

/** A place in the folder where the kit keeps what it makes at run time: `.mcp-lab`, at its root. */
export function kept(...names: string[]): string {
  return path.join(process.env['MCP_LAB_ROOT'] ?? process.cwd(), '.mcp-lab', ...names)
}

/** Resolves when the person or the system asks the command to stop. */
export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
