/** What clients send and how it is read: JSON, YAML, protobuf; unknown fields, wrong types, values as they are kept. */
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSchema, type SchemaFile } from '../src/api/schema.ts'
import { decodeValue } from '../src/apiserver/decode/decode-value.ts'
import { readMessage } from '../src/apiserver/decode/protobuf.ts'
import { createCluster } from '../src/index.ts'
import { ask, configMap, pod, send } from './kit.ts'
import { encodeMessage, envelope } from './protobuf-encoder.ts'
import { objectOf } from './typed-objects.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const PODS = '/api/v1/namespaces/default/pods'
const YAML = { 'content-type': 'application/yaml' }
const PROTOBUF = { 'content-type': 'application/vnd.kubernetes.protobuf' }

const read = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
const schema = createSchema(read('../src/schema/kubernetes.json') as SchemaFile)

function deployment(spec: object = {}): object {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i:1' }] } }
  return { metadata: { name: 'web' }, spec: { selector: { matchLabels: { app: 'web' } }, template, ...spec } }
}

describe('unknown and repeated fields', () => {
  test('are dropped, and the client is warned of each', async () => {
    const body = '{"metadata":{"name":"a","nme":1,"name":"b"},"foo":{"x":1},"data":{"k":"1","k":"2"}}'

    const answer = await send(createCluster(), 'POST', MAPS, body)

    expect(answer.code).toBe(201)
    expect(answer.headers.get('warning')).toBe(
      String.raw`299 - "unknown field \"metadata.nme\"", 299 - "duplicate field \"metadata.name\"", 299 - "unknown field \"foo\"", 299 - "duplicate field \"data.k\""`,
    )
    expect(answer.body).not.toHaveProperty('foo')
    expect(answer.body).toMatchObject({ metadata: { name: 'b' }, data: { k: '2' } })
  })

  test('are refused with fieldValidation=Strict, all in one message', async () => {
    const body = JSON.stringify(deployment({ foo: 1, template: { spec: { containers: [{ name: 'c', img: 'x' }] } } }))

    const { code, body: status } = await send(createCluster(), 'POST', `${DEPLOYMENTS}?fieldValidation=Strict`, body)

    expect([code, status.message]).toEqual([
      400,
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.template.spec.containers[0].img", unknown field "spec.foo"',
    ])
  })

  test('are nobody’s business with fieldValidation=Ignore', async () => {
    const { code, headers } = await send(
      createCluster(),
      'POST',
      `${DEPLOYMENTS}?fieldValidation=Ignore`,
      deployment({ foo: 1 }),
    )

    expect([code, headers.get('warning')]).toEqual([201, null])
  })

  test('are looked for in what a patch leaves, too', async () => {
    const cluster = createCluster()
    await send(cluster, 'POST', MAPS, configMap('a'))

    const { code, body } = await send(
      cluster,
      'PATCH',
      `${MAPS}/a?fieldValidation=Strict`,
      { foo: 1 },
      { 'content-type': 'application/merge-patch+json' },
    )

    expect(code).toBe(422)
    expect(body.message).toContain('strict decoding error: unknown field "foo"')
  })

  test('fieldValidation itself must be one of three words', async () => {
    const { code, body } = await send(createCluster(), 'POST', `${MAPS}?fieldValidation=strict`, configMap('a'))

    expect([code, body.message]).toEqual([
      422,
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "strict": supported values: "", "Ignore", "Strict", "Warn"',
    ])
  })

  test('in YAML, a repeated key is told of with its line', async () => {
    const text = 'metadata:\n  name: a\ndata:\n  k: "1"\n  k: "2"\n'

    const warned = await send(createCluster(), 'POST', MAPS, text, YAML)
    const strict = await send(createCluster(), 'POST', `${MAPS}?fieldValidation=Strict`, text, YAML)

    expect(warned.headers.get('warning')).toBe(String.raw`299 - "line 5: key \"k\" already set in map"`)
    expect(strict.body.message).toContain(
      'strict decoding error: yaml: unmarshal errors:\n  line 5: key "k" already set in map',
    )
  })
})

describe('a value of the wrong type is told of in Go’s words', () => {
  test.each([
    [{ replicas: 'three' }, 'string into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ replicas: 1.5 }, 'number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ replicas: 2147483648 }, 'number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ paused: 'yes' }, 'string into Go struct field DeploymentSpec.spec.paused of type bool'],
    [{ selector: [] }, 'array into Go struct field DeploymentSpec.spec.selector of type v1.LabelSelector'],
    [
      { strategy: { type: 1 } },
      'number into Go struct field DeploymentStrategy.spec.strategy.type of type v1.DeploymentStrategyType',
    ],
    [
      { strategy: { rollingUpdate: { maxSurge: true } } },
      'bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32',
    ],
    [
      { template: { spec: { containers: {} } } },
      'object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      { template: { spec: { containers: [{ image: 5 }] } } },
      'number into Go struct field Container.spec.template.spec.containers.image of type string',
    ],
    [
      { template: { metadata: { labels: { a: 1 } } } },
      'number into Go struct field ObjectMeta.spec.template.metadata.labels of type string',
    ],
    [
      { template: { spec: { tolerations: 'x' } } },
      'string into Go struct field PodSpec.spec.template.spec.tolerations of type []v1.Toleration',
    ],
  ])('%j', async (spec, said) => {
    const { code, body } = await send(createCluster(), 'POST', DEPLOYMENTS, deployment(spec))

    const handled = 'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal '
    expect([code, body.message]).toEqual([400, handled + said])
  })

  test.each([
    ['{"spec":{"replicas":1e3}}', 'number 1e3 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    ['{"spec":{"replicas":1.0}}', 'number 1.0 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    ['{"kind":5}', 'number into Go struct field .kind of type string'],
  ])('%s, as it was spelled', async (text, said) => {
    const { code, body } = await send(createCluster(), 'POST', DEPLOYMENTS, text)

    expect([code, body.message]).toEqual([400, expect.stringContaining(`json: cannot unmarshal ${said}`)])
  })

  test('names differ by their case, and null is absence', async () => {
    const body = { metadata: { name: 'a', labels: null }, Data: { k: 'v' }, data: { x: null } }

    const answer = await send(createCluster(), 'POST', MAPS, body)

    expect(answer.headers.get('warning')).toBe(String.raw`299 - "unknown field \"Data\""`)
    expect(answer.body.data).toEqual({ x: '' })
    expect(answer.body.metadata).not.toHaveProperty('labels')
  })
})

describe('values as they are kept', () => {
  test.each([
    ['1000m', '1'],
    [1, '1'],
    [0.5, '500m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.1', '100m'],
    ['12e6', '12e6'],
    ['2000000', '2M'],
  ])('the quantity %j is %j', async (given, kept) => {
    const { body } = await send(createCluster(), 'POST', PODS, requesting(given))

    expect(body.spec.containers[0].resources.requests.cpu).toBe(kept)
  })

  test.each([
    ['1 Gi', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['1Ti5', "unable to parse quantity's suffix"],
  ])('%j is no quantity', async (given, why) => {
    const { code, body } = await send(createCluster(), 'POST', PODS, requesting(given))

    expect([code, body.message]).toEqual([400, `Pod in version "v1" cannot be handled as a Pod: ${why}`])
  })

  test.each([
    ['yesterday', 'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"'],
    ['2026-13-01T00:00:00Z', 'parsing time "2026-13-01T00:00:00Z": month out of range'],
    ['2026-02-30T00:00:00Z', 'parsing time "2026-02-30T00:00:00Z": day out of range'],
    ['2026-01-01', 'parsing time "2026-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'],
  ])('%j is no time', async (deletionTimestamp, why) => {
    const sent = { metadata: { name: 'a', deletionTimestamp } }

    const { code, body } = await send(createCluster(), 'POST', MAPS, sent)

    expect([code, body.message]).toEqual([400, `ConfigMap in version "v1" cannot be handled as a ConfigMap: ${why}`])
  })

  test('bytes are base64', async () => {
    const secret = { metadata: { name: 's' }, data: { a: 'not base64!' } }

    const { code, body } = await send(createCluster(), 'POST', '/api/v1/namespaces/default/secrets', secret)

    expect([code, body.message]).toEqual([
      400,
      'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 3',
    ])
  })

  test('what Go leaves out is gone, and what it never leaves out is there', async () => {
    const spec = {
      nodeName: '',
      hostNetwork: false,
      volumes: [],
      securityContext: {},
      containers: [{ name: 'c', image: 'i' }],
    }

    const { body } = await send(createCluster(), 'POST', PODS, { metadata: { name: 'p', labels: {} }, spec })
    const web = (await send(createCluster(), 'POST', DEPLOYMENTS, deployment())).body

    expect(Object.keys(body.spec)).not.toContain('hostNetwork')
    expect(Object.keys(body.spec)).not.toContain('nodeName')
    expect(body.metadata).not.toHaveProperty('labels')
    expect(body.spec.securityContext).toEqual({})
    expect(body.spec.containers[0].resources).toEqual({})
    expect(web.status).toEqual({})
  })

  function requesting(cpu: unknown): object {
    return {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }] },
    }
  }
})

describe('YAML', () => {
  test.each([
    ['yes', 'bool'],
    ['0644', 'number'],
    ['1.5', 'number'],
  ])('%s is no text', async (value, found) => {
    const { code, body } = await send(createCluster(), 'POST', MAPS, `metadata: {name: a}\ndata: {k: ${value}}\n`, YAML)

    expect([code, body.message]).toEqual([
      400,
      `ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal ${found} into Go struct field ConfigMap.data of type string`,
    ])
  })

  test.each(['2026-01-01', '22:30', 'nope', '"yes"', '1.2.3'])('%s is text', async (value) => {
    const { code, body } = await send(createCluster(), 'POST', MAPS, `metadata: {name: a}\ndata: {k: ${value}}\n`, YAML)

    expect([code, body.data]).toEqual([201, { k: value.replaceAll('"', '') }])
  })

  test.each([
    ['a: b: c', 'yaml: mapping values are not allowed in this context'],
    ['metadata:\n  name: a\n  x: y: z\n', 'yaml: line 3: mapping values are not allowed in this context'],
    ['a: [1\n', "yaml: line 1: did not find expected ',' or ']'"],
    ['a: 1\nb:\n  c: 2\n d: 3\n', 'yaml: line 3: did not find expected key'],
    ['\ta: 1', 'yaml: found character that cannot start any token'],
    ['a: *b', "yaml: unknown anchor 'b' referenced"],
  ])('%j cannot be read', async (text, why) => {
    const { code, body } = await send(createCluster(), 'POST', MAPS, text, YAML)

    expect([code, body.message]).toEqual([
      400,
      expect.stringContaining(`the object provided is unrecognized (must be of type ConfigMap): ${why}`),
    ])
  })
})

describe('JSON that is none, in the words of Go’s scanner', () => {
  test.each([
    ['', 'unexpected end of JSON input (<empty>)'],
    ['{"metadata": nope}', `invalid character 'o' in literal null (expecting 'u') ({"metadata": nope})`],
    ['{"a":1,}', `invalid character '}' looking for beginning of object key string ({"a":1,})`],
    ['{a: 1}', `invalid character 'a' looking for beginning of object key string ({a: 1})`],
    ['{"a" 1}', `invalid character '1' after object key ({"a" 1})`],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair ({"a":1 "b":2})`],
    ['{"a":[1 2]}', `invalid character '2' after array element ({"a":[1 2]})`],
    ['{"a":01}', `invalid character '1' after object key:value pair ({"a":01})`],
    ['{"a":"\\x"}', String.raw`invalid character 'x' in string escape code ({"a":"\x"})`],
    ['{"a":1.}', `invalid character '}' after decimal point in numeric literal ({"a":1.})`],
    ['{} {}', `invalid character '{' after top-level value ({} {})`],
    ['kind: ConfigMap', `invalid character 'k' looking for beginning of value (6b696e643a20436f6e6669674d6170)`],
    ['['.repeat(10_001), `exceeded max depth (${'5b'.repeat(30)} ...)`],
  ])('%j', async (text, why) => {
    const { code, body } = await send(createCluster(), 'POST', MAPS, text)

    const head = "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; "
    expect([code, body.message]).toEqual([400, `${head}json parse error: ${why}`])
  })

  test('as deep as Go reads it is read, and dropped where nobody knows it', async () => {
    const deep = `{"metadata":{"name":"a"},"foo":${'['.repeat(9_999)}${']'.repeat(9_999)}}`

    const { code } = await send(createCluster(), 'POST', MAPS, deep)

    expect(code).toBe(201)
  })
})

describe('the kind of what is sent', () => {
  const handled = 'ConfigMap in version "v1" cannot be handled as a ConfigMap'

  test.each([
    [
      '{"apiVersion":"v1","kind":"Secret"}',
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
    ],
    [
      '{"apiVersion":"apps/v1","kind":"ConfigMap"}',
      `${handled}: no kind "ConfigMap" is registered for version "apps/v1" in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    ],
    [
      '{"apiVersion":"v1","kind":"Foo"}',
      'Foo in version "v1" cannot be handled as a ConfigMap: no kind "Foo" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ],
    [
      '{"apiVersion":"a/b/c"}',
      'the object provided is unrecognized (must be of type ConfigMap): unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c"})',
    ],
  ])('%s', async (text, message) => {
    const { code, body } = await send(createCluster(), 'POST', MAPS, text)

    expect([code, body.message]).toEqual([400, message])
  })

  test('another version of the same kind is told apart from another kind', async () => {
    const path = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers'
    const sent = { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h' } }

    const { code, body } = await send(createCluster(), 'POST', path, sent)

    expect([code, body.message]).toEqual([
      400,
      'the API version in the data (autoscaling/v1) does not match the expected API version (autoscaling/v2)',
    ])
  })
})

const RESOURCE_VERSION_SET = 'resourceVersion should not be set on objects to be created'

describe('protobuf', () => {
  const bodies = read('recorded-bodies.json') as { command: string; body: string }[]

  test.each([
    ['kubectl create configmap', MAPS, { metadata: { name: 'cm' }, data: { a: '1' } }],
    [
      'kubectl create deployment',
      DEPLOYMENTS,
      {
        spec: {
          replicas: 3,
          template: { spec: { containers: [{ name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }] }] } },
        },
      },
    ],
    [
      'kubectl create job',
      '/apis/batch/v1/namespaces/default/jobs',
      { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ command: ['sh', '-c', 'true'] }] } } } },
    ],
    [
      'kubectl create quota',
      '/api/v1/namespaces/default/resourcequotas',
      { spec: { hard: { cpu: '1', memory: '1G', pods: '2' } } },
    ],
    [
      'kubectl create service',
      '/api/v1/namespaces/default/services',
      { spec: { type: 'NodePort', ports: [{ name: '80-8080', port: 80, targetPort: 8080 }] } },
    ],
    [
      'kubectl create ingress',
      '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
      {
        spec: {
          tls: [{ hosts: ['a.example'], secretName: 't' }],
          rules: [
            {
              host: 'a.example',
              http: {
                paths: [
                  { path: '/x', pathType: 'Prefix', backend: { service: { name: 'svc', port: { name: 'http' } } } },
                ],
              },
            },
          ],
        },
      },
    ],
    [
      'kubectl create poddisruptionbudget',
      '/apis/policy/v1/namespaces/default/poddisruptionbudgets',
      { spec: { minAvailable: '50%', selector: { matchLabels: { app: 'web' } } } },
    ],
    ['kubectl create secret', '/api/v1/namespaces/default/secrets', { data: { k: 'dg==' } }],
    [
      'kubectl auth can-i',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      { spec: { resourceAttributes: { verb: 'list', resource: 'pods' } }, status: { allowed: true } },
    ],
  ])('%s of stock kubectl 1.36, byte by byte', async (command, path, expected) => {
    const body = Buffer.from(bodies.find((it) => it.command === command)!.body, 'base64')

    const response = await createCluster().fetch(`https://cluster${path}`, { method: 'POST', body, headers: PROTOBUF })

    expect([response.status, response.headers.get('content-type')]).toEqual([201, 'application/json'])
    expect(await response.json()).toMatchObject(expected)
  })

  test('DeleteOptions', async () => {
    const cluster = createCluster({ manifests: [{ ...configMap('a'), metadata: { name: 'a', namespace: 'default' } }] })
    const type = schema.type('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions')!
    const body = envelope('v1', 'DeleteOptions', encodeMessage(type, { preconditions: { uid: 'bad' } }))

    const response = await cluster.fetch(`https://cluster${MAPS}/a`, { method: 'DELETE', body, headers: PROTOBUF })

    expect(response.status).toBe(409)
  })

  test('any object of any kind comes back as it went', () => {
    const kinds = schema.names.filter(
      (name) => schema.type(name)!.fields.has('metadata') && !/List$|apiregistration|apiextensions/.test(name),
    )

    const sent = fc.constantFrom(...kinds).chain((name) => fc.tuple(fc.constant(name), objectOf(schema.type(name)!)))

    fc.assert(
      fc.property(sent, ([name, object]) => {
        const type = schema.type(name)!
        const back = readMessage(type, encodeMessage(type, object))

        expect(decodeValue(type, back)).toEqual(decodeValue(type, object))
      }),
      { numRuns: 200 },
    )
  })

  test('no bytes take the server down', async () => {
    const cluster = createCluster()
    const good = Buffer.from(bodies[1]!.body, 'base64')
    const broken = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((it) => Buffer.concat([Buffer.from('k8s\0'), it])),
      fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => Buffer.from(good).fill(byte, at, at + 1)),
      fc.nat(good.length).map((length) => good.subarray(0, length)),
    )

    await fc.assert(
      fc.asyncProperty(broken, async (body) => {
        const url = `https://cluster${DEPLOYMENTS}?dryRun=All`
        const response = await cluster.fetch(url, { method: 'POST', body, headers: PROTOBUF })

        // Kubernetes itself answers 500 to an object that brings a resourceVersion; any other is a fault of ours.
        if (response.status === 500) expect(await response.json()).toMatchObject({ message: RESOURCE_VERSION_SET })
        else expect([201, 400, 404, 422]).toContain(response.status)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['', 'empty data (<empty>)'],
    ['{}', 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})'],
    ['k8s\0', 'empty body (6b387300)'],
    ['k8s\0\x0a\x7f', 'unexpected EOF (6b3873000a7f)'],
    ['k8s\0\x0f', 'proto: illegal wireType 7 (6b3873000f)'],
  ])('%j is refused as Go refuses it', async (text, why) => {
    const body = Buffer.from(text, 'latin1')
    const response = await createCluster().fetch(`https://cluster${MAPS}`, { method: 'POST', body, headers: PROTOBUF })

    expect([response.status, ((await response.json()) as any).message]).toEqual([
      400,
      `the object provided is unrecognized (must be of type ConfigMap): ${why}`,
    ])
  })
})

describe('media types of what is sent', () => {
  test('are three; others are 415 and told which', async () => {
    const { code, body } = await send(createCluster(), 'POST', MAPS, '<a/>', { 'content-type': 'text/xml' })

    expect([code, body.message]).toEqual([
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    ])
  })

  test('a body that is packed is not unpacked, as by the real server', async () => {
    const headers = { 'content-encoding': 'gzip' }

    const { code, body } = await send(createCluster(), 'POST', MAPS, '\u001f\u008b', headers)

    expect([code, body.message]).toEqual([
      400,
      expect.stringContaining(String.raw`invalid character '\x1f' looking for`),
    ])
  })
})

test('times in bodies are the client’s; in the store they are virtual, and a patch of nothing is no write', async () => {
  const cluster = createCluster({ world: { nodes: [{ name: 'n' }] }, manifests: [pod('p')] })
  cluster.clock.shownOffsetMs = 3_600_000
  const before = (await ask(cluster, `${PODS}/p`)).body
  const lease = { metadata: { name: 'l' }, spec: { renewTime: '2026-01-15T10:00:00.000000Z' } }

  const { body } = await send(cluster, 'POST', '/apis/coordination.k8s.io/v1/namespaces/default/leases', lease)
  const patched = await send(cluster, 'PATCH', `${PODS}/p`, {}, { 'content-type': 'application/merge-patch+json' })

  expect(body.spec.renewTime).toBe('2026-01-15T10:00:00.000000Z')
  expect(JSON.stringify(cluster.snapshot().store)).toContain('"renewTime":"2026-01-15T09:00:00.000000Z"')
  expect(patched.body).toEqual(before)
})
