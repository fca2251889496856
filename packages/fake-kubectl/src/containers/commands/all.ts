/**
 * Every command there is, by its name. Which of them an image has says its profile.
 */
import type { Command } from '../process.ts'
import { shell } from '../shell/shell.ts'
import { FILE_COMMANDS } from './files.ts'
import { NETWORK_COMMANDS } from './network.ts'
import { SYSTEM_COMMANDS } from './system.ts'
import { tar } from './tar.ts'
import { test } from './test.ts'
import { TEXT_COMMANDS } from './text.ts'

export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...Object.entries(FILE_COMMANDS),
  ...Object.entries(NETWORK_COMMANDS),
  ...Object.entries(SYSTEM_COMMANDS),
  ...Object.entries(TEXT_COMMANDS),
  ['sh', shell],
  ['ash', shell],
  ['bash', shell],
  ['tar', tar],
  ['test', test],
  ['[', test],
])
