/**
 * Is the schema of a CustomResourceDefinition one that can be served: structural, with no part that OpenAPI allows and
 * Kubernetes does not, and with defaults that are valid themselves?
 * Source: apiextensions-apiserver/pkg/apiserver/schema/validation.go, schema/defaulting/validation.go;
 * pkg/apis/apiextensions/validation/validation.go.
 */
import { equal, isFields, type Fields } from '../meta.ts'
import { forbiddenValue, invalidValue, requiredValue, type FieldError } from '../status.ts'
import { goExpression } from './expression.ts'
import { pruned } from './prune.ts'
import { structural, type Structural } from './structural.ts'
import { completenessFaults } from './validate-completeness.ts'
import { openApiFaults } from './validate-open-api.ts'
import { embeddedFaults } from './validate-lists.ts'
import { validateValue } from './validate-value.ts'

/** @param hasStatus the status has a path of its own, so that its part of the schema must be found */
export function schemaFaults(schema: unknown, path: string, hasStatus: boolean): FieldError[] {
  const root = structural(schema)
  const nullable = root.nullable ? [forbiddenValue(`${path}.nullable`, 'nullable cannot be true at the root')] : []
  const shape = sorted(structureFaults(root, 'root', path))
  const defaults = shape.length > 0 ? [] : defaultFaults(root, path)
  return [
    ...statusFaults(root, path, hasStatus),
    ...nullable,
    ...shape,
    ...defaults,
    ...openApiFaults(root, path, true),
  ]
}

function sorted(errors: FieldError[]): FieldError[] {
  const text = ({ field, message }: FieldError) => `${field}: ${message}`
  return errors.sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0))
}

function statusFaults({ type }: Structural, path: string, hasStatus: boolean): FieldError[] {
  if (!hasStatus || type === 'object') return []
  const why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
  return [invalidValue(`${path}.type`, type, why)]
}

type Level = 'root' | 'item' | 'field'

const UNTYPED: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
}

function structureFaults(schema: Structural, level: Level, path: string): FieldError[] {
  const { type, items, properties, additional } = schema
  return [
    ...(type === 'array' && !items ? [requiredValue(`${path}.items`, 'must be specified')] : []),
    ...(items ? structureFaults(items, 'item', `${path}.items`) : []),
    ...[...properties].flatMap(([name, it]) => structureFaults(it, 'field', `${path}.properties[${name}]`)),
    ...(additional !== undefined && level === 'root'
      ? [forbiddenValue(`${path}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...(typeof additional === 'object' ? structureFaults(additional, 'field', `${path}.additionalProperties`) : []),
    ...extensionFaults(schema, path),
    ...typeFaults(schema, level, path),
    ...metaFaults(schema, level, path),
    ...patternFaults(schema, path),
    ...completenessFaults(schema, path, level === 'root'),
  ]
}

function extensionFaults({ isIntOrString, preservesUnknown, isEmbedded }: Structural, path: string): FieldError[] {
  if (!isIntOrString) return []
  const why = 'must be false if x-kubernetes-int-or-string is true'
  return [
    ...(preservesUnknown ? [invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, true, why)] : []),
    ...(isEmbedded ? [invalidValue(`${path}.x-kubernetes-embedded-resource`, true, why)] : []),
  ]
}

function typeFaults(schema: Structural, level: Level, path: string): FieldError[] {
  const { type, isEmbedded, isIntOrString, preservesUnknown, properties, additional } = schema
  const field = `${path}.type`
  const errors: FieldError[] = []
  if (isEmbedded && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true'
    errors.push(type === '' ? requiredValue(field, why) : invalidValue(field, type, why))
  } else if (type === '' && !isIntOrString && !preservesUnknown) {
    errors.push(requiredValue(field, UNTYPED[level]))
  }
  if (isEmbedded && additional !== undefined)
    errors.push(
      forbiddenValue(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'),
    )
  if (level === 'root' && type !== '' && type !== 'object')
    errors.push(invalidValue(field, type, 'must be object at the root'))
  if (isEmbedded && !preservesUnknown && properties.size === 0) {
    const why =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'
    errors.push(requiredValue(`${path}.properties`, why))
  }
  return errors
}

/** What every object has, a schema may mention but not shape. */
function metaFaults({ properties, isEmbedded }: Structural, level: Level, path: string): FieldError[] {
  if (level !== 'root' && !isEmbedded) return []
  const metadata = properties.get('metadata')
  const at = (name: string) => `${path}.properties[${name}]`
  return [
    ...['kind', 'apiVersion'].flatMap((name) => {
      const type = properties.get(name)?.type
      return type === undefined || type === 'string' ? [] : [invalidValue(`${at(name)}.type`, type, 'must be string')]
    }),
    ...(metadata && metadata.type !== 'object'
      ? [invalidValue(`${at('metadata')}.type`, metadata.type, 'must be object')]
      : []),
    ...(metadata && level === 'root' && !namesOnly(metadata) ? [forbiddenValue(at('metadata'), NAMES_ONLY)] : []),
  ]
}

const NAMES_ONLY = 'must not specify anything other than name and generateName, but metadata is implicitly specified'

function namesOnly({ properties, written }: Structural): boolean {
  const others = Object.keys(written).filter((key) => !['type', 'properties', 'description'].includes(key))
  return others.length === 0 && [...properties.keys()].every((name) => ['name', 'generateName'].includes(name))
}

function patternFaults({ written }: Structural, path: string): FieldError[] {
  const pattern = written['pattern']
  if (typeof pattern !== 'string' || pattern === '') return []
  try {
    goExpression(pattern)
    return []
  } catch (fault) {
    const why = `must be a valid regular expression, but isn't: ${(fault as Error).message}`
    return [invalidValue(`${path}.pattern`, pattern, why)]
  }
}

/** A default must be a value its own schema allows. */
function defaultFaults(schema: Structural, path: string): FieldError[] {
  const { items, properties, default: value } = schema
  return [
    ...(value === undefined ? [] : valueFaults(schema, value, `${path}.default`)),
    ...(items ? defaultFaults(items, `${path}.items`) : []),
    ...[...properties].flatMap(([name, it]) => defaultFaults(it, `${path}.properties[${name}]`)),
  ]
}

function valueFaults(schema: Structural, value: unknown, path: string): FieldError[] {
  const isWhole = equal(pruned(value, schema, schema.isEmbedded).value, value)
  const unknown = isWhole ? [] : [invalidValue(path, value, 'must not have unknown fields')]
  const embedded = isFields(value) ? embeddedFaults(schema, value as Fields, path) : []
  return [...unknown, ...(embedded.length > 0 ? embedded : validateValue(schema, value, path))]
}
