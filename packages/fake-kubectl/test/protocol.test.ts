import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createCluster } from '../src/index.ts'
import { ask, configMap, pod, send, TABLE } from './kit.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const AGGREGATED = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json' }

describe('discovery', () => {
  test('tells everything in one document, and not again to who has it', async () => {
    const cluster = createCluster()

    const first = await ask(cluster, '/api', { headers: AGGREGATED })
    const again = await ask(cluster, '/api', {
      headers: { ...AGGREGATED, 'if-none-match': first.headers.get('etag')! },
    })

    expect(first.headers.get('content-type')).toBe(
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    )
    const pods = first.body.items[0].versions[0].resources.find((it: any) => it.resource === 'pods')
    expect(pods).toMatchObject({ scope: 'Namespaced', shortNames: ['po'], responseKind: { kind: 'Pod' } })
    expect(again.code).toBe(304)
  })

  test('tells the same one group at a time', async () => {
    const cluster = createCluster()

    const core = (await ask(cluster, '/api/v1')).body
    const groups = (await ask(cluster, '/apis')).body

    expect(core.resources.map((it: any) => it.name)).toContain('pods/log')
    for (const { name } of groups.groups)
      expect((await ask(cluster, `/apis/${name}/v1`)).body.kind).toBe('APIResourceList')
  })

  test('every verb it tells of is one the server has', async () => {
    const cluster = createCluster()
    const { resources } = (await ask(cluster, '/api/v1')).body

    for (const { name, namespaced, verbs } of resources.filter((it: any) => !it.name.includes('/'))) {
      if (!verbs.includes('list')) continue
      const { code } = await ask(cluster, `/api/v1/${namespaced ? 'namespaces/default/' : ''}${name}`)
      expect(code, name).toBe(200)
    }
  })

  test('health and version', async () => {
    const cluster = createCluster()

    for (const path of ['/healthz', '/livez', '/readyz']) expect((await ask(cluster, path)).text).toBe('ok')
    expect((await ask(cluster, '/version')).body).toMatchObject({ major: '1', minor: '36', gitVersion: 'v1.36.2' })
  })

  test('health is told check by check when asked to', async () => {
    const cluster = createCluster()

    const verbose = await ask(cluster, '/livez?verbose&exclude=etcd')

    expect(verbose.text).toBe('[+]ping ok\n[+]log ok\n[+]etcd excluded: ok\nlivez check passed\n')
    expect((await ask(cluster, '/readyz/informer-sync')).text).toBe('ok')
    expect((await ask(cluster, '/livez/nosuch')).code).toBe(404)
  })
})

describe('what is not there', () => {
  test.each(['/nosuch', '/apis/nope.example/v1', '/apis/nope.example/v1/things', '/openapi/v4', '/api/v2/pods'])(
    '%s is text',
    async (path) => {
      const { code, text, headers } = await ask(createCluster(), path)

      expect([code, text]).toEqual([404, '404 page not found\n'])
      expect(headers.get('content-type')).toMatch(/^text\/plain/)
    },
  )

  test.each(['/api/v1/nosuch', '/api/v1/namespaces/default/pods/p/nope'])('%s is a Status', async (path) => {
    const { code, body } = await ask(createCluster({ manifests: [pod('p')] }), path)

    expect([code, body.kind, body.message]).toEqual([404, 'Status', 'the server could not find the requested resource'])
  })

  test.each([
    ['POST', '/api/v1/pods'],
    ['POST', '/api/v1/namespaces/default/pods/p/log'],
    ['PUT', MAPS],
    ['OPTIONS', MAPS],
    ['DELETE', '/api/v1/namespaces'],
  ])('%s %s is a method the server does not allow', async (method, path) => {
    const { code, body } = await ask(createCluster(), path, { method })

    expect([code, body.message]).toEqual([405, 'the server does not allow this method on the requested resource'])
  })
})

describe('forms of an answer', () => {
  test('Table, with wide columns and the metadata of each object', async () => {
    const cluster = createCluster({ world: { nodes: [{ name: 'n' }] }, manifests: [pod('p')] })

    const { body } = await ask(cluster, '/api/v1/namespaces/default/pods', { headers: TABLE })

    expect(body.columnDefinitions.map((it: any) => [it.name, it.priority])).toEqual([
      ['Name', 0],
      ['Ready', 0],
      ['Status', 0],
      ['Restarts', 0],
      ['Age', 0],
      ['IP', 1],
      ['Node', 1],
      ['Nominated Node', 1],
      ['Readiness Gates', 1],
    ])
    expect(body.rows[0].cells).toEqual(['p', '1/1', 'Running', '0', '60m', '10.244.0.2', 'n', '<none>', '<none>'])
    expect(body.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'p' } })
  })

  test('ages in a Table grow with virtual time', async () => {
    const cluster = createCluster({ world: { nodes: 0 } })
    await send(cluster, 'POST', MAPS, configMap('a'))

    cluster.advance('4m12s')

    expect((await ask(cluster, `${MAPS}/a`, { headers: TABLE })).body.rows[0].cells).toEqual(['a', 0, '4m12s'])
  })

  test('YAML, in and out', async () => {
    const headers = { 'content-type': 'application/yaml', accept: 'application/yaml' }

    const { text } = await send(createCluster(), 'POST', MAPS, 'metadata: {name: a}\ndata: {k: "1"}\n', headers)

    expect(parse(text)).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: '1' } })
  })

  test('the first the server can write of those the client takes', async () => {
    const accept = 'application/vnd.kubernetes.protobuf,application/json'

    const { code, headers } = await ask(createCluster(), MAPS, { headers: { accept } })

    expect([code, headers.get('content-type')]).toEqual([200, 'application/json'])
  })

  test('none of them is 406', async () => {
    const { code, body } = await ask(createCluster(), MAPS, {
      headers: { accept: 'application/vnd.kubernetes.protobuf' },
    })

    expect([code, body.message]).toEqual([
      406,
      'only the following media types are accepted: application/json, application/yaml',
    ])
  })
})

describe('bodies that cannot be read', () => {
  const cases: [string, string, string, number, RegExp][] = [
    [
      'malformed JSON',
      '{"metadata": nope}',
      'application/json',
      400,
      /^the object provided is unrecognized \(must be of type ConfigMap\): couldn't get version\/kind; json parse error: invalid character 'o' in literal null \(expecting 'u'\) \(\{"metadata": nope\}\)$/,
    ],
    ['an empty body', '', 'application/json', 400, /unexpected end of JSON input/],
    ['a JSON text that is no object', '[1]', 'application/json', 400, /unrecognized/],
    [
      'another kind',
      '{"apiVersion":"v1","kind":"Secret"}',
      'application/json',
      400,
      /^Secret in version "v1" cannot be handled as a ConfigMap: converting \(v1\.Secret\) to \(core\.ConfigMap\): unknown conversion$/,
    ],
    [
      'labels that are no text',
      '{"metadata":{"name":"a","labels":{"a":1}}}',
      'application/json',
      400,
      /json: cannot unmarshal number into Go struct field ObjectMeta\.metadata\.labels of type string$/,
    ],
    [
      'a version on a new object',
      '{"metadata":{"name":"a","resourceVersion":"1"}}',
      'application/json',
      500,
      /^resourceVersion should not be set on objects to be created$/,
    ],
    [
      'more than three MiB',
      `{"data":{"a":"${'x'.repeat(3 * 2 ** 20)}"}}`,
      'application/json',
      413,
      /^Request entity too large: limit is 3145728$/,
    ],
    ['YAML with a bomb of aliases', bomb(), 'application/yaml', 400, /unrecognized/],
  ]

  test.each(cases)('%s', async (_name, text, type, code, message) => {
    const cluster = createCluster()
    const before = cluster.snapshot().store

    const answer = await send(cluster, 'POST', MAPS, text, { 'content-type': type })

    expect(answer.code).toBe(code)
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure' })
    expect(answer.body.message).toMatch(message)
    expect(cluster.snapshot().store).toEqual(before)
    expect(cluster.apiLog.at(-1)?.responseStatus.code).toBe(code)
  })

  function bomb(): string {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`,
    )
    return ['a0: &a0 [x]', ...levels, 'metadata: {name: a}'].join('\n')
  }
})

describe('hostile input', () => {
  test.each([
    ['/api/v1/namespaces/default/configmaps/..%2f..%2fsecrets', 400],
    ['/api/v1/namespaces/default%2fsecrets', 200],
    ['/api/v1/namespaces/a%2f..%2fb/pods', 400],
    ['/api/v1/nodes/%00', 404],
    ['/api/v1/nodes/%E0%A4%A', 400],
    ['/api/v1/nodes/constructor', 404],
    ['/api/v1/constructor', 404],
    ['/apis/__proto__/v1/pods', 404],
    [`${MAPS}?limit=abc`, 400],
    [`${MAPS}?limit=-1`, 422],
    [`${MAPS}?resourceVersion=abc`, 400],
    [`${MAPS}?continue=nonsense`, 400],
    [`${MAPS}?continue=e30`, 400],
    [`${MAPS}?watch=true&timeoutSeconds=x`, 400],
    [`${MAPS}?fieldSelector=%00`, 400],
    [`${MAPS}?labelSelector=${'('.repeat(5000)}`, 400],
    ['//api//v1//pods', 404],
    ['/api/v1/nodes/a:b:c:d/proxy/stats/summary', 400],
  ])('%s answers %i', async (path, code) => {
    const answer = await ask(createCluster(), path)

    expect(answer.code).toBe(code)
  })

  test('a key __proto__ is a key like any other, in objects and in patches', async () => {
    const cluster = createCluster()

    await send(cluster, 'POST', MAPS, '{"metadata":{"name":"a"},"data":{"__proto__":"x","polluted":"no"}}')
    const patch = '{"data":{"__proto__":"y"},"__proto__":{"polluted":true}}'
    const { text } = await send(cluster, 'PATCH', `${MAPS}/a`, patch, {
      'content-type': 'application/merge-patch+json',
    })

    expect(text).toContain('"__proto__":"y"')
    expect(({} as any).polluted).toBeUndefined()
    expect((await ask(cluster, `${MAPS}?labelSelector=constructor`)).body.items).toEqual([])
  })

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'the word %s means nothing as a path of a kubelet, as a media type, as what is accepted',
    async (word) => {
      const cluster = createCluster({ world: { nodes: [{ name: 'n1' }] } })

      const proxied = await ask(cluster, `/api/v1/nodes/n1/proxy/${word}`)
      const patched = await send(cluster, 'PATCH', '/api/v1/nodes/n1', '{}', { 'content-type': word })
      const accepted = await ask(cluster, '/api/v1/nodes', { headers: { accept: word } })

      expect([proxied, patched, accepted].map(({ code }) => code)).toEqual([404, 415, 406])
    },
  )

  test('what the store hands out cannot be edited from outside', () => {
    const cluster = createCluster()
    const snapshot = cluster.snapshot()

    ;(snapshot.store.objects['nodes']![0]!.metadata as any).name = 'mine'

    expect(cluster.snapshot()).not.toEqual(snapshot)
  })
})

describe('faults', () => {
  test('meet the requests they are for, as often as they say', async () => {
    const cluster = createCluster()
    cluster.faults.push({
      when: { verb: 'list', resource: 'pods' },
      effect: { kind: 'error', code: 429, reason: 'TooManyRequests', message: 'slow down', retryAfterSeconds: 2 },
      times: 1,
    })

    const first = await ask(cluster, '/api/v1/pods')
    const second = await ask(cluster, '/api/v1/pods')

    expect([first.code, first.headers.get('retry-after'), second.code]).toEqual([429, '2', 200])
  })

  test('drop a request as a broken connection does', async () => {
    const cluster = createCluster()
    cluster.faults.push({ when: {}, effect: { kind: 'drop' } })

    await expect(ask(cluster, '/api/v1/pods')).rejects.toThrow(TypeError)
  })
})
