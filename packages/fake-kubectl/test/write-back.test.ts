/** Whoever writes back what they read, in whatever way, changes nothing: the resourceVersion stays what it was. */
import { expect, test } from 'vitest'
import { type Cluster, createCluster, loadWorld } from '../src/index.ts'
import { ask, send } from './kit.ts'

const SELECTOR = { matchLabels: { app: 'a' } }
const CLAIM = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } }
const CONTAINER = {
  name: 'c',
  image: 'nginx',
  args: [],
  env: [
    { name: 'A', value: '' },
    { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'C', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
  ],
  ports: [{ containerPort: 80, hostPort: 0 }],
  resources: { requests: { cpu: '0.1', memory: '1024Mi' } },
  livenessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 0 },
  startupProbe: { grpc: { port: 1 } },
  lifecycle: { preStop: { sleep: { seconds: 1 } }, postStart: { tcpSocket: { port: 1 } } },
  volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: false }],
  securityContext: { privileged: false, runAsUser: 0 },
}
const POD_SPEC = {
  hostNetwork: false,
  containers: [CONTAINER],
  securityContext: { sysctls: [] },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: {} } },
  ],
  volumes: [
    { name: 'v' },
    { name: 'c', configMap: { name: 'c', items: [], optional: false } },
    { name: 'p', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
    { name: 'e', ephemeral: { volumeClaimTemplate: { spec: CLAIM } } },
  ],
}
const TEMPLATE = { metadata: { labels: { app: 'a' }, creationTimestamp: null }, spec: POD_SPEC }
const JOB = { template: { ...TEMPLATE, spec: { ...POD_SPEC, restartPolicy: 'Never' } }, backoffLimit: 0 }
const TARGET = { kind: 'Deployment', name: 'a', apiVersion: 'apps/v1' }
const BACKEND = { service: { name: 'a', port: { number: 80 } } }

/** [apiVersion, kind, its plural, what is in it] */
const OBJECTS: readonly [string, string, string, Readonly<Record<string, unknown>>][] = [
  ['v1', 'Pod', 'pods', { spec: POD_SPEC }],
  [
    'apps/v1',
    'Deployment',
    'deployments',
    { spec: { replicas: 0, selector: SELECTOR, template: TEMPLATE, strategy: {} } },
  ],
  ['apps/v1', 'ReplicaSet', 'replicasets', { spec: { replicas: 0, selector: SELECTOR, template: TEMPLATE } }],
  ['apps/v1', 'DaemonSet', 'daemonsets', { spec: { selector: SELECTOR, template: TEMPLATE } }],
  [
    'apps/v1',
    'StatefulSet',
    'statefulsets',
    {
      spec: {
        replicas: 0,
        ordinals: { start: 0 },
        selector: SELECTOR,
        template: TEMPLATE,
        volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: CLAIM }],
      },
    },
  ],
  ['batch/v1', 'Job', 'jobs', { spec: { ...JOB, suspend: true } }],
  ['batch/v1', 'CronJob', 'cronjobs', { spec: { schedule: '@daily', suspend: true, jobTemplate: { spec: JOB } } }],
  ['v1', 'Service', 'services', { spec: { ports: [{ port: 80, name: '' }], selector: {} } }],
  ['v1', 'Service', 'services', { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } }],
  ['v1', 'ConfigMap', 'configmaps', { data: { a: '' }, binaryData: {} }],
  ['v1', 'Secret', 'secrets', { stringData: { a: 'b' }, data: { c: '' } }],
  ['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', { spec: { ...CLAIM, storageClassName: '' } }],
  ['v1', 'ServiceAccount', 'serviceaccounts', { secrets: [], automountServiceAccountToken: false }],
  ['v1', 'ResourceQuota', 'resourcequotas', { spec: { hard: { pods: '1000', 'requests.cpu': '1000m' } } }],
  ['v1', 'LimitRange', 'limitranges', { spec: { limits: [{ type: 'Container', max: { cpu: '10' } }] } }],
  ['v1', 'Event', 'events', { involvedObject: { namespace: 'default' }, reason: 'X', count: 0 }],
  [
    'networking.k8s.io/v1',
    'Ingress',
    'ingresses',
    {
      spec: {
        rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: BACKEND }] } }],
        tls: [{ hosts: [] }],
      },
    },
  ],
  [
    'networking.k8s.io/v1',
    'NetworkPolicy',
    'networkpolicies',
    { spec: { podSelector: {}, ingress: [{}], egress: [{}] } },
  ],
  ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', { spec: { minAvailable: 0, selector: {} } }],
  [
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    'horizontalpodautoscalers',
    { spec: { scaleTargetRef: TARGET, maxReplicas: 3, behavior: { scaleDown: { stabilizationWindowSeconds: 0 } } } },
  ],
  [
    'autoscaling/v1',
    'HorizontalPodAutoscaler',
    'horizontalpodautoscalers',
    { spec: { scaleTargetRef: TARGET, maxReplicas: 3 } },
  ],
  ['rbac.authorization.k8s.io/v1', 'Role', 'roles', { rules: [] }],
  ['coordination.k8s.io/v1', 'Lease', 'leases', { spec: { holderIdentity: 'a', leaseDurationSeconds: 1 } }],
  [
    'discovery.k8s.io/v1',
    'EndpointSlice',
    'endpointslices',
    { addressType: 'IPv4', endpoints: [], ports: [{ port: 80 }] },
  ],
]

test.each(OBJECTS)('to write back a %s %s changes nothing', async (apiVersion, kind, plural, given) => {
  const cluster = createCluster()
  const path = `/${apiVersion === 'v1' ? 'api' : 'apis'}/${apiVersion}/namespaces/default/${plural}`
  const sent = { apiVersion, kind, metadata: { name: 'x' }, ...given }
  const { code, body: stored } = await send(cluster, 'POST', path, sent)
  const patch = async (type: string, change: unknown, query = '') =>
    (await send(cluster, 'PATCH', `${path}/x${query}`, change, { 'content-type': `application/${type}` })).body
  const apply = async () => patch('apply-patch+yaml', sent, '?fieldManager=m&force=true')

  expect([code, (await send(cluster, 'GET', `${path}/x`, undefined)).body]).toEqual([201, stored])
  expect((await send(cluster, 'PUT', `${path}/x`, stored)).body).toEqual(stored)
  const { code: found, body: asStatus } = await send(cluster, 'PUT', `${path}/x/status`, stored)
  if (found !== 404) expect(asStatus).toEqual(stored)
  expect(await patch('merge-patch+json', {})).toEqual(stored)
  expect(await patch('strategic-merge-patch+json', given)).toEqual(stored)
  expect(await patch('json-patch+json', [])).toEqual(stored)
  const applied = await apply()
  expect([applied.kind, await apply()]).toEqual([kind, applied])
})

test.each([
  ['healthy', '0s'],
  ['disk-pressure', '0s'],
  ['disk-pressure', '10m'],
])('what is in the world %s after %s can be written back and changes nothing', async (name, duration) => {
  const cluster = createCluster({ world: loadWorld(name) })
  await send(cluster, 'POST', '/apis/apps/v1/namespaces/default/deployments', {
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      selector: SELECTOR,
      template: { ...TEMPLATE, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
    },
  })
  cluster.advance(duration)
  let count = 0

  for (const url of await collections(cluster)) {
    for (const { metadata } of (await ask(cluster, url)).body.items) {
      const [start, plural] = [url.slice(0, url.lastIndexOf('/')), url.slice(url.lastIndexOf('/') + 1)]
      const own = `${start}/${metadata.namespace ? `namespaces/${metadata.namespace}/` : ''}${plural}/${metadata.name}`
      const { body } = await ask(cluster, own)

      expect((await send(cluster, 'PUT', own, body)).body).toEqual(body)
      const { code, body: asStatus } = await send(cluster, 'PUT', `${own}/status`, body)
      if (code !== 404) expect(asStatus).toEqual(body)
      count += 1
    }
  }
  expect(count).toBeGreaterThan(150)
})

/** Where all that can be listed and written is. */
async function collections(cluster: Cluster): Promise<string[]> {
  const { groups } = (await ask(cluster, '/apis')).body
  const starts: string[] = groups.flatMap((group: any) => group.versions.map((it: any) => `/apis/${it.groupVersion}`))
  const found = ['/api/v1', ...starts].map(async (start) => {
    const { resources = [] } = (await ask(cluster, start)).body
    const whole = resources.filter(
      ({ name, verbs }: any) => !name.includes('/') && verbs.includes('list') && verbs.includes('update'),
    )
    return whole.map(({ name }: any) => `${start}/${name}`)
  })
  return (await Promise.all(found)).flat()
}
