/**
 * What the commands around the MCP server share: where it keeps things, and who somebody is.
 */
import { subjectFromEnv, type Identity } from '@mcp-lab/mcp-server'
import { kept } from '../run-command.ts'

export const APPROVALS: string = kept('approvals')

export const FOLDERS = { audit: kept('audit'), changes: kept('changes') } as const

/** Who MCP_LAB_USER says, or this one when it says nothing. */
export function subjectOr(fallback: Identity): Identity {
  return process.env['MCP_LAB_USER'] === undefined ? fallback : subjectFromEnv(process.env)
}
