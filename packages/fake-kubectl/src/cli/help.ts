/**
 * Help: short, and our own words; kubectl's is long and somebody else's text.
 */
import type { Command } from './command.ts'
import type { FlagRow } from './flags.ts'
import { GLOBAL_FLAGS } from './flag-rows.ts'

export function rootHelp(commands: readonly Command[]): string {
  return `The fake kubectl: stock kubectl's commands and output, for machines without it. It speaks to any cluster over HTTP.

${commandList(commands)}
Usage:
  kubectl [flags] COMMAND

"kubectl COMMAND --help" tells the flags of a command. What is missing here, the stock kubectl has.
`
}

export function commandHelp(command: Command, path: string): string {
  const parts = [
    `${command.short}.\n`,
    command.aliases ? `Aliases:\n  ${[command.name, ...command.aliases].join(', ')}\n` : '',
    command.commands ? commandList(command.commands) : '',
    command.flags ? `Options:\n${command.flags.map(flagLine).join('')}` : '',
    `Usage:\n  ${path}${command.commands ? ' COMMAND' : ''}${command.usage ? ` ${command.usage}` : ''} [options]\n`,
    `Options of every command:\n${GLOBAL_FLAGS.map(([name]) => `--${name}`).join(', ')}\n`,
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function commandList(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2
  return `Commands:\n${commands.map(({ name, short }) => `  ${name.padEnd(width)}${short}\n`).join('')}`
}

function flagLine([name, short, type, initial, help]: FlagRow): string {
  const shown =
    type === 'bool' || type === 'int' ? initial : type === 'strings' || type === 'array' ? '[]' : `'${initial}'`
  return `    ${short === '' ? '' : `-${short}, `}--${name}=${shown}:\n        ${help}\n`
}

const NEAR_ENOUGH = 2

/** Commands whose names look like the word. Source: spf13/cobra, SuggestionsFor. */
export function suggestion(word: string, commands: readonly Command[]): string[] {
  return commands
    .map(({ name }) => name)
    .filter((name) => distance(word.toLowerCase(), name) <= NEAR_ENOUGH || name.startsWith(word.toLowerCase()))
}

/** Levenshtein: how many letters to change, add or drop. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(row[j]! + (letter === b[j] ? 0 : 1), row[j + 1]! + 1, next[j]! + 1))
    }
    row = next
  }
  return row.at(-1)!
}
