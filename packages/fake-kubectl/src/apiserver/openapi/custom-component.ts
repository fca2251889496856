/**
 * A custom kind as OpenAPI describes it: its definition's schema, and the fields that every object has.
 * Source: apiextensions-apiserver/pkg/controller/openapi/builder/builder.go.
 */
import type { ResourceType } from '../../api/kinds/row.ts'
import { isFields, type Fields } from '../../api/meta.ts'
import { reference, type Dialect } from './component.ts'
import { META, typeName } from './type-names.ts'

export function customComponent({ openApi }: ResourceType, dialect: Dialect): Fields {
  if (!openApi) return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const properties = isFields(openApi['properties']) ? openApi['properties'] : {}
  return { ...openApi, type: 'object', properties: { ...properties, ...everyObject(dialect, 'ObjectMeta') } }
}

export function customList(row: ResourceType, dialect: Dialect): Fields {
  const items = { type: 'array', items: reference(typeName(row, true), dialect) }
  return {
    description: `${row.kind}List is a list of ${row.kind}`,
    type: 'object',
    required: ['items'],
    properties: { ...everyObject(dialect, 'ListMeta'), items },
  }
}

/** The texts are those that built-in kinds have for the same fields. */
function everyObject(dialect: Dialect, meta: string): Fields {
  const texts = dialect.descriptions['io.k8s.api.core.v1.ConfigMap'] ?? {}
  const metadata = reference(`${META}.${meta}`, dialect)
  const description = texts['metadata']
  return {
    apiVersion: { description: texts['apiVersion'], type: 'string' },
    kind: { description: texts['kind'], type: 'string' },
    metadata: dialect.version === 3 ? { description, allOf: [metadata] } : { description, ...metadata },
  }
}
