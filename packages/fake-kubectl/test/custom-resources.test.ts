/** Kinds that users define: CustomResourceDefinitions, and the objects of their kinds. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster, type KubeObject } from '../src/index.ts'
import { ask, firstEvents, send, TABLE } from './kit.ts'

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const WIDGETS = '/apis/example.com/v1/namespaces/default/widgets'
const MERGE = { 'content-type': 'application/merge-patch+json' }

const SPEC = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1, maximum: 100, default: 3 },
    color: { type: 'string', enum: ['red', 'green'] },
    name: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 5 },
    mail: { type: 'string', format: 'email' },
    port: { 'x-kubernetes-int-or-string': true },
    tags: { type: 'array', maxItems: 2, items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    parts: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['id'],
      items: { type: 'object', required: ['id'], properties: { id: { type: 'string' }, n: { type: 'number' } } },
    },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
  },
}
const STATUS = {
  type: 'object',
  properties: { replicas: { type: 'integer' }, phase: { type: 'string' }, selector: { type: 'string' } },
}

type Version = Record<string, unknown>

function version(name = 'v1', more: Version = {}): Version {
  const openAPIV3Schema = { type: 'object', properties: { spec: SPEC, status: STATUS } }
  return { name, served: true, storage: true, schema: { openAPIV3Schema }, ...more }
}

function definition(more: object = {}, versions: Version[] = [version()]): KubeObject {
  const names = { plural: 'widgets', kind: 'Widget', shortNames: ['wd'], categories: ['all'] }
  const spec = { group: 'example.com', scope: 'Namespaced', names, versions, ...more }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec,
  }
}

function widget(spec: object = { size: 3 }, name = 'w'): KubeObject {
  return { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name, namespace: 'default' }, spec } as KubeObject
}

function served(...versions: Version[]): Cluster {
  return createCluster({ manifests: [definition({}, versions.length > 0 ? versions : [version()])] })
}

async function conditions(cluster: Cluster, name = 'widgets.example.com'): Promise<unknown[][]> {
  const { status } = (await ask(cluster, `${DEFINITIONS}/${name}`)).body
  return (status.conditions ?? []).map((it: any) => [it.type, it.status, it.reason, it.message])
}

describe('a definition', () => {
  test('is served when its names have been accepted', async () => {
    const cluster = createCluster()

    const { code, body } = await send(cluster, 'POST', DEFINITIONS, definition())
    const before = (await ask(cluster, WIDGETS)).code
    cluster.settle()

    expect([code, before]).toEqual([201, 404])
    expect(body.spec.names).toMatchObject({ singular: 'widget', listKind: 'WidgetList' })
    expect(body.spec.conversion).toEqual({ strategy: 'None' })
    expect(body.status.storedVersions).toEqual(['v1'])
    expect(await conditions(cluster)).toEqual([
      ['NamesAccepted', 'True', 'NoConflicts', 'no conflicts found'],
      ['Established', 'True', 'InitialNamesAccepted', 'the initial names have been accepted'],
    ])
    expect((await ask(cluster, WIDGETS)).body).toMatchObject({
      kind: 'WidgetList',
      apiVersion: 'example.com/v1',
      items: [],
    })
  })

  test('shows in discovery, and discovery says that it has changed', async () => {
    const cluster = createCluster()
    const headers = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' }
    const before = await ask(cluster, '/apis', { headers })

    await send(cluster, 'POST', DEFINITIONS, definition({}, [version('v1', { subresources: { status: {} } })]))
    cluster.settle()
    const after = await ask(cluster, '/apis', { headers: { ...headers, 'if-none-match': before.headers.get('etag')! } })

    const group = after.body.items.at(-1)
    expect([after.code, group.metadata.name]).toEqual([200, 'example.com'])
    expect(group.versions[0].resources).toEqual([
      {
        resource: 'widgets',
        responseKind: { group: 'example.com', version: 'v1', kind: 'Widget' },
        scope: 'Namespaced',
        singularResource: 'widget',
        verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
        shortNames: ['wd'],
        categories: ['all'],
        subresources: [
          {
            subresource: 'status',
            responseKind: { group: 'example.com', version: 'v1', kind: 'Widget' },
            verbs: ['get', 'patch', 'update'],
          },
        ],
      },
    ])
  })

  test('adds an APIService, and takes it away again', async () => {
    const cluster = served()
    const read = (name: string) => ask(cluster, `/apis/apiregistration.k8s.io/v1/apiservices/${name}`)

    const [own, theirs] = [(await read('v2.autoscaling')).body, (await read('v1.example.com')).body]
    await send(cluster, 'DELETE', `${DEFINITIONS}/widgets.example.com`, {})
    cluster.settle()

    expect(own.spec).toEqual({ group: 'autoscaling', version: 'v2', groupPriorityMinimum: 17_500, versionPriority: 30 })
    expect(theirs.spec).toEqual({
      group: 'example.com',
      version: 'v1',
      groupPriorityMinimum: 1000,
      versionPriority: 100,
    })
    expect(theirs.status.conditions).toMatchObject([{ type: 'Available', status: 'True', reason: 'Local' }])
    expect((await read('v1.example.com')).code).toBe(404)
  })

  test('whose names others have is not served until they are free', async () => {
    const cluster = served()
    const names = { plural: 'gadgets', kind: 'Widget', shortNames: ['wd'] }
    const other = { ...definition({ names }), metadata: { name: 'gadgets.example.com' } }

    await send(cluster, 'POST', DEFINITIONS, other)
    cluster.settle()
    const refused = await conditions(cluster, 'gadgets.example.com')
    await send(cluster, 'DELETE', `${DEFINITIONS}/widgets.example.com`, {})
    cluster.settle()

    expect(refused).toEqual([
      ['NamesAccepted', 'False', 'ListKindConflict', '"WidgetList" is already in use'],
      ['Established', 'False', 'NotAccepted', 'not all names are accepted'],
    ])
    expect((await conditions(cluster, 'gadgets.example.com'))[1]!.slice(0, 2)).toEqual(['Established', 'True'])
  })

  test.each([
    [
      'its name',
      { names: { plural: 'gadgets', kind: 'Gadget' } },
      'metadata.name: Invalid value: "widgets.example.com": must be spec.names.plural+"."+spec.group',
    ],
    ['its group', { group: 'nodot' }, 'spec.group: Invalid value: "nodot": should be a domain with at least one dot'],
    [
      'its scope',
      { scope: 'World' },
      'spec.scope: Unsupported value: "World": supported values: "Cluster", "Namespaced"',
    ],
    [
      'no storage version',
      { versions: [version('v1', { storage: false })] },
      /must have exactly one version marked as storage version$/,
    ],
    [
      'no schema',
      { versions: [{ name: 'v1', served: true, storage: true }] },
      'spec.versions[0].schema.openAPIV3Schema: Required value',
    ],
    [
      'a webhook',
      { conversion: { strategy: 'Webhook' } },
      /^spec.conversion.strategy: Forbidden: the simulator has no conversion webhooks/,
    ],
    [
      'preserveUnknownFields',
      { preserveUnknownFields: true },
      /cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions\[\*\].schema instead/,
    ],
  ])('with %s wrong is refused', async (_what, more, message) => {
    const { code, body } = await send(createCluster(), 'POST', DEFINITIONS, definition(more))

    expect(code).toBe(422)
    expect(body.message).toMatch(/^CustomResourceDefinition.apiextensions.k8s.io "widgets.example.com" is invalid: /)
    const texts = body.details.causes.map((it: any) => `${it.field}: ${it.message}`)
    expect(texts).toContainEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  })

  const at = 'spec.validation.openAPIV3Schema'
  test.each([
    [{ properties: { a: { type: 'string' } } }, `${at}.type: Required value: must not be empty at the root`],
    [
      { type: 'object', properties: { a: {} } },
      `${at}.properties[a].type: Required value: must not be empty for specified object fields`,
    ],
    [
      { type: 'object', properties: { a: { type: 'array' } } },
      `${at}.properties[a].items: Required value: must be specified`,
    ],
    [
      { type: 'object', properties: { a: { type: 'text' } } },
      `${at}.properties[a].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"`,
    ],
    [
      { type: 'object', properties: { a: { type: 'integer', default: 'x' } } },
      `${at}.properties[a].default: Invalid value: "string":  in body must be of type integer: "string"`,
    ],
    [
      { type: 'object', properties: { a: { type: 'object', default: { b: 1 } } } },
      `${at}.properties[a].default: Invalid value: {"b":1}: must not have unknown fields`,
    ],
    [
      {
        type: 'object',
        properties: { a: { type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object' } } },
      },
      `${at}.properties[a].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`,
    ],
    [
      { type: 'object', properties: { a: { type: 'string', pattern: '(' } } },
      new RegExp('must be a valid regular expression, but isn'),
    ],
    [
      { type: 'object', anyOf: [{ properties: { b: { minimum: 1 } } }] },
      `${at}.properties[b]: Required value: because it is defined in ${at}.anyOf[0].properties[b]`,
    ],
    [{ type: 'object', anyOf: [{ type: 'object' }] }, `${at}.anyOf[0].type: Forbidden: must be empty to be structural`],
  ])('with a schema that is not structural is refused: %j', async (openAPIV3Schema, message) => {
    const { body } = await send(
      createCluster(),
      'POST',
      DEFINITIONS,
      definition({}, [version('v1', { schema: { openAPIV3Schema } })]),
    )

    const texts = body.details.causes.map((it: any) => `${it.field}: ${it.message}`)
    expect(texts).toContainEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  })

  test('with rules that are not evaluated, or a format nobody knows, is taken with a warning', async () => {
    const properties = { a: { type: 'string', format: 'nosuch' }, b: { type: 'integer', format: 'int32' } }
    const schema = { type: 'object', properties, 'x-kubernetes-validations': [{ rule: 'self.a != ""' }] }

    const sent = definition({}, [version('v1', { schema: { openAPIV3Schema: schema } })])
    const { code, headers } = await send(createCluster(), 'POST', DEFINITIONS, sent)

    expect(code).toBe(201)
    expect(headers.get('warning')).toMatch(
      /^299 - "unrecognized format \\"nosuch\\"", 299 - "x-kubernetes-validations: the simulator does/,
    )
  })

  test('of any shape gets an answer, and the server goes on', async () => {
    const places = fc.constantFrom(...placesIn(definition()))
    const junk = fc.constantFrom<unknown>(null, {}, [], '', 'x', -1, true, { a: 1 }, [null], [{}], { type: 5 })

    await fc.assert(
      fc.asyncProperty(places, junk, async (place, value) => {
        const cluster = createCluster({ world: { nodes: 0 } })

        const { code } = await send(cluster, 'POST', DEFINITIONS, withValue(definition(), place, value))
        cluster.settle()
        const created = await send(cluster, 'POST', WIDGETS, widget({ size: 1, nosuch: [null] }))

        expect(Math.max(code, created.code)).toBeLessThan(500)
      }),
      { numRuns: 25 },
    )

    function placesIn(value: unknown, path: string[] = []): string[][] {
      if (typeof value !== 'object' || value === null) return []
      return Object.entries(value).flatMap(([key, it]) => [[...path, key], ...placesIn(it, [...path, key])])
    }

    function withValue(value: any, [key = '', ...rest]: string[], replacement: unknown): unknown {
      const next = rest.length === 0 ? replacement : withValue(value[key], rest, replacement)
      return Array.isArray(value) ? value.with(Number(key), next) : { ...value, [key]: next }
    }
  })

  test('keeps its scope and kind once it is established', async () => {
    const cluster = served()
    const present = (await ask(cluster, `${DEFINITIONS}/widgets.example.com`)).body
    const spec = { ...present.spec, scope: 'Cluster' }

    const { body } = await send(cluster, 'PUT', `${DEFINITIONS}/widgets.example.com`, { ...present, spec })

    expect(body.message).toMatch(/spec.scope: Invalid value: "Cluster": field is immutable$/)
  })

  test('takes its objects along when it is deleted, and waits for what holds them', async () => {
    const cluster = served()
    const held = { ...widget(), metadata: { name: 'held', finalizers: ['example.com/hold'] } }
    await send(cluster, 'POST', WIDGETS, widget())
    await send(cluster, 'POST', WIDGETS, held)

    const { body } = await send(cluster, 'DELETE', `${DEFINITIONS}/widgets.example.com`, {})
    cluster.settle()
    const waiting = await conditions(cluster)
    const created = await send(cluster, 'POST', WIDGETS, widget({ size: 1 }, 'late'))
    await send(cluster, 'PATCH', `${WIDGETS}/held`, { metadata: { finalizers: null } }, MERGE)
    cluster.settle()

    expect(body.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io'])
    expect(waiting).toContainEqual([
      'Terminating',
      'True',
      'InstanceDeletionInProgress',
      'CustomResource deletion is in progress',
    ])
    expect([created.code, created.body.message]).toEqual([
      405,
      'create not allowed while custom resource definition is terminating',
    ])
    expect((await ask(cluster, `${DEFINITIONS}/widgets.example.com`)).code).toBe(404)
    expect((await ask(cluster, WIDGETS)).text).toBe('404 page not found\n')
  })

  test('ends the watches of its kind when it is gone', async () => {
    const cluster = served()
    await send(cluster, 'POST', WIDGETS, widget())
    const watch = await cluster.fetch(`https://cluster${WIDGETS}?watch=true`)

    await send(cluster, 'DELETE', `${DEFINITIONS}/widgets.example.com`, {})
    cluster.settle()

    const types = (await watch.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type)
    expect(types).toEqual(['ADDED', 'DELETED'])
  })

  test.each([
    ['', undefined],
    ['https://example.com/1', ['True', 'ApprovedAnnotation', 'approved in https://example.com/1']],
    ['unapproved, for a lab', ['False', 'UnapprovedAnnotation', 'not approved: "unapproved, for a lab"']],
  ])('of a group of Kubernetes says who approved it: %j', async (approval, condition) => {
    const cluster = createCluster()
    const annotations = { 'api-approved.kubernetes.io': approval }
    const own = definition({ group: 'x.k8s.io' })

    const { code } = await send(cluster, 'POST', DEFINITIONS, {
      ...own,
      metadata: { name: 'widgets.x.k8s.io', annotations },
    })
    cluster.settle()

    expect(code).toBe(condition ? 201 : 422)
    if (condition) expect((await conditions(cluster, 'widgets.x.k8s.io'))[0]!.slice(1)).toEqual(condition)
  })

  test('goes on after a restore as before', async () => {
    const cluster = served()
    await send(cluster, 'POST', WIDGETS, widget())
    const snapshot = cluster.snapshot()
    const other = createCluster()

    other.restore(snapshot)
    await send(cluster, 'DELETE', `${DEFINITIONS}/widgets.example.com`, {})
    cluster.settle()
    cluster.restore(snapshot)

    for (const it of [cluster, other]) expect((await ask(it, `${WIDGETS}/w`)).body.spec).toEqual({ size: 3 })
  })
})

describe('an object of a defined kind', () => {
  test.each([
    [{ size: 0 }, 'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1'],
    [{ size: 101 }, 'spec.size: Invalid value: 101: spec.size in body should be less than or equal to 100'],
    [{ size: 'big' }, 'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"'],
    [{ size: 1.5 }, 'spec.size: Invalid value: "number": spec.size in body must be of type integer: "number"'],
    [{ color: 'blue' }, 'spec.color: Unsupported value: "blue": supported values: "red", "green"'],
    [{ name: 'X' }, `spec.name: Invalid value: "X": spec.name in body should be at least 2 chars long`],
    [{ name: 'XX' }, `spec.name: Invalid value: "XX": spec.name in body should match '^[a-z]+$'`],
    [{ name: 'abcdef' }, 'spec.name: Too long: may not be more than 5 bytes'],
    [{ mail: 'nobody' }, 'spec.mail: Invalid value: "nobody": spec.mail in body must be of type email: "nobody"'],
    [
      { port: true },
      'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
    ],
    [{ tags: ['a', 'b', 'c'] }, 'spec.tags: Too many: 3: must have at most 2 items'],
    [{ tags: ['a', 'a'] }, 'spec.tags[1]: Duplicate value: "a"'],
    [{ parts: [{ id: 'a' }, { id: 'a' }] }, 'spec.parts[1]: Duplicate value: {"id":"a"}'],
    [{ parts: [{}] }, 'spec.parts[0].id: Required value'],
    [
      { labels: { a: 1 } },
      'spec.labels.a: Invalid value: "integer": spec.labels.a in body must be of type string: "integer"',
    ],
    [{ template: {} }, 'spec.template.apiVersion: Required value'],
  ])('is held to its schema: %j', async (spec, message) => {
    const { code, body } = await send(served(), 'POST', WIDGETS, widget(spec))

    expect([code, body.reason]).toEqual([422, 'Invalid'])
    expect(body.message).toMatch(/^Widget.example.com "w" is invalid: /)
    expect(body.details.causes.map((it: any) => `${it.field}: ${it.message}`)).toContain(message)
  })

  test('loses what its schema does not know, and gets its defaults', async () => {
    const spec = { color: 'red', nosuch: 1, any: { deep: { x: 1 } }, port: '80%', parts: [{ id: 'a', nosuch: 2 }] }

    const { code, body } = await send(served(), 'POST', WIDGETS, { ...widget(spec), nosuch: 3 })

    expect(code).toBe(201)
    expect(body.spec).toEqual({ size: 3, color: 'red', any: { deep: { x: 1 } }, port: '80%', parts: [{ id: 'a' }] })
    expect(body).not.toHaveProperty('nosuch')
    expect(body.metadata.generation).toBe(1)
  })

  test('is refused when it is strict about fields nobody knows, and warned of otherwise', async () => {
    const cluster = served()
    const spec = { size: 1, zzz: 1, parts: [{ id: 'a', nosuch: 2 }] }

    const strict = await send(cluster, 'POST', `${WIDGETS}?fieldValidation=Strict`, widget(spec))
    const warned = await send(cluster, 'POST', WIDGETS, widget(spec))

    expect([strict.code, strict.body.message]).toEqual([
      400,
      'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.parts[0].nosuch", unknown field "spec.zzz"',
    ])
    expect([warned.code, warned.headers.get('warning')]).toEqual([
      201,
      String.raw`299 - "unknown field \"spec.parts[0].nosuch\"", 299 - "unknown field \"spec.zzz\""`,
    ])
  })

  test('is selected by its name, and by no field that its definition does not name', async () => {
    const { body } = await ask(served(), `${WIDGETS}?fieldSelector=spec.size%3D3`)

    expect(body.message).toContain('field label not supported: spec.size')
  })

  test('is not replaced unseen, and not patched by strategy', async () => {
    const cluster = served()
    await send(cluster, 'POST', WIDGETS, widget())

    const unseen = await send(cluster, 'PUT', `${WIDGETS}/w`, widget({ size: 4 }))
    const strategic = await send(
      cluster,
      'PATCH',
      `${WIDGETS}/w`,
      { spec: { size: 4 } },
      { 'content-type': 'application/strategic-merge-patch+json' },
    )
    const merged = await send(cluster, 'PATCH', `${WIDGETS}/w`, { spec: { size: 4 } }, MERGE)

    expect([unseen.code, unseen.body.message]).toEqual([
      422,
      'Widget.example.com "w" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    ])
    expect(strategic.code).toBe(415)
    expect([merged.body.spec.size, merged.body.metadata.generation]).toEqual([4, 2])

    const counted = await send(cluster, 'PATCH', `${WIDGETS}/w`, { status: { phase: 'Up' } }, MERGE)
    expect([counted.body.status.phase, counted.body.metadata.generation]).toEqual(['Up', 3])
  })

  test('that was invalid before may stay so where nobody touches it', async () => {
    const cluster = served()
    await send(cluster, 'POST', WIDGETS, widget({ size: 3, color: 'red' }))
    const present = (await ask(cluster, `${DEFINITIONS}/widgets.example.com`)).body
    present.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.color.enum = ['green']
    await send(cluster, 'PUT', `${DEFINITIONS}/widgets.example.com`, present)
    cluster.settle()

    const beside = await send(cluster, 'PATCH', `${WIDGETS}/w`, { spec: { size: 4 } }, MERGE)
    const itself = await send(cluster, 'PATCH', `${WIDGETS}/w`, { spec: { color: 'blue' } }, MERGE)

    expect([beside.code, itself.code]).toEqual([200, 422])
  })

  test('has a status and a scale where its definition says so', async () => {
    const scale = {
      specReplicasPath: '.spec.size',
      statusReplicasPath: '.status.replicas',
      labelSelectorPath: '.status.selector',
    }
    const cluster = served(version('v1', { subresources: { status: {}, scale } }))

    const created = await send(cluster, 'POST', WIDGETS, { ...widget(), status: { phase: 'mine' } })
    const status = { replicas: 2, selector: 'app=w', phase: 'Up' }
    await send(
      cluster,
      'PATCH',
      `${WIDGETS}/w/status`,
      { spec: { size: 9 }, metadata: { labels: { a: 'b' } }, status },
      MERGE,
    )
    const scaled = await send(cluster, 'PUT', `${WIDGETS}/w/scale`, { metadata: { name: 'w' }, spec: { replicas: 7 } })
    const wrong = await send(cluster, 'PATCH', `${WIDGETS}/w/status`, { status: { phase: 1 } }, MERGE)

    const { body } = await ask(cluster, `${WIDGETS}/w`)
    expect(created.body.status).toBeUndefined()
    expect([body.spec.size, body.status, body.metadata.labels]).toEqual([7, status, undefined])
    expect([scaled.body.spec, scaled.body.status]).toEqual([{ replicas: 7 }, { replicas: 2, selector: 'app=w' }])
    expect(wrong.body.details.causes[0].message).toBe(
      'Invalid value: "integer": phase in body must be of type string: "integer"',
    )
  })

  test('prints the columns of its definition', async () => {
    const columns = [
      { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
      { name: 'Part', type: 'string', jsonPath: '.spec.parts[?(@.id=="b")].n', priority: 1 },
      { name: 'Born', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ]
    const cluster = served(version('v1', { additionalPrinterColumns: columns }))
    await send(
      cluster,
      'POST',
      WIDGETS,
      widget({
        size: 3,
        parts: [
          { id: 'a', n: 1 },
          { id: 'b', n: 2.5 },
        ],
      }),
    )
    await send(cluster, 'POST', WIDGETS, widget({ size: 4 }, 'x'))
    cluster.advance('90s')

    const { body } = await ask(cluster, WIDGETS, { headers: TABLE })

    expect(body.columnDefinitions.map((it: any) => [it.name, it.type, it.priority])).toEqual([
      ['Name', 'string', 0],
      ['Size', 'integer', 0],
      ['Part', 'string', 1],
      ['Born', 'date', 0],
    ])
    expect(body.rows.map((it: any) => it.cells)).toEqual([
      ['w', 3, '2.5', '90s'],
      ['x', 4, null, '90s'],
    ])
  })

  test('is selected by the fields its definition names', async () => {
    const cluster = served(version('v1', { selectableFields: [{ jsonPath: '.spec.color' }] }))
    await send(cluster, 'POST', WIDGETS, widget({ color: 'red' }, 'r'))
    await send(cluster, 'POST', WIDGETS, widget({ color: 'green' }, 'g'))

    const red = await ask(cluster, `${WIDGETS}?fieldSelector=spec.color=red`)
    const other = await ask(cluster, `${WIDGETS}?fieldSelector=spec.size=1`)
    const wrong = version('v1', { selectableFields: [{ jsonPath: '.spec.tags' }, {}, { jsonPath: '.metadata.name' }] })
    const { body } = await send(createCluster(), 'POST', DEFINITIONS, definition({}, [wrong]))

    expect(red.body.items.map((it: any) => it.metadata.name)).toEqual(['r'])
    expect([other.code, other.body.message]).toEqual([400, 'field label not supported: spec.size'])
    expect(body.details.causes.map((it: any) => it.field)).toEqual([
      'spec.selectableFields[0].jsonPath',
      'spec.selectableFields[1].jsonPath',
      'spec.selectableFields[2].jsonPath',
    ])
  })

  test('is the same in each of its versions', async () => {
    const cluster = served(version('v1'), version('v1beta1', { storage: false }))
    const beta = WIDGETS.replace('v1', 'v1beta1')
    await send(cluster, 'POST', beta, { ...widget(), apiVersion: 'example.com/v1beta1' })

    const [event] = await firstEvents(await cluster.fetch(`https://cluster${WIDGETS}?watch=true`), 1)

    expect(event).toMatchObject({ type: 'ADDED', object: { apiVersion: 'example.com/v1', metadata: { name: 'w' } } })
    expect((await ask(cluster, `${beta}/w`)).body.apiVersion).toBe('example.com/v1beta1')
  })

  test('is cleared away with its namespace and by the garbage collector', async () => {
    const cluster = served()
    const owner = (await send(cluster, 'POST', WIDGETS, widget())).body.metadata
    const ownerReferences = [{ apiVersion: 'example.com/v1', kind: 'Widget', name: 'w', uid: owner.uid }]
    await send(cluster, 'POST', '/api/v1/namespaces/default/configmaps', {
      metadata: { name: 'child', ownerReferences },
    })
    await send(cluster, 'POST', '/api/v1/namespaces', { metadata: { name: 'team' } })
    await send(cluster, 'POST', WIDGETS.replace('default', 'team'), { ...widget(), metadata: { name: 'w' } })

    await send(cluster, 'DELETE', `${WIDGETS}/w`, {})
    await send(cluster, 'DELETE', '/api/v1/namespaces/team', {})
    cluster.settle()

    expect((await ask(cluster, '/api/v1/namespaces/default/configmaps/child')).code).toBe(404)
    expect((await ask(cluster, '/api/v1/namespaces/team')).code).toBe(404)
    expect((await ask(cluster, '/apis/example.com/v1/widgets')).body.items).toEqual([])
  })
})
