/**
 * The help texts, made of what the commands say about themselves.
 */
import type { Command } from './io.ts'

export function helpView(commands: readonly Command[]): string {
  const rows = commands.map((command): [string, string] => [`\`lab ${command.usage}\``, command.does])
  return [
    'The labs of this kit.',
    '',
    ...rows.map(([usage, does]) => `  ${usage}\n      ${does}`),
    '',
    EXIT_CODES,
  ].join('\n')
}

export function commandHelp(command: Command): string {
  const flags = (command.flags ?? []).map(({ name, value, does }) => {
    const flag = value === undefined ? `--${name}` : `--${name} ${value}`
    return `  ${flag.padEnd(16)} ${does}`
  })
  return [
    `\`lab ${command.usage}\``,
    '',
    `It ${command.does}.`,
    ...(flags.length === 0 ? [] : ['', ...flags]),
    '',
    EXIT_CODES,
  ].join('\n')
}

const EXIT_CODES = 'Exit code: 0 solved or done, 1 not solved yet, 2 usage or environment, 130 interrupted.'
