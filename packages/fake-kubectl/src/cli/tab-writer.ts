/**
 * Columns that line up: cells end with a tab, a column is as wide as its widest cell in neighbouring lines.
 * Source: Go's text/tabwriter, as kubectl sets it up (padding with spaces, the last cell of a line belongs to no column).
 */

export type TabOptions = {
  readonly minWidth: number
  readonly padding: number
  /** Keeps the widths of an earlier text, for tables that grow line by line. */
  readonly remembered?: readonly number[]
}

/** How `kubectl get` and most tables are set. */
export const TABLE: TabOptions = { minWidth: 6, padding: 3 }
/** How `kubectl describe` is set. */
export const DESCRIPTION: TabOptions = { minWidth: 0, padding: 2 }

export function align(text: string, options: TabOptions): string {
  return alignAndRemember(text, options).text
}

/** @returns the text, and the widths of its columns, for the next piece of the same table */
export function alignAndRemember(text: string, options: TabOptions): { text: string; widths: readonly number[] } {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const widths = lines.map((): number[] => [])
  for (let i = 0; i < lines.length; i++) {
    for (let column = widths[i]!.length; column < lines[i]!.length - 1; column++)
      fillBlock(lines, widths, i, column, options)
  }
  const shown = lines.map((cells, i) => cells.map((cell, column) => padded(cell, widths[i]![column])).join(''))
  return { text: shown.join('\n'), widths: widest(widths, options.remembered) }
}

/** A column's block: the lines from `from` that have a cell in it, one below the other. */
function fillBlock(
  lines: readonly string[][],
  widths: number[][],
  from: number,
  column: number,
  options: TabOptions,
): void {
  let to = from
  while (to < lines.length && lines[to]!.length - 1 > column) to += 1
  const cells = lines.slice(from, to).map((line) => line[column]!)
  const least = Math.max(options.minWidth, ...cells.map((cell) => widthOf(cell) + options.padding))
  const wanted = Math.max(least, options.remembered?.[column] ?? 0)
  for (let i = from; i < to; i++) widths[i]![column] = wanted
}

function padded(cell: string, width: number | undefined): string {
  return width === undefined ? cell : cell + ' '.repeat(Math.max(0, width - widthOf(cell)))
}

function widthOf(cell: string): number {
  return [...cell].length
}

function widest(widths: readonly number[][], remembered: readonly number[] = []): readonly number[] {
  const columns = Math.max(remembered.length, ...widths.map((line) => line.length))
  return Array.from({ length: columns }, (_, column) =>
    Math.max(remembered[column] ?? 0, ...widths.map((line) => line[column] ?? 0)),
  )
}
