/**
 * All commands, in the order of the help.
 */
import { hint } from './commands/hint.ts'
import { list } from './commands/list.ts'
import { reset } from './commands/reset.ts'
import { run } from './commands/run.ts'
import { solution } from './commands/solution.ts'
import { start } from './commands/start.ts'
import { verify } from './commands/verify.ts'
import { watch } from './commands/watch.ts'
import type { Command } from './io.ts'

const commands: readonly Command[] = [list, start, run, watch, hint, reset, solution, verify]

export { commands, list, run }
