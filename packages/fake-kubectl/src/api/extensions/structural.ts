/**
 * A structural schema: an OpenAPI v3 schema that says of each field what it is, so that unknown fields can be told from
 * known ones. Read once from the JSON of a CustomResourceDefinition, then shared by pruning, defaulting, validation,
 * server-side apply and OpenAPI.
 * Source: apiextensions-apiserver/pkg/apiserver/schema/{structural,convert}.go.
 */
import { isFields, type Fields } from '../meta.ts'

export type Structural = {
  /** `object`, `array`, `string`, `integer`, `number`, `boolean`; `''` when left open. */
  readonly type: string
  readonly properties: ReadonlyMap<string, Structural>
  /** What stands under other keys; `true` is anything. */
  readonly additional: Structural | boolean | undefined
  readonly items: Structural | undefined
  readonly required: readonly string[]
  readonly nullable: boolean
  /** undefined when there is none; a default of null is none, too. */
  readonly default: unknown
  readonly isIntOrString: boolean
  readonly preservesUnknown: boolean
  readonly isEmbedded: boolean
  readonly listType: string | undefined
  readonly listMapKeys: readonly string[]
  readonly mapType: string | undefined
  readonly allOf: readonly Structural[]
  readonly anyOf: readonly Structural[]
  readonly oneOf: readonly Structural[]
  readonly not: Structural | undefined
  /** The node as it was written, for bounds, patterns and descriptions. */
  readonly written: Fields
}

export function structural(schema: unknown): Structural {
  const written = isFields(schema) ? schema : {}
  const additional = written['additionalProperties']
  return {
    type: text(written['type']),
    properties: new Map(Object.entries(fields(written['properties'])).map(([name, it]) => [name, structural(it)])),
    additional: isFields(additional)
      ? structural(additional)
      : additional === undefined
        ? undefined
        : additional === true,
    items: isFields(written['items']) ? structural(written['items']) : undefined,
    required: texts(written['required']),
    nullable: written['nullable'] === true,
    default: written['default'] ?? undefined,
    isIntOrString: written['x-kubernetes-int-or-string'] === true,
    preservesUnknown: written['x-kubernetes-preserve-unknown-fields'] === true,
    isEmbedded: written['x-kubernetes-embedded-resource'] === true,
    listType: text(written['x-kubernetes-list-type']) || undefined,
    listMapKeys: texts(written['x-kubernetes-list-map-keys']),
    mapType: text(written['x-kubernetes-map-type']) || undefined,
    allOf: schemas(written['allOf']),
    anyOf: schemas(written['anyOf']),
    oneOf: schemas(written['oneOf']),
    not: isFields(written['not']) ? structural(written['not']) : undefined,
    written,
  }
}

/** What every object has beside the fields of its schema. */
export const META_FIELDS: readonly string[] = ['apiVersion', 'kind', 'metadata']

/** The schema of a value that is a resource of its own: at the root, or embedded. */
export function asResource(schema: Structural): Structural {
  return schema.isEmbedded ? schema : { ...schema, isEmbedded: true }
}

/** The schema of the value under a key of an object; undefined when nothing is known of it. */
export function schemaUnder(schema: Structural, key: string): Structural | undefined {
  const property = schema.properties.get(key)
  return property ?? (typeof schema.additional === 'object' ? schema.additional : undefined)
}

function schemas(list: unknown): Structural[] {
  return Array.isArray(list) ? list.map((it) => structural(it)) : []
}

function texts(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((it) => typeof it === 'string') : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {}
}
