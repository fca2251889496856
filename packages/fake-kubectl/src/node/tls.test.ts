/** Who one is over TLS: certificates of the cluster's own authority, tokens, or nobody; and how it all gets into a kubeconfig. */
import { get } from 'node:https'
import type { RequestOptions } from 'node:https'
import { text } from 'node:stream/consumers'
import { AuthenticationV1Api, KubeConfig, type V1UserInfo } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cluster } from '../cluster.ts'
import { createCertificateAuthority } from './certificate.ts'
import { createCluster } from './create-cluster.ts'
import type { Credentials } from './credentials.ts'
import { listen, type Listening } from './listen.ts'

let cluster: Cluster
let server: Listening

beforeAll(async () => {
  cluster = createCluster({ tokens: { 'bob-token': { user: 'bob', groups: ['devs'] } } })
  server = await listen(cluster)
})

afterAll(() => server.close())

async function whoami(credentials?: Credentials): Promise<V1UserInfo> {
  const config = new KubeConfig()
  config.loadFromString(server.kubeconfig(credentials))
  const review = await config.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} })
  return { ...review.status!.userInfo! }
}

function ask(path: string, options: RequestOptions = {}): Promise<{ code: number; body: string }> {
  return new Promise((resolve, reject) => {
    const answer = get(server.url + path, { ca: server.ca, agent: false, ...options }, (response) => {
      void text(response).then((body) => resolve({ code: response.statusCode!, body }), reject)
    })
    answer.on('error', reject)
  })
}

describe('a kubeconfig', () => {
  test('is for the admin unless it says otherwise', async () => {
    expect(await whoami()).toEqual({
      username: 'admin',
      uid: 'admin-uid',
      groups: ['system:masters', 'system:authenticated'],
    })
  })

  test('gives a user a certificate: the common name is the user, organizations are groups', async () => {
    const alice = await whoami({ user: 'alice', groups: ['devs', 'night shift, second'] })

    expect(alice).toMatchObject({
      username: 'alice',
      groups: ['devs', 'night shift, second', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^X509SHA256=[0-9a-f]{64}$/)] },
    })
  })

  test('carries a token', async () => {
    expect(await whoami({ token: 'bob-token' })).toEqual({ username: 'bob', groups: ['devs', 'system:authenticated'] })
  })

  test('acts for somebody', async () => {
    expect(await whoami({ as: 'eve' })).toEqual({ username: 'eve', groups: ['system:authenticated'] })
  })
})

describe('over TLS', () => {
  test('a caller without credentials is nobody, and sees what everybody may', async () => {
    const [version, pods] = [await ask('/version'), await ask('/api/v1/pods')]

    expect(version.code).toBe(200)
    expect([pods.code, JSON.parse(pods.body).message]).toEqual([
      403,
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
    ])
  })

  test.each([
    ['of another authority', () => createCertificateAuthority(new Date()).forUser({ user: 'admin' })],
    ['that has expired', () => createCertificateAuthority(new Date(0)).forUser({ user: 'admin' })],
  ])('a certificate %s is 401', async (_whose, make) => {
    const { certificate: cert, key } = make()

    const { code, body } = await ask('/version', { cert, key })

    expect([code, JSON.parse(body).message]).toEqual([401, 'Unauthorized'])
  })

  test('a good token makes up for a bad certificate', async () => {
    const { certificate: cert, key } = createCertificateAuthority(new Date()).forUser({ user: 'admin' })

    const { code } = await ask('/version', { cert, key, headers: { authorization: 'Bearer bob-token' } })

    expect(code).toBe(200)
  })

  test('a client that trusts other authorities does not talk to it', async () => {
    await expect(ask('/version', { ca: createCertificateAuthority(new Date()).certificate })).rejects.toThrow(
      /certificate/,
    )
  })

  test.each(['localhost', '127.0.0.1'])('the server may be called %s', async (name) => {
    const answer = await new Promise<number>((resolve, reject) => {
      get(`https://${name}:${server.port}/version`, { ca: server.ca, agent: false, family: 4 }, (response) => {
        response.resume()
        resolve(response.statusCode!)
      }).on('error', reject)
    })

    expect(answer).toBe(200)
  })

  test("the admin's token is good only while the cluster is served", async () => {
    const other = createCluster()
    const serving = await listen(other)
    const known = other.tokens.size

    await serving.close()

    expect([known, other.tokens.size]).toEqual([1, 0])
  })
})

test('each namespace holds the certificate of the authority', async () => {
  const { body } = await ask('/api/v1/namespaces/default/configmaps/kube-root-ca.crt', {
    headers: { authorization: `Bearer ${[...cluster.tokens.keys()].at(-1)}` },
  })

  expect(JSON.parse(body).data['ca.crt']).toBe(server.ca)
})
