/**
 * The columns a CustomResourceDefinition gives its kind, or name and age when it gives none.
 * Source: apiextensions-apiserver/pkg/registry/customresource/tableconvertor/tableconvertor.go.
 */
import { age } from '../age.ts'
import type { KubeObject } from '../meta.ts'
import type { PrinterColumn } from './definition.ts'
import { findPath, isPath } from './json-path.ts'

export type CustomColumn = {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly description: string
  readonly priority: number
  cell(object: KubeObject, nowMs: number): string | number | boolean | null
}

const AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
  jsonPath: '.metadata.creationTimestamp',
}

export function customColumns(columns: readonly PrinterColumn[] | undefined): CustomColumn[] {
  const given = columns && columns.length > 0 ? columns : [AGE]
  // One that cannot be read ends the list, as in the real server.
  const unreadable = given.findIndex(({ jsonPath }) => !isPath(jsonPath))
  return given.slice(0, unreadable < 0 ? undefined : unreadable).map((column) => {
    const { name, type, jsonPath, format = '', priority = 0 } = column
    const description = column.description || `Custom resource definition column (in JSONPath format): ${jsonPath}`
    return { name, type, format, description, priority, cell: (object, nowMs) => cell(column, object, nowMs) }
  })
}

function cell({ type, jsonPath }: PrinterColumn, object: KubeObject, nowMs: number): string | number | boolean | null {
  const [value] = findPath(jsonPath, object)
  if (value === undefined || value === null) return null
  if (type === 'string') return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number)
  if (type === 'integer') return typeof value === 'number' ? Math.trunc(value) : null
  if (type === 'number') return typeof value === 'number' ? value : null
  if (type === 'boolean') return typeof value === 'boolean' ? value : null
  if (typeof value !== 'string') return null
  return Number.isNaN(Date.parse(value)) ? '<invalid>' : age(value, nowMs)
}
