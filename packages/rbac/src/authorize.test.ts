import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { authorize } from './authorize.ts'
import { parsePolicy } from './manifest.ts'
import type { Binding, Policy } from './policy.ts'
import type { Attributes, PolicyRule } from './types.ts'

const READER: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }
const roles: Policy['roles'] = [
  { kind: 'Role', name: 'reader', namespace: 'dev', rules: [READER] },
  { kind: 'ClusterRole', name: 'reader', rules: [READER, { verbs: ['get'], nonResourceURLs: ['/version'] }] },
]
const alice = { kind: 'User', name: 'alice' } as const

function policyWith(...bindings: Partial<Binding>[]): Policy {
  const base: Binding = {
    kind: 'RoleBinding',
    name: 'readers',
    namespace: 'dev',
    roleRef: { kind: 'Role', name: 'reader' },
    subjects: [alice],
  }
  return { roles, bindings: bindings.map((binding) => ({ ...base, ...binding })) }
}

function ask(question: Partial<Attributes> = {}, user = 'alice', groups: string[] = []): Attributes {
  return { subject: { user, groups }, verb: 'list', resource: 'pods', namespace: 'dev', ...question }
}

const clusterWide = { kind: 'ClusterRoleBinding', namespace: undefined, roleRef: roles[1]! } as unknown as Binding
const everywhere = (): Partial<Binding> => {
  const { namespace: _, ...rest } = clusterWide
  return { ...rest, name: 'everywhere' }
}

describe('an allowed question', () => {
  test('names the binding, the role and the subject as Kubernetes does', () => {
    const decision = authorize(policyWith({}), ask())

    expect(decision).toEqual({
      verdict: 'allow',
      reason: 'RBAC: allowed by RoleBinding "readers/dev" of Role "reader" to User "alice"',
      binding: 'RoleBinding "readers" in namespace "dev"',
    })
  })

  test('names a service account before its namespace', () => {
    const policy = policyWith({ subjects: [{ kind: 'ServiceAccount', name: 'ci' }] })

    const decision = authorize(policy, ask({}, 'system:serviceaccount:dev:ci'))

    expect(decision.reason).toMatch(/to ServiceAccount "ci\/dev"$/)
  })

  test('names the cluster-wide binding first when several allow', () => {
    const policy = policyWith(
      {},
      { kind: 'ClusterRoleBinding', name: 'all', roleRef: { kind: 'ClusterRole', name: 'reader' } },
    )

    expect(authorize(policy, ask()).reason).toMatch(/^RBAC: allowed by ClusterRoleBinding "all/)
  })
})

describe('a refused question', () => {
  test('says what was asked and the smallest rule that would allow it', () => {
    const question = ask({ verb: 'get', subresource: 'log', name: 'web', tool: 'kubernetes_logs' })

    const decision = authorize(policyWith({}), question)

    expect(decision).toEqual({
      verdict: 'deny',
      reason:
        'User "alice" cannot get resource "pods/log" in API group "" in the namespace "dev" through tool "kubernetes_logs"',
      smallestRule: {
        verbs: ['get'],
        apiGroups: [''],
        resources: ['pods/log'],
        resourceNames: ['web'],
        tools: ['kubernetes_logs'],
      },
    })
  })

  test.each([
    [
      'at the cluster scope',
      { namespace: '' },
      'User "eve" cannot list resource "pods" in API group "" at the cluster scope',
    ],
    ['about a path', { verb: 'get', resource: undefined, path: '/metrics' }, 'User "eve" cannot get path "/metrics"'],
    ['about a tool', { verb: 'call', resource: undefined, tool: 'helm' }, 'User "eve" cannot call tool "helm"'],
  ])('is worded for a question %s', (_kind, question, reason) => {
    expect(authorize(policyWith({}), ask(question as Partial<Attributes>, 'eve')).reason).toBe(reason)
  })

  test('says which role a binding names in vain, as Kubernetes does', () => {
    const policy = policyWith({ roleRef: { kind: 'ClusterRole', name: 'gone' } })

    const { verdict, reason } = authorize(policy, ask())

    expect(verdict).toBe('deny')
    expect(reason).toMatch(/in the namespace "dev": RBAC: clusterrole\.rbac\.authorization\.k8s\.io "gone" not found$/)
  })

  test('has no smallest rule when it is malformed', () => {
    const decision = authorize(policyWith({}), ask({ path: '/version' }))

    expect(decision.verdict).toBe('deny')
    expect(decision).not.toHaveProperty('smallestRule')
  })
})

describe('a binding reaches', () => {
  test.each([
    ['its namespace', ask(), 'allow'],
    ['no other namespace', ask({ namespace: 'prod' }), 'deny'],
    ['no list across all namespaces', ask({ namespace: '' }), 'deny'],
    ['no other user', ask({}, 'bob'), 'deny'],
    ['no group of the same name', ask({}, 'bob', ['alice']), 'deny'],
  ])('%s', (_fact, question, verdict) => {
    expect(authorize(policyWith({}), question).verdict).toBe(verdict)
  })

  test('the members of a group', () => {
    const policy = policyWith({ subjects: [{ kind: 'Group', name: 'ops' }] })

    expect(authorize(policy, ask({}, 'bob', ['dev', 'ops'])).verdict).toBe('allow')
    expect(authorize(policy, ask({}, 'ops')).verdict).toBe('deny')
  })

  test('a service account by its user name, with its own namespace', () => {
    const policy = policyWith({ subjects: [{ kind: 'ServiceAccount', name: 'ci', namespace: 'tools' }] })

    expect(authorize(policy, ask({}, 'system:serviceaccount:tools:ci')).verdict).toBe('allow')
    expect(authorize(policy, ask({}, 'system:serviceaccount:dev:ci')).verdict).toBe('deny')
  })

  test('members of system:masters no more than others', () => {
    expect(authorize(policyWith({}), ask({}, 'root', ['system:masters'])).verdict).toBe('deny')
  })

  test('URLs and the cluster scope only when it is cluster-wide', () => {
    const version: Partial<Attributes> = { verb: 'get', path: '/version' }
    const { resource: _, namespace: __, ...bare } = ask(version)

    expect(authorize(policyWith(everywhere()), bare).verdict).toBe('allow')
    expect(authorize(policyWith({ roleRef: { kind: 'ClusterRole', name: 'reader' } }), bare).verdict).toBe('deny')
    expect(authorize(policyWith(everywhere()), ask({ namespace: '' })).verdict).toBe('allow')
  })
})

describe('a binding with a namespaceSelector reaches', () => {
  const selecting = (namespaceSelector: Binding['namespaceSelector']): Policy => {
    const { namespace: _, ...binding } = policyWith({ roleRef: { kind: 'ClusterRole', name: 'reader' } }).bindings[0]!
    return { roles, bindings: [{ ...binding, ...(namespaceSelector ? { namespaceSelector } : {}) }] }
  }
  const tier = (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', values?: string[]) => ({
    matchExpressions: [{ key: 'tier', operator, ...(values ? { values } : {}) }],
  })

  test.each([
    ['a matching name', { matchNames: ['x', 'de*'] }, undefined, 'allow'],
    ['no other name', { matchNames: ['prod'] }, {}, 'deny'],
    ['a matching label', { matchLabels: { tier: 'test' } }, { tier: 'test' }, 'allow'],
    ['no other label', { matchLabels: { tier: 'test' } }, { tier: 'prod' }, 'deny'],
    ['no inherited label', { matchLabels: { constructor: 'x' } }, {}, 'deny'],
    ['In', tier('In', ['a', 'b']), { tier: 'b' }, 'allow'],
    ['not In without the label', tier('In', ['a']), {}, 'deny'],
    ['NotIn without the label', tier('NotIn', ['a']), {}, 'allow'],
    ['not NotIn with the value', tier('NotIn', ['a']), { tier: 'a' }, 'deny'],
    ['Exists', tier('Exists'), { tier: '' }, 'allow'],
    ['DoesNotExist', tier('DoesNotExist'), {}, 'allow'],
    ['nothing while labels are unknown', tier('DoesNotExist'), undefined, 'deny'],
    ['nothing by NotIn while labels are unknown', tier('NotIn', ['a']), undefined, 'deny'],
    ['only where all hold', { matchNames: ['dev'], matchLabels: { tier: 'a' } }, { tier: 'b' }, 'deny'],
    ['nothing when it is empty', {}, {}, 'deny'],
    ['nothing by an unknown operator', tier('Near' as 'In', ['a']), { tier: 'a' }, 'deny'],
  ])('%s', (_fact, selector, namespaceLabels, verdict) => {
    const question = ask(namespaceLabels ? { namespaceLabels } : {})

    expect(authorize(selecting(selector), question).verdict).toBe(verdict)
  })

  test('no list across all namespaces', () => {
    expect(authorize(selecting({ matchNames: ['*'] }), ask({ namespace: '' })).verdict).toBe('deny')
  })

  test('its namespaces and says so', () => {
    const decision = authorize(selecting({ matchNames: ['*'] }), ask())

    expect(decision.reason).toBe(
      'RBAC: allowed by RoleBinding "readers" by its namespaceSelector of ClusterRole "reader" to User "alice"',
    )
  })
})

test('the use of a tool is granted by a binding in any namespace', () => {
  const policy = parsePolicy(`
apiVersion: mcp-lab/v1
kind: ClusterRole
metadata: { name: reader }
rules:
  - { verbs: [get], apiGroups: [''], resources: [pods], tools: [kubernetes_get] }
---
apiVersion: mcp-lab/v1
kind: RoleBinding
metadata: { name: readers, namespace: dev }
roleRef: { kind: ClusterRole, name: reader }
subjects: [{ kind: User, name: alice }]
`)
  const call: Attributes = { subject: { user: 'alice', groups: [] }, verb: 'call', tool: 'kubernetes_get' }

  expect(authorize(policy, call).verdict).toBe('allow')
  expect(authorize(policy, { ...call, namespace: 'prod' }).verdict).toBe('deny')
  expect(authorize(policy, { ...call, tool: 'kubernetes_logs' }).verdict).toBe('deny')
})

const word = (...words: string[]) => fc.constantFrom(...words)
const some = (...words: string[]) => fc.uniqueArray(word(...words), { minLength: 1, maxLength: 2 })
const tools = fc.option(some('kubernetes_get', 'kubernetes_*', '*'), { nil: undefined })
const resourceRule = fc
  .record({
    verbs: some('get', 'list', '*'),
    apiGroups: some('', 'apps', '*'),
    resources: some('pods', 'pods/log', '*/log', '*'),
    resourceNames: fc.option(some('web', 'db'), { nil: undefined }),
    tools,
  })
  .map((rule) => JSON.parse(JSON.stringify(rule)) as PolicyRule)
const toolRule = some('kubernetes_get', 'helm_*').map((tools): PolicyRule => ({ verbs: ['call'], tools }))
const rule = fc.oneof(resourceRule, toolRule)
const arbitraryBinding: fc.Arbitrary<Binding> = fc.record({
  kind: fc.constantFrom<'RoleBinding' | 'ClusterRoleBinding'>('RoleBinding', 'ClusterRoleBinding'),
  name: word('a', 'b', 'c'),
  namespace: word('dev', 'prod'),
  roleRef: fc.record({ kind: fc.constant('ClusterRole' as const), name: word('r0', 'r1', 'gone') }),
  subjects: fc.array(
    fc.record({ kind: fc.constantFrom('User' as const, 'Group' as const), name: word('alice', 'ops') }),
    {
      maxLength: 2,
    },
  ),
})
const arbitraryPolicy: fc.Arbitrary<Policy> = fc.record({
  roles: fc
    .tuple(fc.array(rule, { maxLength: 3 }), fc.array(rule, { maxLength: 3 }))
    .map((lists) => lists.map((rules, index) => ({ kind: 'ClusterRole' as const, name: `r${index}`, rules }))),
  bindings: fc.array(arbitraryBinding, { maxLength: 5 }),
})
const question: fc.Arbitrary<Attributes> = fc
  .oneof(
    fc.record({
      verb: word('get', 'list', 'delete'),
      apiGroup: word('', 'apps'),
      resource: word('pods', 'secrets'),
      subresource: fc.option(fc.constant('log'), { nil: undefined }),
      namespace: word('dev', 'prod', ''),
      name: fc.option(word('web', 'db'), { nil: undefined }),
      tool: fc.option(word('kubernetes_get', 'helm_list'), { nil: undefined }),
    }),
    fc.record({ verb: fc.constant('call'), tool: word('kubernetes_get', 'helm_list') }),
  )
  .map((parts) => ({
    ...(JSON.parse(JSON.stringify(parts)) as Attributes),
    subject: { user: 'alice', groups: ['ops'] },
  }))

const verdict = (policy: Policy, attributes: Attributes) => authorize(policy, attributes).verdict

describe('for every policy and question', () => {
  test('one more binding never turns an allow into a deny', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryBinding, question, (policy, more, attributes) => {
        fc.pre(verdict(policy, attributes) === 'allow')
        expect(verdict({ ...policy, bindings: [more, ...policy.bindings] }, attributes)).toBe('allow')
      }),
    )
  })

  test.each(['verbs', 'apiGroups', 'resources', 'tools'] as const)('* in %s grants at least as much', (field) => {
    const widened = (rule: PolicyRule): PolicyRule => (rule[field] ? { ...rule, [field]: ['*'] } : rule)
    fc.assert(
      fc.property(arbitraryPolicy, question, (policy, attributes) => {
        fc.pre(verdict(policy, attributes) === 'allow')
        const roles = policy.roles.map((role) => ({ ...role, rules: role.rules.map(widened) }))
        expect(verdict({ ...policy, roles }, attributes)).toBe('allow')
      }),
    )
  })

  test('the order of roles, rules and bindings does not matter', () => {
    fc.assert(
      fc.property(arbitraryPolicy, question, (policy, attributes) => {
        const roles = policy.roles.map((role) => ({ ...role, rules: role.rules.toReversed() })).toReversed()
        const reversed = { roles, bindings: policy.bindings.toReversed() }
        expect(authorize(reversed, attributes).verdict).toBe(verdict(policy, attributes))
      }),
    )
  })

  test('the smallest rule of a refusal allows that question, and others only when they ask for the same', () => {
    const granting = (rule: PolicyRule): Policy => ({
      roles: [{ kind: 'ClusterRole', name: 'fix', rules: [rule] }],
      bindings: [
        { kind: 'ClusterRoleBinding', name: 'fix', roleRef: { kind: 'ClusterRole', name: 'fix' }, subjects: [alice] },
      ],
    })
    fc.assert(
      fc.property(question, question, (refused, other) => {
        const policy = granting(authorize({ roles, bindings: [] }, refused).smallestRule!)
        expect(verdict(policy, refused)).toBe('allow')
        if (verdict(policy, other) !== 'allow') return
        if (other.verb === 'call') expect(other.tool).toBe(refused.tool)
        else expect(whatIsAsked(other, refused)).toEqual(whatIsAsked(refused, refused))
      }),
      { numRuns: 500 },
    )
  })
})

/** The fields a rule can tell apart: not the namespace, and only what the refused question gave. */
function whatIsAsked(asked: Attributes, refused: Attributes) {
  const { verb, apiGroup, resource, subresource, name, tool } = asked
  return { verb, apiGroup, resource, subresource, name: refused.name && name, tool: refused.tool && tool }
}
