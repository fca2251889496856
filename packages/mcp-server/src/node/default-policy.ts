/**
 * The policies that ship with the server, as data: YAML beside the sources, read when asked for.
 */
import { readFileSync } from 'node:fs'
import { parsePolicy, type Policy } from '@mcp-lab/rbac'

const FILE = new URL('../../policies/default.yaml', import.meta.url)

/** The group that may look: harmless kinds, logs and metrics; no Secrets, no writes. */
export const VIEWERS = 'mcp-lab:viewers'

/** The group that may change workloads, once somebody approves. */
export const OPERATORS = 'mcp-lab:operators'

/** The group that may approve what others want to do. */
export const APPROVERS = 'mcp-lab:approvers'

/** What `policies/default.yaml` says: a role for each of the three groups. */
export function defaultPolicy(): Policy {
  return parsePolicy(readFileSync(FILE, 'utf8'), { file: 'policies/default.yaml' })
}
