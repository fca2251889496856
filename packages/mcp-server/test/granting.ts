/** The shortest policy: what one user may do, everywhere. */
import { parsePolicy, type Policy, type PolicyRule } from '@mcp-lab/rbac'
import { stringify } from 'yaml'

const apiVersion = 'mcp-lab/v1'

export function granting(user: string, rules: readonly PolicyRule[]): Policy {
  const role = { apiVersion, kind: 'ClusterRole', metadata: { name: user }, rules }
  const binding = {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: user },
    roleRef: { kind: 'ClusterRole', name: user },
    subjects: [{ kind: 'User', name: user }],
  }
  return parsePolicy([role, binding].map((it) => stringify(it)).join('---\n'))
}
