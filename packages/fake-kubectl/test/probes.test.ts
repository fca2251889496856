import { describe, expect, test } from 'vitest'
import { createCluster } from '../src/index.ts'
import { ask } from './kit.ts'
import { logOf, oneNode, place, podOf, row, told } from './living.ts'

const slow = { image: 'slow', stages: [{ for: '45s', healthy: false }, {}] }

describe('probes', () => {
  test('readiness: not ready until it passes', async () => {
    const cluster = oneNode({ images: [slow] })
    await place(cluster, 'web', { image: 'slow', readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 5 } })
    cluster.advance('30s')
    const before = await row(cluster, 'web')
    cluster.settle()

    expect([before, await row(cluster, 'web')]).toEqual(['0/1 Running 0', '1/1 Running 0'])
    expect(await told(cluster, 'web')).toContain(
      'Warning Unhealthy Readiness probe failed: Get "http://10.244.0.2:8080/": dial tcp 10.244.0.2:8080: connect: connection refused',
    )
  })

  test('liveness: restarted after three failures', async () => {
    const cluster = oneNode({ images: [slow] })
    await place(cluster, 'web', { image: 'slow', livenessProbe: { tcpSocket: { port: 8080 } } })
    cluster.advance('30s')

    expect(await told(cluster, 'web')).toContain(
      'Normal Killing Container app failed liveness probe, will be restarted',
    )
    expect(await row(cluster, 'web')).toMatch(/1\/1 Running 1/)
  })

  test('startup: the others wait for it', async () => {
    const cluster = oneNode({ images: [slow] })
    const probe = { httpGet: { port: 8080 } }
    await place(cluster, 'web', {
      image: 'slow',
      startupProbe: { ...probe, failureThreshold: 30 },
      livenessProbe: probe,
    })
    cluster.advance('40s')
    const before = await row(cluster, 'web')
    cluster.advance('5m')

    expect([before, await row(cluster, 'web')]).toEqual(['0/1 Running 0', '1/1 Running 0'])
  })

  test('a path that answers with an error fails with its code', async () => {
    const cluster = oneNode({
      images: [{ image: 'sick', ports: { '80': { '/*': 'ok', '/healthz': { status: 500 } } } }],
    })
    await place(cluster, 'web', { image: 'sick', readinessProbe: { httpGet: { port: 80, path: '/healthz' } } })
    cluster.advance('1m')

    expect(await row(cluster, 'web')).toBe('0/1 Running 0')
    expect(await told(cluster, 'web')).toContain(
      'Warning Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 500',
    )
  })

  test('an answer that takes too long fails', async () => {
    const cluster = oneNode({ images: [{ image: 'lazy', ports: { '80': { '/*': { delayMs: 3000 } } } }] })
    await place(cluster, 'web', { image: 'lazy', readinessProbe: { httpGet: { port: 80 } } })
    cluster.advance('1m')

    expect((await told(cluster, 'web')).join()).toContain(
      'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    )
  })

  test('the wrong port is refused, though the container listens on another', async () => {
    const cluster = oneNode()
    await place(cluster, 'web', { ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { port: 8081 } } })
    await place(cluster, 'right', {
      ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: { httpGet: { port: 'http' } },
    })
    cluster.advance('1m')

    expect([await row(cluster, 'web'), await row(cluster, 'right')]).toEqual(['0/1 Running 0', '1/1 Running 0'])
  })

  test("the documentation's example: the file is there for 30 s, then the container is restarted", async () => {
    const cluster = oneNode()
    await place(cluster, 'liveness', {
      image: 'busybox',
      args: ['/bin/sh', '-c', 'touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600'],
      livenessProbe: { exec: { command: ['cat', '/tmp/healthy'] }, initialDelaySeconds: 5, periodSeconds: 5 },
    })
    cluster.advance('30s')
    const before = await row(cluster, 'liveness')
    cluster.advance('20s')

    expect([before, await row(cluster, 'liveness')]).toEqual(['1/1 Running 0', '1/1 Running 1'])
    expect(await told(cluster, 'liveness')).toContain(
      "Warning Unhealthy Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n",
    )
  })
})

describe('stages of an image', () => {
  test('follow one another, each with its log and its answers', async () => {
    const cluster = oneNode({
      images: [
        {
          image: 'aging',
          stages: [
            { for: '1m', log: { everyMs: 0, times: 1, lines: ['young'] } },
            { log: { everyMs: 60_000, lines: ['old {n}'] }, ports: { '80': { '/*': { status: 503 } } } },
          ],
        },
      ],
    })
    await place(cluster, 'app', {
      image: 'aging',
      ports: [{ containerPort: 80 }],
      livenessProbe: { httpGet: { port: 80 }, failureThreshold: 30 },
    })
    cluster.advance('2m30s')

    expect(await logOf(cluster, 'app')).toBe('young\nold 1\nold 2\n')
    expect((await told(cluster, 'app')).join()).toContain('statuscode: 503')
  })

  test('a database without its password says so and ends', async () => {
    const cluster = oneNode()
    await place(cluster, 'db', { image: 'postgres:16' })
    await place(cluster, 'good', { image: 'postgres:16', env: [{ name: 'POSTGRES_PASSWORD', value: 'x' }] })
    cluster.advance('1m')

    expect(await row(cluster, 'db')).toMatch(/CrashLoopBackOff/)
    expect(await logOf(cluster, 'db')).toMatch(
      /^Error: Database is uninitialized and superuser password is not specified/,
    )
    expect(await row(cluster, 'good')).toBe('1/1 Running 0')
  })

  test('one that needs a Service ends until somebody is behind it', async () => {
    const cluster = oneNode({
      images: [
        {
          image: 'needy',
          stages: [
            {
              when: ['no service db:5432'],
              for: '1s',
              log: { everyMs: 0, times: 1, lines: ['db:5432: connection refused'] },
              exit: 1,
            },
            {},
          ],
        },
      ],
      manifests: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'db', namespace: 'default' },
          spec: { selector: { app: 'db' }, ports: [{ port: 5432 }] },
        },
      ],
    })
    await place(cluster, 'app', { image: 'needy' })
    cluster.advance('10s')
    const before = [
      (await podOf(cluster, 'app')).status.containerStatuses[0].restartCount > 0,
      await logOf(cluster, 'app'),
    ]
    await place(cluster, 'db', { ports: [{ containerPort: 5432 }] })
    cluster.advance('3m')

    expect(before).toEqual([true, 'db:5432: connection refused\n'])
    expect(await row(cluster, 'app')).toMatch(/^1\/1 Running/)
  })
})

test('what a container uses follows the stage of its image', async () => {
  const cluster = createCluster({
    scheduler: false,
    metrics: true,
    world: {
      nodes: [{ name: 'n1' }],
      images: [{ image: 'growing', stages: [{ cpu: '250m', memory: '100Mi..200Mi over 10m' }] }],
    },
  })
  await place(cluster, 'app', { image: 'growing' })
  cluster.settle()
  cluster.advance('5m')

  const { body } = await ask(cluster, '/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/app')
  const { cpu, memory } = body.containers[0].usage
  expect(cpu).toBe('250000000n')
  expect(Number.parseInt(memory, 10) / 1024).toBeCloseTo(150, -1)
})
