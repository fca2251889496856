/**
 * Who somebody at a command is, or the agent behind a server on stdio.
 */
import { subjectFromEnv, type Identity } from '@mcp-lab/mcp-server'

/** Who MCP_LAB_USER says, or this one when it says nothing. */
export function subjectOr(fallback: Identity): Identity {
  return process.env['MCP_LAB_USER'] === undefined ? fallback : subjectFromEnv(process.env)
}
