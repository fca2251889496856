import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fields } from '../meta.ts'
import { createSchema, type SchemaFile } from '../schema.ts'
import { joinErrors, typeErrors } from './check.ts'
import { compare } from './compare.ts'
import { fieldSetOf } from './extract.ts'
import {
  below,
  difference,
  has,
  inOrder,
  intersection,
  parseFieldSet,
  paths,
  printPath,
  setOf,
  union,
  without,
  type FieldSet,
  type Path,
} from './field-set.ts'
import { merge } from './merge.ts'
import type { Place } from './place.ts'
import { remove } from './remove.ts'

const file = JSON.parse(readFileSync(new URL('../../schema/kubernetes.json', import.meta.url), 'utf8')) as SchemaFile
const schema = createSchema(file)
const placeOf = (group: string, kind: string): Place => ({
  kind: 'struct',
  type: schema.kind(group, 'v1', kind)!,
  atomic: false,
})
const DEPLOYMENT = placeOf('apps', 'Deployment')
const POD = placeOf('', 'Pod')
const CONFIG_MAP = placeOf('', 'ConfigMap')

describe('sets of fields', () => {
  const element = fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'v:"y"')
  const path = fc.array(element, { minLength: 1, maxLength: 3 })
  const set = fc.array(path, { maxLength: 8 }).map((list) => setOf(...list))
  const texts = (it: FieldSet) => new Set(paths(it).map((p) => p.join(' ')))
  const isBelow = (p: string, all: Set<string>) => [...all].some((it) => p === it || p.startsWith(`${it} `))

  test('hold what was put into them', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 8 }), (list) => {
        const made = setOf(...list)

        expect(texts(made)).toEqual(new Set(list.map((it) => it.join(' '))))
        expect(list.every((it) => has(made, it))).toBe(true)
      }),
    )
  })

  test('are joined, shared and told apart like sets of paths', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const [left, right] = [texts(a), texts(b)]

        expect(texts(union(a, b))).toEqual(new Set([...left, ...right]))
        expect(texts(intersection(a, b))).toEqual(new Set([...left].filter((it) => right.has(it))))
        expect(texts(difference(a, b))).toEqual(new Set([...left].filter((it) => !right.has(it))))
        expect(texts(without(a, b))).toEqual(new Set([...left].filter((it) => !isBelow(it, right))))
      }),
    )
  })

  test('are read as they are written', () => {
    fc.assert(
      fc.property(set, (a) => {
        expect(parseFieldSet(JSON.parse(JSON.stringify(inOrder(a))))).toEqual(a)
      }),
    )
  })

  test('are written in the order of their elements: names, keys, values, places', () => {
    const written = inOrder(
      setOf(['v:"b"'], ['k:{"port":443}'], ['k:{"port":80}'], ['f:b'], ['f:a', 'f:x'], ['f:a'], ['i:10'], ['i:9']),
    )

    expect(JSON.stringify(written)).toBe(
      '{"f:a":{".":{},"f:x":{}},"f:b":{},"k:{\\"port\\":80}":{},"k:{\\"port\\":443}":{},"v:\\"b\\"":{},"i:9":{},"i:10":{}}',
    )
  })

  test.each([{ 'f:a': 5 }, { a: {} }, { 'k:5': {} }, { 'v:x': {} }, { 'i:x': {} }, 7])('%j is none', (value) => {
    expect(() => parseFieldSet(value)).toThrow(SyntaxError)
  })

  test('know no key but their own', () => {
    expect(parseFieldSet(JSON.parse('{"f:__proto__":{"f:constructor":{}},"x:new":{}}'))).toEqual({
      'f:__proto__': { 'f:constructor': {} },
    })
    expect(has({}, ['f:constructor'])).toBe(false)
    expect(below({}, 'f:toString')).toEqual({})
  })
})

const web: Fields = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [{ name: 'nginx', image: 'nginx:1', ports: [{ containerPort: 80 }], args: ['a'], resources: {} }],
        tolerations: [{ key: 'x' }],
      },
    },
  },
}

describe('the fields of a value', () => {
  test('are told by the type: by name, by key, or as a whole', () => {
    expect(fieldSetOf(web, DEPLOYMENT)).toEqual({
      'f:apiVersion': {},
      'f:kind': {},
      'f:metadata': { 'f:name': {}, 'f:labels': { 'f:app': {} } },
      'f:spec': {
        'f:replicas': {},
        'f:selector': {},
        'f:strategy': { 'f:type': {}, 'f:rollingUpdate': { 'f:maxSurge': {} } },
        'f:template': {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': {
            'f:containers': {
              'k:{"name":"nginx"}': {
                '.': {},
                'f:name': {},
                'f:image': {},
                'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
                'f:args': {},
                'f:resources': {},
              },
            },
            'f:tolerations': {},
          },
        },
      },
    })
  })

  test('that nobody knows the type of are told by name', () => {
    expect(fieldSetOf({ a: { b: [1], c: {} } }, undefined)).toEqual({
      'f:a': { '.': {}, 'f:b': {}, 'f:c': {} },
    })
  })
})

describe('two values', () => {
  test('of which one is new differ in what Go does not write anyway', () => {
    const { added, modified } = compare({}, { metadata: {}, spec: web['spec'], status: {} }, DEPLOYMENT)

    expect(modified).toEqual({ 'f:spec': { 'f:selector': {} } })
    expect(added['f:spec']).toMatchObject({
      'f:strategy': { 'f:type': {}, 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {} } },
      'f:template': {
        'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
        'f:spec': { 'f:containers': { 'k:{"name":"nginx"}': { '.': {}, 'f:resources': {} } } },
      },
    })
    expect(Object.keys(added)).toEqual(['f:spec'])
  })

  test('differ by what was added, removed and modified', () => {
    const pod = (list: Fields[]) => ({ spec: { containers: list } })
    const before = pod([{ name: 'a', image: 'x' }, { name: 'b' }])
    const after = pod([{ name: 'c' }, { name: 'a', image: 'y', tty: true }])

    const { added, removed, modified } = compare(before, after, POD)

    expect(paths(added).map(printPath)).toEqual(
      [
        '.spec.containers[name="c"]',
        '.spec.containers[name="a"].tty',
        '.spec.containers[name="c"].name',
        '.spec.containers[name="c"].resources',
      ].toSorted((a, b) => a.split('].').length - b.split('].').length),
    )
    expect(paths(removed).map(printPath)).toEqual([
      '.spec.containers[name="b"]',
      '.spec.containers[name="b"].name',
      '.spec.containers[name="b"].resources',
    ])
    expect(paths(modified).map(printPath)).toEqual(['.spec.containers[name="a"].image'])
  })

  test('with an item twice are compared by all of them', () => {
    const pod = (...values: string[]) => ({
      spec: { containers: [{ name: 'a', env: values.map((value) => ({ name: 'E', value })) }] },
    })
    const env: Path = ['f:spec', 'f:containers', 'k:{"name":"a"}', 'f:env', 'k:{"name":"E"}']

    expect(has(compare(pod('1', '2'), pod('1', '3'), POD).modified, env)).toBe(true)
    expect(has(compare(pod('1', '2'), pod('1'), POD).removed, env)).toBe(true)
    expect(has(compare(pod('1'), pod('1', '2'), POD).added, env)).toBe(true)
    expect(compare(pod('1', '2'), pod('1', '2'), POD)).toEqual({ added: {}, removed: {}, modified: {} })
  })
})

describe('applying', () => {
  test('merges by name and key, and keeps what it does not speak of', () => {
    const live = {
      metadata: { labels: { a: '1' }, finalizers: ['x'] },
      spec: { containers: [{ name: 'a', image: 'x' }, { name: 'b' }] },
    }
    const applied = {
      metadata: { labels: { b: '2' }, finalizers: ['y'] },
      spec: { containers: [{ name: 'c' }, { name: 'a', image: 'z' }], tolerations: [{ key: 'k' }] },
    }

    expect(merge(live, applied, POD)).toEqual({
      metadata: { labels: { a: '1', b: '2' }, finalizers: ['x', 'y'] },
      spec: { containers: [{ name: 'c' }, { name: 'a', image: 'z' }, { name: 'b' }], tolerations: [{ key: 'k' }] },
    })
  })

  const name = fc.constantFrom('a', 'b', 'c', 'd')
  const containers = fc
    .uniqueArray(fc.record({ name, image: fc.constantFrom('x', 'y') }), { selector: (it) => it.name, maxLength: 4 })
    .map((list) => ({ spec: { containers: list } }))

  test('twice is applying once, and what is applied is there in its order', () => {
    fc.assert(
      fc.property(containers, containers, (live, applied) => {
        const once = merge(live, applied, POD) as typeof live
        const names = applied.spec.containers.map((it) => it.name)

        expect(merge(once, applied, POD)).toEqual(once)
        expect(once.spec.containers.map((it) => it.name).filter((it) => names.includes(it))).toEqual(names)
        expect(once.spec.containers).toEqual(expect.arrayContaining(applied.spec.containers))
      }),
    )
  })

  test.each<[Fields, string]>([
    [{ data: { a: 1 } }, '.data.a: expected string, got &value.valueUnstructured{Value:1}'],
    [{ foo: 1 }, '.foo: field not declared in schema'],
    [{ data: [] }, '.data: expected map, got &{[]}'],
    [{ metadata: { finalizers: ['a', 'a'] } }, '.metadata.finalizers: duplicate entries for key [="a"]'],
    [
      { immutable: 'x', data: { a: true } },
      'errors:\n  .immutable: expected boolean, got &{x}\n  .data.a: expected string, got &value.valueUnstructured{Value:true}',
    ],
  ])('%j is no ConfigMap', (value, message) => {
    expect(joinErrors(typeErrors(value, CONFIG_MAP))).toBe(message)
  })

  test('tells items apart by their keys, or by what a key is where it is left out', () => {
    const account = { secrets: [{ namespace: 'x' }] }
    const pod = { spec: { containers: [{ image: 'x' }, { image: 'y' }] } }

    expect(typeErrors(account, placeOf('', 'ServiceAccount'))).toEqual([
      '.secrets: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
    ])
    expect(typeErrors(pod, POD)).toEqual(['.spec.containers: duplicate entries for key [name=""]'])
  })
})

test('removing takes fields and items, and leaves an object that had more', () => {
  const pod = { spec: { nodeName: 'n', containers: [{ name: 'a', image: 'x' }, { name: 'b' }] } }
  const set = setOf(
    ['f:spec', 'f:nodeName'],
    ['f:spec', 'f:containers', 'k:{"name":"b"}'],
    ['f:spec', 'f:containers', 'k:{"name":"a"}', 'f:image'],
  )

  expect(remove(pod, set, POD)).toEqual({ spec: { containers: [{ name: 'a' }] } })
})
