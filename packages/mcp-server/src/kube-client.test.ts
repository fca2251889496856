import { describe, expect, test } from 'vitest'
import { kubernetes, status } from '../test/kubernetes.ts'
import { manualTimers } from '../test/world.ts'
import { KubeError } from './errors.ts'
import { createKubeClient, type Kube, type KubeClient } from './kube-client.ts'

const TOKEN = `Bearer ${'s3cr3t'.repeat(4)}`

function client(kube: Partial<Kube> = {}): KubeClient {
  const { setTimer } = manualTimers()
  const subject = { user: 'vera', groups: ['viewers', 'ops'] }
  const signal = new AbortController().signal
  return createKubeClient({ fetch: kubernetes().fetch, ...kube }, { subject, setTimer, signal })
}

function answering(response: () => Response): KubeClient {
  return client({ fetch: async () => response(), headers: { authorization: TOKEN } })
}

describe('a Kubernetes client', () => {
  test('follows continue until the list ends', async () => {
    const pods = Array.from({ length: 7 }, (_, n) => ({ metadata: { name: `pod-${n}` } }))
    const cluster = kubernetes({ pods })

    const items = await client(cluster).list('/api/v1/pods', { query: { limit: 3 } })

    expect(items).toEqual(pods)
    expect(cluster.asked).toEqual([
      '/api/v1/pods?limit=3',
      '/api/v1/pods?limit=3&continue=3',
      '/api/v1/pods?limit=3&continue=6',
    ])
  })

  test('makes a KubeError of a Status', async () => {
    const kube = answering(() => status(403, 'Forbidden', 'pods is forbidden'))

    await expect(kube.get('/api/v1/pods')).rejects.toEqual(new KubeError(403, 'Forbidden', 'pods is forbidden'))
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
    const kube = answering(() => new Response(null, { status: 302, headers: { location: 'http://evil.example' } }))

    await expect(kube.get('/api/v1/pods')).rejects.toMatchObject({ code: 302 })
  })

  test('keeps the token out of every message', async () => {
    const failures = [
      answering(() => status(401, 'Unauthorized', 'Unauthorized')).get('/api/v1/pods'),
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
    const cluster = kubernetes()

    await client({ ...cluster, impersonate: true }).get('/api/v1/nodes')
    await client(cluster).get('/api/v1/nodes')

    const [impersonating, plain] = cluster.requests.map(({ headers }) => headers)
    expect(impersonating?.get('impersonate-user')).toBe('vera')
    expect(impersonating?.get('impersonate-group')).toBe('viewers, ops')
    expect(plain?.has('impersonate-user')).toBe(false)
  })

  test('says that one object is no list', async () => {
    await expect(client().list('/api/v1/nodes/node-1')).rejects.toThrow('expected a list, found one object')
  })
})
