import { describe, expect, test } from 'vitest'
import { asked, pod, shopCluster } from '../../test/shop.ts'
import { KubeError } from '../errors.ts'
import { createKubeClient, type Kube, type KubeClient } from './client.ts'

const TOKEN = `Bearer ${'s3cr3t'.repeat(4)}`

const VERA = { user: 'vera', groups: ['viewers', 'ops'] }

function client(kube: Partial<Kube> = {}, subject = VERA): KubeClient {
  const setTimer = () => () => {}
  const signal = new AbortController().signal
  return createKubeClient({ fetch: shopCluster().fetch, ...kube }, { subject, setTimer, signal })
}

function answering(response: () => Response): KubeClient {
  return client({ fetch: async () => response(), headers: { authorization: TOKEN } })
}

describe('a Kubernetes client', () => {
  test('follows continue until the list ends', async () => {
    const cluster = shopCluster(['a', 'b', 'c'].map(pod))

    const items = await client(cluster).list<{ metadata: { name: string } }>('/api/v1/pods', { query: { limit: 2 } })

    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c', 'evil', 'web'])
    expect(asked(cluster)).toHaveLength(3)
    expect(asked(cluster)[2]).toMatch(/^\/api\/v1\/pods\?limit=2&continue=./)
  })

  test('makes a KubeError of a Status', async () => {
    const expected = new KubeError(404, 'NotFound', 'nodes "gone" not found')

    await expect(client().get('/api/v1/nodes/gone')).rejects.toEqual(expected)
  })

  test('makes a KubeError of plain text, too', async () => {
    const kube = answering(() => new Response('error trying to reach service: EOF\n', { status: 502 }))

    await expect(kube.get('/api/v1/nodes/a/proxy/stats')).rejects.toMatchObject({
      code: 502,
      reason: '',
      message: 'error trying to reach service: EOF',
    })
  })

  test('does not follow a redirect with its token', async () => {
    const modes: string[] = []
    const fetch = async ({ redirect }: Request) => {
      modes.push(redirect)
      return new Response(null, { status: 302, headers: { location: 'http://evil.example' } })
    }

    await expect(client({ fetch }).get('/api/v1/pods')).rejects.toMatchObject({ code: 302 })
    expect(modes).toEqual(['manual'])
  })

  test('keeps the token out of every message', async () => {
    const failures = [
      client({ headers: { authorization: TOKEN } }).get('/api/v1/pods'),
      answering(() => new Response('no json')).get('/api/v1/pods'),
      answering(() => Response.json({})).list('/api/v1/pods'),
      answering(() => new Response()).get('pods'),
    ]

    for (const failure of await Promise.allSettled(failures)) {
      expect(failure.status).toBe('rejected')
      expect(String((failure as PromiseRejectedResult).reason.stack)).not.toContain('s3cr3t')
    }
  })

  test('acts as the caller when it is told to', async () => {
    const cluster = shopCluster()

    await client({ ...cluster, impersonate: true }).get('/api/v1')
    await client(cluster).get('/api/v1')

    const [impersonating, plain] = cluster.apiLog.map(({ impersonatedUser }) => impersonatedUser)
    expect(impersonating).toEqual({ username: 'vera', groups: ['viewers', 'ops', 'system:authenticated'] })
    expect(plain).toBeUndefined()
  })

  test.each([
    [
      'several groups, over a fetch that joins them',
      { origin: 'https://10.0.0.1:6443' },
      ['viewers', 'ops'],
      /one group/,
    ],
    ['a group with a comma', {}, ['viewers,system:masters'], /comma/],
  ])('refuses to act for %s', async (_what, where, groups, said) => {
    const cluster = shopCluster()
    const subject = { user: 'vera', groups }

    const asking = client({ ...cluster, ...where, impersonate: true }, subject).get('/api/v1')

    await expect(asking).rejects.toThrow(said)
    expect(cluster.apiLog).toEqual([])
  })

  test('says that one object is no list', async () => {
    await expect(client().list('/api/v1/nodes/node-1')).rejects.toThrow('expected a list, found one object')
  })
})
