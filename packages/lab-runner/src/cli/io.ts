/**
 * What a command is given: where to write, how to style, and where the kit is. A test
 * gives its own; only `main.ts` makes the real one.
 */
import { UserError } from '../user-error.ts'
import type { Style } from './style.ts'

export type Io = {
  /** For a person: long lines are folded. */
  out(text: string): void
  /** For a program: as it stands. */
  data(value: unknown): void
  err(text: string): void
  readonly style: Style
  readonly kitDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether a person sits at the terminal: then keys are read and editors opened. */
  readonly interactive: boolean
  readonly now: () => Date
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

export type Command = {
  readonly name: string
  /** What follows the launcher: `watch NUMBER`. */
  readonly usage: string
  readonly does: string
  readonly flags?: readonly Flag[]
  run(args: readonly string[], io: Io): Promise<number>
}

export type Flag = { readonly name: string; readonly value?: string; readonly does: string }

export const EXIT = { ok: 0, notSolved: 1, usage: 2, interrupted: 130 } as const

/** Thrown when Ctrl-C ended the work. */
export class Interrupted extends Error {}

/** How the student calls us, so that what we print next can be typed as it stands. */
export function launcherOf(env: Io['env']): string {
  const calledAs = env['MCP_LAB_CALLED_AS'] ?? (env['npm_config_user_agent']?.startsWith('pnpm/') ? 'pnpm' : 'npm run')
  return `${calledAs} lab`
}

/**
 * Completes the commands in a text: `lab 1 --seed 3` in backticks becomes `npm run lab 1 -- --seed 3`. npm keeps flags for
 * itself unless a `--` stands before them.
 */
export function complete(text: string, launcher: string): string {
  return text.replaceAll(/`lab( [^`]*)?`/g, (_, rest: string = '') => {
    const words = launcher.startsWith('npm') ? rest.replace(/ (?=--?[a-z])/, ' -- ') : rest
    return launcher + words
  })
}

/** The flags that npm took for itself, which a person who forgot the `--` will wonder about. */
export function refuseSwallowedFlags(command: Command, argv: readonly string[], io: Pick<Io, 'env'>): void {
  const swallowed = (command.flags ?? []).filter(
    ({ name }) => io.env[`npm_config_${name}`] !== undefined && !argv.some((word) => word.startsWith(`--${name}`)),
  )
  if (swallowed.length === 0 || io.env['npm_config_user_agent']?.startsWith('npm/') !== true) return
  // `--seed 3` comes as a flag without a value and a word too many.
  const valueless = swallowed.filter(({ name, value }) => value !== undefined && isBare(io.env[`npm_config_${name}`]))
  const [words, extra] = split(argv, argv[0] === command.name ? 2 : 1)
  const value = valueless.length === 1 && extra.length === 1 ? extra[0] : undefined
  const flags = swallowed.map((flag) => {
    if (flag.value === undefined) return `--${flag.name}`
    return `--${flag.name} ${valueless.includes(flag) ? (value ?? flag.value) : io.env[`npm_config_${flag.name}`]}`
  })
  throw new UserError(`npm kept ${flags.join(' and ')} for itself: flags need a "--" before them.`, {
    next: `Type \`lab ${[...words, ...flags].join(' ')}\`.`,
  })
}

function isBare(given: string | undefined): boolean {
  return given === '' || given === 'true'
}

function split(words: readonly string[], at: number): [readonly string[], readonly string[]] {
  return [words.slice(0, at), words.slice(at)]
}
