/**
 * `kubectl events`: what happened, oldest first. Source: kubectl/pkg/cmd/events.
 */
import { humanDuration } from '../../api/age.ts'
import type { Command, Context } from '../command.ts'
import { eventAge } from '../describe/events.ts'
import { apiVersionOf, pathOf } from '../discovery.ts'
import { BareFault, CliFault } from '../errors.ts'
import { ALL_NAMESPACES, CHUNK_SIZE, OUTPUT_FLAGS } from '../flag-rows.ts'
import { printerFor } from '../printers/printer.ts'
import { pages } from '../selection.ts'
import { alignAndRemember, TABLE } from '../tab-writer.ts'
import { byBytes, harmless, type Wire } from '../wire.ts'

const EVENTS = { group: '', version: 'v1', plural: 'events', namespaced: true }

export const events: Command = {
  name: 'events',
  short: 'List events',
  usage: '[--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  flags: [
    ALL_NAMESPACES,
    CHUNK_SIZE,
    ...OUTPUT_FLAGS,
    ['for', '', 'string', '', 'Events of one object only, TYPE/NAME.'],
    ['no-headers', '', 'bool', 'false', 'No header line.'],
    ['types', '', 'strings', '', 'Normal, Warning: events of these types only.'],
    ['watch', 'w', 'bool', 'false', 'Then go on and show more.'],
  ],
  async run(context) {
    const { flags, connection } = context
    const fields = await objectFields(context)
    if (flags.list('types').some((type) => !/^(normal|warning)$/i.test(type))) {
      throw new CliFault('valid --types are Normal or Warning')
    }
    const namespace = flags.on('all-namespaces') ? '' : connection.namespace
    if (flags.on('watch')) return watch(context, namespace, fields)
    const found: Wire[] = []
    for await (const page of pages(context.client, { resource: EVENTS as never, namespace }, { labels: '', fields })) {
      found.push(...page.items.filter((event: Wire) => isWanted(context, event)))
    }
    if (found.length === 0)
      return context.err(namespace === '' ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`)
    found.sort((a, b) => byBytes(timeOf(a), timeOf(b)))
    context.out(printer(context)(found, true))
  },
}

async function objectFields({ flags, discovery }: Context): Promise<string> {
  const object = flags.text('for')
  if (object === '') return ''
  const [type = '', name, more] = object.split('/')
  if (name === undefined) throw new CliFault('--for must be in resource/name form')
  if (more !== undefined) throw new CliFault('arguments in resource/name form may not have more than one slash')
  const resource = await discovery.resolve(type).catch((fault: Error) => Promise.reject(new BareFault(fault.message)))
  return `involvedObject.kind=${resource.kind},involvedObject.apiVersion=${apiVersionOf(resource)},involvedObject.name=${name}`
}

function isWanted({ flags }: Context, { type = '' }: Wire): boolean {
  const types = flags.list('types')
  return types.length === 0 || types.some((each) => each.toLowerCase() === type.toLowerCase())
}

function timeOf({ series, lastTimestamp, eventTime }: Wire): string {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? ''
}

async function watch(context: Context, namespace: string, fieldSelector: string): Promise<void> {
  const print = printer(context)
  const path = pathOf(EVENTS, { namespace })
  for await (const { type, object } of context.client.watch(path, { query: { watch: true, fieldSelector } })) {
    const isShown = type !== 'DELETED' && type !== 'BOOKMARK' && isWanted(context, object)
    if (isShown) context.out(print([object], false))
  }
}

/** Prints events, the header before the first, in columns that stay. */
function printer(context: Context): (found: Wire[], asList: boolean) => string {
  const { flags, ports } = context
  if (flags.text('output') !== '') {
    const print = printerFor(context)
    const typed = (event: Wire): Wire => ({ kind: 'Event', apiVersion: 'v1', ...event })
    return (found, asList) => {
      // kubectl names no lists that it has as structs.
      if (asList && flags.text('output') === 'name') return ''
      if (!asList) return found.map((event) => print(typed(event))).join('')
      return print({ kind: 'EventList', apiVersion: 'v1', metadata: {}, items: found.map(typed) })
    }
  }
  const text = { age: (time?: string | null) => (time ? humanDuration(ports.now() - Date.parse(time)) : '<unknown>') }
  const all = flags.on('all-namespaces')
  let header = flags.on('no-headers') ? '' : `${all ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`
  let remembered: readonly number[] = []
  return (found) => {
    const lines = found.map(
      (event) => `${[...(all ? [event.metadata.namespace] : []), ...cells(text, event)].join('\t')}\n`,
    )
    const aligned = alignAndRemember(header + lines.join(''), { ...TABLE, remembered })
    header = ''
    remembered = aligned.widths
    return aligned.text
  }
}

function cells(text: { age(time?: string | null): string }, event: Wire): string[] {
  const { type, reason, involvedObject, message = '' } = event
  const object = `${involvedObject?.kind ?? ''}/${involvedObject?.name ?? ''}`
  return [eventAge(text, event), type ?? '', reason ?? '', object, message.trim()].map(harmless)
}
