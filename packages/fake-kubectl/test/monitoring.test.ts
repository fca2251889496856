import { describe, expect, test } from 'vitest'
import { ask, send } from './kit.ts'
import { api, app, monitoredCluster, query, value } from './monitored.ts'

const IMAGES = [
  { image: 'web', serves: { latencyMs: 30, cpuMs: 2, calls: ['api'] } },
  { image: 'api', serves: { latencyMs: 15, cpuMs: 4 } },
  { image: 'api:bad', serves: { latencyMs: 15, cpuMs: 4, errors: 0.5 } },
]
const SHOP = [...app('web', 'example/web:1'), ...app('api', 'example/api:1', { replicas: 4 })]
const LOAD = [{ service: 'shop/web', requestsPerSecond: 100 }]
const ERRORS =
  'sum by (job) (rate(http_requests_total{code=~"5.."}[2m])) / sum by (job) (rate(http_requests_total[2m]))'

const shop = (more: object = {}) => monitoredCluster({ images: IMAGES, load: LOAD, manifests: SHOP, ...more })

describe('a Prometheus in the cluster', () => {
  test('scrapes kubelets, and the pods that ask for it', async () => {
    const cluster = shop()
    cluster.advance('1m')

    expect(await query(cluster, 'count by (job) (up == 1)')).toEqual({
      'job=api': 4,
      'job=kube-state-metrics': 1,
      'job=kubelet': 3,
      'job=prometheus': 1,
      'job=web': 2,
    })
    const { data } = await api(cluster, 'targets')
    expect(data.activeTargets.every((it: { health: string }) => it.health === 'up')).toBe(true)
  })

  test('sees what is down: a silent kubelet, a pod that policies hide', async () => {
    const cluster = shop()
    const policy = {
      metadata: { name: 'closed', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'api' } }, policyTypes: ['Ingress'] },
    }
    await send(cluster, 'POST', '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies', policy)
    cluster.kubelets.get('n3')!.state = 'down'
    cluster.advance('1m')

    expect(await query(cluster, 'count by (job) (up{job=~"api|kubelet"} == 0)')).toEqual({
      'job=api': 4,
      'job=kubelet': 1,
    })
    const { data } = await api(cluster, 'targets')
    const faults = new Set(
      data.activeTargets.map((it: { lastError: string }) => it.lastError.replaceAll(/\d+(\.\d+){3}/g, 'IP')),
    )
    expect([...faults].sort()).toEqual([
      '',
      'Get "http://IP:8080/metrics": context deadline exceeded',
      'Get "https://IP:10250/metrics/cadvisor": dial tcp IP:10250: connect: connection refused',
    ])
  })

  test('keeps its history when its pod is replaced, and has a gap', async () => {
    const cluster = shop()
    cluster.advance('10m')
    await send(cluster, 'DELETE', '/api/v1/namespaces/monitoring/pods?labelSelector=app%3Dprometheus', {})
    cluster.advance('10m')

    expect(
      await value(cluster, 'max(count_over_time(kube_deployment_spec_replicas{deployment="web"}[30m]))'),
    ).toBeGreaterThan(35)
    expect(await value(cluster, 'sum(rate(http_requests_total{job="web"}[1m] offset 15m))')).toBeCloseTo(100, 0)
  })

  test('takes time for a query, the more the more it reads', async () => {
    const cluster = shop()
    cluster.advance('30m')
    const cost = async (text: string) => {
      const before = cluster.clock.now()
      await query(cluster, text)
      return cluster.clock.now() - before
    }

    expect(await cost('vector(1)')).toBe(20)
    expect(await cost('count(count_over_time({job=~".+"}[30m]))')).toBeGreaterThan(200)
  })

  test('obeys the rules it finds in its files, and keeps the old ones for those that are none', async () => {
    const cluster = shop()
    const write = async (rules: string) => {
      const own = { metadata: { name: 'rules' }, data: { 'own.yml': rules } }
      await send(cluster, 'DELETE', '/api/v1/namespaces/monitoring/configmaps/rules', {})
      await send(cluster, 'POST', '/api/v1/namespaces/monitoring/configmaps', own)
      cluster.advance('1m')
    }
    const names = async () =>
      (await api(cluster, 'rules')).data.groups.map(({ name }: { name: string }) => name) as string[]
    const rulesOf = (group: string, expr: string) =>
      `groups: [{ name: ${group}, rules: [{ alert: Always, expr: ${expr} }] }]`

    cluster.advance('1m')
    expect(await names()).toEqual(['kubernetes-apps', 'kubernetes-nodes', 'applications'])

    await write(rulesOf('own', 'vector(1)'))
    await patch(cluster, '/apis/apps/v1/namespaces/monitoring/deployments/prometheus', {
      spec: {
        template: {
          spec: {
            containers: [{ name: 'prometheus', volumeMounts: [{ name: 'rules', mountPath: '/etc/prometheus/rules' }] }],
            volumes: [{ name: 'rules', configMap: { name: 'rules' } }],
          },
        },
      },
    })
    cluster.advance('2m')
    expect(await names()).toEqual(['own'])

    await write(rulesOf('worse', 'vector('))
    expect(await names()).toEqual(['own'])

    await write(rulesOf('better', 'vector(2)'))
    expect(await names()).toEqual(['better'])
  })

  test('scrapes and evaluates as often as its configuration says, and tells when that is none', async () => {
    const configured = (text: string) => ({
      image: 'prometheus',
      ports: { '9090': { '/*': { program: 'prometheus' as const } } },
      files: {
        '/etc/prometheus/prometheus.yml': text,
        '/etc/prometheus/a.yml': 'groups: [{ name: a, rules: [{ record: x, expr: vector(1) }] }]',
      },
    })
    const good = 'global: { scrape_interval: 10s, evaluation_interval: 20s }\nrule_files: [a.yml]'
    const cluster = shop({ images: [...IMAGES, configured(good)] })
    cluster.advance('5m')
    expect(await value(cluster, 'max(count_over_time(up[1m]))')).toBe(6)
    expect((await api(cluster, 'rules')).data.groups).toMatchObject([{ name: 'a', interval: 20 }])

    const bad = shop({ images: [...IMAGES, configured('global: { scrape_interval: 10s')] })
    bad.advance('5m')
    expect(await value(cluster, 'prometheus_config_last_reload_successful')).toBe(1)
    expect(await value(bad, 'prometheus_config_last_reload_successful')).toBe(0)
  })

  test('goes on in a restored cluster from what it had stored', async () => {
    const cluster = shop()
    cluster.setLoad([{ service: 'shop/web', requestsPerSecond: 40 }])
    cluster.advance('30m')
    const again = shop()
    again.restore(JSON.parse(JSON.stringify(cluster.snapshot())))
    cluster.advance('10m')
    again.advance('10m')

    for (const text of [
      'sum(rate(http_requests_total{job="web"}[5m]))',
      'sum(rate(http_requests_total{job="web"}[5m] offset 8m))',
      'sum(rate(http_requests_total{job="web"}[5m] offset 20m))',
      'sum(rate(container_cpu_usage_seconds_total{namespace="shop"}[15m]))',
      'count(up == 1)',
    ])
      expect(await value(again, text), text).toBeCloseTo(await value(cluster, text), 1)
  })

  test('shows times as the client has them, also after the clock went on', async () => {
    const cluster = shop()
    cluster.advance('10m')
    const shownMs = cluster.clock.now() + 3_600_000
    cluster.clock.shownOffsetMs = 3_600_000

    const { data } = await api(cluster, 'query', { query: 'time()' })
    expect(data.result[0] * 1000).toBe(shownMs)
    expect(await value(cluster, 'time() - max(kube_pod_start_time{namespace="shop"})')).toBeGreaterThan(590)
    expect(await value(cluster, 'time() - max(kube_pod_start_time{namespace="shop"})')).toBeLessThan(620)
    const at = await api(cluster, 'query', { query: 'up', time: String(shownMs / 1000 - 300) })
    expect(at.data.result).not.toEqual([])
  })

  test('knows what was before the start, where a world says so', async () => {
    const cluster = shop({ age: '20d', history: '7d' })
    cluster.advance('1m')

    expect(await value(cluster, 'sum(rate(http_requests_total{job="web"}[30m] offset 3d))')).toBeCloseTo(100, 3)
    expect(await value(cluster, 'count(kube_pod_info{namespace="shop"} offset 6d)')).toBe(6)
    expect(await value(cluster, 'absent(kube_pod_info{namespace="shop"} offset 8d)')).toBe(1)
  })
})

describe('the metrics of applications', () => {
  test('follow the load, through all that it asks', async () => {
    const cluster = shop()
    cluster.advance('10m')

    expect(await value(cluster, 'sum(rate(http_requests_total{job="web"}[5m]))')).toBeCloseTo(100, 1)
    expect(await value(cluster, 'sum(rate(http_requests_total{job="api"}[5m]))')).toBeCloseTo(100, 1)
    expect(
      await query(cluster, 'round(sum by (job) (rate(container_cpu_usage_seconds_total{namespace="shop"}[5m])), 0.01)'),
    ).toEqual({ 'job=kubelet': 0.63 })
    expect(
      await value(
        cluster,
        'histogram_quantile(0.5, sum by (le) (rate(http_request_duration_seconds_bucket{job="web"}[5m])))',
      ),
    ).toBeCloseTo(0.045, 2)
  })

  test('rise and fall with the day', async () => {
    const cluster = shop({
      load: [{ service: 'shop/web', requestsPerSecond: 100, dailySwing: 0.5 }],
      age: '5d',
      history: '2d',
    })
    cluster.advance('1m')
    const at = (hour: number) =>
      value(cluster, `sum(rate(http_requests_total{job="web"}[30m] @ ${Date.UTC(2026, 0, 14, hour, 15) / 1000}))`)

    expect(await at(15)).toBeCloseTo(150, 0)
    expect(await at(3)).toBeCloseTo(50, 0)
  })

  test('pass on what fails behind them', async () => {
    const cluster = shop()
    cluster.advance('5m')
    expect(await query(cluster, ERRORS)).toEqual({})

    await setImage(cluster, 'api', 'example/api:bad')
    cluster.advance('5m')
    expect(await query(cluster, `round(${ERRORS}, 0.01)`)).toEqual({ 'job=api': 0.5, 'job=web': 0.5 })

    await setImage(cluster, 'api', 'example/api:1')
    cluster.advance('5m')
    expect(await query(cluster, ERRORS)).toEqual({ 'job=web': 0 })
  })

  test('show who is asked for more than its processor can do', async () => {
    const limited = { container: { resources: { limits: { cpu: '100m' } } } }
    const cluster = shop({
      manifests: [...app('web', 'example/web:1'), ...app('api', 'example/api:1', { replicas: 2, ...limited })],
    })
    cluster.advance('10m')

    const { 'job=api': api = 0, 'job=web': web = 0 } = await query(cluster, ERRORS)
    expect(api).toBeCloseTo(0.5, 1)
    expect(web).toBeCloseTo(0.5, 1)
    const throttled = 'rate(container_cpu_cfs_throttled_periods_total[5m]) / rate(container_cpu_cfs_periods_total[5m])'
    expect(await value(cluster, throttled)).toBeCloseTo(1, 1)
  })

  test('are what the pod itself answers', async () => {
    const cluster = shop()
    cluster.advance('1m')
    const { text } = await ask(cluster, '/api/v1/namespaces/shop/services/web:80/proxy/metrics')

    expect(text).toMatch(/^# TYPE http_requests_total counter\nhttp_requests_total\{code="200",method="GET"\} \d+$/m)
    expect(text).toMatch(/^http_request_duration_seconds_bucket\{method="GET",le="\+Inf"\} \d+$/m)
  })
})

describe('the metrics of the cluster', () => {
  test('tell of objects as kube-state-metrics does', async () => {
    const cluster = shop()
    cluster.advance('1m')

    expect(await query(cluster, 'kube_deployment_status_replicas_available{namespace="shop"}')).toEqual({
      'deployment=api job=kube-state-metrics namespace=shop': 4,
      'deployment=web job=kube-state-metrics namespace=shop': 2,
    })
    expect(await query(cluster, 'sum by (phase) (kube_pod_status_phase{namespace="shop"}) > 0')).toEqual({
      'phase=Running': 6,
    })
    expect(
      await query(cluster, 'sum by (node) (kube_node_status_condition{condition="Ready", status="true"})'),
    ).toEqual({
      'node=n1': 1,
      'node=n2': 1,
      'node=n3': 1,
    })
    expect(await value(cluster, 'count(kube_pod_owner{owner_kind="ReplicaSet", namespace="shop"})')).toBe(6)
  })

  test('tell of containers as cAdvisor does, at the kubelet too', async () => {
    const cluster = shop()
    cluster.advance('5m')
    const { text } = await ask(cluster, '/api/v1/nodes/n1/proxy/metrics/cadvisor')

    expect(text).toMatch(
      /^container_cpu_usage_seconds_total\{namespace="shop",pod="\S+",container="\w+",image="example\/\w+:1"\} [\d.]+$/m,
    )
    expect(await value(cluster, 'count(container_memory_working_set_bytes{namespace="shop"})')).toBe(6)
  })

  test('agree with the Summary API, whose counters never fall', async () => {
    const cluster = shop()
    const summaries = async () => {
      const { body } = await ask(cluster, '/api/v1/nodes/n1/proxy/stats/summary')
      return [body.node, ...body.pods].map(({ cpu }) => cpu.usageCoreNanoSeconds as number)
    }
    const seen: number[][] = []
    for (let i = 0; i < 20; i += 1) {
      cluster.advance('47s')
      seen.push(await summaries())
    }

    for (const [i, now] of seen.entries())
      for (const [j, it] of now.entries()) expect(it).toBeGreaterThanOrEqual(seen[i - 1]?.[j] ?? 0)
    const { body } = await ask(cluster, '/api/v1/nodes/n1/proxy/stats/summary')
    const sum = await value(cluster, 'sum(container_memory_working_set_bytes{node="n1"})')
    expect(body.pods.reduce((all: number, pod: any) => all + pod.memory.workingSetBytes, 0)).toBe(sum)
  })
})

describe('an alert', () => {
  test('fires from rules, and ends', async () => {
    const cluster = shop()
    await setImage(cluster, 'api', 'example/api:bad')
    cluster.advance('15m')
    const firing = async () =>
      (await api(cluster, 'alerts')).data.alerts.map((it: any) => `${it.labels.alertname} ${it.labels.job} ${it.state}`)

    expect((await firing()).sort()).toEqual(['HighErrorRate api firing', 'HighErrorRate web firing'])
    expect(await value(cluster, 'count(ALERTS{alertstate="firing"})')).toBe(2)

    await setImage(cluster, 'api', 'example/api:1')
    cluster.advance('15m')
    expect(await firing()).toEqual([])
  })
})

describe('an autoscaler', () => {
  test('follows an external metric, once an adapter serves it', async () => {
    const adapter = app('prometheus-adapter', 'registry.k8s.io/prometheus-adapter:v0.12.0', { replicas: 1 })
    const autoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        minReplicas: 1,
        maxReplicas: 10,
        metrics: [
          {
            type: 'External',
            external: {
              metric: { name: 'http_requests', selector: { matchLabels: { job: 'web' } } },
              target: { type: 'AverageValue', averageValue: '20' },
            },
          },
        ],
      },
    }
    const without = shop({ manifests: [...SHOP, autoscaler] })
    without.advance('10m')
    const status = async (cluster: typeof without) =>
      (await ask(cluster, '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web')).body.status
    expect((await status(without)).conditions).toContainEqual(
      expect.objectContaining({ type: 'ScalingActive', status: 'False', reason: 'FailedGetExternalMetric' }),
    )

    const cluster = shop({ manifests: [...SHOP, ...adapter, autoscaler] })
    cluster.advance('10m')
    expect(await status(cluster)).toMatchObject({
      desiredReplicas: 5,
      currentMetrics: [
        { type: 'External', external: { metric: { name: 'http_requests' }, current: { averageValue: '20' } } },
      ],
    })
  })
})

async function setImage(cluster: ReturnType<typeof shop>, name: string, image: string): Promise<void> {
  const body = { spec: { template: { spec: { containers: [{ name, image }] } } } }
  await patch(cluster, `/apis/apps/v1/namespaces/shop/deployments/${name}`, body)
}

async function patch(cluster: ReturnType<typeof shop>, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/strategic-merge-patch+json' }
  const answer = await ask(cluster, path, { method: 'PATCH', headers, body: JSON.stringify(body) })
  if (answer.code !== 200) throw new Error(answer.text)
}
