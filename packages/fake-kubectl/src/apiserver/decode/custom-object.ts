/**
 * A custom resource has no Go type but for its metadata: its schema says which fields are kept and what is filled in, and
 * values of the wrong type stay until validation tells of them, in the schema's words.
 * Source: apiextensions-apiserver/pkg/apiserver/customresource_handler.go, schemaCoercingDecoder.
 */
import { withSchemaDefaults } from '../../api/extensions/defaults.ts'
import { pruned } from '../../api/extensions/prune.ts'
import type { ResourceType } from '../../api/kinds/row.ts'
import { isFields, type Fields } from '../../api/meta.ts'
import type { Schema, TypeSchema } from '../../api/schema.ts'
import { writtenForm } from '../encoding/written-form.ts'
import { decodeValue, type Decoded, type DecodeOptions } from './decode-value.ts'
import type { Notes } from './parse-json.ts'

/** @throws DecodeError for metadata that is none */
export function decodeCustom(builtIn: Schema, type: ResourceType, value: unknown, options: DecodeOptions): Decoded {
  const { schema } = type.custom!
  const { object, strictErrors } = decodeValue(envelope(builtIn), value, options)
  const { value: kept, unknown } = pruned(object, schema, true)
  const { metadata, ...rest } = withSchemaDefaults(kept, schema) as Fields
  const moved = options.shiftMs ? writtenForm(type.schema!, rest, options.shiftMs) : rest
  const errors = [...unknown.map((path) => `unknown field "${path}"`), ...duplicateFields(value, options.notes)]
  return { object: { ...moved, metadata }, strictErrors: [...strictErrors, ...errors] }
}

const envelopes = new WeakMap<Schema, TypeSchema>()

/** What is typed in every object: the metadata. Everything else is let through. */
function envelope(builtIn: Schema): TypeSchema {
  const known = envelopes.get(builtIn)
  if (known) return known
  const { fields } = builtIn.kind('', 'v1', 'ConfigMap')!
  const metadata = fields.get('metadata')!
  const made = { name: 'unstructured.Unstructured', fields: new Map([['metadata', metadata]]), open: true }
  envelopes.set(builtIn, made)
  return made
}

/** Below the root, where the decoder of typed values does not look. */
function duplicateFields(value: unknown, notes: Notes | undefined, path = ''): string[] {
  if (!notes || notes.duplicates.size === 0) return []
  if (Array.isArray(value)) return value.flatMap((item, i) => duplicateFields(item, notes, `${path}[${i}]`))
  if (!isFields(value)) return []
  const own = path === '' ? [] : (notes.duplicates.get(value) ?? [])
  const within = Object.entries(value).filter(([key]) => path !== '' || key !== 'metadata')
  return [
    ...own.map((key) => `duplicate field "${path}.${key}"`),
    ...within.flatMap(([key, item]) => duplicateFields(item, notes, path === '' ? key : `${path}.${key}`)),
  ]
}
