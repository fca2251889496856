import { describe, expect, test } from 'vitest'

import { parsePolicy, policyFromObjects } from './manifest.ts'
import { PolicyError } from './policy-error.ts'

const KUBERNETES = 'rbac.authorization.k8s.io/v1'

function faultOf(yaml: string): PolicyError {
  try {
    parsePolicy(yaml, { file: 'policy.yaml' })
  } catch (error) {
    if (error instanceof PolicyError) return error
    throw error
  }
  throw new Error('the policy was accepted')
}

const role = (body: string, apiVersion = 'mcp-lab/v1', kind = 'ClusterRole') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: reader }\n${body}`

const binding = (body: string, kind = 'RoleBinding', apiVersion = 'mcp-lab/v1') =>
  `${role('rules: []')}\n---\napiVersion: ${apiVersion}\nkind: ${kind}\n${body}`

test('parses roles and bindings of both dialects', () => {
  const policy = parsePolicy(`
# who may look
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, namespace: dev, labels: { app: shop } }
rules:
  - { verbs: [get], apiGroups: [''], resources: [pods], resourceNames: null }
---
---
apiVersion: mcp-lab/v1
kind: ClusterRole
metadata: { name: tools }
rules: [{ verbs: [call], tools: ['kubernetes_*'] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: readers, namespace: dev }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: ci }]
---
apiVersion: mcp-lab/v1
kind: RoleBinding
metadata: { name: teams }
namespaceSelector: { matchNames: ['team-*'] }
roleRef: { kind: ClusterRole, name: tools }
subjects: [{ kind: Group, name: ops, apiGroup: rbac.authorization.k8s.io }]
`)

  expect(policy).toEqual({
    roles: [
      {
        kind: 'Role',
        name: 'reader',
        namespace: 'dev',
        rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
      },
      { kind: 'ClusterRole', name: 'tools', rules: [{ verbs: ['call'], tools: ['kubernetes_*'] }] },
    ],
    bindings: [
      {
        kind: 'RoleBinding',
        name: 'readers',
        namespace: 'dev',
        roleRef: { kind: 'Role', name: 'reader' },
        subjects: [{ kind: 'ServiceAccount', name: 'ci' }],
      },
      {
        kind: 'RoleBinding',
        name: 'teams',
        namespaceSelector: { matchNames: ['team-*'] },
        roleRef: { kind: 'ClusterRole', name: 'tools' },
        subjects: [{ kind: 'Group', name: 'ops' }],
      },
    ],
  })
})

test('an empty text is an empty policy', () => {
  expect(parsePolicy('# nothing yet\n')).toEqual({ roles: [], bindings: [] })
})

describe('a fault says what, where, expected and next', () => {
  test('for tools under the apiVersion of Kubernetes', () => {
    const yaml = role("rules:\n  - verbs: [call]\n    tools: ['*']", KUBERNETES)

    expect(faultOf(yaml).message).toBe(
      'policy.yaml:6, ClusterRole "reader", rules[0].tools: found an unknown field, ' +
        'expected only verbs, apiGroups, resources, resourceNames, nonResourceURLs; ' +
        'tools is an extension of this project: write apiVersion: mcp-lab/v1 (2 more in this document)',
    )
  })

  test('for a field that is missing, at the line of what should hold it', () => {
    const fault = faultOf(role('rules:\n  - verbs: [get]\n    resources: [pods]'))

    expect(fault.line).toBe(5)
    expect(fault.message).toMatch(/rules\[0\]\.apiGroups: found nothing, expected at least one API group/)
  })

  test('for the first of several, with their number', () => {
    const fault = faultOf(role('rules:\n  - { verbs: [], tools: [] }\n  - { tools: [x_y] }'))

    expect(fault.where).toBe('ClusterRole "reader", rules[0].verbs')
    expect(fault.next).toMatch(/more in this document\)$/)
  })

  test('without a file name too', () => {
    expect(() => parsePolicy('kind: Role')).toThrow(/^policy:1, Role, apiVersion: found nothing, expected rbac/)
  })
})

const GROUP = 'roleRef: { kind: ClusterRole, name: reader }'
const named = 'metadata: { name: b, namespace: dev }'

describe('refuses', () => {
  test.each([
    ['text that is no YAML', 'a: [1,\nb', /bad YAML/],
    ['a key given twice', role('rules: []\nrules: []'), /Map keys must be unique/],
    ['an unknown tag', role('rules: !!js/function x'), /bad YAML/],
    ['an alias of nothing', role('rules: *gone'), /bad YAML/],
    ['a list in place of a document', '- a', /a document, apiVersion: found nothing/],
    ['another apiVersion', role('rules: []', 'v1'), /apiVersion: found "v1", expected rbac/],
    ['another kind', role('rules: []', KUBERNETES, 'Pod'), /kind: found "Pod", expected Role, ClusterRole/],
    ['a misspelt field', role('rule: []'), /\.?rule: found an unknown field, expected only apiVersion, kind/],
    ['a Role without a namespace', role('rules: []', KUBERNETES, 'Role'), /metadata.namespace: found nothing/],
    ['a ClusterRole with one', `apiVersion: mcp-lab/v1\nkind: ClusterRole\n${named}\nrules: []`, /reaches beyond one/],
    [
      'a name that is a number',
      'apiVersion: mcp-lab/v1\nkind: ClusterRole\nmetadata: { name: 7 }',
      /found 7, expected a text/,
    ],
    ['a rule without verbs', role('rules: [{ tools: [x_y] }]'), /verbs: found nothing, expected a list of texts/],
    ['verbs that are no list', role('rules: [{ verbs: get, tools: [x_y] }]'), /found "get", expected a list of texts/],
    [
      'resources beside URLs',
      role("rules: [{ verbs: [get], resources: [pods], nonResourceURLs: ['/x'] }]"),
      /cannot apply to both/,
    ],
    ['another verb for tools alone', role('rules: [{ verbs: [get], tools: [x_y] }]'), /expected "call" or "approve"/],
    ['a regular expression as a tool', role("rules: [{ verbs: [call], tools: ['kube.+'] }]"), /with \* for any run/],
    [
      'no tools in a list of tools',
      role('rules: [{ verbs: [call], tools: [] }]'),
      /tools: found \[\], expected at least one/,
    ],
    [
      'URLs in a Role',
      `apiVersion: mcp-lab/v1\nkind: Role\n${named}\nrules: [{ verbs: [get], nonResourceURLs: ['/x'] }]`,
      /only a ClusterRole names it/,
    ],
    ['a binding without a role', binding(named), /roleRef: found nothing, expected an object with kind, name/],
    [
      'a role that is not there',
      binding(`${named}\nroleRef: { kind: Role, name: reader }`),
      /which is not in this file/,
    ],
    ['two of one name', `${role('rules: []')}\n---\n${role('rules: []', KUBERNETES)}`, /found a second document/],
    [
      'a cluster-wide binding of a Role',
      binding('metadata: { name: b }\nroleRef: { kind: Role, name: r }', 'ClusterRoleBinding'),
      /expected ClusterRole/,
    ],
    [
      'an unknown subject',
      binding(`${named}\n${GROUP}\nsubjects: [{ kind: Robot, name: x }]`),
      /expected User, Group or ServiceAccount/,
    ],
    [
      'a service account of nowhere',
      binding(`metadata: { name: b }\n${GROUP}\nsubjects: [{ kind: ServiceAccount, name: x }]`, 'ClusterRoleBinding'),
      /subjects\[0\].namespace: found nothing/,
    ],
    [
      'an empty selector',
      binding(`metadata: { name: b }\n${GROUP}\nnamespaceSelector: {}`),
      /empty selector would select all/,
    ],
    [
      'a selector beside a namespace',
      binding(`${named}\n${GROUP}\nnamespaceSelector: { matchNames: [x] }`),
      /metadata.namespace/,
    ],
    [
      'an unknown operator',
      binding(`metadata: { name: b }\n${GROUP}\nnamespaceSelector: { matchExpressions: [{ key: a, operator: Near }] }`),
      /found "Near", expected In, NotIn, Exists, DoesNotExist/,
    ],
    [
      'values with Exists',
      binding(
        `metadata: { name: b }\n${GROUP}\nnamespaceSelector: { matchExpressions: [{ key: a, operator: Exists, values: [x] }] }`,
      ),
      /expected no values with Exists/,
    ],
    [
      'a selector under the apiVersion of Kubernetes',
      binding(`${named}\n${GROUP}\nnamespaceSelector: { matchNames: [x] }`, 'RoleBinding', KUBERNETES),
      /namespaceSelector is an extension of this project/,
    ],
  ])('%s', (_fact, yaml, message) => {
    expect(faultOf(yaml).message).toMatch(message)
  })
})

describe('objects of an API server', () => {
  const stored = {
    apiVersion: KUBERNETES,
    kind: 'ClusterRole',
    metadata: { name: 'view', uid: 'u-1', resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z' },
    aggregationRule: { clusterRoleSelectors: [] },
    rules: null,
  }
  const dangling = {
    apiVersion: KUBERNETES,
    kind: 'RoleBinding',
    metadata: { name: 'b', namespace: 'dev' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'gone' },
  }
  const broken = { ...stored, rules: [{ verbs: 'get' }] }

  test('may be aggregated, and bindings may dangle', () => {
    const policy = policyFromObjects([stored, dangling])

    expect(policy.roles).toEqual([{ kind: 'ClusterRole', name: 'view', rules: [] }])
    expect(policy.bindings).toHaveLength(1)
  })

  test('that are broken are a PolicyError', () => {
    expect(() => policyFromObjects([broken])).toThrow(/^ClusterRole "view", rules\[0\]\.verbs: found "get"/)
  })

  test('that are broken grant nothing when somebody listens', () => {
    const heard: string[] = []

    const policy = policyFromObjects([broken, dangling], { onInvalid: (error) => heard.push(error.where) })

    expect(policy).toMatchObject({ roles: [], bindings: [{ name: 'b' }] })
    expect(heard).toEqual(['ClusterRole "view", rules[0].verbs'])
  })
})
