/**
 * The columns kubectl shows for each kind, as data. A built-in kind that has none of its own shows its name and when it
 * was created; a custom resource its name and age, where its definition names no columns.
 * Source: kubernetes/pkg/printers/internalversion/printers.go of 1.36; apiserver/pkg/registry/rest/table.go.
 */
import type { CustomColumn } from '../../api/extensions/columns.ts'
import type { ResourceType } from '../../api/kinds/row.ts'
import { shiftTime } from '../encoding/shown-time.ts'
import { ACCESS } from './access.ts'
import { column, NAME, text } from './cells.ts'
import { CLUSTER } from './cluster.ts'
import { NETWORK } from './network.ts'
import { STORAGE } from './storage.ts'
import type { Column } from './table.ts'
import { SCALE, WORKLOADS } from './workloads.ts'

/** By plural: no two built-in groups but metrics.k8s.io and core have a resource of the same name with other columns. */
const BUILT_IN: Readonly<Record<string, readonly Column[]>> = {
  ...WORKLOADS,
  ...CLUSTER,
  ...NETWORK,
  ...STORAGE,
  ...ACCESS,
}

const CREATED_AT: Column = {
  name: 'Created At',
  type: 'date',
  cell: ({ metadata }, { shownOffsetMs }) => shiftTime(metadata.creationTimestamp ?? '', shownOffsetMs),
}

const DEFAULT: readonly Column[] = [NAME, CREATED_AT]
const METRICS: readonly Column[] = [NAME, column('Window', (it) => text(it, 'window'))]

export function columnsOf({ group, plural, custom }: ResourceType, subresource: string): readonly Column[] {
  if (subresource === 'scale') return SCALE
  if (custom) return [NAME, ...custom.columns.map((it) => customColumn(it))]
  if (group === 'metrics.k8s.io') return METRICS
  return (Object.hasOwn(BUILT_IN, plural) ? BUILT_IN[plural] : undefined) ?? DEFAULT
}

function customColumn({ name, type, format, description, priority, cell }: CustomColumn): Column {
  const column = { name, format, description, priority, type: type as NonNullable<Column['type']> }
  return { ...column, cell: (object, { nowMs }) => cell(object, nowMs) }
}
