/**
 * Objects as the Table kubectl prints: the kind's columns and a row of cells each. The columns are data (columns.ts).
 * Source: API concepts, "Receiving resources as Tables"; apimachinery/pkg/apis/meta/v1/types.go.
 */
import { at, type KubeObject } from '../../api/meta.ts'
import { badRequest } from '../../api/status.ts'
import { objectText, partialText, type Json } from '../encoding/json-text.ts'
import type { ResourceCall } from '../server.ts'
import { columnsOf } from './columns.ts'

export type ListMeta = { resourceVersion?: string | undefined; continue?: string; remainingItemCount?: number }

export type Cell = string | number | boolean | null

/** What a cell may depend on beside the object: now, and how far the client's clock is from it. */
export type Seen = { readonly nowMs: number; readonly shownOffsetMs: number }

/** One column. `wide` ones are sent always and shown with `-o wide`. */
export type Column = {
  readonly name: string
  readonly type?: 'string' | 'integer' | 'boolean' | 'number' | 'date'
  readonly format?: string
  readonly wide?: boolean
  /** Where the column's definition tells them, instead of what the name and `wide` say. */
  readonly description?: string
  readonly priority?: number
  readonly cell: (object: KubeObject, seen: Seen) => Cell
}

/**
 * A Table as JSON text.
 *
 * @param definitions `false` leaves the columns' definitions out: a watch sends them only once
 */
export function tableText(
  call: ResourceCall,
  objects: readonly KubeObject[],
  metadata: ListMeta,
  definitions = true,
): Json {
  const columns = columnsOf(call.type, call.info.subresource)
  const { clock } = call.server
  const seen = { nowMs: clock.now(), shownOffsetMs: clock.shownOffsetMs }
  const included = inclusion(call)
  const rows = objects.map((object) => {
    const cells = JSON.stringify(columns.map(({ cell }) => cell(object, seen)))
    return `{"cells":${cells}${ended(call.type, object)}${included(object)}}`
  })
  const head = { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata }
  const columnDefinitions = definitions ? columns.map(definition) : null
  return `${JSON.stringify({ ...head, columnDefinitions }).slice(0, -1)},"rows":[${rows.join(',')}]}`
}

const ENDED: Readonly<Record<string, string>> = {
  Succeeded: 'The pod has completed successfully.',
  Failed: 'The pod failed.',
}

/** A row says of a pod that it will not run again, so that a client can leave it out. */
function ended({ kind }: ResourceCall['type'], object: KubeObject): Json {
  const reason = kind === 'Pod' ? String(at(object, 'status.phase')) : ''
  const message = ENDED[reason]
  if (!message) return ''
  return `,"conditions":${JSON.stringify([{ type: 'Completed', status: 'True', reason, message }])}`
}

function definition(column: Column): Record<string, unknown> {
  const { name, type = 'string', format = '', wide = false } = column
  const { description = DESCRIPTIONS[name] ?? '', priority = wide ? 1 : 0 } = column
  return { name, type, format, description, priority }
}

const DESCRIPTIONS: Record<string, string> = {
  Name: 'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  Age: 'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.',
}

function inclusion({ url, type, server }: ResourceCall): (object: KubeObject) => Json {
  const policy = url.searchParams.get('includeObject') ?? ''
  switch (policy) {
    case 'None':
      return () => ''
    case 'Object':
      return (object) => `,"object":${objectText(server, type, object)}`
    case '':
    case 'Metadata':
      return (object) => `,"object":${partialText(server, object)}`
    default:
      throw badRequest(`invalid includeObject value: "${policy}"`)
  }
}
