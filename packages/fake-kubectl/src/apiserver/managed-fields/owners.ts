/**
 * Who owns which fields of an object, as `metadata.managedFields` tells it: one entry for each manager, operation, version
 * and subresource.
 * Source: apimachinery/pkg/util/managedfields/internal/managedfields.go.
 */
import { inOrder, parseFieldSet, type FieldSet } from '../../api/field-set/field-set.ts'
import { isFields, type ManagedFieldsEntry } from '../../api/meta.ts'

export type Operation = 'Apply' | 'Update'

export type Owner = {
  readonly manager: string
  readonly operation: Operation
  readonly apiVersion: string
  readonly subresource: string
  /** RFC 3339; absent where nobody has noted when. */
  readonly time?: string | undefined
  readonly fields: FieldSet
}

/** By what makes an entry one of its own. */
export type Owners = ReadonlyMap<string, Owner>

/** Who applies is the same in every version. Conflicts are sorted by this text. */
export function idOf({ manager, operation, apiVersion, subresource }: Omit<Owner, 'fields'>): string {
  return JSON.stringify({
    ...(manager && { manager }),
    operation,
    ...(operation === 'Update' && { apiVersion }),
    ...(subresource && { subresource }),
  })
}

/** Of entries that came from the store: they are as they were written. */
export function storedOwners(entries: readonly ManagedFieldsEntry[] = []): Owners {
  return readOwners(entries, (fields) => fields as FieldSet)
}

/** @throws SyntaxError for what is no list of entries */
export function readOwners(entries: readonly ManagedFieldsEntry[] = [], parse = parseFieldSet): Owners {
  return new Map(
    entries.map((entry) => {
      const owner = readOwner(entry, parse)
      return [idOf(owner), owner]
    }),
  )
}

function readOwner(entry: ManagedFieldsEntry, parse: (fields: unknown) => FieldSet): Owner {
  const { manager = '', operation, apiVersion, subresource = '', time, fieldsType, fieldsV1 = {} } = entry
  if (operation !== 'Apply' && operation !== 'Update') throw new SyntaxError('operation must be `Apply` or `Update`')
  if (!apiVersion) throw new SyntaxError('apiVersion must not be empty')
  if (fieldsType !== 'FieldsV1') throw new SyntaxError(`invalid fieldsType ${JSON.stringify(fieldsType)}`)
  return { manager, operation, apiVersion, subresource, ...(time && { time }), fields: parse(fieldsV1) }
}

/** As entries, in the order in which the real server writes them; undefined when nobody owns anything. */
export function writeOwners(owners: Owners): ManagedFieldsEntry[] | undefined {
  if (owners.size === 0) return undefined
  return [...owners.values()]
    .sort(compareOwners)
    .map(({ manager, operation, apiVersion, time, fields, subresource }) => ({
      ...(manager && { manager }),
      operation,
      apiVersion,
      ...(time && { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: inOrder(fields),
      ...(subresource && { subresource }),
    }))
}

function compareOwners(a: Owner, b: Owner): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.time ?? '', b.time ?? '') ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** An empty list, or a list of one empty entry, is how a client asks to forget all owners. */
export function asksForReset(entries: readonly ManagedFieldsEntry[] | undefined): boolean {
  if (entries === undefined || entries.length > 1) return false
  const [only] = entries
  return (
    only === undefined ||
    (isFields(only) && Object.values(only).every((value) => value === undefined || value === null))
  )
}
