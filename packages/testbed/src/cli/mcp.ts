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
  approve: (_, argv) => approve(without('approve', argv)),
  audit: (_, argv) => audit(without('audit', argv)),
}

await runCommand(async (signal) => {
  const argv = process.argv.slice(2)
  const name = argv.find((arg) => Object.hasOwn(COMMANDS, arg))
  if (name !== undefined) return COMMANDS[name]?.(signal, argv)
  if (argv.some((arg) => ['help', '--help', '-h'].includes(arg))) return console.log(HELP)
  throw new UserError(`Expected stdio, http, approve or audit, found ${argv.join(' ') || 'nothing'}.`, HELP)
})

/** The flags may stand before the command. */
function without(name: string, argv: readonly string[]): string[] {
  return argv.toSpliced(argv.indexOf(name), 1)
}
