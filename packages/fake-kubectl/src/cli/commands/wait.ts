/**
 * `kubectl wait`: until something is so. Source: kubectl/pkg/cmd/wait.
 */
import { chosenByFlags } from '../chosen.ts'
import type { Command, Context } from '../command.ts'
import { pathOf } from '../discovery.ts'
import { CliFault, isNotFound, StatusFault, throwAll } from '../errors.ts'
import { ALL, ALL_NAMESPACES, FIELD_SELECTOR, FILE_FLAGS, OUTPUT_FLAGS, SELECTOR } from '../flag-rows.ts'
import { find } from '../printers/jsonpath.ts'
import { relaxed } from '../printers/jsonpath-parse.ts'
import { printerFor } from '../printers/printer.ts'
import { fetchSelected, infoName, type Info, type Named } from '../selection.ts'
import { goText, quoted, type Wire } from '../wire.ts'

const WEEK_MS = 168 * 3_600_000
const POLL_MS = 500
const TIMED_OUT = 'timed out waiting for the condition'

type Condition =
  | { readonly kind: 'create' | 'delete' }
  | { readonly kind: 'met'; readonly isMet: (object: Wire) => boolean }

export const wait: Command = {
  name: 'wait',
  short: 'Wait for a specific condition on one or many resources',
  usage:
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  flags: [
    ALL,
    ALL_NAMESPACES,
    FIELD_SELECTOR,
    SELECTOR,
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    ['for', '', 'array', '', "create, delete, condition=Name[=value] or jsonpath='{…}'[=value]; may be repeated."],
    ['local', '', 'bool', 'false', 'Taken and not used.'],
    ['timeout', '', 'duration', '30s', 'How long; 0 looks once, less than 0 is a week.'],
  ],
  async run(context) {
    const { flags, ports } = context
    const print = printerFor(context, 'condition met')
    const conditions = flags.list('for').map(conditionOf)
    if (conditions.length === 0) throw new CliFault('unrecognized condition: []')
    const timeoutMs = flags.duration('timeout') < 0 ? WEEK_MS : flags.duration('timeout')
    const endsAtMs = ports.now() + timeoutMs
    const infos = await infosMeant(context, conditions, endsAtMs)
    for (const info of infos) {
      for (const condition of conditions)
        context.out(print(await waitFor(context, info, condition, { timeoutMs, endsAtMs })))
    }
    if (infos.length === 0 && !conditions.some(({ kind }) => kind === 'delete'))
      throw new CliFault('no matching resources found')
  },
}

function conditionOf(text: string): Condition {
  if (/^(create|delete)$/i.test(text)) return { kind: text.toLowerCase() as 'create' }
  const [, name, value = 'true'] = /^condition=([^=]*)(?:=(.*))?$/s.exec(text) ?? []
  if (name !== undefined) return { kind: 'met', isMet: (object) => hasCondition(object, name, value) }
  if (text.startsWith('jsonpath=')) return { kind: 'met', isMet: pathCondition(text.slice('jsonpath='.length)) }
  throw new CliFault(`unrecognized condition: ${quoted(text)}`)
}

function hasCondition({ metadata, status = {} }: Wire, name: string, value: string): boolean {
  const found = (status.conditions ?? []).find(({ type }: Wire) => type?.toLowerCase() === name.toLowerCase())
  if (!found) return false
  const observed = found.observedGeneration ?? status.observedGeneration
  if (metadata.generation !== undefined && observed !== undefined && observed < metadata.generation) return false
  return found.status.toLowerCase() === value.toLowerCase()
}

function pathCondition(text: string): (object: Wire) => boolean {
  const parts = text.split(/(?<!=)=(?!=)/)
  if (parts.length > 2) {
    throw new CliFault(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    )
  }
  if (parts[0] === '') throw new CliFault('jsonpath expression cannot be empty')
  const path = relaxed(parts[0]!)
  const wanted = parts[1]?.replaceAll(/^['"]+|['"]+$/g, '')
  if (wanted === '') {
    throw new CliFault(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    )
  }
  return (object) => {
    const found = find(path, object)
    if ((found[0] ?? []).length === 0) return false
    if (found.length > 1) throw new CliFault('given jsonpath expression matches more than one list')
    if (found[0]!.length > 1) throw new CliFault('given jsonpath expression matches more than one value')
    const [value] = found[0]!
    if (wanted === undefined) return true
    if (typeof value === 'object' && value !== null) {
      throw new CliFault('jsonpath leads to a nested object or list which is not supported')
    }
    return goText(value).trim() === wanted.trim()
  }
}

/** With `create`, waits until there is something. */
async function infosMeant(
  context: Context,
  conditions: readonly Condition[],
  endsAtMs: number,
): Promise<readonly Info[]> {
  const { ports, flags } = context
  const creates = conditions.some(({ kind }) => kind === 'create')
  const deletes = conditions.some(({ kind }) => kind === 'delete')
  for (;;) {
    const { infos, faults } = await meant(context)
    const left = faults.filter((fault) => !((creates || deletes) && isNotFound(fault)))
    throwAll(left)
    if (!creates || infos.length > 0) return infos
    if (ports.now() >= endsAtMs || flags.duration('timeout') === 0) throw new CliFault(TIMED_OUT)
    await ports.wait(POLL_MS)
  }
}

async function meant(context: Context): Promise<{ infos: Info[]; faults: unknown[] }> {
  return fetchSelected(context.client, await chosenByFlags(context, { all: context.flags.on('all') }))
}

type Until = { readonly timeoutMs: number; readonly endsAtMs: number }

async function waitFor(context: Context, info: Info, condition: Condition, until: Until): Promise<Wire> {
  if (condition.kind === 'create') return info.object
  const met = condition.kind === 'met' ? condition.isMet : () => false
  try {
    const object = await context.client.json('GET', pathOf(info.resource, info))
    if (met(object)) return object
  } catch (fault) {
    if (condition.kind === 'delete' && isNotFound(fault)) return info.object
    throw fault
  }
  if (until.timeoutMs === 0) throw new CliFault(`condition not met for ${infoName(info)}`)
  return watchFor(context, info, condition, until)
}

async function watchFor(context: Context, info: Info, condition: Condition, { endsAtMs }: Until): Promise<Wire> {
  const { client, ports } = context
  const ended = new AbortController()
  const timer = setTimeout(() => ended.abort(), Math.min(2 ** 31 - 1, Math.max(0, endsAtMs - ports.now())))
  const query = {
    watch: true,
    fieldSelector: `metadata.name=${info.name}`,
    resourceVersion: '0',
    allowWatchBookmarks: true,
  }
  try {
    for await (const { type, object } of client.watch(
      pathOf(info.resource, { namespace: info.namespace }),
      { query },
      ended.signal,
    )) {
      if (type === 'ERROR') throw new StatusFault(object)
      if (type === 'DELETED' && condition.kind === 'delete') return info.object
      if (type === 'DELETED') throw await gone(context, info)
      if (type !== 'BOOKMARK' && condition.kind === 'met' && condition.isMet(object)) return object
      if (condition.kind === 'delete' && type === 'BOOKMARK' && !(await exists(context, info))) return info.object
    }
  } finally {
    clearTimeout(timer)
    ended.abort()
  }
  throw new CliFault(`${TIMED_OUT} on ${info.resource.plural}/${info.name}`)
}

async function gone({ client }: Context, info: Named): Promise<unknown> {
  return client.json('GET', pathOf(info.resource, info)).then(
    () => undefined,
    (fault) => fault,
  )
}

async function exists(context: Context, info: Named): Promise<boolean> {
  return !isNotFound(await gone(context, info))
}
