/**
 * The OpenAPI 3 document of one group and version: its paths, and every type that they mention.
 * Source: kube-openapi/pkg/builder3; the documents below `/openapi/v3` of a 1.36 server.
 */
import type { ResourceType } from '../../api/kinds/row.ts'
import type { Fields } from '../../api/meta.ts'
import type { Registry } from '../../api/registry.ts'
import type { Schema } from '../../api/schema.ts'
import { component, reference, specialComponent, type Descriptions, type Dialect } from './component.ts'
import { customComponent, customList } from './custom-component.ts'
import { groupTag, pathsOf, type Paths, type Refer } from './operations.ts'
import { kindsByType, META, rowsOf, typeName, type Kind } from './type-names.ts'

export type Source = {
  readonly kinds: Registry
  readonly schema: Schema
  readonly descriptions: Descriptions
}

export const INFO = { title: 'Kubernetes', version: 'v1.36.2' }

export function groupDocument(source: Source, group: string, version: string): Fields {
  return document(source, (refer) => {
    const root = group === '' ? `/api/${version}/` : `/apis/${group}/${version}/`
    const paths = rowsOf(source.kinds, group, version).map((row) => pathsOf(row, refer))
    const tag = groupTag({ group, version })
    return Object.assign({ [root]: { get: discovery(refer, 'APIResourceList', tag) } }, ...paths) as Paths
  })
}

/** Of a path that only tells what there is. */
export function discoveryDocument(source: Source, path: string, kind: string): Fields {
  const [, root = '', group] = path.split('/')
  const tag = group ? groupTag({ group, version: '' }).slice(0, -1) : root === 'api' ? 'core' : root
  return document(source, (refer) => ({ [path]: { get: discovery(refer, kind, tag) } }))
}

function discovery(refer: Refer, kind: string, tag: string): Fields {
  const content = { 'application/json': { schema: refer(`${META}.${kind}`) } }
  const responses = { 200: { description: 'OK', content }, 401: { description: 'Unauthorized' } }
  const [what = '', name] = DISCOVERIES[kind] ?? []
  const title = tag.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())
  return { tags: [tag], description: `get ${what}`, operationId: `get${title}${name}`, responses }
}

const DISCOVERIES: Readonly<Record<string, readonly string[]>> = {
  APIResourceList: ['available resources', 'APIResources'],
  APIGroup: ['information of a group', 'APIGroup'],
  APIGroupList: ['available API versions', 'APIVersions'],
  APIVersions: ['available API versions', 'APIVersions'],
}

function document({ kinds, schema, descriptions }: Source, paths: (refer: Refer) => Paths): Fields {
  const wanted = new Set<string>()
  const dialect: Dialect = { version: 3, descriptions, refer: (name) => wanted.add(name), atomic: new Set() }
  const described = paths((name) => reference(name, dialect))
  const schemas = components(wanted, { kinds, schema, descriptions }, dialect)
  return { openapi: '3.0.0', info: INFO, paths: described, components: { schemas, securitySchemes: SECURITY } }
}

const SECURITY = {
  BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' },
}

/** The types that are wanted, and those that they want in turn: a set may grow while it is read. */
export function components(wanted: ReadonlySet<string>, { kinds, schema }: Source, dialect: Dialect): Fields {
  const byType = kindsByType(kinds)
  const custom = customTypes(kinds)
  const made: Record<string, Fields> = {}
  for (const name of wanted) {
    const type = schema.type(name)
    const built = type ? component(type, dialect) : specialComponent(name, dialect.version)
    const own = custom.get(name)?.(dialect) ?? built ?? { type: 'object' }
    made[name] = { ...own, ...kindsOf(byType.get(name)) }
  }
  for (const name of dialect.atomic) made[name] = { ...made[name], 'x-kubernetes-map-type': 'atomic' }
  return Object.fromEntries(Object.entries(made).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function kindsOf(kinds: readonly Kind[] | undefined): Fields {
  return kinds ? { 'x-kubernetes-group-version-kind': kinds } : {}
}

type Maker = (dialect: Dialect) => Fields

function customTypes(kinds: Registry): ReadonlyMap<string, Maker> {
  const rows = kinds.all.filter((row: ResourceType) => row.custom)
  return new Map<string, Maker>(
    rows.flatMap((row) => [
      [typeName(row, true), (dialect) => customComponent(row, dialect)],
      [`${typeName(row, true)}List`, (dialect) => customList(row, dialect)],
    ]),
  )
}
