/** What each tool that changes something does to a cluster, and that undo brings everything back. */
import { describe, expect, test } from 'vitest'
import type { Cluster } from '@mcp-lab/fake-kubectl'
import { DEFAULT_TOOLSETS } from '../src/tools/toolsets.ts'
import { granting } from './granting.ts'
import { deployment, pod, shopCluster } from './shop.ts'
import { textOf, world, YES, type World } from './world.ts'
import { ALL_TOOLSETS } from './every-tool.ts'

const adam = { user: 'adam', groups: [] }
const olga = { user: 'olga', groups: ['approvers'] }

const config = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop', labels: { app: 'api' } },
  data: { level: 'info', colour: 'red' },
}

type Args = Record<string, unknown>
type Workbench = World & { change(name: string, args: Args): Promise<Done> }
type Done = { readonly done: boolean; readonly changes: string[]; readonly undo?: string; readonly summary: string }

/** A shop where whoever is asked says yes. */
function shop(...more: Parameters<typeof shopCluster>[0] & object): Workbench {
  const cluster = shopCluster([deployment('api'), config, ...more])
  const tested = world({ subject: adam, cluster, toolsets: ALL_TOOLSETS })
  const change = async (name: string, args: Args): Promise<Done> => {
    const client = await tested.connect(undefined, () => YES)
    const first = await client.callTool({ name, arguments: args })
    const { _meta: meta } = first
    const wanted = meta?.['mcp-lab/approval-required'] as { id: string } | undefined
    if (wanted) tested.mcp.approvals.decide(olga, wanted.id, 'accepted')
    const result = wanted ? await client.callTool({ name, arguments: args }) : first
    if (result.isError) throw new Error(textOf(result))
    return result.structuredContent as Done
  }
  return Object.assign(tested, { change })
}

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/api'
const CONFIG = '/api/v1/namespaces/shop/configmaps/settings'

// oxlint-disable-next-line typescript/no-explicit-any -- whatever the API holds
async function read({ fetch }: Pick<Cluster, 'fetch'>, path: string): Promise<any> {
  const response = await fetch(`http://cluster.test${path}`)
  return response.json()
}

/** All that a person may have decided of an object. */
async function meant(cluster: Cluster, path: string): Promise<unknown> {
  const { metadata, status: _status, ...rest } = await read(cluster, path)
  const { labels, annotations } = metadata
  return { ...rest, labels, annotations }
}

const api = { kind: 'deployment', name: 'api', namespace: 'shop' }

const CASES: readonly [string, Args, string, string[]][] = [
  [
    'kubernetes_scale',
    { ...api, replicas: 5 },
    DEPLOYMENT,
    ['~ deployment shop/api (scale)', '  ~ spec.replicas: 2 → 5'],
  ],
  [
    'kubernetes_set',
    { ...api, image: 'registry.example/main:2', env: { LEVEL: 'debug' }, limits: { memory: '128Mi' } },
    DEPLOYMENT,
    [
      '~ deployment shop/api',
      '  ~ spec.template.spec.containers[main].image: "registry.example/main:1" → "registry.example/main:2"',
      '  + spec.template.spec.containers[main].resources.limits: {"memory":"128Mi"}',
      '  + spec.template.spec.containers[main].env: [{"name":"LEVEL","value":"debug"}]',
    ],
  ],
  ['kubernetes_rollout', { ...api, action: 'pause' }, DEPLOYMENT, ['~ deployment shop/api', '  + spec.paused: true']],
  [
    'kubernetes_patch',
    { kind: 'cm', name: 'settings', namespace: 'shop', patch: { data: { level: 'debug', colour: null } } },
    CONFIG,
    ['~ configmap shop/settings', '  - data.colour: "red"', '  ~ data.level: "info" → "debug"'],
  ],
  [
    'kubernetes_apply',
    {
      manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { size: "3" }\n',
      namespace: 'shop',
    },
    CONFIG,
    ['~ configmap shop/settings', '  + data.size: "3"'],
  ],
  [
    'kubernetes_cordon',
    { node: 'node-1' },
    '/api/v1/nodes/node-1',
    expect.arrayContaining(['~ node node-1', '  + spec.unschedulable: true']) as unknown as string[],
  ],
]

describe.each(CASES)('%s', (name, args, path, changes) => {
  test('does what it showed, and undo brings everything back', async () => {
    const tested = shop()
    const { change, cluster } = tested
    const before = await meant(cluster, path)

    const done = await change(name, args)

    expect(done).toMatchObject({ done: true, changes })
    expect(await meant(cluster, path)).not.toEqual(before)
    expect(await change('kubernetes_undo', { change: done.undo })).toMatchObject({ done: true })
    expect(await meant(cluster, path)).toEqual(before)
    expect(tested.audit.filter(({ change: id }) => id !== undefined)).toHaveLength(2)
  })

  test('does nothing in a dry run', async () => {
    const { change, cluster } = shop()
    const before = await meant(cluster, path)

    expect(await change(name, { ...args, dryRun: true })).toMatchObject({ done: false, changes })
    expect(await meant(cluster, path)).toEqual(before)
  })
})

describe('kubernetes_rollout', () => {
  test('undo brings back the revision before, or the one that is named', async () => {
    const { change, cluster } = shop()
    cluster.settle()
    for (const image of ['registry.example/main:2', 'registry.example/main:3']) {
      await change('kubernetes_set', { ...api, image })
      cluster.settle()
    }
    const image = async (): Promise<string> => (await read(cluster, DEPLOYMENT)).spec.template.spec.containers[0].image

    const done = await change('kubernetes_rollout', { ...api, action: 'undo' })
    expect(done.summary).toBe('roll back to revision 2: deployment shop/api')
    expect(await image()).toBe('registry.example/main:2')
    cluster.settle()
    await change('kubernetes_rollout', { ...api, action: 'undo', toRevision: 1 })
    expect(await image()).toBe('registry.example/main:1')
  })

  test('says which revisions there are', async () => {
    const { change, cluster } = shop()
    cluster.settle()

    await expect(change('kubernetes_rollout', { ...api, action: 'undo' })).rejects.toThrow(
      'deployment shop/api: expected a revision to go back to; its history holds 1',
    )
  })

  test('restart replaces the pods', async () => {
    const { change, cluster } = shop()
    cluster.settle()
    const names = async (): Promise<string[]> =>
      (await read(cluster, '/api/v1/namespaces/shop/pods?labelSelector=app%3Dapi')).items.map(
        ({ metadata }: { metadata: { name: string } }) => metadata.name,
      )
    const before = await names()

    await change('kubernetes_rollout', { ...api, action: 'restart' })
    cluster.settle()

    expect(before).toHaveLength(2)
    for (const name of await names()) expect(before).not.toContain(name)
  })
})

describe('kubernetes_apply', () => {
  const manifest = `
apiVersion: v1
kind: ConfigMap
metadata: { name: fresh, namespace: shop }
data: { a: "1" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec: { replicas: 4 }
`

  test('makes what is not there, and undo takes it away again', async () => {
    const { change, cluster } = shop()

    const done = await change('kubernetes_apply', { manifest, force: true })

    expect(done.summary).toBe('apply configmap shop/fresh, deployment shop/api')
    expect(done.changes).toEqual(
      expect.arrayContaining(['+ configmap shop/fresh', '  + data: {"a":"1"}', '  ~ spec.replicas: 2 → 4']),
    )
    expect(await read(cluster, '/api/v1/namespaces/shop/configmaps/fresh')).toMatchObject({ data: { a: '1' } })
    await change('kubernetes_undo', { change: done.undo })
    expect(await read(cluster, '/api/v1/namespaces/shop/configmaps/fresh')).toMatchObject({ code: 404 })
    expect(await read(cluster, DEPLOYMENT)).toMatchObject({ spec: { replicas: 2 } })
  })

  test("tells a conflict in the server's own words", async () => {
    const { change } = shop()

    await expect(change('kubernetes_apply', { manifest })).rejects.toThrow(/409 Conflict: Apply failed with 1 conflict/)
  })

  test.each([
    ['a: [', /manifest, document 1: /],
    ['# nothing', /expected at least one object, found none/],
    ['kind: Pod', /manifest, object 1, apiVersion: /],
    ['apiVersion: v1\nkind: Pod\nmetadata: {}', /manifest, object 1, metadata\.name: /],
    ['apiVersion: v1\nkind: Nonsense\nmetadata: { name: x }', /doesn't have a resource type "Nonsense\."/],
    ['apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }', /expected a namespace, as a ConfigMap lives in one/],
  ])('says what is wrong with %j', async (wrong, message) => {
    await expect(shop().change('kubernetes_apply', { manifest: wrong })).rejects.toThrow(message)
  })
})

describe('kubernetes_delete', () => {
  test('deletes once another person has said so, and offers no undo', async () => {
    const tested = shop()
    const { change, cluster } = tested

    const done = await change('kubernetes_delete', { kind: 'cm', name: 'settings', namespace: 'shop' })

    expect(done).toEqual({
      summary: 'delete configmap shop/settings',
      done: true,
      changes: ['- configmap shop/settings'],
    })
    expect(await read(cluster, CONFIG)).toMatchObject({ code: 404 })
    expect(tested.audit.at(-1)?.approval).toMatchObject({ by: 'olga' })
  })
})

describe('kubernetes_drain', () => {
  test('cordons, and evicts what has a controller', async () => {
    const { change, cluster } = shop()
    cluster.settle()
    const pods = async (): Promise<{ spec: { nodeName: string }; metadata: { deletionTimestamp?: string } }[]> =>
      (await read(cluster, '/api/v1/namespaces/shop/pods?labelSelector=app%3Dapi')).items
    const { spec } = (await pods())[0]!

    const done = await change('kubernetes_drain', { node: spec.nodeName, force: true })
    cluster.settle()

    expect(done.changes[0]).toBe(`~ node ${spec.nodeName}`)
    expect(await read(cluster, `/api/v1/nodes/${spec.nodeName}`)).toMatchObject({ spec: { unschedulable: true } })
    for (const pod of await pods()) expect(pod.spec.nodeName).not.toBe(spec.nodeName)
  })

  test('does not evict what nothing would replace', async () => {
    await expect(shop(pod('lonely')).change('kubernetes_drain', { node: 'node-1' })).rejects.toThrow(
      /has no controller, so nothing would replace it; set force/,
    )
  })
})

describe('kubernetes_undo', () => {
  test('leaves alone what somebody else changed since, and tells the difference', async () => {
    const { change, cluster } = shop()
    const { undo } = await change('kubernetes_scale', { ...api, replicas: 5 })
    await cluster.fetch(`http://cluster.test${DEPLOYMENT}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: '{"spec":{"replicas":7}}',
    })

    await expect(change('kubernetes_undo', { change: undo })).rejects.toThrow(
      /deployment shop\/api \(scale\) was changed again since, so it is left alone[\s\S]*~ spec\.replicas: 5 → 7/,
    )
    expect(await read(cluster, DEPLOYMENT)).toMatchObject({ spec: { replicas: 7 } })
  })

  test('works once, and an undo can be undone', async () => {
    const { change, cluster } = shop()
    const first = await change('kubernetes_scale', { ...api, replicas: 5 })

    const second = await change('kubernetes_undo', { change: first.undo })

    await expect(change('kubernetes_undo', { change: first.undo })).rejects.toThrow(
      `was undone already, with ${second.undo}`,
    )
    await change('kubernetes_undo', { change: second.undo })
    expect(await read(cluster, DEPLOYMENT)).toMatchObject({ spec: { replicas: 5 } })
  })

  test('of a namespace waits for another person: what others have put into it since would go with it', async () => {
    const tested = shop()
    const manifest = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: fresh }\n'
    const { undo } = await tested.change('kubernetes_apply', { manifest })
    const client = await tested.connect(undefined, () => YES)

    const result = await client.callTool({ name: 'kubernetes_undo', arguments: { change: undo } })

    expect(textOf(result)).toContain('what has been put into it since goes with it')
    expect(await read(tested.cluster, '/api/v1/namespaces/fresh')).toMatchObject({ metadata: { name: 'fresh' } })
  })

  test('knows no change of somebody else', async () => {
    await expect(shop().change('kubernetes_undo', { change: '0123456789abcdef' })).rejects.toThrow(
      'expected the undo id of a change that this server made',
    )
  })
})

describe('a Secret', () => {
  const manifest =
    'apiVersion: v1\nkind: Secret\nmetadata: { name: key, namespace: shop }\nstringData: { k: hunter2hunter2 }\n'

  test('changes only with the word of another person, cannot be undone, and its values are shown to nobody', async () => {
    const tested = shop()
    const client = await tested.connect(undefined, () => YES)

    const refused = await client.callTool({ name: 'kubernetes_apply', arguments: { manifest } })
    const done = await tested.change('kubernetes_apply', { manifest })

    expect(textOf(refused)).toContain('it changes a Secret')
    expect(done.undo).toBeUndefined()
    const told = JSON.stringify([refused, done, tested.audit, tested.mcp.approvals.list(olga)])
    expect(told).not.toContain('hunter2')
    expect(told).not.toContain(btoa('hunter2hunter2'))
  })
})

describe('a role', () => {
  const manifest = (verbs: string) =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: r, namespace: shop }\nrules: [{ apiGroups: [""], resources: [secrets], verbs: [${verbs}] }]\n`

  test('grants through us nothing that its author does not hold', async () => {
    const policy = granting('dora', [
      { verbs: ['call'], tools: ['*'] },
      {
        verbs: ['get', 'create', 'patch'],
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['roles', 'rolebindings'],
      },
    ])
    const dora = world({
      subject: { user: 'dora', groups: [] },
      toolsets: DEFAULT_TOOLSETS,
      policy,
      cluster: shopCluster(),
    })
    const binding = (role: string) =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: b, namespace: shop }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${role} }\nsubjects: [{ kind: User, name: dora, apiGroup: rbac.authorization.k8s.io }]\n`

    const role = await dora.call('kubernetes_apply', { manifest: manifest('get, list') })
    const bound = await dora.call('kubernetes_apply', { manifest: binding('cluster-admin') })

    for (const result of [role, bound])
      expect(textOf(result)).toMatch(/^denied: dora would grant what they do not hold/)
    expect(textOf(role)).toContain('{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}')
    expect(await read(dora.cluster, '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles/r')).toMatchObject({
      code: 404,
    })
  })

  test('waits for another person even when its author holds all of it', async () => {
    const { call } = shop()

    expect(textOf(await call('kubernetes_apply', { manifest: manifest('get') }))).toContain(
      'it changes who may do what',
    )
  })
})
