/**
 * Stock helm 4 lives on server-side apply and on protobuf Secrets. A chart is installed, upgraded, rolled back, removed;
 * after each step the cluster is what the chart says.
 */
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { apiOf, type Api } from './api.ts'
import { stockBinary } from './stock-binary.ts'
import { namespaceNamed, stockKubectl, type Answer, type Kubectl } from './stock-kubectl.ts'

const CHART = path.join(import.meta.dirname, 'charts/shop')
const NS = 's-helm'

let kubectl: Kubectl
let api: Api

beforeAll(async () => {
  kubectl = stockKubectl(inject('kubeconfig'))
  api = apiOf(kubectl.kubeconfig)
  await kubectl.in({ stdin: namespaceNamed(NS) })('create', '--raw', '/api/v1/namespaces', '-f', '-')
})

afterAll(() => kubectl('delete', 'namespace', NS, '--wait=false'))

describe('helm 4', () => {
  test('is the version that ships with kubectl 1.36', async () => {
    expect((await helm('version', '--short')).stdout).toMatch(/^v4\.2\./)
  })

  test('template asks no cluster', async () => {
    const { stdout } = await helm('template', 'shop', CHART)

    expect(stdout).toContain('kind: Deployment')
  })

  test('install --dry-run=server stores nothing', async () => {
    const { stdout } = await succeeds('install', 'shop', CHART, '--dry-run=server')

    expect(stdout).toMatch(/STATUS: pending-install[\s\S]*kind: Service/)
    expect(await object('deployments/shop')).toBeUndefined()
    expect(await releases()).toEqual([])
  })

  test('install creates every object and the release', async () => {
    const { stdout } = await succeeds('install', 'shop', CHART, '--wait')

    expect(stdout).toMatch(/STATUS: deployed[\s\S]*REVISION: 1[\s\S]*shop says hello\./)
    expect(await object('deployments/shop')).toMatchObject({
      metadata: {
        labels: { 'app.kubernetes.io/managed-by': 'Helm' },
        annotations: { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': NS },
        managedFields: expect.arrayContaining([expect.objectContaining({ manager: 'helm', operation: 'Apply' })]),
      },
      spec: { replicas: 2, template: { spec: { containers: [{ image: 'nginx:1.25' }] } } },
      status: { availableReplicas: 2 },
    })
    expect(await object('configmaps/shop')).toMatchObject({ data: { greeting: 'hello', revision: '1' } })
    expect(await object('secrets/shop')).toMatchObject({ type: 'Opaque', data: { password: 'aHVudGVyMg==' } })
    expect(await object('services/shop')).toMatchObject({ spec: { ports: [{ targetPort: 'http' }] } })
    for (const it of ['serviceaccounts/shop', 'roles/shop', 'rolebindings/shop']) expect(await object(it)).toBeDefined()
    expect(await releases()).toEqual([['sh.helm.release.v1.shop.v1', 'deployed']])
  })

  test('install of the same name is refused', async () => {
    const { code, stderr } = await helm('install', 'shop', CHART)

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('cannot reuse a name that is still in use'),
    })
  })

  test('list and status tell of it', async () => {
    const list = JSON.parse((await succeeds('list', '-o', 'json')).stdout) as unknown
    const status = JSON.parse((await succeeds('status', 'shop', '-o', 'json')).stdout) as unknown

    expect(list).toMatchObject([
      { name: 'shop', namespace: NS, revision: '1', status: 'deployed', chart: 'shop-0.1.0' },
    ])
    expect(status).toMatchObject({ name: 'shop', version: 1, info: { status: 'deployed' } })
  })

  test('get tells values, manifest and notes', async () => {
    expect((await succeeds('get', 'values', 'shop', '--all')).stdout).toContain('greeting: hello')
    expect((await succeeds('get', 'manifest', 'shop')).stdout).toContain('kind: RoleBinding')
    expect((await succeeds('get', 'notes', 'shop')).stdout).toContain('shop says hello.')
  })

  test('upgrade changes what differs, runs the hook and keeps the rest', async () => {
    const before = await object('services/shop')
    const { stdout } = await succeeds('upgrade', 'shop', CHART, '--set', 'greeting=bonjour,hooks=true,image=nginx:1.26')

    expect(stdout).toMatch(/STATUS: deployed[\s\S]*REVISION: 2[\s\S]*shop says bonjour\./)
    expect(await object('configmaps/shop')).toMatchObject({ data: { greeting: 'bonjour', revision: '2' } })
    expect(await object('configmaps/shop-hook')).toMatchObject({ data: { ran: 'for revision 2' } })
    expect(await object('deployments/shop')).toMatchObject({
      metadata: { generation: 2 },
      spec: { template: { spec: { containers: [{ image: 'nginx:1.26' }] } } },
    })
    expect((await object('services/shop'))?.spec).toEqual(before?.spec)
    expect(await releases()).toEqual([
      ['sh.helm.release.v1.shop.v1', 'superseded'],
      ['sh.helm.release.v1.shop.v2', 'deployed'],
    ])
  })

  test('upgrade --install --reuse-values keeps the values', async () => {
    await succeeds('upgrade', '--install', 'shop', CHART, '--reuse-values', '--set', 'password=other')

    expect(await object('configmaps/shop')).toMatchObject({ data: { greeting: 'bonjour', revision: '3' } })
    expect(await object('secrets/shop')).toMatchObject({ data: { password: 'b3RoZXI=' } })
  })

  test('upgrade meets the conflict with what somebody else has set', async () => {
    await kubectl('-n', NS, 'set', 'image', 'deployment/shop', 'web=nginx:mine')
    const { code, stderr } = await helm('upgrade', 'shop', CHART)

    expect(code).toBe(1)
    expect(stderr).toContain(
      'conflict with "kubectl-set" using apps/v1: .spec.template.spec.containers[name="web"].image',
    )
  })

  test('upgrade --force-conflicts takes it back', async () => {
    await succeeds('upgrade', 'shop', CHART, '--force-conflicts')

    expect(await object('deployments/shop')).toMatchObject({
      spec: { template: { spec: { containers: [{ image: 'nginx:1.26' }] } } },
    })
  })

  test('history tells the revisions', async () => {
    const history = JSON.parse((await succeeds('history', 'shop', '-o', 'json')).stdout) as { status: string }[]

    expect(history.map(({ status }) => status)).toEqual([
      'superseded',
      'superseded',
      'superseded',
      'failed',
      'deployed',
    ])
  })

  test('rollback brings an old revision back as a new one', async () => {
    const { stdout } = await succeeds('rollback', 'shop', '1')

    expect(stdout).toContain('Rollback was a success!')
    expect(await object('configmaps/shop')).toMatchObject({ data: { greeting: 'hello', revision: '1' } })
    expect(await object('secrets/shop')).toMatchObject({ data: { password: 'aHVudGVyMg==' } })
    expect((await releases()).at(-1)).toEqual(['sh.helm.release.v1.shop.v6', 'deployed'])
  })

  test('upgrade --rollback-on-failure leaves what a broken chart began', async () => {
    const { code } = await helm(
      'upgrade',
      'shop',
      CHART,
      '--set',
      'replicas=-1',
      '--rollback-on-failure',
      '--timeout=20s',
    )

    expect(code).toBe(1)
    expect(await object('deployments/shop')).toMatchObject({ spec: { replicas: 2 } })
  })

  test('uninstall removes every object and the release', async () => {
    const { stdout } = await succeeds('uninstall', 'shop', '--wait')

    expect(stdout).toContain('release "shop" uninstalled')
    for (const kind of ['deployments', 'services', 'configmaps', 'secrets', 'serviceaccounts', 'roles', 'rolebindings'])
      expect(await object(`${kind}/shop`), kind).toBeUndefined()
    expect(await releases()).toEqual([])
  })

  test('uninstall of what is not there is refused', async () => {
    expect((await helm('uninstall', 'shop')).stderr).toContain('release: not found')
  })
})

function helm(...args: string[]): Promise<Answer> {
  return stockKubectl(kubectl.kubeconfig, stockBinary('helm'))('-n', NS, ...args)
}

async function succeeds(...args: string[]): Promise<Answer> {
  const answer = await helm(...args)
  expect(answer.code === 0 ? '' : answer.stderr).toBe('')
  return answer
}

const object = (name: string) => api.object(name, NS)

/** The Secrets in which helm keeps its releases, by name, with their status. */
async function releases(): Promise<[string, string | undefined][]> {
  const list = await api.get(`/api/v1/namespaces/${NS}/secrets?labelSelector=owner%3Dhelm`)
  const items = list?.items as { metadata: { name: string; labels: Record<string, string> } }[]
  return items.map(({ metadata }) => [metadata.name, metadata.labels.status])
}
