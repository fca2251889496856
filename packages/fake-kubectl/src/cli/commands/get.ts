/**
 * `kubectl get`: objects as a table, or in the form that -o says. Source: kubectl/pkg/cmd/get/get.go.
 */
import { humanDuration } from '../../api/age.ts'
import { chosenByFlags } from '../chosen.ts'
import type { Command, Context } from '../command.ts'
import { kindName, type Resource } from '../discovery.ts'
import { CliFault, isNotFound, throwAll } from '../errors.ts'
import {
  ALL_NAMESPACES,
  CHUNK_SIZE,
  FIELD_SELECTOR,
  FILE_FLAGS,
  OUTPUT_FLAGS,
  SELECTOR,
  SUBRESOURCE,
} from '../flag-rows.ts'
import type { FlagRow } from '../flags.ts'
import { plainTable, tablePrinter } from '../printers/table.ts'
import { fetchSelected, type Info, type Selection } from '../selection.ts'
import { sortedBy } from '../sort-objects.ts'
import { align, TABLE } from '../tab-writer.ts'
import type { Wire } from '../wire.ts'
import { printGeneric } from './get-generic.ts'
import { watchObjects } from './get-watch.ts'

export const TABLE_FLAGS: readonly FlagRow[] = [
  ['label-columns', 'L', 'strings', '', 'Labels that get a column each.'],
  ['no-headers', '', 'bool', 'false', 'No header line.'],
  ['show-kind', '', 'bool', 'false', 'The kind before each name.'],
  ['show-labels', '', 'bool', 'false', 'All labels in the last column.'],
  ['sort-by', '', 'string', '', 'Field to sort by, as a path: .metadata.name.'],
]

export const get: Command = {
  name: 'get',
  short: 'Display one or many resources',
  usage: '(TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...)',
  flags: [
    ALL_NAMESPACES,
    CHUNK_SIZE,
    FIELD_SELECTOR,
    SELECTOR,
    SUBRESOURCE,
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    ...TABLE_FLAGS,
    ['ignore-not-found', '', 'bool', 'false', 'What does not exist is no error.'],
    ['output-watch-events', '', 'bool', 'false', 'With --watch: what happened, too.'],
    ['raw', '', 'string', '', 'Path to ask the server for, answered as it comes.'],
    ['server-print', '', 'bool', 'true', 'Let the server lay out tables.'],
    ['watch', 'w', 'bool', 'false', 'Then go on and show changes.'],
    ['watch-only', '', 'bool', 'false', 'Show changes only.'],
  ],
  async run(context) {
    validate(context)
    const { flags, client } = context
    if (flags.text('raw') !== '') return context.out(await (await client.raw('GET', flags.text('raw'))).text())
    const selection = await selectionOf(context)
    if (flags.on('watch') || flags.on('watch-only')) return watchObjects(context, selection)
    if (isTable(context)) return printTables(context, selection)
    return printGeneric(context, selection)
  },
}

const TABLE_ACCEPT =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'

export function isTable({ flags }: Context): boolean {
  return ['', 'wide'].includes(flags.text('output')) && flags.text('template') === ''
}

/** How to ask so that the answer can be shown. */
export function asked(context: Context): { accept?: string; query?: Record<string, string>; chunkSize: number } {
  const { flags } = context
  const sorted = flags.text('sort-by') !== ''
  const chunkSize = sorted ? 0 : flags.number('chunk-size')
  if (!isTable(context) || !flags.on('server-print')) return { chunkSize }
  return { chunkSize, accept: TABLE_ACCEPT, ...(sorted && { query: { includeObject: 'Object' } }) }
}

/** The printer of one kind's Tables. */
export function tablesOf(
  { flags, ports }: Context,
  resource: Resource,
  withKind: boolean,
  withNamespace = flags.on('all-namespaces') && resource.namespaced,
): (object: Wire, event?: string) => string {
  const print = tablePrinter({
    noHeaders: flags.on('no-headers'),
    wide: flags.text('output') === 'wide',
    withNamespace,
    showLabels: flags.on('show-labels'),
    columnLabels: flags.list('label-columns'),
    kind: withKind || flags.on('show-kind') ? kindName(resource) : '',
  })
  const age = (time?: string): string => (time ? humanDuration(ports.now() - Date.parse(time)) : '<unknown>')
  return (object, event) => print(object.kind === 'Table' ? object : plainTable(object, age), event)
}

function validate(context: Context): void {
  const { flags, args } = context
  if (flags.text('raw') !== '') return validateRaw(context)
  const format = flags.text('output')
  if (flags.on('show-labels') && !['', 'wide'].includes(format)) {
    throw new CliFault(`--show-labels option cannot be used with ${format} printer`)
  }
  const watching = flags.on('watch') || flags.on('watch-only')
  if (flags.on('output-watch-events') && !watching) {
    throw new CliFault('--output-watch-events option can only be used with --watch or --watch-only')
  }
  if (args.length > 0 || flags.list('filename').length > 0 || watching) return
  context.err(
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n',
  )
  throw new CliFault(`Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).
See 'kubectl get -h' for help and examples`)
}

function validateRaw({ flags, args }: Context): void {
  if (args.length > 0) throw new CliFault('arguments may not be passed when --raw is specified')
  if (flags.on('watch') || flags.on('watch-only') || flags.text('selector') !== '') {
    throw new CliFault('--raw may not be specified with other flags that filter the server request or alter the output')
  }
  if (flags.text('output') !== '') throw new CliFault('--raw and --output are mutually exclusive')
  const raw = flags.text('raw')
  if (!raw.startsWith('/'))
    throw new CliFault(`--raw must be a valid URL path: parse ${JSON.stringify(raw)}: invalid URI for request`)
}

function selectionOf(context: Context): Promise<Selection> {
  const { flags } = context
  return chosenByFlags(context, {
    subresource: flags.text('subresource'),
    typeMeansAll: true,
    singleType: flags.on('watch') || flags.on('watch-only'),
  })
}

async function printTables(context: Context, selection: Selection): Promise<void> {
  const { flags } = context
  const { infos, faults } = await fetchSelected(context.client, selection, asked(context))
  const left = flags.on('ignore-not-found') ? faults.filter((fault) => !isNotFound(fault)) : faults
  const shown = flags.text('sort-by') === '' ? infos : infos.map((info) => sortedTable(info, flags.text('sort-by')))
  const written = writeGroups(context, shown)
  if (!written && !flags.on('ignore-not-found') && left.length === 0) context.err(nothingFound(context, infos))
  throwAll(left)
}

/** Tables of the same kind share a header and their widths; between two kinds stands an empty line. */
function writeGroups(context: Context, infos: readonly Info[]): boolean {
  const withKind = infos.some(({ resource }) => resource !== infos[0]!.resource)
  let written = false
  let withNamespace = false
  for (const group of groups(infos)) {
    const [{ resource }] = group as [Info]
    // Once a table has shown namespaces, kubectl goes on, also for what is in none.
    withNamespace ||= context.flags.on('all-namespaces') && resource.namespaced
    const print = tablesOf(context, resource, withKind, withNamespace)
    const text = align(group.map(({ object }) => print(object)).join(''), TABLE)
    if (text !== '') context.out(`${written && !context.flags.on('no-headers') ? '\n' : ''}${text}`)
    written ||= text !== ''
  }
  return written
}

function groups(infos: readonly Info[]): Info[][] {
  const found: Info[][] = []
  for (const info of infos) {
    if (found.at(-1)?.[0]?.resource === info.resource) found.at(-1)!.push(info)
    else found.push([info])
  }
  return found
}

function sortedTable(info: Info, field: string): Info {
  if (info.object.kind !== 'Table' || info.object.rows.length < 2) return info
  try {
    return { ...info, object: { ...info.object, rows: sortedBy(info.object.rows, field, (row: Wire) => row.object) } }
  } catch {
    // kubectl prints nothing of a table that it cannot sort, and says nothing of why.
    return { ...info, object: { ...info.object, rows: [] } }
  }
}

function nothingFound({ connection, flags }: Context, infos: readonly Info[]): string {
  const namespaced = !flags.on('all-namespaces') && infos.every(({ resource }) => resource.namespaced)
  return namespaced ? `No resources found in ${connection.namespace} namespace.\n` : 'No resources found\n'
}
