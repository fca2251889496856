import { createPublicKey, verify } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../src/index.ts'
import { ask, pod, send } from './kit.ts'

const ACCOUNT = '/api/v1/namespaces/default/serviceaccounts/robot'
const ISSUER = 'https://kubernetes.default.svc.cluster.local'
const WHOAMI = '/apis/authentication.k8s.io/v1/selfsubjectreviews'

const ROBOT = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'default' } }

function clusterWith(...manifests: object[]): Cluster {
  return createCluster({ manifests: [ROBOT, ...manifests] as never })
}

function request(cluster: Cluster, spec: object = {}) {
  return send(cluster, 'POST', `${ACCOUNT}/token`, { spec })
}

async function tokenFor(cluster: Cluster, spec: object = {}): Promise<string> {
  return (await request(cluster, spec)).body.status.token
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

async function whoami(cluster: Cluster, token: string) {
  const { code, body } = await send(cluster, 'POST', WHOAMI, {}, bearer(token))
  return code === 201 ? body.status.userInfo : code
}

async function review(cluster: Cluster, spec: object) {
  return (await send(cluster, 'POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec })).body.status
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

describe('kubectl create token', () => {
  test('makes a token that says whose it is, for whom, and how long', async () => {
    const cluster = clusterWith()
    const nowSeconds = cluster.clock.now() / 1000

    const { code, body } = await request(cluster)

    expect(code).toBe(201)
    expect(body).toMatchObject({
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name: 'robot', namespace: 'default' },
      spec: { audiences: [ISSUER], expirationSeconds: 3600, boundObjectRef: null },
    })
    expect(Date.parse(body.status.expirationTimestamp) / 1000).toBe(nowSeconds + 3600)
    expect(claimsOf(body.status.token)).toEqual({
      aud: [ISSUER],
      exp: nowSeconds + 3600,
      iat: nowSeconds,
      iss: ISSUER,
      jti: expect.any(String),
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'robot', uid: expect.any(String) } },
      nbf: nowSeconds,
      sub: 'system:serviceaccount:default:robot',
    })
  })

  test('the token is the account, in its groups', async () => {
    const cluster = clusterWith()

    const user = await whoami(cluster, await tokenFor(cluster))

    expect(user).toEqual({
      username: 'system:serviceaccount:default:robot',
      uid: (await ask(cluster, ACCOUNT)).body.metadata.uid,
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=[0-9a-f-]{36}$/)] },
    })
  })

  test('a token expires, a minute for clocks that differ included', async () => {
    const cluster = clusterWith()
    const token = await tokenFor(cluster, { expirationSeconds: 600 })

    cluster.advance('10m')
    const kept = await whoami(cluster, token)
    cluster.advance('2m')

    expect(kept).toMatchObject({ username: 'system:serviceaccount:default:robot' })
    expect(await whoami(cluster, token)).toBe(401)
  })

  test.each([
    [
      { expirationSeconds: 599 },
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
    ],
    [
      { expirationSeconds: 2 ** 33 },
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 8589934592: may not specify a duration larger than 2^32 seconds',
    ],
    [
      { boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'x' } },
      400,
      'cannot bind token to object of type /v1, Kind=ConfigMap',
    ],
    [{ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'nope' } }, 404, 'pods "nope" not found'],
    [
      { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'other' } },
      400,
      'cannot bind token for serviceaccount "robot" to pod running with different serviceaccount name.',
    ],
  ])('%j is refused', async (spec, code, message) => {
    const { code: found, body } = await request(clusterWith(pod('other')), spec)

    expect([found, body.message]).toEqual([code, message])
  })

  test('is a right of its own', async () => {
    const { code, body } = await send(clusterWith(), 'POST', `${ACCOUNT}/token`, {}, { 'impersonate-user': 'bob' })

    expect([code, body.message]).toEqual([
      403,
      'serviceaccounts "robot" is forbidden: User "bob" cannot create resource "serviceaccounts/token" in API group "" in the namespace "default"',
    ])
  })
})

describe('a bound token', () => {
  const mine = pod('mine', 'default', {
    spec: { serviceAccountName: 'robot', containers: [{ name: 'app', image: 'registry.example/app:1' }] },
  })
  const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'mine' }

  test('names its pod and the node under it, and dies with the pod', async () => {
    const cluster = clusterWith(mine)
    const token = await tokenFor(cluster, { boundObjectRef })

    const { extra } = await whoami(cluster, token)
    await ask(cluster, '/api/v1/namespaces/default/pods/mine?gracePeriodSeconds=0', { method: 'DELETE' })

    expect(extra).toMatchObject({
      'authentication.kubernetes.io/pod-name': ['mine'],
      'authentication.kubernetes.io/node-name': [expect.stringMatching(/^node-/)],
    })
    expect(await whoami(cluster, token)).toBe(401)
    expect(await review(cluster, { token })).toEqual({ user: {}, error: 'service account token has been invalidated' })
  })

  test('is for the object of that UID', async () => {
    const { code, body } = await request(clusterWith(mine), { boundObjectRef: { ...boundObjectRef, uid: 'other' } })

    expect([code, body.message]).toEqual([
      409,
      'Operation cannot be fulfilled on Pod "mine": the UID in the bound object reference (other) does not match the UID in record. The object might have been deleted and then recreated',
    ])
  })

  test('dies with its account, also when that is made again', async () => {
    const cluster = clusterWith()
    const token = await tokenFor(cluster)

    await ask(cluster, ACCOUNT, { method: 'DELETE' })
    const gone = await whoami(cluster, token)
    await send(cluster, 'POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'robot' } })

    expect(gone).toBe(401)
    expect((await review(cluster, { token })).error).toMatch(/^service account UID \(.*\) does not match claim \(.*\)$/)
  })
})

describe('whose a token is', () => {
  test('a TokenReview tells, and for whom it is good', async () => {
    const cluster = clusterWith()
    const token = await tokenFor(cluster, { audiences: ['vault'] })

    expect(await review(cluster, { token, audiences: ['vault', 'other'] })).toMatchObject({
      authenticated: true,
      user: { username: 'system:serviceaccount:default:robot' },
      audiences: ['vault'],
    })
    expect(await review(cluster, { token })).toEqual({
      user: {},
      error: `token audiences ["vault"] is invalid for the target audiences ["${ISSUER}"]`,
    })
    expect(await whoami(cluster, token)).toBe(401)
  })

  test('a token of nobody is known as such', async () => {
    expect(await review(createCluster(), { token: 'nonsense' })).toEqual({ user: {}, error: 'invalid bearer token' })
    expect((await send(createCluster(), 'POST', '/apis/authentication.k8s.io/v1/tokenreviews', {})).body.message).toBe(
      'token is required for TokenReview in authentication',
    )
  })

  test('a token that another cluster signed, or that was changed, is refused', async () => {
    const cluster = clusterWith()
    const token = await tokenFor(cluster)
    const [header, , signature] = token.split('.')
    const forged = Buffer.from(JSON.stringify({ ...claimsOf(token), sub: 'x' })).toString('base64url')

    expect(await whoami(cluster, await tokenFor(clusterWith()))).toBe(401)
    expect(await whoami(cluster, `${header}.${forged}.${signature}`)).toBe(401)
    expect(await whoami(cluster, `${token}x`)).toBe(401)
  })

  test('whatever stands behind Bearer is answered, never with 500', async () => {
    const cluster = clusterWith()
    const [header, claims] = (await tokenFor(cluster)).split('.')
    const part = fc.oneof(fc.constant(header), fc.constant(claims), fc.base64String(), fc.constant(''))

    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (parts) => {
        fc.pre(parts.join('.') !== '')
        expect(await whoami(cluster, parts.join('.'))).toBe(401)
      }),
      { numRuns: 50 },
    )
  })

  test('a WebSocket carries it among its protocols', async () => {
    const cluster = createCluster({ tokens: { 'bob-token': { user: 'bob' } }, anonymous: 'system:anonymous' })
    const protocol = `v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.${Buffer.from('bob-token').toString('base64url')}`

    const { body } = await send(cluster, 'POST', WHOAMI, {}, { 'sec-websocket-protocol': protocol })

    expect(body.status.userInfo.username).toBe('bob')
  })
})

describe('a Secret of type kubernetes.io/service-account-token', () => {
  const secret = {
    metadata: { name: 's', annotations: { 'kubernetes.io/service-account.name': 'robot' } },
    type: 'kubernetes.io/service-account-token',
  }
  const secrets = '/api/v1/namespaces/default/secrets'

  test('is filled with a token that does not expire', async () => {
    const cluster = clusterWith()
    await send(cluster, 'POST', secrets, secret)
    cluster.advance('2h')

    const { data, metadata } = (await ask(cluster, `${secrets}/s`)).body

    expect(Object.keys(data).sort()).toEqual(['ca.crt', 'namespace', 'token'])
    expect(metadata.annotations['kubernetes.io/service-account.uid']).toMatch(/^[0-9a-f-]{36}$/)
    expect(await whoami(cluster, atob(data.token))).toMatchObject({ username: 'system:serviceaccount:default:robot' })
  })

  test('goes with its account, and its token with it', async () => {
    const cluster = clusterWith()
    await send(cluster, 'POST', secrets, secret)
    cluster.settle()
    const token = atob((await ask(cluster, `${secrets}/s`)).body.data.token)

    await ask(cluster, ACCOUNT, { method: 'DELETE' })

    expect((await ask(cluster, `${secrets}/s`)).code).toBe(404)
    expect(await whoami(cluster, token)).toBe(401)
  })

  test('for an account that is not there is taken away', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', secrets, secret)

    cluster.settle()

    expect((await ask(cluster, `${secrets}/s`)).code).toBe(404)
  })
})

test('the keys are public: anybody who may read them can check a token', async () => {
  const cluster = clusterWith()
  const token = await tokenFor(cluster)
  const asAccount = { headers: bearer(token) }

  const configuration = await ask(cluster, '/.well-known/openid-configuration', asAccount)
  const keys = await ask(cluster, '/openid/v1/jwks', asAccount)
  const [said, signature] = [token.slice(0, token.lastIndexOf('.')), token.slice(token.lastIndexOf('.') + 1)]
  const key = createPublicKey({ key: keys.body.keys[0], format: 'jwk' })

  expect(configuration.body).toMatchObject({ issuer: ISSUER, jwks_uri: `${ISSUER}/openid/v1/jwks` })
  expect(keys.headers.get('content-type')).toBe('application/jwk-set+json')
  expect(
    verify('sha256', Buffer.from(said), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')),
  ).toBe(true)
})
