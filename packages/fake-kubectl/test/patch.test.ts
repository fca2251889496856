import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../src/index.ts'
import { ask, configMap, pod, send, type Answer } from './kit.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const WEB = '/apis/apps/v1/namespaces/default/deployments/web'

type Kind = 'json' | 'merge' | 'strategic-merge'

function patch(cluster: Cluster, path: string, body: unknown, kind: Kind = 'strategic-merge'): Promise<Answer> {
  return send(cluster, 'PATCH', path, body, { 'content-type': `application/${kind}-patch+json` })
}

function deployment(): Cluster {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'nginx', image: 'nginx:1', ports: [{ containerPort: 80 }] }] },
  }
  const spec = { replicas: 2, selector: { matchLabels: { app: 'web' } }, template }
  return createCluster({
    manifests: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' }, spec }],
  })
}

function map(): Cluster {
  return createCluster({
    manifests: [{ ...configMap('a', { k: '1' }), metadata: { name: 'a', namespace: 'default' } }],
  })
}

describe('a strategic merge patch', () => {
  test('merges containers by name, new ones first', async () => {
    const cluster = deployment()
    const containers = (list: unknown) => ({ spec: { template: { spec: { containers: list } } } })

    await patch(cluster, WEB, containers([{ name: 'side', image: 'busybox' }]))
    const added = await ask(cluster, WEB)
    const { body } = await patch(
      cluster,
      WEB,
      containers([
        { name: 'side', $patch: 'delete' },
        { name: 'nginx', image: 'nginx:2' },
      ]),
    )

    expect(added.body.spec.template.spec.containers.map(({ name }: { name: string }) => name)).toEqual([
      'side',
      'nginx',
    ])
    expect(body.spec.template.spec.containers).toEqual([expect.objectContaining({ image: 'nginx:2' })])
    expect(body.spec.template.spec.containers[0].ports).toHaveLength(1)
  })

  test('does not look at what it says of the kind', async () => {
    const { code, body } = await patch(map(), `${MAPS}/a`, { kind: 'Secret', data: { n: '2' } })

    expect([code, body.kind, body.data]).toEqual([200, 'ConfigMap', { k: '1', n: '2' }])
  })

  test.each([
    ['"x"', 400, 'json: cannot unmarshal string into Go value of type map[string]interface {}'],
    ['{', 400, 'unexpected end of JSON input'],
    ['{"data":{"$patch":"x"}}', 500, 'unknown patch type: x in map: map[$patch:x]'],
    [
      '{"metadata":{"labels":5}}',
      422,
      ' "" is invalid: patch: Invalid value: "map[metadata:map[labels:5]]": cannot restore map from int64',
    ],
    ['{"metadata":{"labels":{"a":5}}}', 422, expect.stringContaining('cannot convert int64 to string')],
    ['{"metadata":{"name":true}}', 422, expect.stringContaining('unrecognized type: string')],
  ])('%s is refused', async (text, code, message) => {
    const answer = await patch(map(), `${MAPS}/a`, text)

    expect([answer.code, answer.body.message]).toEqual([code, message])
  })
})

describe('any patch', () => {
  test.each<[Kind, unknown]>([
    ['json', [{ op: 'replace', path: '/data/k', value: '1' }]],
    ['merge', { data: { k: '1' } }],
    ['strategic-merge', { data: { k: '1' } }],
  ])('(%s) that changes nothing is no write', async (kind, change) => {
    const cluster = map()
    const before = await ask(cluster, `${MAPS}/a`)

    const after = await patch(cluster, `${MAPS}/a`, change, kind)

    expect(after.body).toEqual(before.body)
  })

  test('of an object that is not there is 404, even when it is no patch', async () => {
    const { code, body } = await patch(map(), `${MAPS}/nope`, '{')

    expect([code, body.message]).toEqual([404, 'configmaps "nope" not found'])
  })

  test('made for a version that is gone is a conflict', async () => {
    const { code, body } = await patch(map(), `${MAPS}/a`, { metadata: { resourceVersion: '1' } }, 'merge')

    expect([code, body.message]).toEqual([
      409,
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    ])
  })

  test.each([
    [{ metadata: { name: 'b' } }, 400, 'the name of the object (b) does not match the name on the URL (a)'],
    [
      { metadata: { namespace: 'b' } },
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [{ metadata: { uid: 'b' } }, 422, 'ConfigMap "a" is invalid: metadata.uid: Invalid value: "b": field is immutable'],
    [
      { kind: 'Secret' },
      422,
      expect.stringContaining('converting (v1.Secret) to (core.ConfigMap): unknown conversion'),
    ],
    [{ kind: 'Cat' }, 422, expect.stringContaining('no kind "Cat" is registered for version "v1" in scheme "')],
    [{ kind: null }, 422, expect.stringContaining("Object 'Kind' is missing in '{")],
  ])('that makes another object of it (%j) is refused', async (change, code, message) => {
    const answer = await patch(map(), `${MAPS}/a`, change, 'merge')

    expect([answer.code, answer.body.message]).toEqual([code, message])
  })

  test('may run dry', async () => {
    const cluster = map()

    const { code, body } = await patch(cluster, `${MAPS}/a?dryRun=All`, { data: { k: '2' } })

    expect([code, body.data.k]).toEqual([200, '2'])
    expect((await ask(cluster, `${MAPS}/a`)).body.data.k).toBe('1')
  })

  test.each<[Kind, string, string]>([
    ['json', '[{"op":"add","path":"/data/n","value":"1","note":""}]', 'json patch unknown field "[0].note"'],
    ['json', '[{"op":"add","op":"add","path":"/data/n","value":"1"}]', 'json patch duplicate field "[0].op"'],
    ['merge', '{"data":{"n":"1","n":"2"}}', 'duplicate field "data.n"'],
    ['strategic-merge', '{"data":{"n":"1","n":"2"}}', 'duplicate field "data.n"'],
    ['merge', '{"foo":1}', 'unknown field "foo"'],
  ])('(%s) %s is warned of, and strictly refused', async (kind, text, why) => {
    const warned = await patch(map(), `${MAPS}/a`, text, kind)
    const refused = await patch(map(), `${MAPS}/a?fieldValidation=Strict`, text, kind)

    expect([warned.code, warned.headers.get('warning')]).toEqual([200, `299 - ${JSON.stringify(why)}`])
    expect([refused.code, refused.body.message]).toEqual([
      422,
      expect.stringContaining(`strict decoding error: ${why}`),
    ])
  })

  test.each([
    ['fieldManager=' + 'x'.repeat(129), 'fieldManager: Too long: may not be more than 128 bytes'],
    ['fieldManager=a%07', 'fieldManager: Invalid value: "a\\u0007": invalid character U+0007 (at position 1)'],
    ['force=true', 'force: Forbidden: may not be specified for non-apply patch'],
    ['dryRun=Some', 'dryRun: Unsupported value: ["Some"]: supported values: "All"'],
    ['fieldValidation=x', 'fieldValidation: Unsupported value: "x": supported values: "", "Ignore", "Strict", "Warn"'],
  ])('refuses the option %s', async (query, why) => {
    const { code, body } = await patch(map(), `${MAPS}/a?${query}`, {}, 'merge')

    expect([code, body.message]).toEqual([422, `PatchOptions.meta.k8s.io "" is invalid: ${why}`])
  })

  test('of a status leaves the rest, of a scale changes the replicas', async () => {
    const cluster = deployment()

    const status = await patch(cluster, `${WEB}/status`, { spec: { replicas: 9 }, status: { replicas: 1 } })
    const scale = await patch(cluster, `${WEB}/scale`, { spec: { replicas: 5 } })

    expect(status.body).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 1 } })
    expect(scale.body).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } })
    expect((await ask(cluster, WEB)).body.spec.replicas).toBe(5)
  })

  test('in another format is 415 with the formats that are taken', async () => {
    const { code, body } = await send(
      createCluster({ manifests: [pod('p')] }),
      'PATCH',
      '/api/v1/namespaces/default/pods/p',
      {},
    )

    expect([code, body.message]).toEqual([
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
    ])
  })
})
