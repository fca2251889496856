/**
 * The server's Tables as lines with tabs between the cells; `tab-writer.ts` lines them up.
 * Source: cli-runtime/pkg/printers/tableprinter.go.
 */
import { byBytes, goText, harmless, type Wire } from '../wire.ts'

export type TableOptions = {
  readonly noHeaders: boolean
  readonly wide: boolean
  readonly withNamespace: boolean
  readonly showLabels: boolean
  /** Labels that get a column each. */
  readonly columnLabels: readonly string[]
  /** `pod`, to stand before each name; '' for the name alone. */
  readonly kind: string
}

type Column = { name: string; type?: string; format?: string; priority?: number }

/** Remembers the columns it printed last, so that each header comes once: one printer for one kind. */
export function tablePrinter(options: TableOptions): (table: Wire, event?: string) => string {
  let last: Column[] = []
  let headersDone = false
  return (table, event = '') => {
    const told: Column[] = table.columnDefinitions ?? []
    const changed = told.length > 0 && JSON.stringify(told) !== JSON.stringify(last)
    if (changed) {
      last = told
      headersDone = false
    }
    const header = !options.noHeaders && !headersDone && table.rows.length > 0
    if (table.rows.length > 0) headersDone = true
    const lines = table.rows.map((row: Wire) => cellsOf(row, last, options, event).join('\t'))
    return [...(header ? [headerOf(last, options, event)] : []), ...lines].map((line) => `${line}\n`).join('')
  }
}

/** An object the server sent without a Table: its name and age alone. */
export function plainTable(object: Wire, ageText: (time: string | undefined) => string): Wire {
  const items: Wire[] = object.items ?? [object]
  return {
    kind: 'Table',
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name' },
      { name: 'Age', type: 'string' },
    ],
    rows: items.map((item) => ({
      cells: [item.metadata?.name, ageText(item.metadata?.creationTimestamp)],
      object: item,
    })),
  }
}

function headerOf(columns: readonly Column[], options: TableOptions, event: string): string {
  const names = columns.filter((column) => isShown(column, options)).map(({ name }) => name.toUpperCase())
  return [
    ...(event === '' ? [] : ['EVENT']),
    ...(options.withNamespace ? ['NAMESPACE'] : []),
    ...names,
    ...options.columnLabels.map((label) => label.split('/').at(-1)!.toUpperCase()),
    ...(options.showLabels ? ['LABELS'] : []),
  ].join('\t')
}

function cellsOf(row: Wire, columns: readonly Column[], options: TableOptions, event: string): string[] {
  const metadata = row.object?.metadata
  const nameColumn = columns.findIndex(({ format, type }) => format === 'name' && type === 'string')
  const cells = columns.map((_, i) =>
    i === nameColumn && options.kind ? `${options.kind}/${row.cells[i]}` : row.cells[i],
  )
  const labels = metadata?.labels ?? {}
  return [
    ...(event === '' ? [] : [event.padEnd(8)]),
    ...(options.withNamespace ? [metadata?.namespace ?? ''] : []),
    ...cells.filter((_, i) => isShown(columns[i]!, options)).map(cellText),
    ...options.columnLabels.map((label) => labels[label] ?? ''),
    ...(options.showLabels ? [labelsText(labels)] : []),
  ]
}

function isShown({ priority = 0 }: Column, { wide }: TableOptions): boolean {
  return wide || priority === 0
}

/** A cell ends with its first line. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell !== 'string') return goText(cell)
  const [first = '', ...more] = cell.split(/[\f\n\r]/)
  return `${harmless(first)}${more.length > 0 ? '...' : ''}`
}

export function labelsText(labels: Record<string, string> | undefined, none = '<none>'): string {
  const keys = Object.keys(labels ?? {}).sort(byBytes)
  return keys.length === 0 ? none : keys.map((key) => `${key}=${labels![key]}`).join(',')
}
