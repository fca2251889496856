/**
 * Secrets in every field of every kind, in logs, errors and metrics: none of them shows up in anything that leaves.
 *
 * A cluster would refuse many of these objects, so they are planted on the way out of it: whatever text the API answers is
 * replaced by one that holds a secret, but for the names by which objects are found.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCluster } from '@mcp-lab/fake-kubectl'
import { KUBERNETES_RESOURCES } from '../src/resources/kubernetes.ts'
import { ALL_TOOLSETS } from './every-tool.ts'
import { deployment, pod, reach } from './shop.ts'
import { world, type World } from './world.ts'

const LETTERS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const planted: string[] = []

/** A secret nobody else has, of the given length; the same in each run. */
function core(length: number): string {
  let [seed, text] = [planted.length * 7919 + 17, '']
  while (text.length < length) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    text += LETTERS[seed % LETTERS.length]
  }
  planted.push(text)
  return text
}

/** How secrets stand in texts. */
const FORMS: readonly (() => string)[] = [
  () => `token ghp_${core(36)} used`,
  () => `connecting with password=${core(16)} now`,
  () => `postgres://app:${core(18)}@db.shop:5432/orders`,
  () => `Authorization: Bearer ${core(40)}`,
  () => `aws_secret_access_key = ${core(40)}`,
  () => `--api-key=${core(32)} --verbose`,
  () => `glpat-${core(20)}`,
  () => `client_secret: "${core(24)}"`,
]

let forms = 0
const poison = (): string => FORMS[forms++ % FORMS.length]!()

/** By these an object is found; a secret in them would be nobody's but its author's, and break the call. */
const NAMES = new Set([
  'apiVersion',
  'kind',
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'lastTimestamp',
  'eventTime',
  'groupVersion',
  'controller',
  'cpu',
  'memory',
])

function poisoned(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return NAMES.has(key) || value === '' ? value : poison()
  if (Array.isArray(value)) return value.map((item) => poisoned(item, key))
  if (typeof value !== 'object' || value === null) return value
  const { kind, data } = value as { kind?: unknown; data?: unknown }
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) =>
      kind === 'Secret' && field === 'data' && typeof data === 'object'
        ? [field, { key: btoa(core(20)), other: btoa(core(9)) }]
        : [field, poisoned(inner, field)],
    ),
  )
}

/** Schemas and discovery are the server's own; a Table's first cell is a name. */
const OWN = /^\/(api|apis|openapi)(\/v1|\/[^/]+(\/[^/]+)?)?$/

function table(value: { columnDefinitions: unknown; rows: { cells: unknown[]; object: unknown }[] }): unknown {
  const rows = value.rows.map(({ cells: [name, ...rest], object }) => ({
    cells: [name, ...rest.map((cell) => poisoned(cell))],
    object: poisoned(object),
  }))
  return { ...value, rows }
}

function planting(fetch: (request: Request) => Promise<Response>): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname.endsWith('/log')) return new Response(Array.from({ length: 40 }, poison).join('\n'))
    if (pathname.includes('/proxy/api/v1/query')) return Response.json(metrics())
    const response = await fetch(request)
    if (OWN.test(pathname) || pathname.startsWith('/openapi')) return response
    const text = await response.text()
    if (!text.startsWith('{')) return new Response(`${text} ${poison()}`, { status: response.status })
    const value = JSON.parse(text) as { kind?: string }
    const answer = value.kind === 'Table' ? table(value as never) : poisoned(value)
    return Response.json(answer, { status: response.status })
  }
}

function metrics(): unknown {
  const series = { metric: { __name__: 'up', job: poison(), instance: poison() }, value: [0, '1'], values: [[0, '1']] }
  return { status: 'success', data: { resultType: 'vector', result: [series] } }
}

let tested: World
let kinds: string[] = []
const left: unknown[] = []

beforeAll(async () => {
  const cluster = createCluster({
    world: { nodes: [{ name: 'node-1' }], namespaces: ['shop'] },
    manifests: [pod('web'), deployment('api'), ...['Secret', 'ConfigMap'].map(config)],
  })
  cluster.settle()
  tested = world({
    subject: { user: 'adam', groups: [] },
    cluster,
    toolsets: ALL_TOOLSETS,
    kube: { fetch: planting(reach(cluster)) },
    limits: { burst: 10_000 },
    onFault: (fault) => left.push(String(fault)),
  })
  const all = await tested.call('kubernetes_api_resources')
  kinds = (all.structuredContent as { resources: { name: string }[] }).resources.map(({ name }) => name)
})

afterAll(() => tested.mcp.close())

function config(kind: string) {
  const data = kind === 'Secret' ? { key: btoa('some value') } : { 'app.yaml': 'level: info' }
  return { apiVersion: 'v1', kind, metadata: { name: 'web', namespace: 'shop' }, data }
}

async function ask(name: string, args: Record<string, unknown>): Promise<void> {
  left.push(await tested.call(name, args).catch((fault: Error) => fault.message))
}

test('there are kinds enough to ask for', () => {
  expect(kinds.length).toBeGreaterThan(40)
})

test('lists and objects of every kind, whole and as rows', async () => {
  for (const kind of kinds) {
    for (const output of ['summary', 'full']) await ask('kubernetes_get', { kind, output, limit: 5 })
    await ask('kubernetes_get', { kind, name: 'web', namespace: 'shop', output: 'full' })
    await ask('kubernetes_describe', { kind, name: 'web', namespace: 'shop' })
  }
  expectNoneOf([left, tested.audit])
})

test('logs, events, metrics, history and errors', async () => {
  const web = { name: 'api', namespace: 'shop' }
  await ask('kubernetes_logs', { pod: 'web', namespace: 'shop' })
  await ask('kubernetes_logs', { pod: 'web', namespace: 'shop', grep: 'password' })
  await ask('kubernetes_events', {})
  await ask('kubernetes_top', { of: 'pods' })
  await ask('kubernetes_rollout_status', web)
  await ask('kubernetes_rollout_history', web)
  await ask('kubernetes_can_i', { verb: 'get', kind: 'pods' })
  await ask('kubernetes_whoami', {})
  await ask('prometheus_query', { query: 'up' })
  await ask('prometheus_query_range', { query: 'up' })
  await ask('helm_list', {})
  await ask('kubernetes_get', { kind: 'pods', name: 'none', namespace: 'shop' })
  expectNoneOf([left, tested.audit])
})

test('differences that wait for approval, and what is told of them', async () => {
  const image = { name: 'api', namespace: 'shop', container: 'main', image: 'registry.example/main:2' }
  await ask('kubernetes_set', image)
  await ask('kubernetes_scale', { name: 'api', namespace: 'shop', replicas: 5 })
  await ask('kubernetes_patch', { kind: 'cm', name: 'web', namespace: 'shop', patch: { data: { more: poison() } } })
  await ask('kubernetes_delete', { kind: 'secret', name: 'web', namespace: 'shop' })
  left.push(tested.mcp.approvals.list({ user: 'olga', groups: ['approvers'] }))
  expect(JSON.stringify(left.at(-1))).toContain('kubernetes_delete')
  expectNoneOf([left, tested.audit])
})

test('resources and completions', async () => {
  const client = await tested.connect()
  const places: Record<string, string> = {
    namespace: 'shop',
    kind: 'secrets',
    name: 'web',
    pod: 'web',
    container: 'main',
  }
  for (const { uri } of KUBERNETES_RESOURCES) {
    const address = uri.replaceAll(/\{(\w+)\}/g, (_, place: string) => places[place] ?? '')
    left.push(await client.readResource({ uri: address }).catch((fault: Error) => fault.message))
  }
  expectNoneOf([left, tested.audit])
})

/** None as it is, nor in base64, hex or percent signs. */
function expectNoneOf(told: unknown): void {
  const text = JSON.stringify(told)
  const encodings = [(it: string) => it, btoa, (it: string) => Buffer.from(it).toString('hex')]
  const leaked = planted.filter((secret) =>
    encodings.some((encode) => text.includes(encode(secret).replace(/=+$/, ''))),
  )
  const around = leaked.map((secret) => text.slice(Math.max(0, text.indexOf(secret) - 60), text.indexOf(secret) + 60))
  expect(around).toEqual([])
}
