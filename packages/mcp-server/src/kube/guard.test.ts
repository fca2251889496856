import { describe, expect, test } from 'vitest'
import { onlyDeclared, requestInfo } from './guard.ts'

describe('requestInfo', () => {
  test.each([
    ['/api/v1/nodes', { verb: 'list', apiGroup: '', resource: 'nodes' }],
    ['/api/v1/nodes/a', { verb: 'get', apiGroup: '', resource: 'nodes', name: 'a' }],
    [
      '/api/v1/nodes/a/proxy/stats/summary',
      { verb: 'get', apiGroup: '', resource: 'nodes', subresource: 'proxy', name: 'a' },
    ],
    ['/api/v1/namespaces/shop', { verb: 'get', apiGroup: '', resource: 'namespaces', name: 'shop' }],
    [
      '/api/v1/namespaces/shop/status',
      { verb: 'get', apiGroup: '', resource: 'namespaces', subresource: 'status', name: 'shop' },
    ],
    ['/api/v1/namespaces/shop/pods', { verb: 'list', apiGroup: '', resource: 'pods', namespace: 'shop' }],
    [
      '/api/v1/namespaces/shop/pods/web/log',
      { verb: 'get', apiGroup: '', resource: 'pods', subresource: 'log', namespace: 'shop', name: 'web' },
    ],
    [
      '/apis/apps/v1/namespaces/shop/deployments/web',
      { verb: 'get', apiGroup: 'apps', resource: 'deployments', namespace: 'shop', name: 'web' },
    ],
  ])('reads %s', (path, expected) => {
    expect(requestInfo('GET', path)).toEqual(expected)
  })

  test.each(['/', '/healthz', '/api/v1/watch/pods', '/api/v1/proxy/nodes/a', '/api/v1/', '/apis/apps/v1beta1'])(
    'finds no resource in %s',
    (path) => {
      expect(requestInfo('GET', path)).toBeUndefined()
    },
  )
})

describe('requestInfo of a write', () => {
  const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments'
  const deployments = { apiGroup: 'apps', resource: 'deployments', namespace: 'shop' }

  test.each([
    ['POST', DEPLOYMENTS, { ...deployments, verb: 'create' }],
    ['PUT', `${DEPLOYMENTS}/web`, { ...deployments, verb: 'update', name: 'web' }],
    ['PATCH', `${DEPLOYMENTS}/web`, { ...deployments, verb: 'patch', name: 'web' }],
    ['PATCH', `${DEPLOYMENTS}/web/scale`, { ...deployments, verb: 'patch', subresource: 'scale', name: 'web' }],
    ['DELETE', `${DEPLOYMENTS}/web`, { ...deployments, verb: 'delete', name: 'web' }],
    ['DELETE', DEPLOYMENTS, { ...deployments, verb: 'deletecollection' }],
    [
      'POST',
      '/api/v1/namespaces/shop/pods/web/eviction',
      { verb: 'create', apiGroup: '', resource: 'pods', subresource: 'eviction', namespace: 'shop', name: 'web' },
    ],
  ] as const)('reads %s %s', (method, path, expected) => {
    expect(requestInfo(method, path)).toEqual(expected)
  })
})

describe('onlyDeclared', () => {
  test('holds a write to its verb', () => {
    const guard = onlyDeclared('web_scale', [
      { verb: 'patch', apiGroup: 'apps', resource: 'deployments', namespace: 'shop', name: 'web' },
      { verb: 'create', resource: 'configmaps', namespace: 'shop', name: 'web' },
    ])

    expect(() => guard('PATCH', '/apis/apps/v1/namespaces/shop/deployments/web')).not.toThrow()
    expect(() => guard('POST', '/api/v1/namespaces/shop/configmaps')).not.toThrow()
    expect(() => guard('DELETE', '/apis/apps/v1/namespaces/shop/deployments/web')).toThrow('web_scale asked')
    expect(() => guard('POST', '/apis')).toThrow('web_scale asked')
  })
})

describe('onlyDeclared for reads', () => {
  const guard = onlyDeclared('disk_usage', [
    { verb: 'list', resource: 'nodes' },
    { verb: 'get', resource: 'nodes', subresource: 'proxy' },
    { verb: 'get', resource: 'pods', namespace: 'shop', name: 'web' },
  ])

  test.each([
    '/api/v1/nodes',
    '/api/v1/nodes/node-1/proxy/stats/summary',
    '/api/v1/namespaces/shop/pods/web',
    '/apis',
    '/apis/apps/v1',
  ])('lets %s through', (path) => {
    expect(() => guard('GET', path)).not.toThrow()
  })

  test.each([
    '/api/v1/nodes/node-1',
    '/api/v1/secrets',
    '/api/v1/namespaces/ops/pods/web',
    '/api/v1/namespaces/shop/pods/other',
    '/api/v1/namespaces/shop/pods',
    '/apis/metrics.k8s.io/v1beta1/nodes',
    '/metrics',
  ])('stops %s', (path) => {
    expect(() => guard('GET', path)).toThrow('disk_usage asked the cluster for what its attributes() did not declare')
  })
})
