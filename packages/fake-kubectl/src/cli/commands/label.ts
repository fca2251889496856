/**
 * `kubectl label` and `annotate`: keys and values on objects. Source: kubectl/pkg/cmd/label/label.go, annotate/annotate.go.
 */
import { createMergePatch } from '../../api/patch/merge.ts'
import { chosenByFlags } from '../chosen.ts'
import type { Command, Context } from '../command.ts'
import { CliFault, throwAll } from '../errors.ts'
import {
  ALL,
  ALL_NAMESPACES,
  DRY_RUN,
  FIELD_MANAGER,
  FIELD_SELECTOR,
  FILE_FLAGS,
  LOCAL,
  OUTPUT_FLAGS,
  RECORD,
  SELECTOR,
} from '../flag-rows.ts'
import type { FlagRow } from '../flags.ts'
import { fetchSelected, type Info } from '../selection.ts'
import { byBytes, type Wire } from '../wire.ts'
import { donePrinter, dryRunOf, MERGE, patchObject, writeQuery } from '../writing.ts'

const FLAGS: readonly FlagRow[] = [
  ALL,
  ALL_NAMESPACES,
  DRY_RUN,
  FIELD_MANAGER,
  FIELD_SELECTOR,
  LOCAL,
  RECORD,
  SELECTOR,
  ...FILE_FLAGS,
  ...OUTPUT_FLAGS,
  ['list', '', 'bool', 'false', 'Show what there is.'],
  ['overwrite', '', 'bool', 'false', 'Replace a value that differs.'],
  ['resource-version', '', 'string', '', 'Only if the object is still at this version.'],
]

/** What the two commands differ in. */
type Kind = { readonly field: 'labels' | 'annotations'; readonly word: 'label' | 'annotation'; readonly file: string }

const LABELS: Kind = { field: 'labels', word: 'label', file: 'pod' }
const ANNOTATIONS: Kind = { field: 'annotations', word: 'annotation', file: 'rsrc' }

export const label: Command = {
  name: 'label',
  short: 'Update the labels on a resource',
  usage: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N',
  flags: FLAGS,
  run: (context) => change(context, LABELS),
}

export const annotate: Command = {
  name: 'annotate',
  short: 'Update the annotations on a resource',
  usage: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N',
  flags: FLAGS,
  run: (context) => change(context, ANNOTATIONS),
}

type Changes = { readonly set: ReadonlyMap<string, string>; readonly remove: readonly string[] }

async function change(context: Context, kind: Kind): Promise<void> {
  const { flags, client } = context
  const { resources, pairs } = resourcesAndPairs(context.args, kind.word)
  const changes = kind === LABELS ? labelChanges(pairs) : annotationChanges(pairs)
  validate(context, kind, resources, changes)
  const selection = await chosenByFlags(context, { args: resources, typeMeansAll: context.flags.on('all') })
  if (!selection.single && flags.text('resource-version') !== '') {
    throw new CliFault('--resource-version may only be used with a single resource')
  }
  const local = flags.on('local')
  const { infos, faults } = local
    ? { infos: selection.named as Info[], faults: [] }
    : await fetchSelected(client, selection)
  const tell = donePrinter(context)
  for (const info of infos) {
    await changeOne(context, kind, info, changes).then(
      ({ object, operation }) =>
        flags.on('list') ? list(context, kind, selection.single, info, object) : tell(object, operation),
      (fault) => faults.push(fault),
    )
  }
  throwAll(faults)
}

/** Resources come first, then pairs; a pair has `=` or ends with `-`. */
export function resourcesAndPairs(args: readonly string[], word: string): { resources: string[]; pairs: string[] } {
  const first = args.findIndex((arg) => isPair(arg))
  const [resources, pairs] = first < 0 ? [[...args], []] : [args.slice(0, first), args.slice(first)]
  if (pairs.every(isPair)) return { resources, pairs }
  throw new CliFault(`all resources must be specified before ${word} changes: ${pairs.find((arg) => !isPair(arg))}`)
}

function isPair(arg: string): boolean {
  return (arg.includes('=') && !arg.startsWith('=')) || (arg.endsWith('-') && arg !== '-')
}

const VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

function labelChanges(pairs: readonly string[]): Changes {
  const set = new Map<string, string>()
  for (const pair of pairs.filter((each) => each.includes('='))) {
    const [key = '', value = '', more] = pair.split('=')
    if (more !== undefined) throw new CliFault(`invalid label spec: ${pair}`)
    if (!VALUE.test(value)) throw new CliFault(`invalid label value: ${JSON.stringify(pair)}: ${VALUE_RULE}`)
    set.set(key, value)
  }
  const remove = pairs.filter((each) => !each.includes('=')).map((pair) => pair.slice(0, -1))
  if (remove.some((key) => set.has(key)))
    throw new CliFault('can not both modify and remove a label in the same command')
  return { set, remove }
}

function annotationChanges(pairs: readonly string[]): Changes {
  const set = new Map(
    pairs.filter((each) => each.includes('=')).map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]),
  )
  const remove = pairs.filter((each) => !each.includes('=')).map((pair) => pair.slice(0, -1))
  const both = remove.filter((key) => set.has(key))
  if (both.length === 0) return { set, remove }
  throw new CliFault(
    `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`,
  )
}

function validate(
  context: Context,
  { word, file }: Kind,
  resources: readonly string[],
  { set, remove }: Changes,
): void {
  const { flags } = context
  const hasFiles = flags.list('filename').length > 0
  if (flags.on('list') && flags.text('output') !== '')
    throw new CliFault('--list and --output may not be specified together')
  for (const selector of ['selector', 'field-selector']) {
    if (flags.on('all') && flags.text(selector) !== '')
      throw new CliFault(`cannot set --all and --${selector} at the same time`)
  }
  if (flags.on('local')) {
    if (dryRunOf(context) === 'server') {
      throw new CliFault('cannot specify --local and --dry-run=server - did you mean --dry-run=client?')
    }
    if (resources.length > 0) {
      throw new CliFault(
        `can only use local files by -f ${file}.yaml or --filename=${file}.json when --local=true is set`,
      )
    }
    if (!hasFiles)
      throw new CliFault(`one or more files must be specified as -f ${file}.yaml or --filename=${file}.json`)
  } else if (resources.length === 0 && !hasFiles) {
    throw new CliFault('one or more resources must be specified as <resource> <name> or <resource>/<name>')
  }
  if (set.size === 0 && remove.length === 0 && !flags.on('list'))
    throw new CliFault(`at least one ${word} update is required`)
}

async function changeOne(
  context: Context,
  kind: Kind,
  info: Info,
  changes: Changes,
): Promise<{ object: Wire; operation: string }> {
  const { flags, out } = context
  const before: Record<string, string> = info.object.metadata[kind.field] ?? {}
  const local = flags.on('local') || flags.on('list') || dryRunOf(context) === 'client'
  if (kind === LABELS && !local) {
    for (const key of changes.remove) if (!Object.hasOwn(before, key)) out(`label ${JSON.stringify(key)} not found.\n`)
  }
  confirmNoOverwrites(flags.on('overwrite'), kind, before, changes)
  const kept = Object.entries({ ...before, ...Object.fromEntries(changes.set) }).filter(
    ([key]) => !changes.remove.includes(key),
  )
  const after = Object.fromEntries(kept)
  const version = flags.text('resource-version')
  const metadata = { ...info.object.metadata, [kind.field]: after, ...(version && { resourceVersion: version }) }
  const object = { ...info.object, metadata }
  const operation = kind === LABELS ? labelOperation(before, changes) : 'annotated'
  const unchanged = kind === LABELS && operation === 'not labeled'
  if (local || unchanged) return { object, operation }
  const original = version
    ? { ...info.object, metadata: { ...info.object.metadata, resourceVersion: '' } }
    : info.object
  const body = createMergePatch(original, object)
  const query = writeQuery(context, kind === LABELS ? 'kubectl-label' : 'kubectl-annotate')
  const patched = await patchObject(context, info, body, { contentType: MERGE, query })
  return { object: kind === LABELS ? object : patched, operation }
}

function confirmNoOverwrites(
  overwrite: boolean,
  { field }: Kind,
  before: Record<string, string>,
  { set }: Changes,
): void {
  if (overwrite) return
  const clashes = [...set].filter(([key, value]) => Object.hasOwn(before, key) && before[key] !== value)
  if (clashes.length === 0) return
  if (field === 'labels') {
    throwAll(
      clashes.map(([key]) => new CliFault(`'${key}' already has a value (${before[key]}), and --overwrite is false`)),
    )
  }
  const found = clashes.map(([key]) => `'${key}' already has a value (${before[key]})`)
  throw new CliFault(`--overwrite is false but found the following declared annotation(s): ${found.join('; ')}`)
}

function labelOperation(before: Record<string, string>, { set, remove }: Changes): string {
  const added = [...set].some(([key, value]) => before[key] !== value)
  const removed = remove.some((key) => Object.hasOwn(before, key))
  return added && removed ? 'modified' : added ? 'labeled' : removed ? 'unlabeled' : 'not labeled'
}

function list({ out }: Context, { field }: Kind, single: boolean, { resource, name }: Info, object: Wire): void {
  if (!single) out(`Listing ${field} for ${resource.kind}.${resource.group}/${name}:\n`)
  const entries: Record<string, string> = object.metadata[field] ?? {}
  for (const key of Object.keys(entries).sort(byBytes)) out(`${single ? '' : ' '}${key}=${entries[key]}\n`)
}
