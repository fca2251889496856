/**
 * Reads a command's words and flags. A mistake is a UserError that shows how the command is called.
 */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { findLab, type LabRef } from '../catalog.ts'
import { UserError } from '../user-error.ts'
import type { Command, Io } from './io.ts'

export type Args = { readonly words: readonly string[]; readonly flags: Readonly<Record<string, string | true>> }

export function readArgs(command: Command, argv: readonly string[]): Args {
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    (command.flags ?? []).map((flag) => [flag.name, { type: flag.value === undefined ? 'boolean' : 'string' }]),
  )
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true })
    return { words: positionals, flags: values as Args['flags'] }
  } catch (fault) {
    const [sentence] = (fault instanceof Error ? fault.message : String(fault)).split('. ')
    throw new UserError(`${sentence}.`, { next: `It is called as \`lab ${command.usage}\`.` })
  }
}

/** The lab that the command's only word names. */
export function labOf(command: Command, { words }: Args, io: Io): LabRef {
  const [word, extra] = words
  if (word === undefined) {
    throw new UserError(`Which lab? \`lab ${command.usage}\` needs its number.`, {
      next: 'The labs are listed by `lab`.',
    })
  }
  if (extra !== undefined) {
    throw new UserError(`"${extra}" was not expected after "${word}".`, {
      next: `It is called as \`lab ${command.usage}\`.`,
    })
  }
  return findLab(io.kitDir, word)
}

/** A whole number from `least` up, or undefined when the flag is absent. */
export function wholeNumber({ flags }: Args, name: string, least = 0): number | undefined {
  const text = flags[name]
  if (text === undefined) return undefined
  if (typeof text === 'string' && /^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text)
  throw new UserError(`--${name} expects a whole number from ${least} up, found "${text}".`)
}
