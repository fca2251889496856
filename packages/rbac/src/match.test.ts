import { describe, expect, test } from 'vitest'

import { ruleAllows } from './match.ts'
import type { Attributes, PolicyRule } from './types.ts'

const subject = { user: 'alice', groups: [] }
const ask = (question: Partial<Attributes>): Attributes => ({ subject, verb: 'get', ...question })
const pods = (more: Partial<PolicyRule> = {}): PolicyRule => ({
  verbs: ['get'],
  apiGroups: [''],
  resources: ['pods'],
  ...more,
})
const urls = (...nonResourceURLs: string[]): PolicyRule => ({ verbs: ['get'], nonResourceURLs })

const rows: [string, PolicyRule, Partial<Attributes>, boolean][] = [
  ['the verb, group and resource it names', pods(), { resource: 'pods' }, true],
  ['no other verb', pods(), { verb: 'list', resource: 'pods' }, false],
  ['any verb with *', pods({ verbs: ['*'] }), { verb: 'delete', resource: 'pods' }, true],
  ['no other group', pods(), { resource: 'pods', apiGroup: 'metrics.k8s.io' }, false],
  ['any group with *', pods({ apiGroups: ['*'] }), { resource: 'pods', apiGroup: 'metrics.k8s.io' }, true],
  ['no subresource of a resource', pods(), { resource: 'pods', subresource: 'log' }, false],
  ['the subresource it names', pods({ resources: ['pods/log'] }), { resource: 'pods', subresource: 'log' }, true],
  ['not the resource of a subresource', pods({ resources: ['pods/log'] }), { resource: 'pods' }, false],
  ['a subresource of any resource', pods({ resources: ['*/log'] }), { resource: 'jobs', subresource: 'log' }, true],
  ['no other subresource', pods({ resources: ['*/log'] }), { resource: 'pods', subresource: 'catalog' }, false],
  ['no resource for a */subresource', pods({ resources: ['*/log'] }), { resource: 'log' }, false],
  ['any subresource with *', pods({ resources: ['*'] }), { resource: 'pods', subresource: 'log' }, true],
  ['no pods/*, which is no pattern', pods({ resources: ['pods/*'] }), { resource: 'pods', subresource: 'log' }, false],
  ['the name it names', pods({ resourceNames: ['web'] }), { resource: 'pods', name: 'web' }, true],
  ['no other name', pods({ resourceNames: ['web'] }), { resource: 'pods', name: 'db' }, false],
  ['no question without a name', pods({ resourceNames: ['web'] }), { resource: 'pods' }, false],
  ['no * as a name', pods({ resourceNames: ['*'] }), { resource: 'pods', name: 'web' }, false],
  ['every name with an empty list', pods({ resourceNames: [] }), { resource: 'pods', name: 'web' }, true],
  ['the URL it names', urls('/version'), { path: '/version' }, true],
  ['no URL below it', urls('/version'), { path: '/version/x' }, false],
  ['every URL below a trailing *', urls('/healthz/*'), { path: '/healthz/etcd' }, true],
  ['not the parent of a trailing *', urls('/healthz/*'), { path: '/healthz' }, false],
  ['every URL with *', urls('*'), { path: '/metrics' }, true],
  ['no * inside a URL', urls('/a/*/c'), { path: '/a/b/c' }, false],
  ['no resource for a URL rule', urls('*'), { resource: 'pods' }, false],
  ['no URL for a resource rule', pods({ resources: ['*'] }), { path: '/version' }, false],
  ['no question about nothing', pods({ verbs: ['*'], resources: ['*'] }), {}, false],
  ['no question about two things', pods({ resources: ['*'] }), { resource: 'pods', path: '/version' }, false],
  ['no question without a verb', pods({ verbs: ['*'] }), { verb: '', resource: 'pods' }, false],
  ['no question about an empty resource', pods({ resources: ['*'] }), { resource: '' }, false],
]

describe('a rule allows', () => {
  test.each(rows)('%s', (_fact, rule, question, expected) => {
    expect(ruleAllows(rule, ask(question))).toBe(expected)
  })
})

const call = (tool: string) => ask({ verb: 'call', tool })
const approve = (tool: string) => ask({ verb: 'approve', tool })
const readPods = (tool?: string) => ask({ resource: 'pods', ...(tool ? { tool } : {}) })

describe('a rule with tools', () => {
  test.each([
    ['only tools', { verbs: ['call'], tools: ['kubernetes_get'] }],
    ['a glob', { verbs: ['call'], tools: ['kubernetes_*'] }],
    ['resources too, whatever the verbs', pods({ tools: ['kubernetes_get'] })],
  ])('grants the use of a tool when it names %s', (_form, rule) => {
    expect(ruleAllows(rule, call('kubernetes_get'))).toBe(true)
    expect(ruleAllows(rule, call('helm_list'))).toBe(false)
  })

  test('grants its resources only through such a tool', () => {
    const rule = pods({ tools: ['kubernetes_get'] })

    expect(ruleAllows(rule, readPods('kubernetes_get'))).toBe(true)
    expect(ruleAllows(rule, readPods('kubernetes_logs'))).toBe(false)
    expect(ruleAllows(rule, readPods())).toBe(false)
  })

  test('grants no resource when it names none', () => {
    expect(ruleAllows({ verbs: ['*'], tools: ['*'] }, readPods('kubernetes_get'))).toBe(false)
  })

  test('grants nothing with an empty list', () => {
    expect(ruleAllows(pods({ tools: [] }), readPods())).toBe(false)
    expect(ruleAllows(pods({ tools: [] }), call('kubernetes_get'))).toBe(false)
  })
})

test('a rule without tools grants its resources through every tool, and the use of none', () => {
  const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }

  expect(ruleAllows(everything, readPods('kubernetes_get'))).toBe(true)
  expect(ruleAllows(everything, call('kubernetes_get'))).toBe(false)
})

test.each([
  ['the verb itself', { verbs: ['approve'], tools: ['kubernetes_*'] }, true],
  ['only the right to use the tool', { verbs: ['call'], tools: ['kubernetes_*'] }, false],
  ['everything through the tool', { verbs: ['*'], apiGroups: ['*'], resources: ['*'], tools: ['*'] }, false],
])('to approve takes the verb: %s', (_what, rule, expected) => {
  expect(ruleAllows(rule, approve('kubernetes_delete'))).toBe(expected)
})

test('to approve is not to use', () => {
  expect(ruleAllows({ verbs: ['approve'], tools: ['*'] }, call('kubernetes_delete'))).toBe(false)
})
