/** What the model reads when the answer is no. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineTool, todo, type KubeClient } from '../src/index.ts'
import { asked } from './shop.ts'
import { scale, textOf, world } from './world.ts'

const adam = { user: 'adam', groups: [] }

test('a denial names the reason and the smallest rule that would allow it', async () => {
  const { call, cluster } = world()

  const result = await call('kubernetes_get', { kind: 'secret', name: 'db', namespace: 'shop' })

  expect(result.isError).toBe(true)
  expect(textOf(result)).toContain('denied: vera may not get secrets "db" in namespace "shop" through kubernetes_get.')
  expect(textOf(result)).toContain('The smallest rule that would allow it: {"')
  const smallestRule = { verbs: ['get'], resources: ['secrets'] }
  expect(result).toMatchObject({ _meta: { 'mcp-lab/denied': { smallestRule } } })
  expect(asked(cluster)).toEqual(['/api/v1'])
})

test('bad arguments are named field by field', async () => {
  const { call, cluster } = world()

  const result = await call('kubernetes_logs', { pod: '../secrets/db', tailLines: 'all', colour: 'red' })

  expect(result.isError).toBe(true)
  expect(textOf(result)).toMatch(/arguments\.pod: expected the name of an object/)
  expect(textOf(result)).toMatch(/arguments\.namespace: .*arguments\.tailLines: .*"colour"/)
  expect(asked(cluster)).toEqual([])
})

test('the cluster’s own words come back with its status', async () => {
  const { call } = world()

  const result = await call('kubernetes_get', { kind: 'pods', name: 'gone', namespace: 'shop' })

  expect(result.isError).toBe(true)
  expect(textOf(result)).toContain('the cluster answered 404 NotFound: pods "gone" not found')
})

test('an unwritten step says what is missing', async () => {
  const tool = reading({
    name: 'test_todo',
    run: async () => {
      throw todo('list the nodes (step "list")')
    },
  })
  const { call } = world({ subject: adam, tools: [tool] })

  const result = await call('test_todo')

  expect(result).toMatchObject({ isError: true, content: [{ text: 'not written yet: list the nodes (step "list")' }] })
})

test('a tool that breaks its own output schema is told the field', async () => {
  const run = async () => ({ structuredContent: { nodes: [{ name: 7 }] } as never, text: '' })
  const { call } = world({ subject: adam, tools: [reading({ name: 'test_liar', run })] })

  const result = await call('test_liar')

  expect(result.isError).toBe(true)
  expect(textOf(result)).toContain('test_liar answered against its own output schema: structuredContent.nodes[0].name')
})

test('an exception is an id to the client and whole to the host', async () => {
  const thrown = new TypeError('cannot read /home/ada/.kube/config')
  const seen: unknown[] = []
  const tool = reading({
    name: 'test_fault',
    run: async () => {
      throw thrown
    },
  })
  const { call, faults, mcp } = world({
    subject: adam,
    tools: [tool],
    newId: () => 'c0ffee00',
    onToolError: ({ name }, error) => seen.push([name, error]),
  })

  const result = await call('test_fault')

  expect(mcp).toBeDefined()
  expect(textOf(result)).toBe("internal error (call c0ffee00); the server's own log has the details")
  expect(JSON.stringify(result)).not.toMatch(/kube\/config|at .*\.ts/)
  expect(seen).toEqual([['test_fault', thrown]])
  expect(faults).toEqual([thrown])
})

test('a tool cannot reach what it did not declare', async () => {
  const run = async (_args: unknown, { kube }: { kube: KubeClient }) => {
    await kube.list('/api/v1/secrets')
    return { structuredContent: { nodes: [] }, text: '' }
  }
  const { call, cluster } = world({ subject: adam, tools: [reading({ name: 'test_greedy', run })] })

  const result = await call('test_greedy')

  expect(result.isError).toBe(true)
  expect(textOf(result)).toContain('test_greedy asked the cluster for what its attributes() did not declare')
  expect(textOf(result)).toContain('{"verb":"list","apiGroup":"","resource":"secrets"}')
  expect(asked(cluster)).toEqual([])
})

test('a tool cannot declare more once it was authorized', async () => {
  const needs = [{ verb: 'list', resource: 'nodes' }]
  const run = async (_args: unknown, { kube }: { kube: KubeClient }) => {
    needs.push({ verb: 'list', resource: 'secrets' })
    await kube.list('/api/v1/secrets')
    return { structuredContent: { nodes: [] }, text: '' }
  }
  const { call, cluster } = world({
    subject: adam,
    tools: [reading({ name: 'test_sly', run, attributes: () => needs })],
  })

  const result = await call('test_sly')

  expect(textOf(result)).toContain('test_sly asked the cluster for what its attributes() did not declare')
  expect(asked(cluster)).toEqual([])
})

test.each([
  [
    'labels of a namespace',
    { verb: 'list', resource: 'nodes', namespaceLabels: { team: 'a' } },
    /attributes\[0\]: .*"namespaceLabels"/,
  ],
  ['no resource', { verb: 'call' }, /attributes\[0\]\.resource: /],
  ['nothing', null, /attributes\[0\]: /],
])('a declaration of %s is told the field, and runs nothing', async (_what, need, said) => {
  const run = async () => ({ structuredContent: { nodes: [] }, text: 'ran' })
  const { call } = world({
    subject: adam,
    tools: [reading({ name: 'test_odd', run, attributes: () => [need as never] })],
  })

  const result = await call('test_odd')

  expect(result.isError).toBe(true)
  expect(textOf(result)).toMatch(said)
})

test('a tool cannot give its caller a group', async () => {
  const subject = { user: 'adam', groups: ['viewers'] }
  const run = async (_args: unknown, context: { subject: { groups: readonly string[] } }) => {
    ;(context.subject.groups as string[]).push('system:masters')
    return { structuredContent: { nodes: [] }, text: 'ran' }
  }
  const tested = world({ subject, tools: [reading({ name: 'test_climber', run })] })

  await tested.call('test_climber')

  expect(subject.groups).toEqual(['viewers'])
  expect(tested.audit).toMatchObject([{ outcome: 'fault', subject: { user: 'adam', groups: ['viewers'] } }])
})

test('two tools of one name are refused when the server is made', () => {
  expect(() => world({ tools: [scale, scale] })).toThrow('expected one tool named "test_scale", found two')
})

type Parts = Partial<Parameters<typeof defineTool>[0]>

function reading(parts: Parts & Pick<Parameters<typeof defineTool>[0], 'name' | 'run'>) {
  return defineTool({
    title: 'Test',
    description: 'A read, for tests.',
    level: 'read',
    inputSchema: z.strictObject({}),
    outputSchema: z.object({ nodes: z.array(z.object({ name: z.string() })) }),
    attributes: () => [{ verb: 'list', resource: 'nodes' }],
    ...parts,
  })
}
