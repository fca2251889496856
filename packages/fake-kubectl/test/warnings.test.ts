/** What the server accepts and warns of. */
import { describe, expect, test } from 'vitest'
import { createCluster } from '../src/index.ts'
import { send } from './kit.ts'

const NS = '/api/v1/namespaces/default'
const APPS = '/apis/apps/v1/namespaces/default'

async function warned(method: string, path: string, body: object, cluster = createCluster()): Promise<string[]> {
  const { code, headers } = await send(cluster, method, path, body)
  expect([200, 201]).toContain(code)
  const warnings = headers.get('warning') ?? ''
  return [...warnings.matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, text]) => JSON.parse(text!) as string)
}

function podOf(spec: object, container: object = {}, metadata: object = {}): object {
  return {
    metadata: { name: 'p', ...metadata },
    spec: { containers: [{ name: 'c', image: 'i:1', ...container }], ...spec },
  }
}

describe('a pod', () => {
  test.each([
    [
      { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
      {},
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    ],
    [
      {},
      { resources: { requests: { memory: '100m' } } },
      'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
    ],
    [
      {},
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
      },
      'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ],
    [
      {},
      {
        ports: [
          { containerPort: 80, name: 'a' },
          { containerPort: 80, name: 'b' },
        ],
      },
      'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
    ],
    [{ imagePullSecrets: [{ name: 'x' }, { name: 'x' }] }, {}, 'spec.imagePullSecrets[1].name: duplicate name "x"'],
    [{ volumes: [{ name: 'v', gitRepo: { repository: 'r' } }] }, {}, 'spec.volumes[0].gitRepo: deprecated in v1.11'],
    [
      { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone' }] } } },
      {},
      'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null labelSelector results in matching no pod',
    ],
  ])('with %j %j', async (spec, container, warning) => {
    expect(await warned('POST', `${NS}/pods`, podOf(spec, container))).toEqual([warning])
  })

  test('may define a variable again from its earlier value', async () => {
    const env = [
      { name: 'P', value: '/bin' },
      { name: 'P', value: '$(P):/usr/bin' },
    ]

    expect(await warned('POST', `${NS}/pods`, podOf({}, { env }))).toEqual([])
  })
})

describe('a workload', () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i:1' }] } }
  const deployment = (more: object = {}, name = 'web') => ({
    metadata: { name },
    spec: { selector: { matchLabels: { a: 'b' } }, template: { ...template, spec: { ...template.spec, ...more } } },
  })
  const old = { nodeSelector: { 'beta.kubernetes.io/arch': 'amd64' } }

  test('is looked at through its template, when that is made and when it changes', async () => {
    const cluster = createCluster()
    const said =
      'spec.template.spec.nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use "kubernetes.io/arch" instead'

    const created = await warned('POST', `${APPS}/deployments`, deployment(old), cluster)
    const same = await warned('PUT', `${APPS}/deployments/web`, deployment(old), cluster)
    const changed = await warned('PUT', `${APPS}/deployments/web`, deployment({ ...old, hostNetwork: true }), cluster)

    expect([created, same, changed]).toEqual([[said], [], [said]])
  })

  test('whose name is no host name', async () => {
    const [warning] = await warned('POST', `${APPS}/deployments`, deployment({}, 'my.web'))

    expect(warning).toBe(
      'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]',
    )
  })
})

test('an Ingress with the class in an annotation', async () => {
  const metadata = { name: 'i', annotations: { 'kubernetes.io/ingress.class': 'nginx' } }
  const spec = { defaultBackend: { service: { name: 's', port: { number: 80 } } } }

  expect(await warned('POST', '/apis/networking.k8s.io/v1/namespaces/default/ingresses', { metadata, spec })).toEqual([
    `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
  ])
})

test('a Service with what its type ignores', async () => {
  const spec = { ports: [{ port: 80 }], externalName: 'a.example' }

  expect(await warned('POST', `${NS}/services`, { metadata: { name: 's' }, spec })).toEqual([
    'spec.externalName is ignored when spec.type is not "ExternalName"',
  ])
})
