/**
 * `-o custom-columns=NAME:.metadata.name,…`: a table whose cells are paths. Source: kubectl/pkg/cmd/get/customcolumn.go.
 */
import { CliFault } from '../errors.ts'
import { align, TABLE } from '../tab-writer.ts'
import { goText, harmless, type Wire } from '../wire.ts'
import { find } from './jsonpath.ts'
import { relaxed } from './jsonpath-parse.ts'

type Column = { readonly header: string; readonly path: string }

/** @returns a printer of one object or list */
export function customColumns(spec: string, noHeaders: boolean): (object: Wire) => string {
  const columns = columnsOf(spec)
  return (object) => {
    const rows = (object.items ?? [object]).map((item: Wire) => columns.map((column) => cell(column, item)).join('\t'))
    const header = columns.map((column) => column.header).join('\t')
    return align([...(noHeaders ? [] : [header]), ...rows].map((line) => `${line}\n`).join(''), TABLE)
  }
}

/** The same from a file: a line of headers above a line of paths. */
export function customColumnsTemplate(text: string): (object: Wire) => string {
  const [headers, specs] = text.split('\n').map((line) => line.split(/\s+/).filter((word) => word !== ''))
  const expected = 'Expected format is one line of space separated headers, one line of space separated column specs.'
  if (!headers || headers.length === 0) throw new CliFault(`invalid template, missing header line. ${expected}`)
  if (!specs || specs.length === 0) throw new CliFault(`invalid template, missing spec line. ${expected}`)
  if (headers.length !== specs.length) {
    throw new CliFault(`number of headers (${headers.length}) and field specifications (${specs.length}) don't match`)
  }
  return customColumns(headers.map((header, i) => `${header}:${specs[i]}`).join(','), false)
}

function columnsOf(spec: string): Column[] {
  if (spec === '') throw new CliFault('custom-columns format specified but no custom columns given')
  return spec.split(',').map((part) => {
    const [header = '', path] = part.split(/:(.*)/s)
    if (path === undefined)
      throw new CliFault(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`)
    return { header, path: relaxed(path) }
  })
}

function cell({ path }: Column, object: Wire): string {
  const found = find(path, object)
  if ((found[0] ?? []).length === 0) return '<none>'
  return found
    .flat()
    .map((value) => harmless(goText(value)))
    .join(',')
}
