/**
 * Objects as the Table kubectl prints: the kind's columns and a row of cells each. The columns are data (columns.ts).
 * Source: API concepts, "Receiving resources as Tables"; apimachinery/pkg/apis/meta/v1/types.go.
 */
import { age } from '../api/age.ts'
import type { KubeObject } from '../api/meta.ts'
import { badRequest } from '../api/status.ts'
import { COLUMNS } from './columns.ts'
import { partial, withType } from './encode.ts'
import type { ResourceCall } from './server.ts'

export type ListMeta = { resourceVersion?: string | undefined; continue?: string; remainingItemCount?: number }

export type Cell = string | number

/** What a cell may depend on beside the object: now, and how far the client's clock is from it. */
export type Seen = { readonly nowMs: number; readonly shownOffsetMs: number }

/** One column. `wide` ones are sent always and shown with `-o wide`. */
export type Column = {
  readonly name: string
  readonly type?: 'string' | 'integer'
  readonly format?: string
  readonly wide?: boolean
  readonly cell: (object: KubeObject, seen: Seen) => Cell
}

const NAME: Column = { name: 'Name', format: 'name', cell: ({ metadata }) => metadata.name }
const AGE: Column = { name: 'Age', cell: ({ metadata }, { nowMs }) => age(metadata.creationTimestamp, nowMs) }

/** @param definitions `false` leaves the columns' definitions out: a watch sends them only once */
export function table(
  call: ResourceCall,
  objects: readonly KubeObject[],
  metadata: ListMeta,
  definitions = true,
): Record<string, unknown> {
  const columns = COLUMNS[call.type.storage] ?? [NAME, AGE]
  const { clock } = call.server
  const seen = { nowMs: clock.now(), shownOffsetMs: clock.shownOffsetMs }
  const included = inclusion(call)
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: definitions ? columns.map(definition) : null,
    rows: objects.map((object) => ({ cells: columns.map(({ cell }) => cell(object, seen)), ...included(object) })),
  }
}

function definition({ name, type = 'string', format = '', wide = false }: Column): Record<string, unknown> {
  return { name, type, format, description: DESCRIPTIONS[name] ?? '', priority: wide ? 1 : 0 }
}

const DESCRIPTIONS: Record<string, string> = {
  Name: 'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  Age: 'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.',
}

function inclusion({ url, type }: ResourceCall): (object: KubeObject) => { object?: unknown } {
  const policy = url.searchParams.get('includeObject') ?? ''
  switch (policy) {
    case 'None':
      return () => ({})
    case 'Object':
      return (object) => ({ object: withType(type, object) })
    case '':
    case 'Metadata':
      return (object) => ({ object: partial(object) })
    default:
      throw badRequest(`invalid includeObject value: "${policy}"`)
  }
}
