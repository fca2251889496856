/** What the server refuses, and in which words: a row a rule. Texts: kubernetes/pkg/apis/*\/validation, release 1.36. */
import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../src/index.ts'
import { scheduleError } from '../src/api/cron.ts'
import { send } from './kit.ts'

const NS = 'namespaces/default'
const PATHS: Readonly<Record<string, string>> = {
  ConfigMap: `/api/v1/${NS}/configmaps`,
  Secret: `/api/v1/${NS}/secrets`,
  Pod: `/api/v1/${NS}/pods`,
  Service: `/api/v1/${NS}/services`,
  PersistentVolumeClaim: `/api/v1/${NS}/persistentvolumeclaims`,
  PersistentVolume: '/api/v1/persistentvolumes',
  LimitRange: `/api/v1/${NS}/limitranges`,
  ResourceQuota: `/api/v1/${NS}/resourcequotas`,
  Node: '/api/v1/nodes',
  Event: `/api/v1/${NS}/events`,
  'Deployment.apps': `/apis/apps/v1/${NS}/deployments`,
  'StatefulSet.apps': `/apis/apps/v1/${NS}/statefulsets`,
  'DaemonSet.apps': `/apis/apps/v1/${NS}/daemonsets`,
  'Job.batch': `/apis/batch/v1/${NS}/jobs`,
  'CronJob.batch': `/apis/batch/v1/${NS}/cronjobs`,
  'HorizontalPodAutoscaler.autoscaling': `/apis/autoscaling/v2/${NS}/horizontalpodautoscalers`,
  'Ingress.networking.k8s.io': `/apis/networking.k8s.io/v1/${NS}/ingresses`,
  'NetworkPolicy.networking.k8s.io': `/apis/networking.k8s.io/v1/${NS}/networkpolicies`,
  'PodDisruptionBudget.policy': `/apis/policy/v1/${NS}/poddisruptionbudgets`,
  'PriorityClass.scheduling.k8s.io': '/apis/scheduling.k8s.io/v1/priorityclasses',
  'StorageClass.storage.k8s.io': '/apis/storage.k8s.io/v1/storageclasses',
}
const NAME_PART =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

const container = { name: 'c', image: 'i' }
const pod = (spec: object, ...more: object[]) => ({ spec: Object.assign({ containers: [container] }, spec, ...more) })
const one = (fields: object) => pod({ containers: [{ ...container, ...fields }] })
const selector = { matchLabels: { app: 'a' } }
const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [container] } }
const once = { spec: { containers: [container], restartPolicy: 'Never' } }
const deployment = (spec: object) => ({ spec: { selector, template, ...spec } })
const service = (spec: object) => ({ spec: { ports: [{ port: 80 }], ...spec } })
const claim = (spec: object) => ({
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
})
const autoscaler = (spec: object) => ({
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 3, ...spec },
})
const ingress = (path: object) => ({ spec: { rules: [{ host: 'a.b', http: { paths: [path] } }] } })
const backend = { service: { name: 'web', port: { number: 80 } } }

const REFUSED: readonly (readonly [kind: string, object: object, ...errors: string[]])[] = [
  ['ConfigMap', { metadata: { labels: { 'a b': 'x' } } }, `metadata.labels: Invalid value: "a b": ${NAME_PART}`],
  [
    'ConfigMap',
    { metadata: { annotations: { 'x/y/z': '' } } },
    `metadata.annotations: Invalid value: "x/y/z": a valid label key`,
  ],
  [
    'ConfigMap',
    { metadata: { annotations: { big: 'x'.repeat(263_000) } } },
    'metadata.annotations: Too long: may not be more than 262144 bytes',
  ],
  [
    'ConfigMap',
    { metadata: { finalizers: ['mine'] } },
    'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
  ],
  [
    'ConfigMap',
    { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p' }] } },
    'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
  ],
  [
    'ConfigMap',
    { data: { 'a/b': 'x' } },
    'data[a/b]: Invalid value: "a/b": a valid config key must consist of alphanumeric characters',
  ],
  [
    'ConfigMap',
    { data: { a: 'x' }, binaryData: { a: 'eA==' } },
    'data[a]: Invalid value: "a": duplicate of key present in binaryData',
  ],
  ['Secret', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }, 'data[tls.key]: Required value'],
  ['Secret', { type: 'kubernetes.io/basic-auth' }, 'data[username]: Required value', 'data[password]: Required value'],
  ['Secret', { type: 'kubernetes.io/dockerconfigjson' }, 'data[.dockerconfigjson]: Required value'],
  ['Pod', { spec: {} }, 'spec.containers: Required value'],
  [
    'Pod',
    pod({ containers: [{}] }),
    'spec.containers[0].name: Required value',
    'spec.containers[0].image: Required value',
  ],
  ['Pod', one({ name: 'C_1' }), `spec.containers[0].name: Invalid value: "C_1": ${LABEL}`],
  ['Pod', pod({ containers: [container, container] }), 'spec.containers[1].name: Duplicate value: "c"'],
  [
    'Pod',
    one({ ports: [{ containerPort: 70_000 }] }),
    'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
  ],
  [
    'Pod',
    one({ ports: [{ containerPort: 1, protocol: 'X' }] }),
    'spec.containers[0].ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
  ],
  [
    'Pod',
    one({ imagePullPolicy: 'Often' }),
    'spec.containers[0].imagePullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never"',
  ],
  [
    'Pod',
    one({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
    'spec.containers[0].volumeMounts[0].name: Not found: "v"',
  ],
  [
    'Pod',
    one({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
    'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
  ],
  [
    'Pod',
    one({ resources: { requests: { gpu: '1' } } }),
    'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers',
  ],
  ['Pod', one({ livenessProbe: {} }), 'spec.containers[0].livenessProbe: Required value: must specify a handler type'],
  [
    'Pod',
    one({ livenessProbe: { exec: { command: ['x'] }, successThreshold: 2 } }),
    'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
  ],
  [
    'Pod',
    one({ env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
    'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
  ],
  [
    'Pod',
    one({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.foo' } } }] }),
    'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field label not supported: spec.foo',
  ],
  [
    'Pod',
    pod({ restartPolicy: 'Sometimes' }),
    'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
  ],
  ['Pod', pod({ volumes: [{ name: 'v' }, { name: 'v' }] }), 'spec.volumes[1].name: Duplicate value: "v"'],
  [
    'Pod',
    pod({ volumes: [{ name: 'v', emptyDir: {}, secret: { secretName: 's' } }] }),
    'spec.volumes[0].secret: Forbidden: may not specify more than 1 volume type',
  ],
  [
    'Pod',
    pod({ tolerations: [{ key: 'a', operator: 'Maybe' }] }),
    'spec.tolerations[0].operator: Unsupported value: "Maybe": supported values: "Equal", "Exists"',
  ],
  [
    'Pod',
    pod({ topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule' }] }),
    'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
  ],
  [
    'Pod',
    pod({ initContainers: [{ ...container, name: 'i', livenessProbe: { tcpSocket: { port: 1 } } }] }),
    'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
  ],
  ['Service', { spec: {} }, 'spec.ports: Required value'],
  ['Service', service({ ports: [{ port: 80 }, { port: 81, name: 'b' }] }), 'spec.ports[0].name: Required value'],
  [
    'Service',
    service({
      ports: [
        { port: 80, name: 'a' },
        { port: 80, name: 'b' },
      ],
    }),
    'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
  ],
  [
    'Service',
    service({ ports: [{ port: 0 }] }),
    'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
    'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
  ],
  [
    'Service',
    service({ type: 'Magic' }),
    'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  ],
  [
    'Service',
    service({ ports: [{ port: 80, nodePort: 30_000 }] }),
    "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
  ],
  ['Service', { spec: { type: 'ExternalName' } }, 'spec.externalName: Required value'],
  [
    'PersistentVolumeClaim',
    { spec: {} },
    'spec.accessModes: Required value: at least 1 access mode is required',
    'spec.resources[storage]: Required value',
  ],
  [
    'PersistentVolumeClaim',
    claim({ accessModes: ['Often'] }),
    'spec.accessModes: Unsupported value: "Often": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
  ],
  [
    'PersistentVolume',
    { spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } } },
    'spec: Required value: must specify a volume type',
  ],
  [
    'LimitRange',
    { spec: { limits: [{ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } }] } },
    'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
    'spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
    'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
  ],
  [
    'ResourceQuota',
    { spec: { hard: { apples: '1' } } },
    'spec.hard[apples]: Invalid value: "apples": must be a standard resource for quota',
  ],
  [
    'ResourceQuota',
    { spec: { hard: { services: '1' }, scopes: ['BestEffort'] } },
    'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
  ],
  [
    'Node',
    { spec: { taints: [{ key: 'a', effect: 'Never' }] } },
    'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
  ],
  [
    'Event',
    { involvedObject: { namespace: 'other' } },
    'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
  ],
  [
    'Deployment.apps',
    { spec: { template } },
    'spec.selector: Required value',
    'spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
  ],
  [
    'Deployment.apps',
    deployment({ selector: { matchLabels: { app: 'b' } } }),
    'spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
  ],
  [
    'Deployment.apps',
    deployment({ replicas: -1 }),
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'Deployment.apps',
    deployment({ template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } }),
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
  ],
  [
    'Deployment.apps',
    deployment({ strategy: { type: 'Recreate', rollingUpdate: {} } }),
    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
  ],
  [
    'Deployment.apps',
    deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
  ],
  [
    'DaemonSet.apps',
    { spec: { selector: {}, template } },
    'spec.selector: Invalid value: {}: empty selector is invalid for daemonset',
  ],
  [
    'StatefulSet.apps',
    { spec: { selector, template, podManagementPolicy: 'Random' } },
    "spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'",
  ],
  [
    'Job.batch',
    { spec: { template } },
    'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  ],
  [
    'Job.batch',
    { spec: { template: once, completionMode: 'Indexed', parallelism: 2 } },
    'spec.completions: Required value: when completion mode is Indexed',
  ],
  [
    'CronJob.batch',
    { spec: { schedule: '* * *', jobTemplate: { spec: { template: once } } } },
    'spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]',
  ],
  [
    'CronJob.batch',
    { spec: { schedule: '@daily', concurrencyPolicy: 'No', jobTemplate: { spec: { template: once } } } },
    'spec.concurrencyPolicy: Unsupported value: "No": supported values: "Allow", "Forbid", "Replace"',
  ],
  [
    'HorizontalPodAutoscaler.autoscaling',
    autoscaler({ minReplicas: 5 }),
    'spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
  ],
  [
    'HorizontalPodAutoscaler.autoscaling',
    autoscaler({ maxReplicas: 0 }),
    'spec.maxReplicas: Invalid value: 0: must be greater than 0',
    'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
  ],
  [
    'Ingress.networking.k8s.io',
    { spec: {} },
    'spec: Invalid value: null: either `defaultBackend` or `rules` must be specified',
  ],
  [
    'Ingress.networking.k8s.io',
    ingress({ path: '/', backend }),
    'spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified',
  ],
  [
    'Ingress.networking.k8s.io',
    ingress({ path: 'x', pathType: 'Prefix', backend }),
    'spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path',
  ],
  [
    'Ingress.networking.k8s.io',
    ingress({ path: '/', pathType: 'Exact', backend: { service: { name: 'w' } } }),
    'spec.rules[0].http.paths[0].backend.service.port: Required value: port name or number is required',
  ],
  [
    'NetworkPolicy.networking.k8s.io',
    { spec: { ingress: [{ from: [{}] }] } },
    'spec.ingress[0].from[0]: Required value: must specify a peer',
  ],
  [
    'PodDisruptionBudget.policy',
    { spec: { minAvailable: 1, maxUnavailable: '5%' } },
    'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"5%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
  ],
  [
    'PriorityClass.scheduling.k8s.io',
    { value: 2_000_000_000 },
    'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
  ],
  ['StorageClass.storage.k8s.io', {}, 'provisioner: Required value'],
]

describe('a new object', () => {
  test.each(REFUSED)('%s %j is refused', async (kind, object, ...errors) => {
    const { metadata, ...rest } = object as { metadata?: object }

    const { code, body } = await send(createCluster(), 'POST', PATHS[kind as string]!, {
      metadata: { name: 'x', ...metadata },
      ...rest,
    })

    expect(code).toBe(422)
    expect(body.message).toContain(`${kind} "x" is invalid: ${errors.length > 1 ? '[' : ''}${errors.join(', ')}`)
    expect(body.details.causes).toHaveLength(errors.length)
  })
})

const CHANGES: readonly (readonly [kind: string, before: object, change: object, error: string])[] = [
  [
    'Deployment.apps',
    deployment({}),
    { spec: { selector: { matchLabels: { tier: 'b' } }, template: { metadata: { labels: { tier: 'b' } } } } },
    'spec.selector: Invalid value: {"matchLabels":{"app":"a","tier":"b"}}: field is immutable',
  ],
  [
    'StatefulSet.apps',
    { spec: { selector, template, serviceName: 's' } },
    { spec: { serviceName: 't' } },
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  ],
  [
    'Job.batch',
    { spec: { template: once } },
    { spec: { completions: 5 } },
    'spec.completions: Invalid value: 5: field is immutable',
  ],
  ['Secret', { data: { a: 'eA==' } }, { type: 'other' }, 'type: Invalid value: "other": field is immutable'],
  [
    'ConfigMap',
    { data: { a: 'x' }, immutable: true },
    { data: { a: 'y' } },
    'data: Forbidden: field is immutable when `immutable` is set',
  ],
  [
    'Service',
    service({ clusterIP: '10.96.5.5' }),
    { spec: { clusterIP: '1.2.3.4' } },
    'spec.clusterIPs[0]: Invalid value: ["1.2.3.4"]: may not change once set',
  ],
  [
    'PersistentVolumeClaim',
    claim({}),
    { spec: { resources: { requests: { storage: '2Gi' } } } },
    'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
  ],
  ['PriorityClass.scheduling.k8s.io', { value: 1 }, { value: 2 }, 'value: Forbidden: may not be changed in an update.'],
  [
    'StorageClass.storage.k8s.io',
    { provisioner: 'a' },
    { provisioner: 'b' },
    'provisioner: Forbidden: updates to provisioner are forbidden.',
  ],
  [
    'Pod',
    pod({}),
    { spec: { containers: [container, { ...container, name: 'd' }] } },
    'spec.containers: Forbidden: pod updates may not add or remove containers',
  ],
  [
    'Pod',
    pod({ activeDeadlineSeconds: 5 }),
    { spec: { activeDeadlineSeconds: 9 } },
    'spec.activeDeadlineSeconds: Invalid value: 9: must be less than or equal to previous value',
  ],
]

test.each(CHANGES)('a change of %s %j by %j is refused', async (kind, before, change, error) => {
  const cluster: Cluster = createCluster({ serviceAccountAdmission: false })
  const created = await send(cluster, 'POST', PATHS[kind]!, { metadata: { name: 'x' }, ...before })

  const { code, body } = await send(cluster, 'PATCH', `${PATHS[kind]}/x`, change, {
    'content-type': 'application/merge-patch+json',
  })

  expect([created.code, code]).toEqual([201, 422])
  expect(body.message).toContain(`${kind} "x" is invalid: ${error}`)
})

test.each([
  ['*/5 * * * *', undefined],
  ['0 9-17 * * mon-fri', undefined],
  ['@every 1h30m', undefined],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['5-3 * * * *', 'beginning of range (5) beyond end of range (3): 5-3'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ['@often', 'unrecognized descriptor: @often'],
])('the schedule %j: %s', (schedule, error) => expect(scheduleError(schedule)).toBe(error))
