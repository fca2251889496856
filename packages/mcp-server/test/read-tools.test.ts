/** What each tool that only reads answers, of a shop in the simulator. */
import { describe, expect, test } from 'vitest'
import { createCluster } from '@mcp-lab/fake-kubectl'
import { defaultPolicy, VIEWERS } from '../src/index.ts'
import { packed } from '../src/tools/helm-release.ts'
import { ALL_TOOLSETS } from './every-tool.ts'
import { deployment, pod, shopCluster } from './shop.ts'
import { textOf, world, YES, type World } from './world.ts'

const adam = { user: 'adam', groups: [] }
const olga = { user: 'olga', groups: ['approvers'] }
const api = { name: 'api', namespace: 'shop' }

function shop(...more: Parameters<typeof shopCluster>[0] & object): World {
  const tested = world({ subject: adam, toolsets: ALL_TOOLSETS, cluster: shopCluster([deployment('api'), ...more]) })
  tested.cluster.settle()
  return tested
}

async function told(tested: World, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const result = await tested.call(name, args)
  expect(result.isError, textOf(result)).toBeFalsy()
  return textOf(result).split('\n').slice(1, -1).join('\n')
}

describe('kubernetes_describe', () => {
  test('shows an object without bookkeeping, and what happened to it', async () => {
    const text = await told(shop(), 'kubernetes_describe', { kind: 'deploy', ...api })

    expect(text).toMatch(/kind: Deployment\n/)
    expect(text).toMatch(/replicas: 2\n/)
    expect(text).not.toContain('managedFields')
    expect(text).toMatch(/Events:\n {2}\S+ Normal ScalingReplicaSet Deployment shop\/api: Scaled up replica set/)
  })

  test('finds the events of a node where nodes have theirs', async () => {
    const text = await told(shop(), 'kubernetes_describe', { kind: 'node', name: 'node-1' })

    expect(text).toMatch(/kind: Node\n/)
    expect(text).toContain('Events:')
  })
})

describe('kubernetes_events', () => {
  test('lists the latest last, and says how many there are', async () => {
    const text = await told(shop(), 'kubernetes_events', { namespace: 'shop', limit: 3 })

    const lines = text.split('\n')
    expect(lines).toHaveLength(4)
    expect(lines.at(-1)).toMatch(/^3 of \d+ events$/)
    expect(lines.slice(0, 3).map((line) => line.split(' ')[2])).toEqual(['Pulled', 'Created', 'Started'])
  })

  test('finds those of one object', async () => {
    const result = await shop().call('kubernetes_events', { kind: 'Deployment', name: 'api' })

    const { events } = result.structuredContent as { events: { object: string }[] }
    expect(new Set(events.map(({ object }) => object))).toEqual(new Set(['Deployment shop/api']))
  })
})

describe('kubernetes_top', () => {
  test('says so when there is no metrics server', async () => {
    const tested = world({ subject: adam, cluster: createCluster({ metrics: false }) })

    expect(textOf(await tested.call('kubernetes_top', { of: 'nodes' }))).toMatch(/the cluster answered 404|503/)
  })
})

describe('kubernetes_rollout_status and _history', () => {
  test('wait for a rollout in virtual time, and report how far it is', async () => {
    const tested = world({ subject: adam, toolsets: ALL_TOOLSETS, cluster: shopCluster([deployment('api')]) })
    const client = await tested.connect()
    const heard: unknown[] = []
    const args = { ...api, waitSeconds: 20 }

    const waiting = client.callTool(
      { name: 'kubernetes_rollout_status', arguments: args },
      { onprogress: (progress) => void heard.push(progress.message) },
    )
    await until(() => heard.length > 0, tested)
    tested.cluster.advance('20s')
    const result = await waiting

    expect(heard[0]).toMatch(/^Waiting for deployment/)
    expect(result.structuredContent).toEqual({
      done: true,
      failed: false,
      message: 'deployment "api" successfully rolled out',
    })
  })

  test('tell the revisions, oldest first', async () => {
    const tested = shop()
    const client = await tested.connect(undefined, () => YES)
    await client.callTool({ name: 'kubernetes_set', arguments: { ...api, image: 'registry.example/main:2' } })
    tested.cluster.settle()

    const text = await told(tested, 'kubernetes_rollout_history', api)

    expect(text).toMatch(/^REVISION +CREATED +IMAGES/)
    expect(text).toMatch(/\n1 .*main:1/)
    expect(text).toMatch(/\n2 \(current\) .*main:2/)
  })
})

describe('kubernetes_api_resources and kubernetes_explain', () => {
  test('name every kind, or those that are asked for', async () => {
    const text = await told(shop(), 'kubernetes_api_resources', { grep: 'deploy' })

    expect(text.split('\n').map((line) => line.split(/ +/))).toEqual([
      ['NAME', 'KIND', 'APIVERSION', 'NAMESPACED'],
      ['deployments.apps', 'Deployment', 'apps/v1', 'true'],
    ])
  })

  test('explain one level of fields', async () => {
    const text = await told(shop(), 'kubernetes_explain', { kind: 'deploy', path: 'spec.strategy' })

    expect(text).toMatch(/^Deployment apps\/v1, spec\.strategy/)
    expect(text).toMatch(/rollingUpdate <RollingUpdateDeployment>: /)
  })

  test('say which fields there are when one is not', async () => {
    const result = await shop().call('kubernetes_explain', { kind: 'deploy', path: 'spec.strateggy' })

    expect(textOf(result)).toMatch(/no field "strateggy" in "spec\.strateggy"; the fields there are .*strategy/)
  })
})

describe('kubernetes_can_i and kubernetes_whoami', () => {
  test('ask the policy and the cluster', async () => {
    const tested = world({
      subject: { user: 'vera', groups: [VIEWERS] },
      toolsets: ALL_TOOLSETS,
      policy: defaultPolicy(),
    })
    const may = await tested.call('kubernetes_can_i', { verb: 'list', kind: 'pods' })
    const mayNot = await tested.call('kubernetes_can_i', { verb: 'get', kind: 'secrets', namespace: 'shop' })

    expect(may.structuredContent).toMatchObject({
      allowed: true,
      policy: { allowed: true },
      cluster: { allowed: true },
    })
    expect(mayNot.structuredContent).toMatchObject({ allowed: false, policy: { allowed: false } })
    expect(textOf(mayNot)).toContain('Smallest rule: {"verbs":["get"]')
  })

  test('say as whom the cluster knows the caller', async () => {
    const tested = world({ subject: { ...adam, actor: 'agent:sre' }, toolsets: ALL_TOOLSETS })
    const { cluster } = tested
    const impersonating = world({
      subject: adam,
      toolsets: ALL_TOOLSETS,
      cluster,
      kube: { fetch: cluster.fetch, impersonate: true },
    })

    expect((await tested.call('kubernetes_whoami')).structuredContent).toMatchObject({
      server: { user: 'adam', groups: [], actor: 'agent:sre' },
      tools: expect.arrayContaining(['kubernetes_get']),
    })
    const known = await impersonating.call('kubernetes_whoami')
    expect(known.structuredContent).toMatchObject({ cluster: { user: 'adam' } })
  })
})

describe('the tools of Helm', () => {
  const release = (version: number, { status, size }: { status: string; size: number }) => ({
    name: 'web',
    namespace: 'shop',
    version,
    info: { status, last_deployed: `2026-01-0${version}T00:00:00Z`, description: `step ${version}`, notes: 'be happy' },
    chart: { metadata: { name: 'website', version: '1.2.3', appVersion: '7' } },
    config: { adminPassword: 'hunter2hunter2' },
    manifest: `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: { size: "${size}" }\n`,
  })
  const secret = async (version: number, more: { status: string; size: number }) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: `sh.helm.release.v1.web.v${version}`,
      namespace: 'shop',
      labels: { owner: 'helm', name: 'web', status: more.status, version: String(version) },
    },
    data: { release: await packed(release(version, more)) },
  })
  const installed = async (): Promise<World> => {
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'web', namespace: 'shop' },
      data: { size: '2' },
    }
    return shop(
      config,
      await secret(1, { status: 'superseded', size: 1 }),
      await secret(2, { status: 'deployed', size: 2 }),
    )
  }
  const web = { release: 'web', namespace: 'shop' }

  test('list, show and tell the history, without the values', async () => {
    const tested = await installed()

    const texts = [
      await told(tested, 'helm_list'),
      await told(tested, 'helm_status', web),
      await told(tested, 'helm_history', web),
    ]

    expect(texts[0]).toMatch(/web +shop +2 +deployed +website-1\.2\.3 +7/)
    expect(texts[1]).toMatch(/OBJECTS:\nConfigMap web\nNOTES:\nbe happy/)
    expect(texts[2]).toMatch(/ 1 +superseded[^]* 2 +deployed/)
    expect(texts.join()).not.toContain('hunter2')
  })

  test('roll back once another person has said so: objects, and the record of the release', async () => {
    const tested = await installed()
    const rollback = { ...web, revision: 1 }

    const waiting = await tested.call('helm_rollback', rollback)
    tested.mcp.approvals.decide(olga, tested.mcp.approvals.list(olga)[0]!.id, 'accepted')
    const done = await tested.call('helm_rollback', rollback)

    expect(textOf(waiting)).toContain('~ data.size: "2" → "1"')
    expect(textOf(waiting)).not.toContain('hunter2')
    expect(done.structuredContent).toMatchObject({ done: true })
    expect(await told(tested, 'helm_history', web)).toMatch(/ 2 +superseded[^]* 3 +deployed[^]*Rollback to 1/)
    expect(
      await told(tested, 'kubernetes_get', { kind: 'cm', name: 'web', namespace: 'shop', output: 'full' }),
    ).toContain('"size":"1"')
  })

  test('say that there is no such release', async () => {
    expect(textOf(await shop(pod('x')).call('helm_status', web))).toContain('no Helm release web in namespace shop')
  })
})

test('a Prometheus that is not there is named', async () => {
  expect(textOf(await shop().call('prometheus_query', { query: 'up' }))).toContain(
    'no Prometheus answers at service monitoring/prometheus:9090',
  )
})

/** Lets real turns of the loop and virtual milliseconds pass until something is so. */
async function until(isSo: () => boolean, { cluster }: World): Promise<void> {
  for (let turn = 0; !isSo() && turn < 1_000; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    cluster.advance('10ms')
  }
}
