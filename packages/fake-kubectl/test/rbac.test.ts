import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster, type KubeObject } from '../src/index.ts'
import { ask, send } from './kit.ts'

const GROUP = 'rbac.authorization.k8s.io'
const RBAC = `/apis/${GROUP}/v1`
const REVIEWS = '/apis/authorization.k8s.io/v1'
const bob = { authorization: 'Bearer bob-token' }

type Rule = Record<string, string[]>

const READ_PODS: Rule = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }

/** A cluster in which bob holds these rules, in `default` or, for a ClusterRole, everywhere. */
function clusterFor(rules: Rule[], kind: 'Role' | 'ClusterRole' = 'Role'): Cluster {
  const metadata = kind === 'Role' ? { name: 'held', namespace: 'default' } : { name: 'held' }
  const role: KubeObject = { apiVersion: `${GROUP}/v1`, kind, metadata, rules }
  const binding: KubeObject = {
    apiVersion: `${GROUP}/v1`,
    kind: `${kind}Binding`,
    metadata: { ...metadata, name: 'bob-holds' },
    roleRef: { apiGroup: GROUP, kind, name: 'held' },
    subjects: [{ kind: 'User', name: 'bob', apiGroup: GROUP }],
  }
  return createCluster({ tokens: { 'bob-token': { user: 'bob', groups: ['devs'] } }, manifests: [role, binding] })
}

const WRITE_RBAC: Rule = { apiGroups: [GROUP], resources: ['*'], verbs: ['create', 'update', 'patch', 'get'] }

const role = (name: string, rules: Rule[], more: object = {}) => ({ metadata: { name }, rules, ...more })
const binding = (kind: string, name: string) => ({
  metadata: { name: 'new' },
  roleRef: { apiGroup: GROUP, kind, name },
  subjects: [{ kind: 'User', name: 'eve', apiGroup: GROUP }],
})
const roles = `${RBAC}/namespaces/default/roles`
const roleBindings = `${RBAC}/namespaces/default/rolebindings`

describe('may somebody do that?', () => {
  const question = { verb: 'list', resource: 'pods', namespace: 'default' }

  test('about oneself, with the binding that allows it', async () => {
    const cluster = clusterFor([READ_PODS])
    const review = (resourceAttributes: object) =>
      send(cluster, 'POST', `${REVIEWS}/selfsubjectaccessreviews`, { spec: { resourceAttributes } }, bob)

    const allowed = await review(question)
    const refused = await review({ ...question, verb: 'delete' })

    expect([allowed.code, allowed.body.status]).toEqual([
      201,
      { allowed: true, reason: 'RBAC: allowed by RoleBinding "bob-holds/default" of Role "held" to User "bob"' },
    ])
    expect(refused.body.status).toEqual({ allowed: false })
  })

  test('about others, by name or by group', async () => {
    const review = (spec: object) => send(clusterFor([READ_PODS]), 'POST', `${REVIEWS}/subjectaccessreviews`, { spec })

    expect((await review({ user: 'bob', resourceAttributes: question })).body.status.allowed).toBe(true)
    expect((await review({ user: 'eve', resourceAttributes: question })).body.status.allowed).toBe(false)
    expect((await review({ groups: ['system:masters'], resourceAttributes: question })).body.status).toEqual({
      allowed: true,
    })
    expect(
      (await review({ user: 'eve', nonResourceAttributes: { verb: 'get', path: '/healthz' } })).body.status.allowed,
    ).toBe(false)
  })

  test('in one namespace, for whoever may ask there alone', async () => {
    const path = `${REVIEWS}/namespaces/default/localsubjectaccessreviews`
    const review = (namespace: string) =>
      send(clusterFor([READ_PODS]), 'POST', path, {
        spec: { user: 'bob', resourceAttributes: { ...question, namespace } },
      })

    expect((await review('default')).body.status.allowed).toBe(true)
    expect((await review('kube-system')).body.message).toBe(
      'spec.resourceAttributes.namespace must match namespace: default',
    )
  })

  test.each([
    [
      {},
      'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ],
    [{ resourceAttributes: question }, 'spec.user: Invalid value: "": at least one of user or group must be specified'],
  ])('a question %j that asks nothing is 422', async (spec, why) => {
    const { code, body } = await send(createCluster(), 'POST', `${REVIEWS}/subjectaccessreviews`, { spec })

    expect(code).toBe(422)
    expect(body.message).toContain(why)
  })

  test('a binding to a role that nobody wrote is named in the refusal', async () => {
    const cluster = clusterFor([READ_PODS])
    await ask(cluster, `${roles}/held`, { method: 'DELETE' })

    const { body } = await ask(cluster, '/api/v1/namespaces/default/pods', { headers: bob })

    expect(body.message).toMatch(
      /cannot list resource "pods" .* in the namespace "default": RBAC: role.rbac.authorization.k8s.io "held" not found$/,
    )
  })
})

describe('what may I do?', () => {
  const rulesReview = (cluster: Cluster, spec: object) =>
    send(cluster, 'POST', `${REVIEWS}/selfsubjectrulesreviews`, { spec }, bob)

  test('all rules of a namespace, those of everybody among them', async () => {
    const { code, body } = await rulesReview(clusterFor([READ_PODS]), { namespace: 'default' })

    expect(code).toBe(201)
    expect(body.status.incomplete).toBe(false)
    expect(body.status.resourceRules).toContainEqual({ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] })
    expect(body.status.resourceRules).toContainEqual({
      verbs: ['create'],
      apiGroups: ['authentication.k8s.io'],
      resources: ['selfsubjectreviews'],
    })
    expect(body.status.nonResourceRules.flatMap((it: any) => it.nonResourceURLs)).toContain('/openapi/*')
  })

  test('needs a namespace', async () => {
    expect((await rulesReview(clusterFor([]), {})).body.message).toBe('no namespace on request')
  })
})

describe('nobody grants what they do not hold', () => {
  test('a role with more rights is refused with what is missing', async () => {
    const cluster = clusterFor([READ_PODS, WRITE_RBAC])
    const wanted: Rule[] = [
      { apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get', 'delete'] },
      { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'], verbs: ['get'] },
    ]

    const { code, body } = await send(cluster, 'POST', roles, role('more', wanted), bob)

    expect(code).toBe(403)
    expect(body.message).toBe(
      [
        'roles.rbac.authorization.k8s.io "more" is forbidden: user "bob" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:',
        '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}',
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}',
        '{APIGroups:["apps"], Resources:["deployments"], ResourceNames:["web"], Verbs:["get"]}',
      ].join('\n'),
    )
  })

  test('a role within what one holds is made, and the admin may make any', async () => {
    const cluster = clusterFor([READ_PODS, WRITE_RBAC])

    expect((await send(cluster, 'POST', roles, role('less', [{ ...READ_PODS, verbs: ['get'] }]), bob)).code).toBe(201)
    expect((await send(cluster, 'POST', roles, role('any', [{ ...READ_PODS, verbs: ['*'] }]))).code).toBe(201)
  })

  test('a change may take rights away, but not add any', async () => {
    const cluster = clusterFor([READ_PODS, WRITE_RBAC])
    await send(cluster, 'POST', roles, role('r', [READ_PODS]), bob)
    const change = (verbs: string[]) => send(cluster, 'PUT', `${roles}/r`, role('r', [{ ...READ_PODS, verbs }]), bob)

    expect((await change(['get'])).code).toBe(200)
    expect((await change(['get', 'delete'])).code).toBe(403)
  })

  test('a binding needs all rights of its role', async () => {
    const cluster = clusterFor([READ_PODS, WRITE_RBAC])

    const held = await send(cluster, 'POST', roleBindings, binding('Role', 'held'), bob)
    const admin = await send(
      cluster,
      'POST',
      roleBindings,
      { ...binding('ClusterRole', 'cluster-admin'), metadata: { name: 'up' } },
      bob,
    )
    const lost = await send(
      cluster,
      'POST',
      roleBindings,
      { ...binding('Role', 'nope'), metadata: { name: 'lost' } },
      bob,
    )

    expect(held.code).toBe(201)
    expect(admin.body.message).toBe(
      'rolebindings.rbac.authorization.k8s.io "up" is forbidden: user "bob" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}',
    )
    expect([lost.code, lost.body.message]).toEqual([404, 'roles.rbac.authorization.k8s.io "nope" not found'])
  })

  test('the verbs escalate and bind lift it', async () => {
    const lifted: Rule = {
      apiGroups: [GROUP],
      resources: ['roles', 'clusterroles'],
      resourceNames: ['more', 'view'],
      verbs: ['escalate', 'bind'],
    }
    const cluster = clusterFor([WRITE_RBAC, lifted])

    const escalated = await send(cluster, 'POST', roles, role('more', [{ ...READ_PODS, verbs: ['*'] }]), bob)
    const bound = await send(cluster, 'POST', roleBindings, binding('ClusterRole', 'view'), bob)

    expect([escalated.code, bound.code]).toEqual([201, 201])
  })

  test('only who may do everything makes an aggregated role', async () => {
    const cluster = clusterFor([READ_PODS, WRITE_RBAC], 'ClusterRole')
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] }

    const { body } = await send(cluster, 'POST', `${RBAC}/clusterroles`, role('sum', [], { aggregationRule }), bob)

    expect(body.message).toBe(
      'clusterroles.rbac.authorization.k8s.io "sum" is forbidden: must have cluster-admin privileges to use the aggregationRule',
    )
  })
})

describe('the roles every cluster has', () => {
  test('are those of a real one', async () => {
    const { body } = await ask(createCluster(), `${RBAC}/clusterroles`)

    const names = body.items.map(({ metadata }: any) => metadata.name)
    expect(names.length).toBeGreaterThan(65)
    expect(names).toEqual(expect.arrayContaining(['admin', 'cluster-admin', 'edit', 'system:node', 'view']))
    expect(body.items.every(({ metadata }: any) => metadata.labels['kubernetes.io/bootstrapping'])).toBe(true)
  })

  test('view, edit and admin gather the rules of the roles labelled for them', async () => {
    const cluster = createCluster()
    const verbsOn = async (name: string, resource: string) => {
      const { body } = await ask(cluster, `${RBAC}/clusterroles/${name}`)
      const rules = body.rules.filter(({ resources }: any) => resources.includes(resource))
      return [...new Set(rules.flatMap(({ verbs }: any) => verbs))]
    }

    expect(await verbsOn('view', 'pods')).toEqual(['get', 'list', 'watch'])
    expect(await verbsOn('view', 'secrets')).toEqual([])
    expect(await verbsOn('edit', 'secrets')).toContain('delete')
    expect(await verbsOn('edit', 'rolebindings')).toEqual([])
    expect(await verbsOn('admin', 'rolebindings')).toContain('create')
  })

  test('a ClusterRole that is labelled joins them, and leaves again', async () => {
    const cluster = createCluster()
    const labels = { [`${GROUP}/aggregate-to-view`]: 'true' }
    const rules = [{ apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get'] }]
    const gathered = async () => JSON.stringify((await ask(cluster, `${RBAC}/clusterroles/admin`)).body.rules)

    await send(cluster, 'POST', `${RBAC}/clusterroles`, { metadata: { name: 'widgets', labels }, rules })
    cluster.settle()
    const joined = await gathered()
    await ask(cluster, `${RBAC}/clusterroles/widgets`, { method: 'DELETE' })
    cluster.settle()

    expect(joined).toContain('widgets')
    expect(await gathered()).not.toContain('widgets')
  })
})

describe('validation', () => {
  test.each([
    [{ resources: ['pods'], apiGroups: [''] }, 'rules[0].verbs: Required value: verbs must contain at least one value'],
    [
      { verbs: ['get'], resources: ['pods'] },
      'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
    ],
    [
      { verbs: ['get'], apiGroups: [''] },
      'rules[0].resources: Required value: resource rules must supply at least one resource',
    ],
    [
      { verbs: ['get'], nonResourceURLs: ['/x'] },
      'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
    ],
  ])('a role with the rule %j is 422', async (rule, why) => {
    const { code, body } = await send(createCluster(), 'POST', roles, role('r', [rule as Rule]))

    expect([code, body.message]).toEqual([422, `Role.rbac.authorization.k8s.io "r" is invalid: ${why}`])
  })

  test.each([
    [
      { kind: 'Robot', name: 'x' },
      'subjects[0].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"',
    ],
    [
      { kind: 'ServiceAccount', name: 'x', apiGroup: GROUP },
      `subjects[0].apiGroup: Unsupported value: "${GROUP}": supported values: ""`,
    ],
    [{ kind: 'User', apiGroup: GROUP }, 'subjects[0].name: Required value'],
  ])('a binding of %j is 422', async (subject, why) => {
    const sent = { ...binding('Role', 'r'), subjects: [subject] }

    const { code, body } = await send(createCluster(), 'POST', roleBindings, sent)

    expect(code).toBe(422)
    expect(body.message).toContain(why)
  })

  test('a binding keeps its role', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', roleBindings, binding('ClusterRole', 'view'))

    const { code, body } = await send(cluster, 'PUT', `${roleBindings}/new`, binding('ClusterRole', 'edit'))

    expect(code).toBe(422)
    expect(body.message).toContain('cannot change roleRef')
  })
})
