/**
 * Defaults of a schema, filled in where a field is absent, or null where it may not be.
 * Source: apiextensions-apiserver/pkg/apiserver/schema/defaulting/{algorithm,prunenulls}.go.
 */
import { isFields, type Fields } from '../meta.ts'
import { schemaUnder, type Structural } from './structural.ts'

export function withSchemaDefaults(value: unknown, schema: Structural | undefined): unknown {
  if (!schema) return value
  if (Array.isArray(value)) return value.map((item) => withSchemaDefaults(orDefault(item, schema.items), schema.items))
  return isFields(value) ? fieldDefaults(value, schema) : value
}

function fieldDefaults(value: Fields, schema: Structural): Fields {
  const missing = [...schema.properties]
    .filter(([name, property]) => property.default !== undefined && isMissing(value, name, property))
    .map(([name, property]) => [name, property.default] as const)
  const entries = Object.entries({ ...value, ...Object.fromEntries(missing) }).flatMap(([key, item]) => {
    const under = schemaUnder(schema, key)
    const known = orDefault(item, under)
    // A null that its schema does not allow means that the field is absent.
    if (known === null && under && !under.nullable && schema.properties.has(key)) return []
    return [[key, withSchemaDefaults(known, under)] as const]
  })
  return Object.fromEntries(entries)
}

function isMissing(value: Fields, name: string, property: Structural): boolean {
  return !Object.hasOwn(value, name) || (value[name] === null && !property.nullable)
}

function orDefault(item: unknown, schema: Structural | undefined): unknown {
  return item === null && schema && !schema.nullable && schema.default !== undefined ? schema.default : item
}
