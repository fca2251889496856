/**
 * The incident of the course's story, told with stock kubectl and PromQL alone: the API answers 500 since a deployment two
 * hours ago, its pods run out of memory, going back heals it, and the error rate drops.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSim, type Sim } from './sim.ts'
import { stockKubectl, type Kubectl } from './stock-kubectl.ts'

const PROMETHEUS = '/api/v1/namespaces/monitoring/services/prometheus:9090/proxy/api/v1/query?query='
const ERRORS =
  'sum(rate(http_requests_total{namespace="production",job="storefront",code=~"5.."}[5m]))/sum(rate(http_requests_total{namespace="production",job="storefront"}[5m]))'

let sim: Sim
let kubectl: Kubectl

beforeAll(async () => {
  sim = await startSim('--scenario', 'oom-after-deploy')
  kubectl = stockKubectl(sim.kubeconfig)
})

afterAll(() => sim.stop())

async function value(query: string): Promise<number> {
  const { stdout } = await kubectl('get', '--raw', PROMETHEUS + encodeURIComponent(query))
  const { data } = JSON.parse(stdout) as { data: { result: { value: [number, string] }[] } }
  return Number(data.result[0]?.value[1] ?? Number.NaN)
}

test('the API answers 500: what broke, since when, and what heals it', async () => {
  // Requests fail now, and did not before the release.
  expect(await value(ERRORS)).toBeGreaterThan(0.05)
  expect(
    await value('count(ALERTS{alertstate="firing",alertname="HighErrorRate",namespace="production"})'),
  ).toBeGreaterThan(0)

  // Some of the five pods are down, again and again, for want of memory.
  const pods = await kubectl('get', 'pods', '-n', 'production', '-l', 'app=api')
  expect(pods.stdout).toMatch(/OOMKilled|CrashLoopBackOff/)
  const described = await kubectl('describe', 'pods', '-n', 'production', '-l', 'app=api')
  expect(described.stdout).toMatch(/Reason: +OOMKilled\n +Exit Code: +137/)
  expect(
    await value(
      'sum(kube_pod_container_status_last_terminated_reason{namespace="production",container="api",reason="OOMKilled"})',
    ),
  ).toBe(5)

  // A new version came two hours ago.
  const sets = await kubectl(
    'get',
    'replicasets',
    '-n',
    'production',
    '-l',
    'app=api',
    '--sort-by=.metadata.creationTimestamp',
    '-o',
    'wide',
  )
  expect(sets.stdout).toMatch(/ 40d +api +\S+api:2\.0\.3 [\s\S]* (119m|120m|2h) +api +\S+api:2\.1\.0 /)
  const history = await kubectl('rollout', 'history', 'deployment/api', '-n', 'production')
  expect(history.stdout).toMatch(/2 +release 2\.1\.0, response cache/)

  // Going back heals it.
  expect((await kubectl('rollout', 'undo', 'deployment/api', '-n', 'production')).stdout).toBe(
    'deployment.apps/api rolled back\n',
  )
  expect(await sim.type('advance 10m')).toContain('It is 10m later.')
  expect((await kubectl('rollout', 'status', 'deployment/api', '-n', 'production')).stdout).toContain(
    'successfully rolled out',
  )
  expect((await kubectl('get', 'deployment', 'api', '-n', 'production')).stdout).toMatch(/api +5\/5 +5 +5 /)
  expect(await value(ERRORS)).toBeLessThan(0.01)
})
