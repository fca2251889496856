/**
 * `kubectl get --watch`: what is there, then every change as it happens. Source: kubectl/pkg/cmd/get/get.go (watch).
 */
import type { Context } from '../command.ts'
import { pathOf } from '../discovery.ts'
import { StatusFault } from '../errors.ts'
import { fetchOne, pages, type Selection } from '../selection.ts'
import { alignAndRemember, TABLE } from '../tab-writer.ts'
import type { Wire } from '../wire.ts'
import { asked, isTable, tablesOf } from './get.ts'
import { printerOf } from './get-generic.ts'

export async function watchObjects(context: Context, selection: Selection): Promise<void> {
  const { flags, client } = context
  const [list] = selection.lists
  const [named] = selection.named
  const resource = (list ?? named!).resource
  const print = changePrinter(context, resource)
  const { accept, query, chunkSize } = asked(context)
  const options = { ...(accept && { accept }), ...(query && { query }), chunkSize }
  let version = '0'
  const existing: Wire[] = []
  if (list) {
    for await (const page of pages(client, list, selection, options)) {
      version = page.metadata?.resourceVersion ?? version
      existing.push(...(page.kind === 'Table' || !page.items ? [page] : page.items))
    }
  } else existing.push((await fetchOne(client, named!, '', options)).object)
  if (!flags.on('watch-only')) context.out(print(existing, 'ADDED'))
  // The watch of one object begins with the object itself, which has been shown.
  let skip = named !== undefined
  const fields = named ? `metadata.name=${named.name}` : selection.fields
  const watched = {
    watch: true,
    resourceVersion: version,
    labelSelector: selection.labels,
    fieldSelector: fields,
    ...query,
  }
  const path = pathOf(resource, { namespace: (list ?? named!).namespace })
  for await (const { type, object } of client.watch(path, { query: watched, ...(accept && { accept }) })) {
    if (type === 'ERROR') throw new StatusFault(object)
    if (type !== 'BOOKMARK' && !skip) context.out(print([object], type))
    skip = false
  }
}

function changePrinter(
  context: Context,
  resource: Selection['lists'][number]['resource'],
): (objects: Wire[], type: string) => string {
  const events = context.flags.on('output-watch-events')
  if (!isTable(context)) {
    const print = printerOf(context)
    return (objects, type) => objects.map((object) => print(events ? { type, object } : object)).join('')
  }
  const print = tablesOf(context, resource, false)
  let remembered: readonly number[] = []
  return (objects, type) => {
    const lines = objects.map((object) => print(object, events ? type : '')).join('')
    const { text, widths } = alignAndRemember(lines, { ...TABLE, remembered })
    remembered = widths
    return text
  }
}
