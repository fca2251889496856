/**
 * An object as its client sees it: with the zero values that Go writes, and with its times moved so that virtual now is
 * the client's now. Clients that print ages subtract from their own wall clock. Only fields that are times by their type
 * move; labels, annotations and other text of clients never do. What neither concerns is shared with the original.
 */
import { isFields, type Fields } from '../../api/meta.ts'
import type { FieldSchema, TypeSchema, ValueSchema } from '../../api/schema.ts'
import { alwaysWritten, zeroOf } from '../../api/zero-values.ts'
import { shiftTime } from './shown-time.ts'

export function writtenForm(type: TypeSchema, object: Fields, offsetMs: number): Fields {
  let written: Record<string, unknown> | undefined
  for (const field of concerned(type)) {
    const value = object[field.name]
    const shown = value === undefined ? undefined : writtenValue(field.value, value, offsetMs)
    if (shown !== value) (written ??= { ...object })[field.name] = shown
  }
  for (const field of alwaysWritten(type)) {
    const value = (written ?? object)[field.name]
    const shown = value ?? zeroOf(field)
    if (shown !== value) (written ??= { ...object })[field.name] = shown
  }
  return written ?? object
}

function writtenValue(schema: ValueSchema, value: unknown, offsetMs: number): unknown {
  if (value === null) return null
  switch (schema.kind) {
    case 'struct':
      return isFields(value) ? writtenForm(schema.type, value, offsetMs) : value
    case 'scalar':
      return isTime(schema) && typeof value === 'string' ? shiftTime(value, offsetMs) : value
    case 'list':
      return Array.isArray(value) ? writtenList(schema.items, value, offsetMs) : value
    case 'map':
      return isFields(value)
        ? Object.fromEntries(Object.entries(value).map(([k, item]) => [k, writtenValue(schema.values, item, offsetMs)]))
        : value
  }
}

function writtenList(items: ValueSchema, list: readonly unknown[], offsetMs: number): readonly unknown[] {
  const written = list.map((item) => writtenValue(items, item, offsetMs))
  return written.every((item, i) => item === list[i]) ? list : written
}

function isTime(schema: ValueSchema): boolean {
  return schema.kind === 'scalar' && (schema.scalar === 'time' || schema.scalar === 'micro-time')
}

const known = new WeakMap<TypeSchema, readonly FieldSchema[]>()

/** The fields with a time or a zero value in them, found once for each type. */
function concerned(type: TypeSchema): readonly FieldSchema[] {
  const found = known.get(type)
  if (found) return found
  known.set(type, [...type.fields.values()]) // For a type that contains itself.
  const fields = [...type.fields.values()].filter(({ value }) => concerns(value))
  known.set(type, fields)
  return fields
}

function concerns(schema: ValueSchema): boolean {
  if (schema.kind === 'struct') return alwaysWritten(schema.type).length > 0 || concerned(schema.type).length > 0
  if (schema.kind === 'scalar') return isTime(schema)
  return concerns(schema.kind === 'list' ? schema.items : schema.values)
}
