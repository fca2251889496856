import { describe, expect, test } from 'vitest'
import { VALUES } from '../src/apiserver/defaults/values.ts'
import { RULES } from '../src/apiserver/defaults/rules/all.ts'
import kubernetes from '../src/schema/kubernetes.json' with { type: 'json' }
import { createCluster } from '../src/index.ts'
import { ask, send } from './kit.ts'

const CONTAINER = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  resources: {},
}
const POD_SPEC = {
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Always',
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
}
const CORE = '/api/v1/namespaces/default'
const APPS = '/apis/apps/v1/namespaces/default'
const selector = { matchLabels: { app: 'a' } }
const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
const filled = {
  metadata: { labels: { app: 'a' } },
  spec: { ...POD_SPEC, containers: [{ name: 'c', image: 'nginx', imagePullPolicy: 'Always', ...CONTAINER }] },
}

test('every default is of a field that its type has', () => {
  const types: Record<string, { fields: object }> = kubernetes
  const unknown = Object.entries(VALUES).flatMap(([type, values]) =>
    Object.keys(values).filter((field) => !Object.hasOwn(types[`io.k8s.api.${type}`]?.fields ?? {}, field)),
  )

  expect(unknown).toEqual([])
  expect(Object.keys(RULES).filter((type) => !(`io.k8s.api.${type}` in types))).toEqual([])
})

describe('what a client leaves out of', () => {
  test.each([
    [
      'a Deployment',
      `${APPS}/deployments`,
      { selector, template },
      {
        progressDeadlineSeconds: 600,
        replicas: 1,
        revisionHistoryLimit: 10,
        selector,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: filled,
      },
    ],
    [
      'a Deployment that recreates',
      `${APPS}/deployments`,
      { selector, template, replicas: 0, strategy: { type: 'Recreate' }, paused: false },
      {
        progressDeadlineSeconds: 600,
        replicas: 0,
        revisionHistoryLimit: 10,
        selector,
        strategy: { type: 'Recreate' },
        template: filled,
      },
    ],
    [
      'a StatefulSet',
      `${APPS}/statefulsets`,
      { selector, template, serviceName: 's' },
      {
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        podManagementPolicy: 'OrderedReady',
        replicas: 1,
        revisionHistoryLimit: 10,
        selector,
        serviceName: 's',
        template: filled,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: 1 } },
      },
    ],
    [
      'a DaemonSet',
      `${APPS}/daemonsets`,
      { selector, template },
      {
        revisionHistoryLimit: 10,
        selector,
        template: filled,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      },
    ],
    [
      'a CronJob',
      '/apis/batch/v1/namespaces/default/cronjobs',
      {
        schedule: '@hourly',
        jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
      },
      {
        concurrencyPolicy: 'Allow',
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          metadata: {},
          spec: { template: { metadata: {}, spec: { ...filled.spec, restartPolicy: 'Never' } } },
        },
        schedule: '@hourly',
        successfulJobsHistoryLimit: 3,
        suspend: false,
      },
    ],
    [
      'an autoscaler',
      '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers',
      {
        scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' },
        maxReplicas: 3,
        behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
      },
      {
        behavior: {
          scaleDown: {
            policies: [{ periodSeconds: 15, type: 'Percent', value: 100 }],
            selectPolicy: 'Max',
            stabilizationWindowSeconds: 60,
          },
          scaleUp: {
            policies: [
              { periodSeconds: 15, type: 'Pods', value: 4 },
              { periodSeconds: 15, type: 'Percent', value: 100 },
            ],
            selectPolicy: 'Max',
            stabilizationWindowSeconds: 0,
          },
        },
        maxReplicas: 3,
        metrics: [
          { resource: { name: 'cpu', target: { averageUtilization: 80, type: 'Utilization' } }, type: 'Resource' },
        ],
        minReplicas: 1,
        scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' },
      },
    ],
    [
      'a network policy',
      '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies',
      { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] },
      { podSelector: {}, egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }], policyTypes: ['Ingress', 'Egress'] },
    ],
    [
      'a claim',
      `${CORE}/persistentvolumeclaims`,
      { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } },
      { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeMode: 'Filesystem' },
    ],
  ])('%s is filled in', async (_kind, path, spec, expected) => {
    const { body } = await send(createCluster(), 'POST', path, { metadata: { name: 'x' }, spec })

    expect(body.spec).toEqual(expected)
  })

  test('a Job is filled in, and its pods are marked with its uid', async () => {
    const spec = { template: { spec: { ...template.spec, restartPolicy: 'Never' } } }

    const { body } = await send(createCluster(), 'POST', '/apis/batch/v1/namespaces/default/jobs', {
      metadata: { name: 'j' },
      spec,
    })

    const { uid } = body.metadata
    const marks = {
      'controller-uid': uid,
      'job-name': 'j',
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': 'j',
    }
    const { template: pods, selector: chosen, ...rest } = body.spec
    expect(rest).toEqual({
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: 'TerminatingOrFailed',
      suspend: false,
    })
    expect(chosen).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': uid } })
    expect(pods.metadata.labels).toEqual(marks)
    expect(body.status).toEqual({})
  })

  test("a pod's probes, volumes, ports and environment are filled in", async () => {
    const container = {
      name: 'c',
      image: 'nginx:1.25',
      ports: [{ containerPort: 80 }],
      env: [
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
      ],
      livenessProbe: { httpGet: { port: 80 } },
      readinessProbe: { grpc: { port: 9000 }, periodSeconds: 5 },
      resources: { limits: { cpu: '0.5', memory: '1024Mi' } },
    }
    const volumes = [
      { name: 'tmp' },
      { name: 'h', hostPath: { path: '/h' } },
      { name: 's', secret: { secretName: 's' } },
    ]

    const { body } = await send(createCluster({ serviceAccountAdmission: false }), 'POST', `${CORE}/pods`, {
      metadata: { name: 'p' },
      spec: { containers: [container], volumes },
    })

    const probe = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }
    expect(body.spec.containers[0]).toEqual({
      ...container,
      ...CONTAINER,
      imagePullPolicy: 'IfNotPresent',
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      env: [
        { name: 'IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } },
        { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '0' } } },
      ],
      livenessProbe: { ...probe, httpGet: { path: '/', port: 80, scheme: 'HTTP' } },
      readinessProbe: { ...probe, periodSeconds: 5, grpc: { port: 9000, service: '' } },
      resources: { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
    })
    expect(body.spec.volumes).toEqual([
      { name: 'tmp', emptyDir: {} },
      { name: 'h', hostPath: { path: '/h', type: '' } },
      { name: 's', secret: { secretName: 's', defaultMode: 420 } },
    ])
    expect(body.status).toEqual({ phase: 'Pending', qosClass: 'Guaranteed' })
  })
})

test('an object has what Go’s structs would have: no nulls, nothing empty, structs always', async () => {
  const cluster = createCluster()
  const sent = {
    metadata: { name: 'd', labels: {}, annotations: null },
    spec: {
      selector,
      template: { ...template, spec: { ...template.spec, hostNetwork: false, nodeSelector: {} } },
      minReadySeconds: 0,
    },
  }

  const { body } = await send(cluster, 'POST', `${APPS}/deployments`, sent)
  const role = await send(cluster, 'POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles', {
    metadata: { name: 'r' },
  })

  expect(Object.keys(body.metadata)).not.toContain('labels')
  expect(body.spec).not.toHaveProperty('minReadySeconds')
  expect(body.spec.template.spec).not.toHaveProperty('nodeSelector')
  expect(body.status).toEqual({})
  expect(role.body.rules).toBeNull()
})

test('to fill in what is filled in already changes nothing', async () => {
  const cluster = createCluster()
  const { body } = await send(cluster, 'POST', `${APPS}/deployments`, {
    metadata: { name: 'd' },
    spec: { selector, template },
  })

  const again = await send(cluster, 'PUT', `${APPS}/deployments/d`, {
    metadata: { name: 'd' },
    spec: { selector, template },
  })

  expect(again.body).toEqual(body)
  expect((await ask(cluster, `${APPS}/deployments/d`)).body.metadata.generation).toBe(1)
})
