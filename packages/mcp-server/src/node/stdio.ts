/**
 * The stdio transport: one connection on stdin and stdout. Stdout carries the protocol and nothing else.
 *
 * Who asks comes from the environment of the process, which the host that starts it controls, and never from a call.
 */
import type { Readable, Writable } from 'node:stream'
import type { Identity } from '../call.ts'
import type { McpServerFactory } from '@modelcontextprotocol/server'
import { serveStdio as serve, StdioServerTransport } from '@modelcontextprotocol/server/stdio'

export type StdioOptions = {
  readonly stdin?: Readable
  readonly stdout?: Writable
  readonly onerror?: (fault: Error) => void
}

export type StdioServer = { close(): Promise<void> }

export function serveStdio(create: McpServerFactory, options: StdioOptions = {}): StdioServer {
  const { stdin, stdout, onerror } = options
  return serve(create, { transport: new StdioServerTransport(stdin, stdout), ...(onerror && { onerror }) })
}

/**
 * The subject of a stdio server, from `MCP_LAB_USER` and `MCP_LAB_GROUPS` (separated by commas), and the agent that acts
 * for it, from `MCP_LAB_ACTOR`.
 *
 * @throws TypeError when MCP_LAB_USER is missing
 */
export function subjectFromEnv(env: Readonly<Record<string, string | undefined>>): Identity {
  const user = env['MCP_LAB_USER']?.trim()
  if (!user)
    throw new TypeError(
      'MCP_LAB_USER: expected the name of the user who asks, found nothing; set it in the host’s config',
    )
  const groups = (env['MCP_LAB_GROUPS'] ?? '').split(',').map((group) => group.trim())
  const actor = env['MCP_LAB_ACTOR']?.trim()
  return { user, groups: groups.filter((group) => group !== ''), ...(actor && { actor }) }
}
