/**
 * The policies that worlds and commands start with: the server's default, and what a student's own tools need.
 */
import { readFileSync } from 'node:fs'
import { defaultPolicy, policyFile, VIEWERS, type Identity, type Tool } from '@mcp-lab/mcp-server'
import { parsePolicy, type Policy } from '@mcp-lab/rbac'
import { UserError } from './user-error.ts'

const LABS = new URL('../policies/labs.yaml', import.meta.url)

/** Who calls are made by, unless told otherwise: one who may look, and use tools of their own. */
export const DEFAULT_SUBJECT: Identity = { user: 'student', groups: [VIEWERS, 'mcp-lab:students'] }

/** Viewers may look; students may also use tools of their own, which are these, and ask nodes. */
export function labPolicy(tools: readonly Tool[] = []): Policy {
  const { roles, bindings } = parsePolicy(readFileSync(LABS, 'utf8'), { file: 'policies/labs.yaml' })
  const use = { verbs: ['call'], tools: tools.map(({ name }) => name) }
  const withTools = roles.map((role) => (tools.length > 0 ? { ...role, rules: [...role.rules, use] } : role))
  return together(defaultPolicy(), { roles: withTools, bindings })
}

/**
 * The policy of a file, read again when the file changes; a change that is no policy is told on stderr, and changes nothing.
 *
 * @throws UserError when the file cannot be read, or is no policy
 */
export function openPolicy(file: string): () => Policy {
  const onReload = () => console.error(`The policy ${file} has changed, and is in force.`)
  const onRefused = (fault: unknown) =>
    console.error(`The policy ${file} has changed, but the old one stays in force: ${(fault as Error).message}`)
  try {
    return policyFile(file, { onReload, onRefused })
  } catch (fault) {
    const { code, message } = fault as NodeJS.ErrnoException
    throw new UserError(
      code === undefined ? message : `The policy ${file} cannot be read (${code}).`,
      'Check the file after --policy.',
    )
  }
}

/** Grants only add up, so policies do too. */
function together(...policies: readonly Policy[]): Policy {
  return { roles: policies.flatMap(({ roles }) => roles), bindings: policies.flatMap(({ bindings }) => bindings) }
}
