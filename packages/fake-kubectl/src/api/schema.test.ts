import { readFileSync } from 'node:fs'
import * as models from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { createSchema, goName, type SchemaFile, type ValueSchema } from './schema.ts'

const file = JSON.parse(readFileSync(new URL('../schema/kubernetes.json', import.meta.url), 'utf8')) as SchemaFile
const schema = createSchema(file)

describe('the generated schema', () => {
  test('has every field of the published models, no more and no fewer', () => {
    const types = schema.names.map((name) => schema.type(name)!)

    const differing = types.filter(({ name, fields }) => {
      const published = modelFields(name)
      return JSON.stringify([...fields.keys()].sort()) !== JSON.stringify(published.sort())
    })

    expect(differing.map(({ name }) => name)).toEqual([])
    expect(types.length).toBeGreaterThan(500)
  })

  test('names only types that it has', () => {
    const structs = schema.names.flatMap((name) =>
      [...schema.type(name)!.fields.values()].map(({ value }) => leaf(value)),
    )

    expect(structs.filter((value) => value.kind === 'struct' && value.type === undefined)).toEqual([])
  })
})

test('a field knows its type, its place on the wire and how it merges', () => {
  const ports = schema.kind('', 'v1', 'Pod')!.fields.get('spec')!.value
  const container = schema.type('io.k8s.api.core.v1.Container')!.fields.get('ports')!
  const volume = schema.type('io.k8s.api.core.v1.Volume')!.fields.get('secret')!

  expect(ports.kind === 'struct' && goName(ports.type)).toBe('v1.PodSpec')
  expect(container).toMatchObject({
    numbers: [6],
    patchStrategy: ['merge'],
    patchMergeKey: 'containerPort',
    value: { kind: 'list', listType: 'map', listMapKeys: ['containerPort', 'protocol'] },
  })
  expect(volume.numbers).toEqual([2, 6])
})

test('a type may contain itself', () => {
  const props = schema.kind('apiextensions.k8s.io', 'v1', 'JSONSchemaProps')!
  const inner = leaf(props.fields.get('properties')!.value)

  expect(inner.kind === 'struct' && inner.type).toBe(props)
})

function leaf(value: ValueSchema): ValueSchema {
  if (value.kind === 'list') return leaf(value.items)
  return value.kind === 'map' ? leaf(value.values) : value
}

/** The model's class is `V1PodSpec`, or `CoreV1Event` where two groups have an Event. */
function modelFields(name: string): string[] {
  const [group = '', version = '', kind = ''] = name.split('.').slice(-3)
  const prefix = group[0]!.toUpperCase() + group.slice(1)
  const all = models as unknown as Record<string, { getAttributeTypeMap(): { baseName: string }[] }>
  const model = all[`${prefix}${version.toUpperCase()}${kind}`] ?? all[`${version.toUpperCase()}${kind}`]
  return model?.getAttributeTypeMap().map(({ baseName }) => baseName) ?? ['no such model']
}
