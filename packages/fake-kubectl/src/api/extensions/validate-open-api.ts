/**
 * Parts of OpenAPI that Kubernetes does not take in a schema, and what its own extensions ask for.
 * Source: apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go,
 * ValidateCustomResourceDefinitionOpenAPISchema.
 */
import { forbiddenValue, invalidValue, requiredValue, type FieldError } from '../status.ts'
import { notSupported } from './errors.ts'
import { META_FIELDS, type Structural } from './structural.ts'

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']

const UNSUPPORTED: readonly (readonly [string, string])[] = [
  ['id', 'id is not supported'],
  ['additionalItems', 'additionalItems is not supported'],
  ['patternProperties', 'patternProperties is not supported'],
  ['definitions', 'definitions is not supported'],
  ['dependencies', 'dependencies is not supported'],
  ['$ref', '$ref is not supported'],
]

/** @param forbidsDefaults why there may be none, where there may be none */
export function openApiFaults(schema: Structural, path: string, isRoot: boolean, forbidsDefaults = ''): FieldError[] {
  const { properties, additional, items, allOf, anyOf, oneOf, not } = schema
  const below = (it: Structural, at: string) => openApiFaults(it, `${path}.${at}`, false, forbidsDefaults)
  return [
    ...standardFaults(schema, path, forbidsDefaults),
    ...(typeof additional === 'object' ? below(additional, 'additionalProperties') : []),
    ...[...properties].flatMap(([name, it]) => {
      const why = isRoot && META_FIELDS.includes(name) ? `in top-level ${name}` : forbidsDefaults
      return openApiFaults(it, `${path}.properties[${name}]`, false, why)
    }),
    ...(not ? below(not, 'not') : []),
    ...allOf.flatMap((it, i) => below(it, `allOf[${i}]`)),
    ...oneOf.flatMap((it, i) => below(it, `oneOf[${i}]`)),
    ...anyOf.flatMap((it, i) => below(it, `anyOf[${i}]`)),
    ...(items ? below(items, 'items') : []),
    ...extensionFaults(schema, path),
    ...listFaults(schema, path),
  ]
}

function standardFaults(schema: Structural, path: string, forbidsDefaults: string): FieldError[] {
  const { type, written, additional, properties } = schema
  const isOdd = additional === false && written['additionalProperties'] !== false
  const isMixed = additional !== undefined && additional !== true && properties.size > 0
  return [
    ...(type !== '' && !TYPES.includes(type) ? [notSupported(`${path}.type`, type, TYPES)] : []),
    ...(schema.default !== undefined && forbidsDefaults !== ''
      ? [forbiddenValue(`${path}.default`, `must not be set ${forbidsDefaults}`)]
      : []),
    ...UNSUPPORTED.filter(([name]) => written[name] !== undefined).map(([name, why]) =>
      forbiddenValue(`${path}.${name}`, why),
    ),
    ...(type === 'null'
      ? [forbiddenValue(`${path}.type`, 'type cannot be set to null, use nullable as an alternative')]
      : []),
    ...(Array.isArray(written['items'])
      ? [forbiddenValue(`${path}.items`, 'items must be a schema object and not an array')]
      : []),
    ...(written['uniqueItems'] === true ? [forbiddenValue(`${path}.uniqueItems`, UNIQUE_ITEMS)] : []),
    ...(isOdd
      ? [
          invalidValue(
            `${path}.additionalProperties`,
            written['additionalProperties'],
            'boolean or JSON schema expected',
          ),
        ]
      : []),
    ...(isMixed
      ? [forbiddenValue(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')]
      : []),
  ]
}

const UNIQUE_ITEMS = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'

function extensionFaults({ type, written, mapType, listType }: Structural, path: string): FieldError[] {
  const typed = (extension: string, wanted: string, value: string | undefined) => {
    if (value === undefined || type === wanted) return []
    const why = `must be ${wanted} if ${extension} is specified`
    return [type === '' ? requiredValue(`${path}.type`, why) : invalidValue(`${path}.type`, type, why)]
  }
  const chosen = (extension: string, value: string | undefined, choices: readonly string[]) =>
    value === undefined || choices.includes(value) ? [] : [notSupported(`${path}.${extension}`, value, choices)]
  return [
    ...(written['x-kubernetes-preserve-unknown-fields'] === false
      ? [invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')]
      : []),
    ...typed('x-kubernetes-map-type', 'object', mapType),
    ...chosen('x-kubernetes-map-type', mapType, ['atomic', 'granular']),
    ...typed('x-kubernetes-list-type', 'array', listType),
    ...chosen('x-kubernetes-list-type', listType, ['atomic', 'set', 'map']),
  ]
}

/** Lists that are sets or maps: what tells their items apart must be there and be comparable. */
function listFaults(schema: Structural, path: string): FieldError[] {
  const { listType, listMapKeys, items } = schema
  const keys = `${path}.x-kubernetes-list-map-keys`
  if (listMapKeys.length > 0 && listType !== 'map') {
    const field = `${path}.x-kubernetes-list-type`
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty'
    return [listType === undefined ? requiredValue(field, why) : invalidValue(field, listType, why)]
  }
  if (listType === 'set') return setFaults(items, `${path}.items`)
  if (listType !== 'map') return []
  return [
    ...(listMapKeys.length === 0 ? [requiredValue(keys, 'must not be empty if x-kubernetes-list-type is map')] : []),
    ...(items ? [] : [requiredValue(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map')]),
    ...(items && items.type !== 'object' ? [invalidValue(`${path}.items.type`, items.type, MAP_OF_OBJECTS)] : []),
    ...(items?.nullable
      ? [forbiddenValue(`${path}.items.nullable`, 'cannot be nullable when x-kubernetes-list-type is map')]
      : []),
    ...(items?.type === 'object' ? listMapKeys.flatMap((key, i) => keyFaults(items, key, path, `${keys}[${i}]`)) : []),
  ]
}

const MAP_OF_OBJECTS = "must be object if parent array's x-kubernetes-list-type is map"

function setFaults(items: Structural | undefined, path: string): FieldError[] {
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  return [
    ...(items?.nullable
      ? [forbiddenValue(`${path}.nullable`, 'cannot be nullable when x-kubernetes-list-type is set')]
      : []),
    ...(items?.type === 'object' && items.mapType !== 'atomic'
      ? [invalidValue(`${path}.x-kubernetes-map-type`, null, why)]
      : []),
    ...(items?.type === 'array' && (items.listType ?? 'atomic') !== 'atomic'
      ? [invalidValue(`${path}.x-kubernetes-list-type`, items.listType, why)]
      : []),
  ]
}

function keyFaults(items: Structural, key: string, path: string, keyPath: string): FieldError[] {
  const property = items.properties.get(key)
  const at = `${path}.items.properties[${key}]`
  if (!property) return [invalidValue(keyPath, key, 'entries must all be names of item properties')]
  return [
    ...(['array', 'object'].includes(property.type)
      ? [
          invalidValue(
            `${at}.type`,
            items.type,
            "must be a scalar type if parent array's x-kubernetes-list-type is map",
          ),
        ]
      : []),
    ...(!items.required.includes(key) && property.default === undefined
      ? [requiredValue(`${at}.default`, KEY_IS_THERE)]
      : []),
    ...(property.nullable
      ? [forbiddenValue(`${at}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable')]
      : []),
  ]
}

const KEY_IS_THERE =
  'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property'
