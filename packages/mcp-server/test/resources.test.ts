/** Resources, prompts and completions pass the same chain as tools: what is shown is what may be read, and each leaves a row. */
import { describe, expect, test } from 'vitest'
import type { Identity } from '../src/index.ts'
import { ALL_TOOLSETS } from './every-tool.ts'
import { CANARY, deployment, shopCluster } from './shop.ts'
import { PATHS, world, type World } from './world.ts'

const vera: Identity = { user: 'vera', groups: ['viewers'] }
const adam: Identity = { user: 'adam', groups: [] }
const eve: Identity = { user: 'eve', groups: [] }

function shop(subject = adam): World {
  return world({ subject, toolsets: ALL_TOOLSETS, cluster: shopCluster([deployment('api')]) })
}

async function refusal(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(() => 'answered').catch(({ code, message }) => ({ code, message }))
}

const ROLES = [
  {
    role: 'viewer',
    subject: vera,
    resources: 2,
    templates: 3,
    prompts: ['compliance', 'incident', 'onboarding'],
  },
  {
    role: 'admin',
    subject: adam,
    resources: 2,
    templates: 4,
    prompts: ['capacity', 'compliance', 'incident', 'onboarding'],
  },
  { role: 'nobody', subject: eve, resources: 0, templates: 0, prompts: [] },
]

describe.each(PATHS)('over $transport in the $era era', (path) => {
  test.each(ROLES)('a $role is listed what it can read', async ({ subject, resources, templates, prompts }) => {
    const client = await shop(subject).connect(path)

    expect((await client.listResources()).resources).toHaveLength(resources)
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(templates)
    const listed = (await client.listPrompts()).prompts.map(({ name }) => name)
    expect(listed.toSorted()).toEqual(prompts)
  })

  test.each(ROLES)('each attempt of a $role leaves one row', async ({ subject, resources, prompts }) => {
    const tested = shop(subject)
    const client = await tested.connect(path)

    const read = await refusal(client.readResource({ uri: 'k8s://nodes' }))
    const got = await refusal(client.getPrompt({ name: 'incident', arguments: { symptom: 'slow' } }))
    await refusal(client.readResource({ uri: 'k8s://nowhere' }))
    await refusal(client.getPrompt({ name: 'nonsense' }))

    expect(read === 'answered').toBe(resources > 0)
    expect(got === 'answered').toBe(prompts.length > 0)
    expect(tested.audit.map(({ method, tool }) => [method, tool])).toEqual([
      ['resources/read', 'kubernetes_get'],
      ['prompts/get', 'incident'],
      ['resources/read', 'k8s://nowhere'],
      ['prompts/get', 'nonsense'],
    ])
  })
})

describe('a resource', () => {
  test('is what its tool answers, framed and without secrets', async () => {
    const client = await shop().connect()

    const [log] = (await client.readResource({ uri: 'k8s://namespaces/shop/pods/web/log' })).contents
    const [secret] = (await client.readResource({ uri: 'k8s://namespaces/shop/secrets/db' })).contents

    expect(log).toMatchObject({ uri: 'k8s://namespaces/shop/pods/web/log', mimeType: 'text/plain' })
    expect(JSON.stringify(log)).toContain('<cluster-data trust=\\"untrusted\\"')
    expect(JSON.stringify([log, secret])).not.toContain(CANARY)
    expect(JSON.stringify([log, secret])).not.toContain(btoa(CANARY))
  })

  test('may be any object', async () => {
    const [object] = (await (await shop().connect()).readResource({ uri: 'k8s://namespaces/shop/deploy/api' })).contents

    expect(JSON.stringify(object)).toContain('kind: Deployment')
  })

  test('is denied as its tool is', async () => {
    const client = await shop(vera).connect()

    expect(await refusal(client.readResource({ uri: 'k8s://namespaces/shop/secrets' }))).toMatchObject({
      code: -32602,
      message: expect.stringContaining('denied: vera may not list secrets in namespace "shop" through kubernetes_get'),
    })
  })

  test.each([
    'k8s://nowhere',
    'k8s://namespaces/shop/pods/web/log/a/b',
    'k8s://namespaces//pods',
    'k8s://namespaces/%E0%A4%A/pods',
    'file:///etc/passwd',
  ])('that is none is not found: %s', async (uri) => {
    const client = await shop().connect()

    expect(await refusal(client.readResource({ uri }))).toEqual({ code: -32602, message: `Resource not found: ${uri}` })
  })

  test('cannot leave its place', async () => {
    const client = await shop().connect()

    expect(
      await refusal(client.readResource({ uri: 'k8s://namespaces/shop/pods/..%2F..%2Fsecrets/log' })),
    ).toMatchObject({
      code: -32602,
      message: expect.stringContaining('arguments.pod: expected the name of an object'),
    })
  })
})

describe('a prompt', () => {
  test('is made of our words and those of the person', async () => {
    const client = await shop().connect()

    const { messages } = await client.getPrompt({
      name: 'incident',
      arguments: { symptom: 'the API is slow', namespace: 'shop' },
    })

    expect(messages).toMatchObject([
      { role: 'user', content: { text: expect.stringContaining('in namespace shop: the API is slow') } },
    ])
  })

  test('says which words it needs', async () => {
    const client = await shop().connect()

    expect(await refusal(client.getPrompt({ name: 'incident', arguments: {} }))).toMatchObject({
      code: -32602,
      message: expect.stringContaining('arguments.symptom'),
    })
  })
})

describe('a completion', () => {
  const template = 'k8s://namespaces/{namespace}/{kind}/{name}'
  const complete = async (subject: Identity, argument: { name: string; value: string }, context = {}) => {
    const client = await shop(subject).connect()
    const { completion } = await client.complete({
      ref: { type: 'ref/resource', uri: template },
      argument,
      context: { arguments: context },
    })
    return completion.values
  }

  test.each([
    [{ name: 'namespace', value: 'sh' }, {}, ['shop']],
    [{ name: 'kind', value: 'deploy' }, {}, ['deployments.apps']],
    [{ name: 'name', value: 'e' }, { kind: 'pods', namespace: 'shop' }, ['evil']],
    [{ name: 'name', value: '' }, {}, []],
    [{ name: 'colour', value: '' }, {}, []],
  ])('of %o offers what is there', async (argument, context, expected) => {
    expect(await complete(adam, argument, context)).toEqual(expected)
  })

  test('offers nothing that the caller may not list', async () => {
    expect(await complete(vera, { name: 'name', value: '' }, { kind: 'secrets', namespace: 'shop' })).toEqual([])
    expect(await complete(eve, { name: 'namespace', value: '' })).toEqual([])
  })

  test("knows a prompt's arguments too, and is recorded", async () => {
    const tested = shop()
    const client = await tested.connect()

    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'incident' },
      argument: { name: 'namespace', value: '' },
    })

    expect(completion.values).toEqual(expect.arrayContaining(['ops', 'shop']))
    expect(tested.audit.map(({ method, tool }) => [method, tool])).toEqual([['completion/complete', 'kubernetes_get']])
  })
})

test.each(['resources/read', 'prompts/get', 'completion/complete'])(
  'a misshapen %s is an error, and recorded',
  async (method) => {
    const tested = shop()
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ref: 7, name: 7, uri: 7 } })
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

    const response = await tested.mcp.fetch(new Request('http://mcp.invalid/mcp', { method: 'POST', headers, body }))

    expect(await response.text()).toContain(`Invalid ${method}: expected params with`)
    expect(tested.audit).toMatchObject([{ method, outcome: 'malformed' }])
  },
)

test('so many calls that a loop must be behind it have to wait', async () => {
  const tested = world({ limits: { burst: 3, callsPerMinute: 60 } })
  const client = await tested.connect()
  const call = () => client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' } })

  const results = [await call(), await call(), await call(), await call()]
  expect(results.map(({ isError }) => isError ?? false)).toEqual([false, false, false, true])
  expect(JSON.stringify(results[3])).toContain('too many calls: at most 60 in a minute; try again in 1 s')

  tested.cluster.advance('1s')
  expect((await call()).isError).toBeFalsy()
})
