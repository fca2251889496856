/**
 * What holds whatever happens in whatever order: controllers come to the same end, and a watch tells all that a list does.
 */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { ask, send } from './kit.ts'
import { all, livingCluster, pathOf, workload } from './workloads.ts'

/** Somebody, or something, does this to the cluster. */
type Deed =
  | { readonly do: 'scale'; readonly to: number }
  | { readonly do: 'release'; readonly version: number }
  | { readonly do: 'kill'; readonly which: number }
  | { readonly do: 'cordon' | 'uncordon'; readonly node: number }
  | { readonly do: 'fail' | 'heal'; readonly node: number }
  | { readonly do: 'wait'; readonly seconds: number }

const NODES = ['n1', 'n2', 'n3']
const node = fc.integer({ min: 0, max: 2 })
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant('scale' as const), to: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ do: fc.constant('release' as const), version: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('kill' as const), which: fc.nat(5) }),
  fc.record({ do: fc.constantFrom('cordon' as const, 'uncordon' as const), node }),
  fc.record({ do: fc.constantFrom('fail' as const, 'heal' as const), node }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 0, max: 400 }) }),
)
const deeds = fc.array(deed, { maxLength: 12 })

async function begun(): Promise<Cluster> {
  const cluster = livingCluster()
  await workload(cluster, 'deployments', 'web', { image: 'registry.example/quick:1', spec: { replicas: 2 } })
  await send(cluster, 'POST', '/api/v1/namespaces/default/services', {
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  })
  return cluster
}

async function act(cluster: Cluster, it: Deed): Promise<void> {
  if (it.do === 'wait') return cluster.advance(`${it.seconds}s`)
  if (it.do === 'fail' || it.do === 'heal') {
    cluster.kubelets.get(NODES[it.node]!)!.state = it.do === 'fail' ? 'down' : 'up'
  } else if (it.do === 'scale') await patch(cluster, `${pathOf('deployments')}/web`, { spec: { replicas: it.to } })
  else if (it.do === 'release') {
    const containers = [{ name: 'app', image: `registry.example/quick:${it.version}` }]
    await patch(cluster, `${pathOf('deployments')}/web`, { spec: { template: { spec: { containers } } } })
  } else if (it.do === 'kill') {
    const pods = await all(cluster, 'pods')
    const pod = pods[it.which % Math.max(1, pods.length)]
    if (pod) await send(cluster, 'DELETE', `${pathOf('pods')}/${pod.metadata.name}`, {})
  } else await patch(cluster, `${pathOf('nodes')}/${NODES[it.node]}`, { spec: { unschedulable: it.do === 'cordon' } })
}

async function patch(cluster: Cluster, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/strategic-merge-patch+json' }
  const answer = await ask(cluster, path, { method: 'PATCH', headers, body: JSON.stringify(body) })
  if (answer.code !== 200) throw new Error(answer.text)
}

/** All machines work again, and the last word has been spoken. */
async function mended(cluster: Cluster): Promise<void> {
  for (const kubelet of cluster.kubelets.values()) kubelet.state = 'up'
  for (const name of NODES) await patch(cluster, `${pathOf('nodes')}/${name}`, { spec: { unschedulable: false } })
  await patch(cluster, `${pathOf('deployments')}/web`, {
    spec: { replicas: 3, template: { spec: { containers: [{ name: 'app', image: 'registry.example/quick:2' }] } } },
  })
  cluster.advance('15m')
}

/** What stands there, without names and times. */
async function standing(cluster: Cluster): Promise<unknown> {
  const [deployment] = await all(cluster, 'deployments')
  const slices = await all(cluster, 'endpointslices')
  const slice = slices.find(({ metadata }) => metadata.name.startsWith('web-'))
  const pods = await all(cluster, 'pods')
  const sets = await all(cluster, 'replicasets')
  const { replicas, updatedReplicas, readyReplicas, availableReplicas, unavailableReplicas } = deployment.status
  return {
    status: { replicas, updatedReplicas, readyReplicas, availableReplicas, unavailableReplicas },
    pods: pods.map((pod) => `${pod.spec.containers[0].image} ${pod.status.phase}`).sort(),
    sets: sets.map((set) => set.spec.replicas).filter((count) => count > 0),
    endpoints: slice.endpoints.map((it: { conditions: object }) => it.conditions),
    nodes: (await all(cluster, 'nodes')).map((it) => it.spec.taints ?? []),
  }
}

const READY = { ready: true, serving: true, terminating: false }

describe('whatever happens, in whatever order', () => {
  test('controllers converge to what is wanted, once it can be had', async () => {
    await fc.assert(
      fc.asyncProperty(deeds, async (history) => {
        const cluster = await begun()
        for (const it of history) await act(cluster, it)
        await mended(cluster)

        expect(await standing(cluster)).toEqual({
          status: {
            replicas: 3,
            updatedReplicas: 3,
            readyReplicas: 3,
            availableReplicas: 3,
            unavailableReplicas: undefined,
          },
          pods: Array.from({ length: 3 }, () => 'registry.example/quick:2 Running'),
          sets: [3],
          endpoints: [READY, READY, READY],
          nodes: [[], [], []],
        })
      }),
      { numRuns: 40 },
    )
  })

  test('a watch that is replayed over a list comes to what a list says', async () => {
    await fc.assert(
      fc.asyncProperty(
        deeds,
        fc.constantFrom('pods', 'replicasets', 'endpointslices', 'deployments'),
        async (history, plural) => {
          const cluster = await begun()
          cluster.advance('2s')
          const first = await ask(cluster, pathOf(plural))
          const from = first.body.metadata.resourceVersion as string
          for (const it of history) await act(cluster, it)
          cluster.settle('2m')

          const seen = new Map<string, any>(first.body.items.map((it: any) => [it.metadata.name, it]))
          const stream = cluster.fetch(
            `https://cluster${pathOf(plural)}?watch=true&resourceVersion=${from}&timeoutSeconds=1`,
          )
          const response = await stream
          cluster.advance('1s')
          for (const line of (await response.text()).split('\n').filter(Boolean)) {
            const { type, object } = JSON.parse(line)
            if (type === 'DELETED') seen.delete(object.metadata.name)
            else if (type !== 'BOOKMARK') seen.set(object.metadata.name, object)
          }

          const bare = ({ kind: _kind, apiVersion: _apiVersion, ...rest }: any) => rest
          const last = (await ask(cluster, pathOf(plural))).body.items
          expect([...seen.values()].map(bare).sort(byName)).toEqual(last.map(bare).sort(byName))
        },
      ),
      { numRuns: 40 },
    )
  })
})

function byName(a: any, b: any): number {
  return a.metadata.name < b.metadata.name ? -1 : 1
}
