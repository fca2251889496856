/**
 * `kubectl get -o json|yaml|name|jsonpath=…|custom-columns=…`: whole objects, one by itself or several as a List.
 * Source: kubectl/pkg/cmd/get/get.go (printGeneric).
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Context } from '../command.ts'
import { CliFault, isNotFound, throwAll } from '../errors.ts'
import { customColumns, customColumnsTemplate } from '../printers/custom-columns.ts'
import { printerFor, type Printer } from '../printers/printer.ts'
import { fetchSelected, type Selection } from '../selection.ts'
import { sortedBy } from '../sort-objects.ts'
import type { Wire } from '../wire.ts'
import { asked } from './get.ts'

export async function printGeneric(context: Context, selection: Selection): Promise<void> {
  const { flags } = context
  const print = printerOf(context)
  const { infos, faults } = await fetchSelected(context.client, selection, asked(context))
  const left = flags.on('ignore-not-found') ? faults.filter((fault) => !isNotFound(fault)) : faults
  if (selection.single) throwAll(left)
  if (infos.length === 0 && flags.on('ignore-not-found')) return throwAll(left)
  const objects = infos.map(({ object }) => object)
  if (selection.single) context.out(print(objects[0]))
  else context.out(printList(context, print, objects))
  throwAll(left)
}

/** The printers of `get`: the usual ones and custom columns. */
export function printerOf(context: Context): Printer {
  const { flags, ports } = context
  const format = flags.text('output')
  const [, file, spec] = /^custom-columns(-file)?(?:=(.*))?$/s.exec(format) ?? []
  if (file === undefined && spec === undefined && !format.startsWith('custom-columns')) {
    return printerFor(context, '', ['custom-columns', 'custom-columns-file', 'wide'])
  }
  if (file === undefined) return customColumns(spec || flags.text('template'), flags.on('no-headers'))
  return customColumnsTemplate(readColumns(path.resolve(ports.cwd, spec ?? ''), spec ?? ''))
}

function readColumns(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CliFault(`error reading template ${name}, open ${name}: no such file or directory`)
  }
}

function printList({ flags }: Context, print: Printer, objects: Wire[]): string {
  const field = flags.text('sort-by')
  const items = field === '' ? objects : sortedBy(objects, field, (object) => object)
  if (flags.text('output') === 'name') return items.map((item) => print(item)).join('')
  return print({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } })
}
