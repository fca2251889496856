import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { authorize, rbacAuthorizer } from './authorize.ts'
import { policyFromObjects } from './manifest.ts'
import { minimalRole, type RoleManifest, type SessionRow } from './minimal-role.ts'
import type { Attributes } from './types.ts'

const ALLOW = { verdict: 'allow' }
const subject = { user: 'agent:sre', groups: [] }

/** The roles, bound to the agent where they are. */
function policyOf(roles: readonly RoleManifest[]) {
  const bindings = roles.map(({ apiVersion, kind, metadata }) => ({
    apiVersion,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: subject.user }],
  }))
  return policyFromObjects([...roles, ...bindings])
}

describe('minimalRole', () => {
  const rows: SessionRow[] = [
    { tool: 'kubernetes_get', asked: [{ verb: 'list', resource: 'pods', namespace: 'shop' }], decision: ALLOW },
    {
      tool: 'kubernetes_get',
      asked: [{ verb: 'get', resource: 'pods', namespace: 'shop', name: 'web' }],
      decision: ALLOW,
    },
    {
      tool: 'kubernetes_logs',
      asked: [{ verb: 'get', resource: 'pods', subresource: 'log', namespace: 'shop', name: 'web' }],
      decision: ALLOW,
    },
    {
      tool: 'kubernetes_delete',
      asked: [{ verb: 'delete', resource: 'pods', namespace: 'shop' }],
      decision: { verdict: 'deny' },
    },
    { tool: 'cluster_info', asked: [{ verb: 'get', path: '/version' }], decision: ALLOW },
    { tool: 'whoami', asked: [], decision: ALLOW },
  ]

  test('is the smallest for each place, tied to the tools', () => {
    expect(minimalRole(rows, { name: 'sre' })).toEqual([
      {
        apiVersion: 'mcp-lab/v1',
        kind: 'ClusterRole',
        metadata: { name: 'sre' },
        rules: [
          { verbs: ['call'], tools: ['whoami'] },
          { verbs: ['get'], nonResourceURLs: ['/version'], tools: ['cluster_info'] },
        ],
      },
      {
        apiVersion: 'mcp-lab/v1',
        kind: 'Role',
        metadata: { name: 'sre', namespace: 'shop' },
        rules: [
          { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['web'], tools: ['kubernetes_get'] },
          {
            verbs: ['get'],
            apiGroups: [''],
            resources: ['pods/log'],
            resourceNames: ['web'],
            tools: ['kubernetes_logs'],
          },
          { verbs: ['list'], apiGroups: [''], resources: ['pods'], tools: ['kubernetes_get'] },
        ],
      },
    ])
  })

  test("in Kubernetes' own words it knows no tools; without names it is for all of a kind", () => {
    const options = { name: 'sre', apiVersion: 'rbac.authorization.k8s.io/v1', resourceNames: false } as const

    expect(minimalRole(rows, options).map(({ kind, rules }) => [kind, rules])).toEqual([
      ['ClusterRole', [{ verbs: ['get'], nonResourceURLs: ['/version'] }]],
      [
        'Role',
        [
          { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] },
          { verbs: ['get'], apiGroups: [''], resources: ['pods/log'] },
        ],
      ],
    ])
  })

  test('of a session in which nothing was allowed there is none', () => {
    expect(minimalRole([{ tool: 'x', asked: [], decision: { verdict: 'deny' } }], { name: 'none' })).toEqual([])
  })
})

describe('for every session', () => {
  const VALUES = {
    verb: ['get', 'list', 'delete'],
    apiGroup: ['', 'apps'],
    resource: ['pods', 'deployments'],
    subresource: [undefined, 'log', 'scale'],
    namespace: [undefined, 'shop', 'dev'],
    name: [undefined, 'web', 'db'],
  }
  type Need = SessionRow['asked'][number]
  const EVERY_NEED = Object.entries(VALUES).reduce<object[]>(
    (needs, [field, values]) =>
      needs.flatMap((it) => values.map((value) => (value === undefined ? it : { ...it, [field]: value }))),
    [{}],
  ) as Need[]
  const EVERY_QUESTION = EVERY_NEED.flatMap((it) =>
    ['one', 'two'].map((tool): Attributes => ({ ...it, subject, tool })),
  )
  const need = fc.constantFrom(...EVERY_NEED)
  const row = fc.record({
    tool: fc.constantFrom('one', 'two'),
    asked: fc.array(need, { minLength: 1, maxLength: 3 }),
    decision: fc.constant(ALLOW),
  })
  const session = fc.array(row, { minLength: 1, maxLength: 6 })
  const questions = (rows: readonly SessionRow[]): Attributes[] =>
    rows.flatMap(({ tool, asked }) => asked.map((it) => ({ ...it, subject, tool })))

  test('the roles allow what was asked', () => {
    fc.assert(
      fc.property(session, (rows) => {
        const policy = policyOf(minimalRole(rows, { name: 'sre' }))
        for (const question of questions(rows)) expect(authorize(policy, question)).toMatchObject(ALLOW)
        for (const { tool } of rows) expect(authorize(policy, { subject, verb: 'call', tool })).toMatchObject(ALLOW)
      }),
    )
  })

  test('and nothing that was not, nor a question that is wider', () => {
    fc.assert(
      fc.property(session, (rows) => {
        const decide = rbacAuthorizer(policyOf(minimalRole(rows, { name: 'sre' })))
        const asked = questions(rows)
        for (const other of EVERY_QUESTION) {
          const isCovered = asked.some((it) => covers(it, other))
          if ((decide(other).verdict === 'allow') !== isCovered) expect({ other, isCovered }).toBe('decided otherwise')
        }
      }),
    )
  })

  /** Who may list all, may list one; who may ask in all namespaces, may ask in one. */
  function covers(asked: Partial<Attributes>, other: Partial<Attributes>): boolean {
    return (
      (['verb', 'apiGroup', 'resource', 'subresource', 'tool'] as const).every(
        (field) => asked[field] === other[field],
      ) &&
      (asked.namespace === undefined || asked.namespace === other.namespace) &&
      (asked.name === undefined || asked.name === other.name)
    )
  }
})
