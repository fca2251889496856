/** What the server tells of its types: `/openapi/v3` and `/openapi/v2`. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { rowsOf, type CustomKind } from '../src/api/kinds/row.ts'
import { createRegistry } from '../src/api/registry.ts'
import { createSchema, type SchemaFile } from '../src/api/schema.ts'
import { groupDocument } from '../src/apiserver/openapi/group-document.ts'
import { createCluster, type Cluster } from '../src/index.ts'
import { ask } from './kit.ts'

async function documentOf(cluster: Cluster, name: string): Promise<any> {
  const { body } = await ask(cluster, '/openapi/v3')
  return (await ask(cluster, body.paths[name].serverRelativeURL)).body
}

const APPS = 'io.k8s.api.apps.v1'
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'

describe('the index', () => {
  test('has a document for each group and version, under a URL with its hash', async () => {
    const { code, body } = await ask(createCluster(), '/openapi/v3')

    expect(code).toBe(200)
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        'api',
        'api/v1',
        'apis',
        'apis/apps',
        'apis/apps/v1',
        'apis/rbac.authorization.k8s.io/v1',
      ]),
    )
    expect(body.paths['api/v1'].serverRelativeURL).toMatch(/^\/openapi\/v3\/api\/v1\?hash=[0-9A-F]{128}$/)
  })

  test('a document may be kept as long as its hash is the same', async () => {
    const cluster = createCluster()
    const url = (await ask(cluster, '/openapi/v3')).body.paths['apis/apps/v1'].serverRelativeURL

    const whole = await ask(cluster, url)
    const etag = whole.headers.get('etag')!
    const again = await ask(cluster, url, { headers: { 'if-none-match': etag } })
    const old = await cluster.fetch('https://c/openapi/v3/apis/apps/v1?hash=OLD')

    expect([whole.code, whole.headers.get('cache-control'), again.code]).toEqual([200, 'public, immutable', 304])
    expect([old.status, old.headers.get('location')]).toEqual([301, url])
    expect(etag).toBe(`"${url.split('=')[1]}"`)
  })

  test.each([
    ['/openapi/v3', 'application/com.github.proto-openapi.spec.v3@v1.0+protobuf, application/json', 200],
    ['/openapi/v3', 'application/com.github.proto-openapi.spec.v3@v1.0+protobuf', 406],
    ['/openapi/v3/apis/nope/v1', 'application/json', 404],
    ['/openapi/v3/index', 'application/json', 404],
    ['/openapi/v3/constructor', 'application/json', 404],
  ])('%s for who accepts %s is %i', async (path, accept, code) => {
    expect((await ask(createCluster(), path, { headers: { accept } })).code).toBe(code)
  })
})

describe('a group’s document', () => {
  test('names the kind, the action and the parameters of each operation', async () => {
    const { paths } = await documentOf(createCluster(), 'apis/apps/v1')

    const { patch } = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']
    const scale = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale'].get
    expect(patch).toMatchObject({
      operationId: 'patchAppsV1NamespacedDeployment',
      description: 'partially update the specified Deployment',
      tags: ['apps_v1'],
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'Deployment' },
    })
    expect(patch.parameters.map((it: any) => it.name)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force'])
    expect(Object.keys(patch.requestBody.content)).toContain('application/strategic-merge-patch+json')
    expect(scale).toMatchObject({
      operationId: 'readAppsV1NamespacedDeploymentScale',
      description: 'read scale of the specified Deployment',
      'x-kubernetes-group-version-kind': { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    })
  })

  test('describes types as a real server does', async () => {
    const { schemas } = (await documentOf(createCluster(), 'apis/apps/v1')).components

    expect(schemas[`${APPS}.Deployment`]).toMatchObject({
      type: 'object',
      'x-kubernetes-group-version-kind': [{ group: 'apps', kind: 'Deployment', version: 'v1' }],
      properties: { spec: { allOf: [{ $ref: `#/components/schemas/${APPS}.DeploymentSpec` }], default: {} } },
    })
    expect(schemas[`${APPS}.DeploymentSpec`]).toMatchObject({
      required: ['selector', 'template'],
      properties: {
        replicas: { type: 'integer', format: 'int32' },
        strategy: { 'x-kubernetes-patch-strategy': 'retainKeys' },
      },
    })
    expect(schemas['io.k8s.api.core.v1.Container'].properties).toMatchObject({
      ports: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
        'x-kubernetes-patch-merge-key': 'containerPort',
        'x-kubernetes-patch-strategy': 'merge',
      },
      imagePullPolicy: { type: 'string', enum: ['Always', 'IfNotPresent', 'Never'] },
    })
    expect(schemas[`${META}.LabelSelector`]['x-kubernetes-map-type']).toBe('atomic')
    expect(schemas['io.k8s.apimachinery.pkg.api.resource.Quantity'].oneOf).toEqual([
      { type: 'string' },
      { type: 'number' },
    ])
  })

  test.each(['api/v1', 'apis/apps/v1', 'apis/apiextensions.k8s.io/v1', 'apis/policy/v1', 'apis', 'apis/batch'])(
    'of %s refers to nothing that it leaves out, and names each operation once',
    async (name) => {
      const document = await documentOf(createCluster(), name)

      const text = JSON.stringify(document)
      const refs = new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, it]) => it!))
      const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, it]) => it!)

      expect([...refs].filter((it) => !(it in document.components.schemas))).toEqual([])
      expect(new Set(ids).size).toBe(ids.length)
    },
  )

  test('says what kubectl explain prints: the texts, and what an enumerated value may be', async () => {
    const { schemas } = (await documentOf(createCluster(), 'api/v1')).components

    const { properties } = schemas['io.k8s.api.core.v1.Container']
    expect(properties.name.description).toMatch(/^Name of the container specified as a DNS_LABEL\./)
    expect(properties.imagePullPolicy).toMatchObject({
      description: expect.stringMatching(/^Image pull policy\./),
      enum: ['Always', 'IfNotPresent', 'Never'],
    })
  })
})

test('a custom kind has its definition’s schema, and what every object has', () => {
  const schema = createSchema(read('../src/schema/kubernetes.json') as SchemaFile)
  const openApi = { type: 'object', required: ['spec'], properties: { spec: { type: 'object', description: 'what' } } }
  const row = { ...rowsOf('example.com', 'v1')('widgets', 'Widget'), custom: {} as CustomKind, openApi }
  const source = { kinds: createRegistry([row]), schema, descriptions: {} }

  const { paths, components } = groupDocument(source, 'example.com', 'v1') as any

  const widget = components.schemas['com.example.v1.Widget']
  expect(widget).toMatchObject({
    required: ['spec'],
    properties: {
      spec: { description: 'what' },
      metadata: { allOf: [{ $ref: `#/components/schemas/${META}.ObjectMeta` }] },
    },
    'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Widget' }],
  })
  const { patch } = paths['/apis/example.com/v1/namespaces/{namespace}/widgets/{name}']
  expect(patch.operationId).toBe('patchExampleComV1NamespacedWidget')
  expect(Object.keys(patch.requestBody.content)).not.toContain('application/strategic-merge-patch+json')
})

test('version 2 has everything in one document', async () => {
  const { body } = await ask(createCluster(), '/openapi/v2')

  const operation = body.paths['/api/v1/namespaces/{namespace}/pods'].post
  expect(body.swagger).toBe('2.0')
  expect(operation.parameters).toContainEqual({
    name: 'body',
    in: 'body',
    required: true,
    schema: { $ref: '#/definitions/io.k8s.api.core.v1.Pod' },
  })
  expect(body.definitions['io.k8s.api.core.v1.Pod'].properties.spec).toMatchObject({
    $ref: '#/definitions/io.k8s.api.core.v1.PodSpec',
  })
  expect(body.definitions['io.k8s.apimachinery.pkg.api.resource.Quantity'].type).toBe('string')
})

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
}
