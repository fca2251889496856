/**
 * Where the MCP server keeps what it writes, and the commands beside it look for it.
 */
import { kept } from '../run-command.ts'

export const FOLDERS = { approvals: kept('approvals'), audit: kept('audit'), changes: kept('changes') } as const
