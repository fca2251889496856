/** A property: whatever was changed, undo brings back all but what the server owns. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KubeObject } from '@mcp-lab/fake-kubectl'
import { ownState, type KubeObject as Known } from '../src/kube/object.ts'
import { ALL_TOOLSETS } from './every-tool.ts'
import { deployment, shopCluster } from './shop.ts'
import { world, YES } from './world.ts'

const key = fc.constantFrom('a', 'b.c', 'level', 'mcp-lab/x')
const text = fc.constantFrom('', '1', 'true', 'a\nb', 'ü €', '{"x":1}')
const texts = fc.dictionary(key, fc.option(text, { nil: null }), { maxKeys: 3 })

/** A change of a ConfigMap: of its data, labels and annotations, a null taking one away. */
const patch = fc.record({ data: texts, metadata: fc.record({ annotations: texts, labels: labels() }) })

function labels() {
  return fc.dictionary(key, fc.option(fc.constantFrom('', 'x', 'y-1'), { nil: null }), { maxKeys: 2 })
}

const data = fc.dictionary(
  key.filter((it) => !it.includes('/')),
  text,
  { maxKeys: 3 },
)

test('whatever is patched comes back, step by step', async () => {
  await fc.assert(
    fc.asyncProperty(data, fc.array(patch, { minLength: 1, maxLength: 3 }), async (start, patches) => {
      const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' }, data: start }
      const { now, call } = shop(config)
      const states = [await now()]
      const undos: (string | undefined)[] = []
      for (const each of patches) {
        undos.push(
          await call('kubernetes_patch', { kind: 'cm', name: 'c', namespace: 'shop', patch: withoutBadKeys(each) }),
        )
        states.push(await now())
      }

      for (const undo of undos.toReversed()) {
        states.pop()
        if (undo !== undefined) await call('kubernetes_undo', { change: undo })
        expect(await now()).toEqual(states.at(-1))
      }
    }),
    { numRuns: 40 },
  )
})

/** A key of data holds no slash. */
function withoutBadKeys({ data, metadata }: { data: Record<string, string | null>; metadata: object }): object {
  return { data: Object.fromEntries(Object.entries(data).filter(([name]) => !name.includes('/'))), metadata }
}

function shop(config: KubeObject) {
  const cluster = shopCluster([config, deployment('api')])
  const tested = world({ subject: { user: 'adam', groups: [] }, cluster, toolsets: ALL_TOOLSETS })
  const now = async (): Promise<unknown> => {
    const response = await cluster.fetch('http://cluster.test/api/v1/namespaces/shop/configmaps/c')
    return ownState((await response.json()) as Known)
  }
  const call = async (name: string, args: Record<string, unknown>): Promise<string | undefined> => {
    const client = await tested.connect(undefined, () => YES)
    const result = await client.callTool({ name, arguments: args })
    expect(result.isError, JSON.stringify(result.content)).toBeFalsy()
    return (result.structuredContent as { undo?: string }).undo
  }
  return { now, call }
}
