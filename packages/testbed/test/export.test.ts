import { createCluster, loadWorld } from '@mcp-lab/fake-kubectl'
import { describe, expect, test } from 'vitest'
import { exportManifests } from '../src/export.ts'
import { kubectl } from '../src/scenarios/kubectl.ts'

describe('an export', () => {
  const shop = createCluster({ world: loadWorld('shop') })

  test('holds nothing secret', async () => {
    await kubectl(shop, ['set', 'env', 'deployment/api', '-n', 'staging', 'API_TOKEN=tell-nobody', 'LEVEL=info'])
    const url = 'postgres://shop:hidden-in-a-url@db/shop'
    await kubectl(shop, ['create', 'configmap', 'careless', '-n', 'staging', `--from-literal=url=${url}`])
    const text = JSON.stringify([...(await exportManifests(shop.fetch))])

    expect(text).toContain('"database-password":""')
    expect(text).toMatch(/\{"name":"API_TOKEN","value":"<secret:[\w-]+:1>"\}/)
    expect(text).toContain('{"name":"LEVEL","value":"info"}')
    for (const secret of [
      'tell-nobody',
      'not-for-production-eyes',
      Buffer.from('not-for-production-eyes').toString('base64'),
    ])
      expect(text).not.toContain(secret)
  })

  test('is enough to start again from', async () => {
    const files = await exportManifests(shop.fetch)
    const fresh = createCluster({ world: { nodes: 3, metrics: true } })

    for (const name of ['cluster', ...[...files.keys()].filter((it) => it !== 'cluster')]) {
      const stdin = files
        .get(name)!
        .map((object) => JSON.stringify(object))
        .join('\n---\n')
      expect(await kubectl(fresh, ['apply', '-f', '-'], { stdin })).toMatchObject({ code: 0 })
    }
    fresh.settle()

    const ready = await kubectl(fresh, [
      'get',
      'deployments',
      '-n',
      'production',
      '-o',
      'jsonpath={.items[*].status.availableReplicas}',
    ])
    expect(ready.stdout).toBe('5 2 2 3')
  })

  test('leaves out what others make, and what every cluster has', async () => {
    const files = await exportManifests(shop.fetch, ['production'])
    const kinds = new Set([...files.values()].flat().map(({ kind }) => kind))

    expect([...files.keys()].sort()).toEqual(['cluster', 'production'])
    expect(kinds).not.toContain('Pod')
    expect(kinds).not.toContain('ReplicaSet')
    expect(
      files
        .get('cluster')!
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(expect.arrayContaining(['nginx', 'sre', 'standard', 'viewer']))
    expect(files.get('cluster')!.map(({ metadata }) => metadata.name)).not.toContain('cluster-admin')
  })
})
