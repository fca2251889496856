import { expect, test } from 'vitest'

import { parsePolicy } from './manifest.ts'
import { rulesFor } from './rules-for.ts'

const policy = parsePolicy(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: view }
rules: [{ verbs: [get], apiGroups: [''], resources: [pods] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: edit, namespace: dev }
rules: [{ verbs: [patch], apiGroups: [''], resources: [pods] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: a, namespace: dev }
roleRef: { kind: Role, name: edit }
subjects: [{ kind: User, name: alice }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: z }
roleRef: { kind: ClusterRole, name: view }
subjects: [{ kind: Group, name: devs }]
`)

test('a subject holds what its bindings grant, the cluster-wide ones first', () => {
  const held = rulesFor(policy)
  const verbs = (user: string, groups: string[], namespace: string) =>
    held({ user, groups }, namespace).rules.flatMap((rule) => rule.verbs)

  expect(verbs('alice', ['devs'], 'dev')).toEqual(['get', 'patch'])
  expect(verbs('alice', ['devs'], '')).toEqual(['get'])
  expect(verbs('alice', [], 'prod')).toEqual([])
})

test('a binding to a role that nobody wrote is told of', () => {
  const lost = { ...policy, roles: [] }

  expect(rulesFor(lost)({ user: 'alice', groups: [] }, 'dev')).toEqual({
    rules: [],
    missingRoles: ['role.rbac.authorization.k8s.io "edit" not found'],
  })
})
