import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster, type KubeObject } from '../src/index.ts'
import { ask, send } from './kit.ts'
import { execPath, session, settled } from './terminal.ts'

const NODE = { name: 'n1' }
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies'

/** `web` and `client` in the namespace default, `guest` in another one; `web` listens on 80. */
async function threePods(): Promise<Cluster> {
  const pod = (name: string, namespace: string, ports: object[] = []): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name } },
    spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'registry.example/app:1', ports }] },
  })
  const cluster = createCluster({
    world: {
      nodes: [NODE],
      manifests: [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other', labels: { team: 'b' } } },
        pod('web', 'default', [{ name: 'http', containerPort: 80 }]),
        pod('client', 'default'),
        pod('guest', 'other'),
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'web', namespace: 'default' },
          spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 80 }] },
        },
      ],
    },
  })
  cluster.settle()
  return cluster
}

async function policy(cluster: Cluster, name: string, spec: object): Promise<void> {
  expect((await send(cluster, 'POST', POLICIES, { metadata: { name }, spec })).code).toBe(201)
}

/** What `curl http://HOST` from a pod comes to: well, or why not. */
async function curl(cluster: Cluster, from: string, host: string): Promise<string> {
  const it = await session(cluster, execPath(from, ['curl', '-s', '-o', '/dev/null', '-m', '2', `http://${host}`]))
  await settled(it, 50)
  cluster.advance('30s')
  await settled(it)
  const exit = it.status.details?.causes?.find(({ reason }: { reason: string }) => reason === 'ExitCode')?.message
  return EXITS[exit ?? '0'] ?? `exit ${exit}`
}

const EXITS: Record<string, string> = { '0': 'well', '6': 'no such host', '7': 'refused', '28': 'silence' }

const WEB = { podSelector: { matchLabels: { app: 'web' } } }
const CLIENT = { podSelector: { matchLabels: { app: 'client' } } }
const DNS = { ports: [{ port: 53, protocol: 'UDP' }] }

async function answers(cluster: Cluster): Promise<[client: string, guest: string]> {
  return [await curl(cluster, 'client', 'web'), await curl(cluster, 'other/guest', 'web.default')]
}

describe('without a policy', () => {
  test('everybody may speak to everybody', async () => {
    expect(await answers(await threePods())).toEqual(['well', 'well'])
  })
})

describe('a policy for who may come', () => {
  test.each<[string, object[], [string, string]]>([
    ['that lets in nobody', [], ['silence', 'silence']],
    ['that lets in everybody', [{}], ['well', 'well']],
    ['that lets in pods of its own namespace', [{ from: [{ podSelector: {} }] }], ['well', 'silence']],
    ['that lets in some of them', [{ from: [{ podSelector: { matchLabels: { app: 'x' } } }] }], ['silence', 'silence']],
    [
      'that lets in a namespace',
      [{ from: [{ namespaceSelector: { matchLabels: { team: 'b' } } }] }],
      ['silence', 'well'],
    ],
    [
      'that lets in some pods of a namespace',
      [{ from: [{ namespaceSelector: { matchLabels: { team: 'b' } }, podSelector: { matchLabels: { app: 'x' } } }] }],
      ['silence', 'silence'],
    ],
    ['that lets in addresses', [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }], ['well', 'well']],
    [
      'that lets in addresses but some',
      [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.244.0.0/16'] } }] }],
      ['silence', 'silence'],
    ],
    ['for a port', [{ ports: [{ port: 80 }] }], ['well', 'well']],
    ['for another port', [{ ports: [{ port: 81 }] }], ['silence', 'silence']],
    ['for a port by its name', [{ ports: [{ port: 'http' }] }], ['well', 'well']],
    ['for a range of ports', [{ ports: [{ port: 70, endPort: 90 }] }], ['well', 'well']],
    ['for UDP', [{ ports: [{ port: 80, protocol: 'UDP' }] }], ['silence', 'silence']],
  ])('%s', async (_, ingress, expected) => {
    const cluster = await threePods()
    await policy(cluster, 'web', { ...WEB, policyTypes: ['Ingress'], ingress })

    expect(await answers(cluster)).toEqual(expected)
  })

  test('holds only the pods it chooses; of several any may allow', async () => {
    const cluster = await threePods()
    await policy(cluster, 'client', { ...CLIENT, policyTypes: ['Ingress'] })
    expect(await answers(cluster)).toEqual(['well', 'well'])

    await policy(cluster, 'none', { ...WEB, policyTypes: ['Ingress'] })
    await policy(cluster, 'guests', {
      ...WEB,
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'b' } } }] }],
    })
    expect(await answers(cluster)).toEqual(['silence', 'well'])
  })

  test('that is deleted holds nobody any more', async () => {
    const cluster = await threePods()
    await policy(cluster, 'none', { ...WEB, policyTypes: ['Ingress'] })
    await ask(cluster, `${POLICIES}/none`, { method: 'DELETE' })

    expect(await curl(cluster, 'client', 'web')).toBe('well')
  })
})

describe('a policy for where one may go', () => {
  test('without DNS lets nobody find a name', async () => {
    const cluster = await threePods()
    await policy(cluster, 'out', { ...CLIENT, policyTypes: ['Egress'], egress: [{ to: [WEB] }] })

    expect(await curl(cluster, 'client', 'web')).toBe('no such host')
    const { body } = await ask(cluster, '/api/v1/namespaces/default/services/web')
    expect(await curl(cluster, 'client', body.spec.clusterIP)).toBe('well')
  })

  test('with DNS and a peer lets one go there, and nowhere else', async () => {
    const cluster = await threePods()
    await policy(cluster, 'out', { ...CLIENT, policyTypes: ['Egress'], egress: [DNS, { to: [WEB] }] })
    expect(await curl(cluster, 'client', 'web')).toBe('well')

    const elsewhere = { podSelector: { matchLabels: { app: 'x' } } }
    const spec = { ...CLIENT, policyTypes: ['Egress'], egress: [DNS, { to: [elsewhere] }] }
    await send(cluster, 'PUT', `${POLICIES}/out`, { metadata: { name: 'out' }, spec })
    expect(await curl(cluster, 'client', 'web')).toBe('silence')
  })
})

test('a pod on the network of its node is held by none', async () => {
  const cluster = await threePods()
  const containers = [{ name: 'app', image: 'registry.example/app:1' }]
  const spec = { nodeName: 'n1', hostNetwork: true, containers }
  await send(cluster, 'POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'host' }, spec })
  cluster.settle()
  await policy(cluster, 'none', {
    podSelector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] },
    policyTypes: ['Egress'],
  })

  expect(
    await curl(cluster, 'host', (await ask(cluster, '/api/v1/namespaces/default/services/web')).body.spec.clusterIP),
  ).toBe('well')
})

test('a pod always reaches itself, and its kubelet always reaches it', async () => {
  const cluster = await threePods()
  await policy(cluster, 'none', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] })

  expect(await curl(cluster, 'web', 'localhost')).toBe('well')
  expect((await ask(cluster, '/api/v1/namespaces/default/pods/web:80/proxy/')).code).toBe(200)
})
