import { describe, expect, test } from 'vitest'
import { createCluster, type KubeObject } from '../src/index.ts'
import { ask, send } from './kit.ts'

const RBAC = 'rbac.authorization.k8s.io'
const PODS = '/api/v1/namespaces/default/pods'
const TOKENS = {
  'bob-token': { user: 'bob', groups: ['devs'] },
  'root-token': { user: 'root', groups: ['system:masters'] },
}
const bob = { authorization: 'Bearer bob-token' }

function grant(rules: object[], subject: object = { kind: 'User', name: 'bob', apiGroup: RBAC }): KubeObject[] {
  const role: KubeObject = {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'r', namespace: 'default' },
    rules,
  }
  const roleRef = { apiGroup: RBAC, kind: 'Role', name: 'r' }
  const binding = {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'b', namespace: 'default' },
    roleRef,
    subjects: [subject],
  }
  return [role, binding]
}

function clusterGrant(rules: object[]): KubeObject[] {
  const [role, binding] = grant(rules).map((it) => ({
    ...it,
    kind: `Cluster${it['kind']}`,
    metadata: { name: it.metadata.name },
  }))
  return [role!, { ...binding!, roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'r' } }]
}

const READ_PODS = [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]

describe('authentication', () => {
  test('knows a bearer token, and refuses one it does not know', async () => {
    const cluster = createCluster({ tokens: TOKENS })

    const known = await ask(cluster, '/version', { headers: bob })
    const unknown = await ask(cluster, '/version', { headers: { authorization: 'Bearer nope' } })

    expect(known.code).toBe(200)
    expect([unknown.code, unknown.body.message]).toEqual([401, 'Unauthorized'])
    expect(cluster.apiLog.map(({ user, responseStatus }) => [user.username, responseStatus.code])).toContainEqual([
      'bob',
      200,
    ])
  })

  test('takes a request without credentials for the admin, or for nobody where that is asked for', async () => {
    const open = await ask(createCluster(), PODS)
    const closed = await ask(createCluster({ anonymous: 'system:anonymous' }), PODS)

    expect(open.code).toBe(200)
    expect([closed.code, closed.body.message]).toEqual([
      403,
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
    ])
  })
})

describe('authorization', () => {
  test.each([
    [
      'GET',
      PODS,
      'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "default"',
    ],
    [
      'GET',
      '/api/v1/pods',
      'pods is forbidden: User "bob" cannot list resource "pods" in API group "" at the cluster scope',
    ],
    [
      'DELETE',
      `${PODS}/x`,
      'pods "x" is forbidden: User "bob" cannot delete resource "pods" in API group "" in the namespace "default"',
    ],
    [
      'GET',
      `${PODS}/x/log`,
      'pods "x" is forbidden: User "bob" cannot get resource "pods/log" in API group "" in the namespace "default"',
    ],
    [
      'GET',
      '/api/v1/nodes/n/proxy/stats/summary',
      'nodes "n" is forbidden: User "bob" cannot get resource "nodes/proxy" in API group "" at the cluster scope',
    ],
    [
      'GET',
      `/apis/${RBAC}/v1/clusterroles`,
      `clusterroles.${RBAC} is forbidden: User "bob" cannot list resource "clusterroles" in API group "${RBAC}" at the cluster scope`,
    ],
    ['GET', '/metrics', 'forbidden: User "bob" cannot get path "/metrics"'],
    [
      'GET',
      '/api/v1/nosuch',
      'nosuch is forbidden: User "bob" cannot list resource "nosuch" in API group "" at the cluster scope',
    ],
  ])('%s %s without a grant is refused in the real words', async (method, path, message) => {
    const cluster = createCluster({ tokens: TOKENS })

    const { code, body } = await ask(cluster, path, { method, headers: bob })

    expect([code, body.reason, body.message]).toEqual([403, 'Forbidden', message])
    expect(cluster.apiLog.at(-1)?.annotations?.['authorization.k8s.io/decision']).toBe('forbid')
  })

  test('follows the RBAC objects as they change', async () => {
    const cluster = createCluster({ tokens: TOKENS, manifests: grant(READ_PODS) })

    const granted = await ask(cluster, PODS, { headers: bob })
    await ask(cluster, `/apis/${RBAC}/v1/namespaces/default/rolebindings/b`, { method: 'DELETE' })
    const withdrawn = await ask(cluster, PODS, { headers: bob })

    expect([granted.code, withdrawn.code]).toEqual([200, 403])
    expect(cluster.apiLog[0]!.annotations!['authorization.k8s.io/reason']).toContain('RoleBinding "b/default"')
  })

  test('comes before the body is looked at', async () => {
    const cluster = createCluster({ tokens: TOKENS })

    const { code } = await send(cluster, 'POST', PODS, '{"broken', bob)

    expect(code).toBe(403)
  })

  test('lets everybody authenticated discover', async () => {
    const cluster = createCluster({ tokens: TOKENS })

    for (const path of ['/api', '/apis', '/api/v1', '/version', '/healthz']) {
      expect((await ask(cluster, path, { headers: bob })).code, path).toBe(200)
    }
  })

  test('grants nothing by a Role whose rules are none, and goes on answering', async () => {
    const cluster = createCluster({ tokens: TOKENS, manifests: grant(READ_PODS) })

    await send(cluster, 'POST', `/apis/${RBAC}/v1/namespaces/default/roles`, { metadata: { name: 'x' }, rules: 'all' })

    expect((await ask(cluster, PODS, { headers: bob })).code).toBe(200)
    expect((await ask(cluster, '/api/v1/secrets', { headers: bob })).code).toBe(403)
  })
})

describe('impersonation', () => {
  test('acts as somebody else, who is in the log beside the caller', async () => {
    const cluster = createCluster({ manifests: grant(READ_PODS) })

    const { code } = await ask(cluster, PODS, { headers: { 'impersonate-user': 'bob' } })

    expect(code).toBe(200)
    expect(cluster.apiLog.at(-1)).toMatchObject({
      user: { username: 'admin' },
      impersonatedUser: { username: 'bob', groups: ['system:authenticated'] },
    })
  })

  test('needs the right to impersonate, and is refused in the words of the first mode that applies', async () => {
    const act = (headers: object) =>
      ask(createCluster({ tokens: TOKENS }), PODS, { headers: { ...bob, ...headers } }).then(({ body }) => body.message)

    expect(await act({ 'impersonate-user': 'eve' })).toBe(
      'pods is forbidden: User "bob" cannot impersonate-on:user-info:list resource "pods" in API group "" in the namespace "default"',
    )
    expect(await act({ 'impersonate-user': 'system:serviceaccount:default:robot' })).toContain(
      'cannot impersonate-on:serviceaccount:list',
    )
    expect(await act({ 'impersonate-user': 'system:node:n1' })).toContain('cannot impersonate-on:arbitrary-node:list')
  })

  test('is granted for single verbs by the constrained modes', async () => {
    const rules = [
      { apiGroups: [''], resources: ['pods'], verbs: ['impersonate-on:user-info:list'] },
      { apiGroups: ['authentication.k8s.io'], resources: ['users'], verbs: ['impersonate:user-info'] },
    ]
    const cluster = createCluster({ tokens: TOKENS, manifests: clusterGrant(rules) })
    const act = (path: string, headers: object = {}) =>
      ask(cluster, path, { headers: { ...bob, 'impersonate-user': 'eve', ...headers } })

    const list = await act(PODS)
    const get = await act(`${PODS}/x`)
    const group = await act(PODS, { 'impersonate-group': 'devs' })

    expect(list.body.message).toContain('User "eve" cannot list resource "pods"')
    expect(cluster.apiLog[0]?.authenticationMetadata).toEqual({ impersonationConstraint: 'impersonate:user-info' })
    expect(get.body.message).toContain('User "bob" cannot impersonate-on:user-info:get resource "pods"')
    expect(group.body.message).toBe(
      'groups.authentication.k8s.io "devs" is forbidden: User "bob" cannot impersonate:user-info resource "groups" in API group "authentication.k8s.io" at the cluster scope',
    )
  })

  test('takes extras and a uid, each asked of the authorizer', async () => {
    const rules = [
      { apiGroups: [''], resources: ['users'], verbs: ['impersonate'] },
      { apiGroups: ['authentication.k8s.io'], resources: ['userextras/acme.io/team', 'uids'], verbs: ['impersonate'] },
    ]
    const cluster = createCluster({ tokens: TOKENS, manifests: clusterGrant(rules) })
    const headers = {
      ...bob,
      'impersonate-user': 'eve',
      'impersonate-uid': 'u-7',
      'impersonate-extra-acme.io%2fteam': 'night, "day, long"',
    }

    const { body } = await send(cluster, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, headers)

    expect(body.status.userInfo).toEqual({
      username: 'eve',
      uid: 'u-7',
      groups: ['system:authenticated'],
      extra: { 'acme.io/team': ['night', 'day, long'] },
    })
  })

  test('lets nobody act as a group alone', async () => {
    const { code, body } = await ask(createCluster(), PODS, { headers: { 'impersonate-group': 'devs' } })

    expect([code, body.message]).toEqual([
      400,
      'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"devs"}, Extra:map[string][]string(nil)} without impersonating a user name',
    ])
  })

  test('gives a service account its groups', async () => {
    const subject = { kind: 'ServiceAccount', name: 'robot', namespace: 'default' }
    const cluster = createCluster({ manifests: grant(READ_PODS, subject) })

    const { code } = await ask(cluster, PODS, {
      headers: { 'impersonate-user': 'system:serviceaccount:default:robot' },
    })

    expect(code).toBe(200)
    expect(cluster.apiLog.at(-1)!.impersonatedUser!.groups).toContain('system:serviceaccounts:default')
  })
})

describe('questions about oneself', () => {
  test('may I?', async () => {
    const cluster = createCluster({ tokens: TOKENS, manifests: grant(READ_PODS) })
    const may = async (verb: string) => {
      const resourceAttributes = { verb, resource: 'pods', namespace: 'default' }
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
      return (await send(cluster, 'POST', path, { spec: { resourceAttributes } }, bob)).body.status.allowed
    }

    expect([await may('list'), await may('delete')]).toEqual([true, false])
  })

  test('who am I?', async () => {
    const { code, body } = await send(
      createCluster({ tokens: TOKENS }),
      'POST',
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      {},
      bob,
    )

    expect(code).toBe(201)
    expect(body.status.userInfo).toEqual({ username: 'bob', groups: ['devs', 'system:authenticated'] })
  })
})
