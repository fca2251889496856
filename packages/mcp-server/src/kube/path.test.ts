import { describe, expect, test } from 'vitest'
import { kubePath, kubeUrl } from './path.ts'

const ESCAPES = ['../secrets', 'a/b', '..', '.', '', 'a%2Fb', 'a?watch=1', 'a#b', 'a\\b', 'a b', 'a\n']

describe('kubePath', () => {
  test('puts each value into one segment', () => {
    expect(kubePath`/api/v1/nodes/${'node-1'}/proxy/stats/summary`).toBe('/api/v1/nodes/node-1/proxy/stats/summary')
    expect(kubePath`/apis/rbac/v1/clusterroles/${'system:node'}`).toBe('/apis/rbac/v1/clusterroles/system%3Anode')
  })

  test.each(ESCAPES)('refuses %o, which would leave its segment', (name) => {
    expect(() => kubePath`/api/v1/nodes/${name}/proxy`).toThrow('cannot be a name in the Kubernetes API')
  })
})

describe('kubeUrl', () => {
  test('adds what the query has', () => {
    const url = kubeUrl('https://10.0.0.1:6443', '/api/v1/pods', {
      limit: 5,
      labelSelector: 'a=b&c',
      continue: undefined,
    })

    expect(url.href).toBe('https://10.0.0.1:6443/api/v1/pods?limit=5&labelSelector=a%3Db%26c')
  })

  test.each([
    'api/v1/nodes',
    '//evil.example/api',
    '@evil.example/api',
    '.evil.example/api',
    '/api/v1/nodes/../secrets',
    '/api/v1/nodes/%2e%2e/secrets',
    '/api/v1/nodes/a%2fb',
    '/api/v1/nodes?watch=true',
    '/api/v1/nodes#x',
    '/api\\v1',
    'https://evil.example/api',
  ])('refuses %o, which is no plain path', (path) => {
    expect(() => kubeUrl('http://cluster.test', path)).toThrow('expected an absolute path such as "/api/v1/nodes"')
  })

  test('refuses a watch, which never ends', () => {
    expect(() => kubeUrl('http://cluster.test', '/api/v1/pods', { watch: true })).toThrow('a watch never ends')
  })
})
