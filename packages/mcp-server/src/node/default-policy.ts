/**
 * The policies that ship with the server, as data: YAML beside the sources, read when asked for.
 */
import { readFileSync } from 'node:fs'
import { parsePolicy, type Policy } from '@mcp-lab/rbac'

const FILE = new URL('../../policies/default.yaml', import.meta.url)

/** The group that may look: harmless kinds and logs, no Secrets, no writes. */
export const VIEWERS = 'mcp-lab:viewers'

/** What `policies/default.yaml` says: the role viewer, bound to the group {@link VIEWERS}. */
export function defaultPolicy(): Policy {
  return parsePolicy(readFileSync(FILE, 'utf8'), { file: 'policies/default.yaml' })
}
