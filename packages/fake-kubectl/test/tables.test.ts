/** What `kubectl get -o wide` shows of each kind: the cells of its row, from an object with everything in them filled in. */
import { describe, expect, test } from 'vitest'
import { createCluster, type KubeObject } from '../src/index.ts'
import { ask, TABLE } from './kit.ts'

const HOUR_AGO = '2026-01-15T08:00:00Z'
const TEMPLATE = {
  metadata: { labels: { app: 'web', tier: 'a' } },
  spec: {
    containers: [
      { name: 'a', image: 'a:1' },
      { name: 'b', image: 'b:2' },
    ],
    nodeSelector: { disk: 'ssd' },
  },
}
const SELECTOR = {
  matchLabels: { app: 'web' },
  matchExpressions: [{ key: 'tier', operator: 'In', values: ['b', 'a'] }],
}
const SELECTED = 'app=web,tier in (a,b)'
const ONCE = { ...TEMPLATE, spec: { ...TEMPLATE.spec, restartPolicy: 'Never' } }

type Row = readonly [path: string, apiVersion: string, kind: string, fields: Record<string, unknown>, cells: unknown[]]

const NAMESPACED: readonly Row[] = [
  [
    'apps/v1',
    'deployments',
    'Deployment',
    {
      spec: { replicas: 3, selector: SELECTOR, template: TEMPLATE },
      status: { readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2 },
    },
    ['2/3', 1, 2, '60m', 'a,b', 'a:1,b:2', SELECTED],
  ],
  [
    'apps/v1',
    'replicasets',
    'ReplicaSet',
    { spec: { replicas: 3, selector: SELECTOR, template: TEMPLATE }, status: { replicas: 2, readyReplicas: 1 } },
    [3, 2, 1, '60m', 'a,b', 'a:1,b:2', SELECTED],
  ],
  [
    'apps/v1',
    'statefulsets',
    'StatefulSet',
    { spec: { replicas: 2, selector: SELECTOR, template: TEMPLATE }, status: { readyReplicas: 1 } },
    ['1/2', '60m', 'a,b', 'a:1,b:2'],
  ],
  [
    'apps/v1',
    'daemonsets',
    'DaemonSet',
    {
      spec: { selector: SELECTOR, template: TEMPLATE },
      status: {
        desiredNumberScheduled: 3,
        currentNumberScheduled: 3,
        numberReady: 2,
        updatedNumberScheduled: 1,
        numberAvailable: 2,
      },
    },
    [3, 3, 2, 1, 2, 'disk=ssd', '60m', 'a,b', 'a:1,b:2', SELECTED],
  ],
  [
    'batch/v1',
    'jobs',
    'Job',
    {
      spec: { completions: 4, manualSelector: true, selector: SELECTOR, template: ONCE },
      status: {
        succeeded: 1,
        startTime: HOUR_AGO,
        completionTime: '2026-01-15T08:01:30Z',
        conditions: [{ type: 'Complete', status: 'True' }],
      },
    },
    ['Complete', '1/4', '90s', '60m', 'a,b', 'a:1,b:2', SELECTED],
  ],
  [
    'batch/v1',
    'cronjobs',
    'CronJob',
    {
      spec: { schedule: '*/5 * * * *', suspend: false, jobTemplate: { spec: { template: ONCE } } },
      status: { lastScheduleTime: '2026-01-15T08:55:00Z' },
    },
    ['*/5 * * * *', '<none>', 'False', 0, '5m', '60m', 'a,b', 'a:1,b:2', '<none>'],
  ],
  [
    'autoscaling/v2',
    'horizontalpodautoscalers',
    'HorizontalPodAutoscaler',
    {
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'web' },
        minReplicas: 1,
        maxReplicas: 5,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        ],
      },
      status: { currentReplicas: 2 },
    },
    ['Deployment/web', 'cpu: <unknown>/50%', '1', 5, 2, '60m'],
  ],
  [
    'policy/v1',
    'poddisruptionbudgets',
    'PodDisruptionBudget',
    { spec: { minAvailable: 2 }, status: { disruptionsAllowed: 1 } },
    ['2', 'N/A', 1, '60m'],
  ],
  [
    'v1',
    'services',
    'Service',
    {
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.96.0.9',
        clusterIPs: ['10.96.0.9'],
        ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }],
        selector: { app: 'web' },
      },
    },
    ['LoadBalancer', '10.96.0.9', '<pending>', '80:30080/TCP', '60m', 'app=web'],
  ],
  [
    'v1',
    'endpoints',
    'Endpoints',
    { subsets: [{ addresses: ['1', '2', '3', '4'].map((n) => ({ ip: `10.0.0.${n}` })), ports: [{ port: 80 }] }] },
    ['10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 1 more...', '60m'],
  ],
  [
    'discovery.k8s.io/v1',
    'endpointslices',
    'EndpointSlice',
    { addressType: 'IPv4', ports: [{ port: 80 }], endpoints: [{ addresses: ['10.0.0.1'] }] },
    ['IPv4', '80', '10.0.0.1', '60m'],
  ],
  [
    'networking.k8s.io/v1',
    'ingresses',
    'Ingress',
    {
      spec: { ingressClassName: 'nginx', rules: [{ host: 'a.example' }, { host: 'b.example' }], tls: [{}] },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
    },
    ['nginx', 'a.example,b.example', '192.0.2.1', '80, 443', '60m'],
  ],
  ['networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy', { spec: { podSelector: SELECTOR } }, [SELECTED, '60m']],
  [
    'v1',
    'persistentvolumeclaims',
    'PersistentVolumeClaim',
    {
      spec: {
        volumeName: 'pv',
        storageClassName: 'fast',
        volumeMode: 'Filesystem',
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
      },
      status: { phase: 'Bound', accessModes: ['ReadWriteMany', 'ReadWriteOnce'], capacity: { storage: '1Gi' } },
    },
    ['Bound', 'pv', '1Gi', 'RWO,RWX', 'fast', '<unset>', '60m', 'Filesystem'],
  ],
  [
    'v1',
    'resourcequotas',
    'ResourceQuota',
    {
      spec: { hard: { 'limits.cpu': '2', 'requests.cpu': '1', pods: '3' } },
    },
    ['pods: 0/3, requests.cpu: 0/1', 'limits.cpu: 0/2', '60m'],
  ],
  ['v1', 'limitranges', 'LimitRange', {}, [HOUR_AGO]],
  [
    'rbac.authorization.k8s.io/v1',
    'rolebindings',
    'RoleBinding',
    {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [
        { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ann' },
        { kind: 'ServiceAccount', name: 'bot', namespace: 'ci' },
      ],
    },
    ['Role/r', '60m', 'ann', '', 'ci/bot'],
  ],
]

const OF_THE_CLUSTER: readonly Row[] = [
  [
    'v1',
    'persistentvolumes',
    'PersistentVolume',
    {
      spec: {
        capacity: { storage: '5Gi' },
        accessModes: ['ReadWriteOncePod'],
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { namespace: 'default', name: 'data' },
        hostPath: { path: '/data' },
        storageClassName: 'fast',
      },
      status: { phase: 'Bound' },
    },
    ['5Gi', 'RWOP', 'Retain', 'Bound', 'default/data', 'fast', '<unset>', '', '60m', 'Filesystem'],
  ],
  [
    'storage.k8s.io/v1',
    'storageclasses',
    'StorageClass',
    { provisioner: 'csi.example', allowVolumeExpansion: true },
    ['csi.example', 'Delete', 'Immediate', true, '60m'],
  ],
  [
    'storage.k8s.io/v1',
    'csidrivers',
    'CSIDriver',
    { spec: { attachRequired: false } },
    [false, false, false, '<unset>', false, 'Persistent', '60m'],
  ],
  [
    'scheduling.k8s.io/v1',
    'priorityclasses',
    'PriorityClass',
    { value: 7, globalDefault: false, preemptionPolicy: 'Never' },
    [7, false, '60m', 'Never'],
  ],
  [
    'networking.k8s.io/v1',
    'ingressclasses',
    'IngressClass',
    { spec: { controller: 'k8s.io/nginx', parameters: { apiGroup: 'k8s.example', kind: 'P', name: 'x' } } },
    ['k8s.io/nginx', 'P.k8s.example/x', '60m'],
  ],
  [
    'certificates.k8s.io/v1',
    'certificatesigningrequests',
    'CertificateSigningRequest',
    {
      spec: { signerName: 's.example/x', usages: ['client auth'], username: 'ann', expirationSeconds: 86_400 },
      status: { conditions: [{ type: 'Approved', status: 'True' }] },
    },
    ['60m', 's.example/x', 'ann', '24h', 'Approved'],
  ],
]

describe('a row of', () => {
  test.each(NAMESPACED)('%s %s shows', async (apiVersion, plural, kind, fields, cells) => {
    const cluster = createCluster({
      controllers: false,
      manifests: [object(apiVersion, kind, fields, { namespace: 'default' })],
    })

    const { body } = await ask(cluster, `${base(apiVersion)}/namespaces/default/${plural}/it`, { headers: TABLE })

    expect(body.rows[0].cells.filter((cell: unknown) => cell !== 'it')).toEqual(cells)
    expect(body.columnDefinitions).toHaveLength(cells.length + 1)
  })

  test.each(OF_THE_CLUSTER)('%s %s shows', async (apiVersion, plural, kind, fields, cells) => {
    const cluster = createCluster({ controllers: false, manifests: [object(apiVersion, kind, fields)] })

    const { body } = await ask(cluster, `${base(apiVersion)}/${plural}/it`, { headers: TABLE })

    expect(body.rows[0].cells.filter((cell: unknown) => cell !== 'it')).toEqual(cells)
    expect(body.columnDefinitions).toHaveLength(cells.length + 1)
  })

  test('a pod that has ended says so', async () => {
    const pod = { spec: { containers: [{ name: 'a', image: 'a:1' }] }, status: { phase: 'Failed' } }
    const cluster = createCluster({ manifests: [object('v1', 'Pod', pod, { namespace: 'default' })] })

    const { body } = await ask(cluster, '/api/v1/namespaces/default/pods', { headers: TABLE })

    expect(body.rows[0].conditions).toEqual([
      { type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' },
    ])
  })
})

function object(apiVersion: string, kind: string, fields: object, metadata: object = {}): KubeObject {
  return { apiVersion, kind, metadata: { name: 'it', creationTimestamp: HOUR_AGO, ...metadata }, ...fields }
}

function base(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
}
