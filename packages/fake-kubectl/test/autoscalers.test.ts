import { describe, expect, test } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { changed, condition, created, livingCluster, one, toldOf, workload } from './workloads.ts'

const USE: Record<string, string> = { '*/busy': '450m', '*/even': '260m', '*/idle': '20m' }
const REQUESTS = { resources: { requests: { cpu: '500m', memory: '128Mi' } } }

async function scaled(
  image: string,
  { replicas = 2, metricsServer = true, container = REQUESTS, ...spec }: Record<string, any> = {},
): Promise<Cluster> {
  const images = Object.entries(USE).map(([name, cpu]) => ({ image: name, stages: [{ cpu, memory: '64Mi' }] }))
  const cluster = livingCluster({ metrics: metricsServer, images })
  await workload(cluster, 'deployments', 'web', { image: `registry.example/${image}:1`, container, spec: { replicas } })
  cluster.advance('6m') // CPU means nothing while a pod is young
  await created(cluster, 'horizontalpodautoscalers', {
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [cpu(50)],
      ...spec,
    },
  })
  return cluster
}

const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})

const sizeOf = async (cluster: Cluster): Promise<number> => (await one(cluster, 'deployments', 'web')).spec.replicas
const autoscaler = (cluster: Cluster): Promise<any> => one(cluster, 'horizontalpodautoscalers', 'web')

describe('an autoscaler', () => {
  test('adds pods while they use more than they should', async () => {
    const cluster = await scaled('busy')
    cluster.advance('16s')

    // 450m of 500m is 90 % where 50 % is wanted: 2 × 1.8, rounded up.
    expect(await sizeOf(cluster)).toBe(4)
    const { status } = await autoscaler(cluster)
    expect(status).toMatchObject({
      desiredReplicas: 4,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 90, averageValue: '450m' } } },
      ],
    })
    expect([condition({ status }, 'AbleToScale'), condition({ status }, 'ScalingActive')]).toEqual([
      'True SucceededRescale',
      'True ValidMetricFound',
    ])
    expect(await toldOf(cluster, 'web')).toContain(
      'Normal SuccessfulRescale New size: 4; reason: cpu resource utilization (percentage of request) above target',
    )
  })

  test('never exceeds its maximum, and says so', async () => {
    const cluster = await scaled('busy', { maxReplicas: 3 })
    cluster.advance('16s')

    expect(await sizeOf(cluster)).toBe(3)
    expect(condition(await autoscaler(cluster), 'ScalingLimited')).toBe('True TooManyReplicas')
  })

  test('leaves alone what is near its target', async () => {
    const cluster = await scaled('even')
    cluster.advance('5m')

    expect(await sizeOf(cluster)).toBe(2)
    expect(condition(await autoscaler(cluster), 'AbleToScale')).toBe('True ReadyForNewScale')
  })

  test('takes away pods that are not needed, down to its minimum, and says so', async () => {
    const cluster = await scaled('idle', { replicas: 5, minReplicas: 2 })
    cluster.advance('16s')

    expect(await sizeOf(cluster)).toBe(2)
    expect(condition(await autoscaler(cluster), 'ScalingLimited')).toBe('True TooFewReplicas')
  })

  test('is held back by what was wanted of late', async () => {
    const cluster = await scaled('busy')
    cluster.advance('16s')
    await changed(cluster, 'deployments', 'web', {
      spec: { template: { spec: { containers: [{ name: 'app', image: 'registry.example/idle:1' }] } } },
    })
    cluster.advance('2m')
    expect(await sizeOf(cluster)).toBeGreaterThanOrEqual(4)

    cluster.advance('15m')
    expect(await sizeOf(cluster)).toBe(1)
  })

  test('grows only as fast as its rules let it', async () => {
    const policies = [{ type: 'Pods', value: 1, periodSeconds: 60 }]
    const cluster = await scaled('busy', { behavior: { scaleUp: { policies } } })
    cluster.advance('50s')
    expect(await sizeOf(cluster)).toBe(3)
    expect(condition(await autoscaler(cluster), 'ScalingLimited')).toBe('True ScaleUpLimit')

    cluster.advance('1m')
    expect(await sizeOf(cluster)).toBe(4)
  })

  test('takes amounts for targets, too, and the metric that asks for most', async () => {
    const memory = {
      type: 'Resource',
      resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '16Mi' } },
    }
    const cluster = await scaled('even')
    await changed(cluster, 'horizontalpodautoscalers', 'web', { spec: { metrics: [cpu(50), memory] } })
    cluster.advance('16s')

    expect(await sizeOf(cluster)).toBe(4)
    expect((await toldOf(cluster, 'web')).some((line) => line.includes('reason: memory resource above target'))).toBe(
      true,
    )
  })

  test('brings back into its bounds what somebody scaled beyond them', async () => {
    const cluster = await scaled('even', { replicas: 2, maxReplicas: 3 })
    await changed(cluster, 'deployments', 'web', { spec: { replicas: 7 } })
    cluster.advance('16s')

    expect(await sizeOf(cluster)).toBe(3)
    expect(await toldOf(cluster, 'web')).toContain(
      'Normal SuccessfulRescale New size: 3; reason: Current number of replicas above Spec.MaxReplicas',
    )
  })
})

describe('an autoscaler that cannot tell', () => {
  test('without a metrics server does nothing, and says why', async () => {
    const cluster = await scaled('busy', { metricsServer: false })
    cluster.advance('16s')

    expect(await sizeOf(cluster)).toBe(2)
    expect(condition(await autoscaler(cluster), 'ScalingActive')).toBe('False FailedGetResourceMetric')
    expect(await toldOf(cluster, 'web')).toContain(
      'Warning FailedGetResourceMetric failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
    )
  })

  test('what its pods may use, since they do not ask for it', async () => {
    const cluster = await scaled('busy', { container: {} })
    cluster.advance('16s')

    const told = await toldOf(cluster, 'web')
    expect(
      told.some((line) =>
        /FailedGetResourceMetric failed to get cpu utilization: missing request for cpu in container app of Pod web-/.test(
          line,
        ),
      ),
    ).toBe(true)
  })

  test('where its target is', async () => {
    const cluster = await scaled('busy', {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nope' },
    })
    cluster.advance('16s')

    expect(condition(await autoscaler(cluster), 'AbleToScale')).toBe('False FailedGetScale')
    expect(await toldOf(cluster, 'web')).toContain('Warning FailedGetScale deployments.apps "nope" not found')
  })

  test('rests while its target has no pods', async () => {
    const cluster = await scaled('busy', { replicas: 0 })
    cluster.advance('16s')

    expect([await sizeOf(cluster), condition(await autoscaler(cluster), 'ScalingActive')]).toEqual([
      0,
      'False ScalingDisabled',
    ])
  })
})
