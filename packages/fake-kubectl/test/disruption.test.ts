import { describe, expect, test } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { send } from './kit.ts'
import {
  all,
  changed,
  condition,
  created,
  livingCluster,
  names,
  NEVER_READY,
  one,
  pathOf,
  toldOf,
  workload,
} from './workloads.ts'

async function budgeted(budget: Record<string, any>, replicas = 4, more: Record<string, any> = {}): Promise<Cluster> {
  const cluster = livingCluster()
  await workload(cluster, 'deployments', 'web', { spec: { replicas }, ...more })
  await created(cluster, 'poddisruptionbudgets', {
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...budget },
  })
  cluster.settle()
  return cluster
}

async function evict(cluster: Cluster, name: string): Promise<number> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } }
  return (await send(cluster, 'POST', `${pathOf('pods')}/${name}/eviction`, eviction)).code
}

describe('a PodDisruptionBudget', () => {
  test.each([
    [{ minAvailable: 3 }, 3, 1],
    [{ minAvailable: '60%' }, 3, 1],
    [{ maxUnavailable: 1 }, 3, 1],
    [{ maxUnavailable: '50%' }, 2, 2],
    [{ maxUnavailable: 0 }, 4, 0],
  ])('%j of four pods needs %i and spares %i', async (budget, desiredHealthy, disruptionsAllowed) => {
    const cluster = await budgeted(budget)
    const { status } = await one(cluster, 'poddisruptionbudgets', 'web')

    expect(status).toMatchObject({ expectedPods: 4, currentHealthy: 4, desiredHealthy, disruptionsAllowed })
    expect(condition({ status }, 'DisruptionAllowed')).toBe(
      disruptionsAllowed > 0 ? 'True SufficientPods' : 'False InsufficientPods',
    )
  })

  test('lets one pod go after the other, when the next one has come', async () => {
    const cluster = await budgeted({ maxUnavailable: 1 })
    const [first, second] = await names(cluster, 'pods')

    expect([await evict(cluster, first!), await evict(cluster, second!)]).toEqual([201, 429])
    cluster.settle()
    expect(await evict(cluster, second!)).toBe(201)
  })

  test('counts only pods that are ready', async () => {
    const cluster = await budgeted({ minAvailable: 1 }, 2, { container: NEVER_READY })
    const { status } = await one(cluster, 'poddisruptionbudgets', 'web')

    expect([status.currentHealthy, status.disruptionsAllowed]).toEqual([0, 0])
  })

  test('says so when it covers no pod', async () => {
    const cluster = await budgeted({ minAvailable: 1, selector: { matchLabels: { app: 'none' } } })

    expect(await toldOf(cluster, 'web')).toContain('Normal NoPods No matching pods found')
  })

  test('follows the size of what it covers', async () => {
    const cluster = await budgeted({ maxUnavailable: '50%' })
    await changed(cluster, 'deployments', 'web', { spec: { replicas: 8 } })
    cluster.settle()

    const { status } = await one(cluster, 'poddisruptionbudgets', 'web')
    expect([status.expectedPods, status.disruptionsAllowed]).toEqual([8, 4])
  })
})

describe('a taint that drives pods away', () => {
  const taints = [{ key: 'mine', value: 'now', effect: 'NoExecute' }]
  const patchNode = (cluster: Cluster, name: string, spec: object): Promise<void> =>
    changed(cluster, 'nodes', name, { spec })

  test('sends those away at once that do not tolerate it; others come elsewhere', async () => {
    const cluster = livingCluster()
    await workload(cluster, 'deployments', 'web', { spec: { replicas: 3 } })
    cluster.settle()
    const [leaving] = (await all(cluster, 'pods')).filter(({ spec }) => spec.nodeName === 'n1')
    await patchNode(cluster, 'n1', { taints })
    cluster.settle()

    const pods = await all(cluster, 'pods')
    expect(pods).toHaveLength(3)
    expect(pods.some(({ spec }) => spec.nodeName === 'n1')).toBe(false)
    expect(await toldOf(cluster, leaving.metadata.name)).toContain(
      `Normal TaintManagerEviction Marking for deletion Pod default/${leaving.metadata.name}`,
    )
  })

  test('leaves those for a while that tolerate it for a while', async () => {
    const cluster = livingCluster()
    const tolerations = [{ key: 'mine', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }]
    await workload(cluster, 'deployments', 'web', { spec: { replicas: 3 }, pod: { tolerations } })
    cluster.settle()
    const [waiting] = (await all(cluster, 'pods')).filter(({ spec }) => spec.nodeName === 'n1')
    await patchNode(cluster, 'n1', { taints })
    cluster.advance('50s')
    expect(await names(cluster, 'pods')).toContain(waiting.metadata.name)

    cluster.advance('20s')
    expect(await names(cluster, 'pods')).not.toContain(waiting.metadata.name)
  })

  test('is set on a node that falls silent: its pods are replaced after five minutes', async () => {
    const cluster = livingCluster()
    await workload(cluster, 'deployments', 'web', { spec: { replicas: 3 } })
    cluster.settle()
    cluster.kubelets.get('n1')!.state = 'down'
    cluster.advance('2m')
    const { status } = await one(cluster, 'deployments', 'web')
    expect(status.availableReplicas).toBe(2)

    cluster.advance('5m')
    expect((await one(cluster, 'deployments', 'web')).status.availableReplicas).toBe(3)
    // Nobody there says that it has ended.
    const stuck = (await all(cluster, 'pods')).filter(({ spec }) => spec.nodeName === 'n1')
    expect(stuck.map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([true])
  })
})
