/**
 * Small rows out of what the API answers: the columns kubectl shows, which the API server computes itself.
 *
 * A server that knows no Table for a kind answers the plain list; then name, phase and creation time must do.
 * Source: Kubernetes API concepts, receiving resources as Tables.
 */

/** Asks for a Table, and takes a plain list where there is none. */
export const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

export type Row = Readonly<Record<string, string>>

export type Metadata = { readonly name?: string; readonly namespace?: string; readonly creationTimestamp?: string }
export type KubeObject = { readonly metadata?: Metadata; readonly status?: { readonly phase?: string } }

export type ListMeta = { readonly continue?: string; readonly remainingItemCount?: number }
type Column = { readonly name: string; readonly priority: number }
type Table = {
  readonly kind: 'Table'
  readonly columnDefinitions: readonly Column[]
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object?: KubeObject | null }[] | null
}
export type Listed = Table | { readonly kind: string; readonly items?: readonly KubeObject[] } | KubeObject

export function rowsOf(listed: Listed): Row[] {
  if (isTable(listed))
    return (listed.rows ?? []).map(({ cells, object }) => rowOf(listed.columnDefinitions, cells, object))
  return itemsOf(listed).map(plainRow)
}

/** Who named the namespace need not read it in each row, as with kubectl. */
export function withoutNamespace(rows: readonly Row[]): Row[] {
  return rows.map(({ namespace: _named, ...row }) => row as Row)
}

function isTable(listed: Listed): listed is Table {
  return 'kind' in listed && listed.kind === 'Table'
}

export function itemsOf(listed: Listed): readonly KubeObject[] {
  if ('items' in listed) return listed.items ?? []
  return 'metadata' in listed ? [listed] : []
}

/** Columns of priority 0 are those that kubectl shows without `-o wide`. */
function rowOf(columns: readonly Column[], cells: readonly unknown[], object?: KubeObject | null): Row {
  const namespace = object?.metadata?.namespace
  const shown = columns.flatMap(({ name, priority }, n) =>
    priority === 0 ? [[keyOf(name), String(cells[n] ?? '')]] : [],
  )
  return { ...(namespace && { namespace }), ...Object.fromEntries(shown) }
}

function keyOf(column: string): string {
  return column.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')
}

function plainRow({ metadata = {}, status }: KubeObject): Row {
  const { name = '', namespace, creationTimestamp } = metadata
  return {
    ...(namespace && { namespace }),
    name,
    ...(status?.phase && { phase: status.phase }),
    ...(creationTimestamp && { created: creationTimestamp }),
  }
}

/** Rows as aligned columns, with a header in capitals. */
export function columnsText(rows: readonly Row[]): string {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = [keys.map((key) => key.toUpperCase()), ...rows.map((row) => keys.map((key) => row[key] ?? ''))]
  const widths = keys.map((_, n) => Math.max(...lines.map((line) => line[n]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
