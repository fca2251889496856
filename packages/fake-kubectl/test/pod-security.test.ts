import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../src/index.ts'
import { send } from './kit.ts'

const MERGE = { 'content-type': 'application/merge-patch+json' }
const ENFORCE = 'pod-security.kubernetes.io/enforce'
const WARN = 'pod-security.kubernetes.io/warn'

async function clusterWith(labels: Record<string, string>): Promise<Cluster> {
  const cluster = createCluster()
  const { code } = await send(cluster, 'POST', '/api/v1/namespaces', { metadata: { name: 'safe', labels } })
  expect(code).toBe(201)
  cluster.settle()
  return cluster
}

async function violation(level: string, container: object = {}, spec: object = {}): Promise<string> {
  const cluster = await clusterWith({ [ENFORCE]: level })
  const containers = [{ name: 'app', image: 'nginx', ...container }]
  const pod = { metadata: { name: 'web' }, spec: { containers, ...spec } }
  const { code, body } = await send(cluster, 'POST', '/api/v1/namespaces/safe/pods', pod)
  return code === 201 ? 'none' : `${code} ${body.message}`
}

const GOOD = {
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  },
}

describe('a namespace that enforces', () => {
  test('restricted refuses a pod that says nothing, and says all it must', async () => {
    expect(await violation('restricted')).toBe(
      '403 pods "web" is forbidden: violates PodSecurity "restricted:latest": ' +
        'allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "app" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "app" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    )
  })

  test('restricted lets in one that keeps the rules', async () => {
    expect(await violation('restricted', GOOD)).toBe('none')
  })

  test('baseline lets in one that says nothing', async () => {
    expect(await violation('baseline')).toBe('none')
  })

  test.each([
    [
      { securityContext: { privileged: true } },
      {},
      'privileged (container "app" must not set securityContext.privileged=true)',
    ],
    [{}, { hostNetwork: true, hostPID: true }, 'host namespaces (hostNetwork=true, hostPID=true)'],
    [{}, { volumes: [{ name: 'etc', hostPath: { path: '/etc' } }] }, 'hostPath volumes (volume "etc")'],
    [{ ports: [{ containerPort: 80, hostPort: 80 }] }, {}, 'hostPort (container "app" uses hostPort 80)'],
    [
      { securityContext: { capabilities: { add: ['SYS_TIME', 'NET_ADMIN', 'CHOWN'] } } },
      {},
      'non-default capabilities (container "app" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
    ],
    [
      {},
      { securityContext: { seccompProfile: { type: 'Unconfined' } } },
      'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      {},
      { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } },
      'forbidden sysctls (kernel.msgmax)',
    ],
  ])('baseline refuses %j %j', async (container, spec, why) => {
    expect(await violation('baseline', container, spec)).toBe(
      `403 pods "web" is forbidden: violates PodSecurity "baseline:latest": ${why}`,
    )
  })

  test('restricted refuses the user root, though the pod says it is not', async () => {
    const securityContext = { ...GOOD.securityContext, runAsUser: 0 }
    expect(await violation('restricted', { securityContext })).toBe(
      '403 pods "web" is forbidden: violates PodSecurity "restricted:latest": runAsUser=0 (container "app" must not set runAsUser=0)',
    )
  })

  test('lets pods be changed that were there before', async () => {
    const cluster = await clusterWith({})
    const path = '/api/v1/namespaces/safe/pods'
    await send(cluster, 'POST', path, {
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'app', image: 'nginx' }] },
    })
    await send(
      cluster,
      'PATCH',
      '/api/v1/namespaces/safe',
      { metadata: { labels: { [ENFORCE]: 'restricted' } } },
      MERGE,
    )

    expect((await send(cluster, 'PATCH', `${path}/a`, { metadata: { labels: { a: 'b' } } }, MERGE)).code).toBe(200)
  })

  test('an unknown level is refused', async () => {
    const labels = { [ENFORCE]: 'strict' }
    const { code, body } = await send(createCluster(), 'POST', '/api/v1/namespaces', {
      metadata: { name: 'x', labels },
    })

    expect([code, body.message]).toEqual([
      422,
      `Namespace "x" is invalid: metadata.labels[${ENFORCE}]: Invalid value: "strict": must be one of privileged, baseline, restricted`,
    ])
  })

  test('keeps a Deployment from making pods, which says so', async () => {
    const cluster = await clusterWith({ [ENFORCE]: 'restricted' })
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'nginx' }] } }
    const spec = { selector: { matchLabels: { app: 'web' } }, template }
    const path = '/apis/apps/v1/namespaces/safe/deployments'
    expect((await send(cluster, 'POST', path, { metadata: { name: 'web' }, spec })).code).toBe(201)
    cluster.advance('1s')

    const { body } = await send(cluster, 'PATCH', `${path}/web`, {}, MERGE)
    const failure = body.status.conditions.find(({ type }: { type: string }) => type === 'ReplicaFailure')
    expect(failure.message).toMatch(/^pods "web-\w+-\w+" is forbidden: violates PodSecurity "restricted:latest"/)
  })
})

describe('a namespace that warns', () => {
  test('lets everything in, and tells of pods and of what makes them', async () => {
    const cluster = await clusterWith({ [WARN]: 'baseline', [`${WARN}-version`]: 'v1.30' })
    const spec = { hostNetwork: true, containers: [{ name: 'app', image: 'nginx' }] }
    const pod = await send(cluster, 'POST', '/api/v1/namespaces/safe/pods', { metadata: { name: 'a' }, spec })
    const job = await send(cluster, 'POST', '/apis/batch/v1/namespaces/safe/jobs', {
      metadata: { name: 'b' },
      spec: { template: { spec: { ...spec, restartPolicy: 'Never' } } },
    })

    const warning = '299 - "would violate PodSecurity \\"baseline:v1.30\\": host namespaces (hostNetwork=true)"'
    expect([pod.code, pod.headers.get('warning')]).toEqual([201, warning])
    expect([job.code, job.headers.get('warning')]).toEqual([201, warning])
  })
})

test('whoever makes a namespace stricter is told of the pods that are there', async () => {
  const cluster = await clusterWith({})
  for (const name of ['a', 'b']) {
    const spec = { containers: [{ name: 'app', image: 'nginx' }] }
    await send(cluster, 'POST', '/api/v1/namespaces/safe/pods', { metadata: { name }, spec })
  }
  const labels = { [ENFORCE]: 'restricted' }
  const { code, headers } = await send(cluster, 'PATCH', '/api/v1/namespaces/safe', { metadata: { labels } }, MERGE)

  expect(code).toBe(200)
  expect(headers.get('warning')).toBe(
    '299 - "existing pods in namespace \\"safe\\" violate the new PodSecurity enforce level \\"restricted:latest\\"", ' +
      '299 - "a (and 1 other pod): allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile"',
  )
})
