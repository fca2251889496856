import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copy, equal, type Fields } from '../meta.ts'
import { createSchema, type SchemaFile } from '../schema.ts'
import { jsonPatch } from './json.ts'
import { createMergePatch, mergePatch } from './merge.ts'
import { createThreeWayPatch, createTwoWayPatch } from './strategic-diff.ts'
import { strategicMergePatch } from './strategic.ts'

const file = JSON.parse(readFileSync(new URL('../../schema/kubernetes.json', import.meta.url), 'utf8')) as SchemaFile
const schema = createSchema(file)
const POD = schema.kind('', 'v1', 'Pod')!
const DEPLOYMENT = schema.kind('apps', 'v1', 'Deployment')!
const NODE = schema.kind('', 'v1', 'Node')!

const json = fc.jsonValue({ maxDepth: 3 })
const noNulls = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.dictionary(fc.string(), fc.string())))

describe('a merge patch', () => {
  test('merged twice is merged once', () => {
    fc.assert(
      fc.property(json, json, (target, patch) =>
        equal(mergePatch(mergePatch(target, patch), patch), mergePatch(target, patch)),
      ),
    )
  })

  test('merged into nothing is itself, when it holds no null', () => {
    fc.assert(fc.property(noNulls, (value) => equal(mergePatch({}, value), value)))
  })

  test('made from two values turns the first into the second', () => {
    fc.assert(fc.property(noNulls, noNulls, (a, b) => equal(mergePatch(a, createMergePatch(a, b)), b)))
  })

  test('leaves no null behind, in new lists neither', () => {
    expect(mergePatch({}, { a: { b: null }, c: [{ d: null, e: 1 }] })).toEqual({ a: {}, c: [{ e: 1 }] })
  })
})

describe('a JSON patch', () => {
  test('that adds a field and removes it leaves the value as it was', () => {
    const untouched = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), json)
    fc.assert(
      fc.property(untouched, json, (target, value) => {
        const before = copy(target)
        const both = [
          { op: 'add', path: '/New~1field~0', value },
          { op: 'remove', path: '/New~1field~0' },
        ]
        return equal(jsonPatch(target, both), before) && equal(target, before)
      }),
    )
  })

  test.each([
    [[{ op: 'replace', path: '/a/9', value: 1 }]],
    [[{ op: 'remove', path: '/nope' }]],
    [[{ op: 'add', path: '/a/x', value: 1 }]],
    [[{ op: 'add', path: '/a/3', value: 1 }]],
    [[{ op: 'sing', path: '/a' }]],
    [[{ op: 'copy', from: '/nope', path: '/a/-' }]],
    [[{ op: 'test', path: '/a/0', value: 2 }]],
    [[{ op: 'add' }]],
  ])('%j does not apply', (patch) => {
    expect(() => jsonPatch({ a: [1] }, patch)).toThrow('the server rejected our request due to an error in our request')
  })

  test.each([
    [7, 'number into Go value of type []handlers.jsonPatchOp'],
    [[7], 'number into Go value of type handlers.jsonPatchOp'],
    [[{ op: true }], 'bool into Go struct field jsonPatchOp.op of type string'],
  ])('%j is none', (patch, said) => {
    expect(() => jsonPatch({}, patch)).toThrow(`error decoding patch: json: cannot unmarshal ${said}`)
  })

  test('counts in lists from either end', () => {
    const patch = [
      { op: 'add', path: '/a/-', value: 3 },
      { op: 'add', path: '/a/0', value: 0 },
      { op: 'move', from: '/a/1', path: '/b' },
      { op: 'replace', path: '/a/-1', value: 4 },
    ]

    expect(jsonPatch({ a: [1, 2] }, patch)).toEqual({ a: [0, 2, 4], b: 1 })
  })

  test('takes what is absent for null in a test', () => {
    expect(jsonPatch({ a: 1 }, [{ op: 'test', path: '/b', value: null }])).toEqual({ a: 1 })
  })
})

describe('a strategic merge patch', () => {
  const spec = (fields: Fields) => ({ spec: fields })
  const containers = (...list: Fields[]) => spec({ containers: list })

  test.each<[string, Fields, Fields, Fields]>([
    [
      'merges the items of a list by their key, new ones first',
      containers({ name: 'a', image: 'a:1', args: ['x'] }, { name: 'b' }),
      containers({ name: 'new' }, { name: 'a', image: 'a:2', args: ['y'] }),
      containers({ name: 'new' }, { name: 'a', image: 'a:2', args: ['y'] }, { name: 'b' }),
    ],
    [
      'deletes an item',
      containers({ name: 'a' }, { name: 'b' }),
      containers({ name: 'a', $patch: 'delete' }),
      containers({ name: 'b' }),
    ],
    [
      'replaces a list',
      containers({ name: 'a' }, { name: 'b' }),
      containers({ name: 'c' }, { $patch: 'replace' }),
      containers({ name: 'c' }),
    ],
    [
      'orders a list',
      containers({ name: 'a' }, { name: 'b' }, { name: 'c' }),
      spec({ '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }] }),
      containers({ name: 'b' }, { name: 'c' }, { name: 'a' }),
    ],
    [
      'replaces an object',
      spec({ securityContext: { runAsUser: 1, fsGroup: 2 } }),
      spec({ securityContext: { fsGroup: 3, $patch: 'replace' } }),
      spec({ securityContext: { fsGroup: 3 } }),
    ],
    [
      'empties an object',
      spec({ securityContext: { runAsUser: 1 } }),
      spec({ securityContext: { $patch: 'delete' } }),
      spec({ securityContext: {} }),
    ],
    [
      'keeps only the fields it says',
      spec({ volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] }),
      spec({ volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }] }),
      spec({ volumes: [{ name: 'v', configMap: { name: 'c' } }] }),
    ],
    [
      'joins lists of scalars that are sets',
      { metadata: { finalizers: ['a', 'b'] } },
      { metadata: { finalizers: ['b', 'c'] } },
      { metadata: { finalizers: ['a', 'b', 'c'] } },
    ],
    [
      'takes from lists of scalars',
      { metadata: { finalizers: ['a', 'b', 'c'] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a', 'z'] } },
      { metadata: { finalizers: ['b', 'c'] } },
    ],
    [
      'deletes by null, also what is not there',
      { metadata: { labels: { a: '1', b: '2' } } },
      { metadata: { labels: { a: null, x: null }, annotations: { y: null } } },
      { metadata: { labels: { b: '2' }, annotations: {} } },
    ],
    [
      'drops directives for what is new',
      spec({}),
      containers({ name: 'a', $patch: 'delete' }, { name: 'b' }),
      containers({ name: 'b' }),
    ],
  ])('%s', (_name, original, patch, expected) => {
    const before = copy(original)

    expect(strategicMergePatch(original, patch, POD)).toEqual(expected)
    expect(original).toEqual(before)
  })

  test.each<[Fields, number, string]>([
    [containers({ image: 'x' }), 500, 'map: map[image:x] does not contain declared merge key: name'],
    [containers({ name: 'a', $patch: 'merge' }), 500, 'merging lists cannot yet be specified in the patch'],
    [spec({ securityContext: { $patch: 'x' } }), 500, 'unknown patch type: x in map: map[$patch:x]'],
    [
      spec({ '$setElementOrder/containers': {} }),
      500,
      'expected a []interface {}, but received a map[string]interface {}',
    ],
    [spec({ $setElementOrder: [] }), 400, 'invalid patch format of setElementOrder list'],
    [spec({ $retainKeys: ['volumes'], nodeName: 'n' }), 400, 'invalid patch format of retainKeys'],
    [spec({ $retainKeys: 5 }), 400, 'invalid patch format of retainKeys'],
    [{ metadata: { $deleteFromPrimitiveList: [] } }, 400, 'invalid patch format of primitive list'],
    [
      spec({ '$setElementOrder/nope': [] }),
      500,
      'unable to find api field in struct PodSpec for the json field "nope"',
    ],
    [spec({ containers: [[]] }), 422, 'the server rejected our request due to an error in our request'],
    [
      spec({ containers: [{ name: 'z' }], '$setElementOrder/containers': [{ name: 'a' }] }),
      500,
      "The order in patch list:\n[map[name:z]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
    ],
  ])('%j is refused', (patch, code, message) => {
    const original = { metadata: {}, spec: { containers: [{ name: 'a' }], securityContext: {} } }

    expect(() => strategicMergePatch(original, patch, POD)).toThrow(expect.objectContaining({ code, message }))
  })
})

describe('made from states', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd')
  const small = <T>(value: fc.Arbitrary<T>, by: keyof T) =>
    fc.uniqueArray(value, { maxLength: 4, selector: (item) => item[by] })
  const optional = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }, required: (keyof T)[]) =>
    fc.record(model, { requiredKeys: required })
  const volume = fc.oneof(
    fc.record({ name, emptyDir: fc.constant({}) }),
    fc.record({ name, configMap: fc.record({ name }) }),
  )
  const container = optional(
    {
      name,
      image: fc.constantFrom('x:1', 'x:2'),
      args: fc.array(name, { maxLength: 3 }),
      env: small(optional({ name, value: name }, ['name']), 'name'),
      ports: small(optional({ containerPort: fc.constantFrom(80, 443), name }, ['containerPort']), 'containerPort'),
    },
    ['name'],
  )
  const pod: fc.Arbitrary<Fields> = fc.record({
    metadata: optional({ labels: fc.dictionary(name, name), finalizers: fc.uniqueArray(name, { maxLength: 4 }) }, []),
    spec: optional({ containers: small(container, 'name'), volumes: small(volume, 'name'), nodeName: name }, []),
  })

  test('a patch turns the first into the second', () => {
    fc.assert(
      fc.property(pod, pod, (a, b) => {
        expect(strategicMergePatch(a, createTwoWayPatch(a, b, POD), POD)).toEqual(b)
      }),
      { numRuns: 500 },
    )
  })

  test('a patch between equals is empty', () => {
    fc.assert(fc.property(pod, (a) => equal(createTwoWayPatch(a, copy(a), POD), {})))
  })

  test('what kubectl apply sends turns what it applied last into what it applies', () => {
    fc.assert(
      fc.property(pod, pod, (a, b) => {
        expect(strategicMergePatch(a, createThreeWayPatch({ original: a, modified: b, current: a }, POD), POD)).toEqual(
          b,
        )
      }),
      { numRuns: 500 },
    )
  })

  test('what kubectl apply sends, applied again, is nothing', () => {
    fc.assert(
      fc.property(pod, pod, pod, (original, modified, current) => {
        const merged = strategicMergePatch(current, createThreeWayPatch({ original, modified, current }, POD), POD)
        const once = decoded(merged)
        const again = createThreeWayPatch({ original: modified, modified, current: once }, POD)

        expect(strategicMergePatch(once, again, POD)).toEqual(once)
      }),
      { numRuns: 500 },
    )
  })

  /** A directive is left in what is new to the server; being no field of the type, decoding drops it. */
  function decoded(value: Fields): Fields {
    return JSON.parse(JSON.stringify(value, (key, item) => (key.startsWith('$') ? undefined : (item ?? undefined))))
  }

  test('what others added stays, what is no longer wanted goes', () => {
    const original = {
      spec: { replicas: 2, template: { spec: { containers: [{ name: 'c', env: [{ name: 'A' }] }] } } },
    }
    const modified = { spec: { template: { spec: { containers: [{ name: 'c', env: [{ name: 'B', value: '2' }] }] } } } }
    const current = {
      spec: {
        replicas: 2,
        paused: true,
        template: { spec: { containers: [{ name: 'c', env: [{ name: 'A' }] }, { name: 'injected' }] } },
      },
    }

    const patch = createThreeWayPatch({ original, modified, current }, DEPLOYMENT)

    expect(patch).toEqual({
      spec: {
        replicas: null,
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'c' }],
            containers: [
              {
                name: 'c',
                '$setElementOrder/env': [{ name: 'B' }],
                env: [
                  { name: 'B', value: '2' },
                  { name: 'A', $patch: 'delete' },
                ],
              },
            ],
          },
        },
      },
    })
    expect(strategicMergePatch(current, patch, DEPLOYMENT)).toEqual({
      spec: {
        paused: true,
        template: { spec: { containers: [{ name: 'c', env: [{ name: 'B', value: '2' }] }, { name: 'injected' }] } },
      },
    })
  })

  test('a strategy of which one alternative may be set says what to retain', () => {
    const rolling = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
    const recreate = { spec: { strategy: { type: 'Recreate' } } }

    expect(createTwoWayPatch(rolling, recreate, DEPLOYMENT)).toEqual({
      spec: { strategy: { $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null } },
    })
  })

  test('taints are lists of objects without a merge key: they are replaced', () => {
    const a = { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }
    const b = { spec: { taints: [{ key: 'b', effect: 'NoSchedule' }] } }

    expect(createTwoWayPatch(a, b, NODE)).toEqual(b)
  })

  test('without a type it is a merge patch', () => {
    const states = {
      original: { a: 1, b: { c: 1, d: 2 } },
      modified: { b: { c: 1 }, e: {}, l: [1] },
      current: { a: 1, b: { c: 2, d: 2 } },
    }

    expect(createThreeWayPatch(states, undefined)).toEqual({ a: null, b: { c: 1, d: null }, e: {}, l: [1] })
  })
})
