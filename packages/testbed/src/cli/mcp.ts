#!/usr/bin/env node
/**
 * `pnpm mcp`: the MCP server, and what people do beside it: approve, and check its log.
 */
import { UserError } from '../user-error.ts'
import { approve } from './mcp/approve.ts'
import { audit } from './mcp/audit.ts'
import { serve } from './mcp/serve.ts'
import { runCommand, typed } from './run-command.ts'

const HELP = `Usage: ${typed('mcp', 'COMMAND')}

  stdio           serves on stdin and stdout, for an editor or an agent
  http            serves on a port of this machine
  approve         what waits for a person's word, and giving it
  audit verify    is the audit log still what the server wrote?

Each has --help.`

const COMMANDS: Readonly<Record<string, (signal: AbortSignal, argv: string[]) => Promise<void> | void>> = {
  stdio: serve,
  http: serve,
  approve: (_, argv) => approve(argv.slice(1)),
  audit: (_, argv) => audit(argv.slice(1)),
}

await runCommand(async (signal) => {
  const argv = process.argv.slice(2)
  const at = argv.findIndex((arg) => Object.hasOwn(COMMANDS, arg))
  const [name = argv.find((arg) => !arg.startsWith('-')) ?? 'nothing'] = argv.slice(at < 0 ? argv.length : at)
  if (name === 'help' || (at < 0 && argv.some((arg) => ['--help', '-h'].includes(arg)))) return console.log(HELP)
  const command = COMMANDS[name]
  if (!command) throw new UserError(`Expected stdio, http, approve or audit, found ${name}.`, HELP)
  return command(signal, [name, ...argv.toSpliced(at, 1)])
})
