import { describe, expect, test } from 'vitest'
import { createCluster } from '../src/index.ts'
import { ask, send } from './kit.ts'

const SERVICES = '/api/v1/namespaces/default/services'
const selector = { app: 'a' }

function service(name: string, spec: object): object {
  return { metadata: { name }, spec: { selector, ports: [{ port: 80 }], ...spec } }
}

describe('a Service', () => {
  test('gets an address of the cluster, and what it leaves out', async () => {
    const { body } = await send(createCluster(), 'POST', SERVICES, service('s', {}))

    const { clusterIP, ...spec } = body.spec
    expect(clusterIP).toMatch(/^10\.96\.\d+\.\d+$/)
    expect(spec).toEqual({
      clusterIPs: [clusterIP],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      selector,
      sessionAffinity: 'None',
      type: 'ClusterIP',
    })
    expect(body.status).toEqual({ loadBalancer: {} })
  })

  test('without a head has no address, one that balances has node ports', async () => {
    const cluster = createCluster()

    const headless = await send(cluster, 'POST', SERVICES, service('h', { clusterIP: 'None' }))
    const balanced = await send(cluster, 'POST', SERVICES, service('l', { type: 'LoadBalancer' }))
    const named = await send(cluster, 'POST', SERVICES, {
      metadata: { name: 'e' },
      spec: { type: 'ExternalName', externalName: 'example.com' },
    })

    expect(headless.body.spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] })
    expect(balanced.body.spec).toMatchObject({ allocateLoadBalancerNodePorts: true, externalTrafficPolicy: 'Cluster' })
    expect(balanced.body.spec.ports[0].nodePort).toBeGreaterThanOrEqual(30_000)
    expect(named.body.spec).toEqual({ type: 'ExternalName', externalName: 'example.com', sessionAffinity: 'None' })
  })

  test.each([
    [
      { clusterIP: '10.96.0.1' },
      'spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to allocate IP 10.96.0.1: provided IP is already allocated',
    ],
    [
      { clusterIP: '10.97.0.1' },
      'spec.clusterIPs: Invalid value: ["10.97.0.1"]: failed to allocate IP 10.97.0.1: the provided IP (10.97.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
    ],
    [
      { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] },
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      { type: 'NodePort', ports: [{ port: 80, nodePort: 30_123 }] },
      'spec.ports[0].nodePort: Invalid value: 30123: provided port is already allocated',
    ],
  ])('%j asks for what is not to be had', async (spec, why) => {
    const cluster = createCluster()
    await send(
      cluster,
      'POST',
      SERVICES,
      service('first', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_123 }] }),
    )

    const { code, body } = await send(cluster, 'POST', SERVICES, service('s', spec))

    expect([code, body.message]).toEqual([422, `Service "s" is invalid: ${why}`])
  })

  test('gives its address and ports back when it goes, or becomes something else', async () => {
    const cluster = createCluster()
    const spec = { type: 'NodePort', clusterIP: '10.96.7.7', ports: [{ port: 80, nodePort: 30_123 }] }
    await send(cluster, 'POST', SERVICES, service('first', spec))
    const inner = { 'content-type': 'application/merge-patch+json' }

    const changed = await send(cluster, 'PATCH', `${SERVICES}/first`, { spec: { type: 'ClusterIP' } }, inner)
    const second = await send(cluster, 'POST', SERVICES, service('second', { ...spec, clusterIP: undefined }))
    await ask(cluster, `${SERVICES}/first`, { method: 'DELETE' })
    const third = await send(cluster, 'POST', SERVICES, service('third', { clusterIP: '10.96.7.7' }))

    expect(changed.body.spec.ports[0]).not.toHaveProperty('nodePort')
    expect([second.code, third.code]).toEqual([201, 201])
  })

  test('keeps its address and ports when an update leaves them out', async () => {
    const cluster = createCluster()
    const { body } = await send(cluster, 'POST', SERVICES, service('s', { type: 'NodePort' }))

    const again = await send(cluster, 'PUT', `${SERVICES}/s`, service('s', { type: 'NodePort' }))

    expect(again.body.spec).toEqual(body.spec)
  })
})

test('the API server has its own Service, in the default namespace', async () => {
  const cluster = createCluster()

  const { body } = await ask(cluster, `${SERVICES}/kubernetes`)
  const slice = await ask(cluster, '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes')

  expect(body.spec).toMatchObject({ clusterIP: '10.96.0.1', type: 'ClusterIP' })
  expect(slice.body.ports).toEqual([{ name: 'https', port: 6443, protocol: 'TCP' }])
})
