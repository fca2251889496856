import { describe, expect, test } from 'vitest'

import { authorize } from './authorize.ts'
import { parsePolicy } from './manifest.ts'

const role = (
  name: string,
  { labels = {}, selects, rules = '[]' }: { labels?: object; selects?: object; rules?: string },
) =>
  `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: ${name}, labels: ${JSON.stringify(labels)} }
${selects ? `aggregationRule: { clusterRoleSelectors: [${JSON.stringify(selects)}] }\n` : ''}rules: ${rules}
`
const may = (verb: string, resource: string) => `[{ verbs: [${verb}], apiGroups: [''], resources: [${resource}] }]`
const TO = (name: string) => ({ [`to-${name}`]: 'true' })
const BOUND = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: all }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin }
subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: ann }]
`
const file = (...documents: string[]) => documents.join('---\n')
const decide = (policy: ReturnType<typeof parsePolicy>, verb: string, resource: string) =>
  authorize(policy, { subject: { user: 'ann', groups: [] }, verb, resource, namespace: 'shop' }).verdict

describe('an aggregated ClusterRole of a file', () => {
  const parts = [
    role('pods', { labels: TO('view'), rules: may('get', 'pods') }),
    role('maps', { labels: TO('admin'), rules: may('update', 'configmaps') }),
    role('view', { labels: TO('admin'), selects: { matchLabels: TO('view') } }),
  ]

  test('holds what it selects, also through others, and nothing else', () => {
    const policy = parsePolicy(file(role('admin', { selects: { matchLabels: TO('admin') } }), ...parts, BOUND))

    expect(decide(policy, 'update', 'configmaps')).toBe('allow')
    expect(decide(policy, 'get', 'pods')).toBe('allow')
    expect(decide(policy, 'delete', 'pods')).toBe('deny')
  })

  test('may have the rules that a controller wrote', () => {
    const selects = { matchExpressions: [{ key: 'to-admin', operator: 'Exists' }] }
    const written = role('admin', { selects, rules: may('get', 'pods') })

    expect(decide(parsePolicy(file(written, ...parts, BOUND)), 'update', 'configmaps')).toBe('allow')
  })

  test('may select one that selects it', () => {
    const one = role('admin', { labels: TO('other'), selects: { matchLabels: TO('admin') } })
    const other = role('other', { labels: TO('admin'), selects: { matchLabels: TO('other') } })

    expect(decide(parsePolicy(file(one, other, ...parts, BOUND)), 'get', 'pods')).toBe('allow')
  })

  test.each([
    [
      'rules of its own',
      { selects: { matchLabels: TO('admin') }, rules: may('delete', 'pods') },
      /rules: found \{APIGroups.*delete.*move them/,
    ],
    [
      'a selector that matches nothing',
      { selects: { matchLabels: TO('nobody') } },
      /match no ClusterRole of this file/,
    ],
    ['an empty selector', { selects: {} }, /expected at least one condition/],
    ['a misspelt selector', { selects: { matchLabel: TO('admin') } }, /expected only matchLabels, matchExpressions/],
  ])('is an error with %s', (_what, admin, message) => {
    expect(() => parsePolicy(file(role('admin', admin), ...parts, BOUND), { file: 'p.yaml' })).toThrow(message)
    expect(() => parsePolicy(file(role('admin', admin), ...parts, BOUND), { file: 'p.yaml' })).toThrow(
      /^p\.yaml:\d+, ClusterRole "admin"/,
    )
  })
})
