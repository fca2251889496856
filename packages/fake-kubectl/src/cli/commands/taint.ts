/**
 * `kubectl taint`: what keeps pods from nodes. Source: kubectl/pkg/cmd/taint.
 */
import type { Command, Context } from '../command.ts'
import { CliFault, throwAll } from '../errors.ts'
import { ALL, DRY_RUN, FIELD_MANAGER, OUTPUT_FLAGS, SELECTOR, VALIDATE } from '../flag-rows.ts'
import { fetchSelected, select, type Info } from '../selection.ts'
import { quoted, type Wire } from '../wire.ts'
import { donePrinter, dryRunOf, fieldValidation, patchObject, STRATEGIC, typeOf, writeQuery } from '../writing.ts'
import { createTwoWayPatch } from '../../api/patch/strategic-diff.ts'

type Taint = { readonly key: string; readonly value?: string; readonly effect: string }

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export const taint: Command = {
  name: 'taint',
  short: 'Update the taints on one or more nodes',
  usage: 'NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  flags: [
    ALL,
    DRY_RUN,
    FIELD_MANAGER,
    SELECTOR,
    VALIDATE,
    ...OUTPUT_FLAGS,
    ['overwrite', '', 'bool', 'false', 'Replace taints that are there.'],
  ],
  async run(context) {
    const { resources, add, remove } = parse(context)
    await validate(context, resources, add, remove)
    const { client, discovery, connection, flags } = context
    const all = flags.on('all') || flags.text('selector') !== ''
    const query = all
      ? { args: ['nodes'], all: true, labels: flags.text('selector') }
      : { args: ['nodes', ...resources.slice(1)] }
    const { infos, faults } = await fetchSelected(
      client,
      await select(discovery, { ...query, namespace: connection.namespace }),
    )
    const done = donePrinter(context, { marksDryRun: false })
    for (const info of infos) {
      await taintOne(context, info, add, remove).then(
        ({ object, operation }) => done(object, operation),
        (fault) => faults.push(fault),
      )
    }
    throwAll(faults)
  },
}

type Parsed = { resources: string[]; add: Taint[]; remove: Taint[] }

function parse({ args, path }: Context): Parsed {
  const isTaint = (arg: string): boolean => /[=:]|-$/.test(arg)
  const first = args.findIndex(isTaint)
  const [resources, specs] = first < 0 ? [[...args], []] : [args.slice(0, first), args.slice(first)]
  const late = specs.find((arg) => !isTaint(arg))
  if (late) throw new CliFault(`all resources must be specified before taint changes: ${late}`)
  if (resources.length === 0) throw new CliFault('one or more resources must be specified as <resource> <name>')
  if (specs.length === 0) throw new CliFault('at least one taint update is required')
  try {
    const add = specs
      .filter((spec) => !spec.endsWith('-'))
      .map((spec) => {
        const found = taintOf(spec)
        if (found.effect === '') throw new CliFault(`invalid taint spec: ${spec}`)
        return found
      })
    const twice = add.find(
      ({ key, effect }, i) => add.findIndex((each) => each.key === key && each.effect === effect) !== i,
    )
    if (twice) {
      throw new CliFault(
        `duplicated taints with the same key and effect: {${twice.key} ${twice.value ?? ''} ${twice.effect} <nil>}`,
      )
    }
    return {
      resources,
      add,
      remove: specs.filter((spec) => spec.endsWith('-')).map((spec) => taintOf(spec.slice(0, -1))),
    }
  } catch (fault) {
    throw new CliFault(`${(fault as Error).message}\nSee '${path} -h' for help and examples`)
  }
}

const KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const KEY_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

/** `key=value:effect`, `key:effect` or `key`. */
function taintOf(spec: string): Taint {
  const [head = '', effect = '', more] = spec.split(':')
  if (more !== undefined) throw new CliFault(`invalid taint spec: ${spec}`)
  const hasEffect = spec.includes(':')
  if (hasEffect && !EFFECTS.includes(effect))
    throw new CliFault(`invalid taint effect: ${effect}, unsupported taint effect`)
  const [key = '', value, extra] = hasEffect ? head.split('=') : [head]
  if (extra !== undefined) throw new CliFault(`invalid taint spec: ${spec}`)
  if (!KEY.test(key)) throw new CliFault(`invalid taint spec: ${spec}, ${KEY_RULE}`)
  return { key, ...(value && { value }), effect }
}

async function validate(
  context: Context,
  resources: readonly string[],
  add: readonly Taint[],
  remove: readonly Taint[],
): Promise<void> {
  const { discovery, flags } = context
  const type = resources[0]!.toLowerCase()
  const { kind } = await discovery.resolve(type)
  if (kind !== 'Node') throw new CliFault(`invalid resource type ${type}, only node types are supported`)
  const clash = remove.filter(({ key, effect }) =>
    add.some((each) => each.key === key && (effect === '' || each.effect === effect)),
  )
  if (clash.length > 0) {
    const named = clash.map(({ key, effect }) => `${key}=${effect}`).join(', ')
    throw new CliFault(`can not both modify and remove the following taint(s) in the same command: ${named}`)
  }
  const selector = flags.text('selector')
  if (flags.on('all') && selector !== '')
    throw new CliFault("setting 'all' parameter with a non empty selector is prohibited")
  if (!flags.on('all') && selector === '' && resources.length < 2) {
    throw new CliFault("at least one resource name must be specified since 'all' parameter is not set")
  }
}

async function taintOne(
  context: Context,
  info: Info,
  add: readonly Taint[],
  remove: readonly Taint[],
): Promise<{ object: Wire; operation: string }> {
  const { flags } = context
  const old: Taint[] = info.object.spec.taints ?? []
  const existing = add.filter((each) => old.some((it) => same(it, each)))
  if (!flags.on('overwrite') && existing.length > 0) {
    const keys = existing.map(({ key }) => key).join(',')
    throw new CliFault(`node ${info.name} already has ${keys} taint(s) with same effect(s) and --overwrite is false`)
  }
  const { taints, operation } = changed(old, add, remove, flags.on('overwrite'))
  const object = { ...info.object, spec: { ...info.object.spec, taints } }
  if (dryRunOf(context) === 'client') return { object, operation }
  const patch = createTwoWayPatch(info.object, object, typeOf(info.resource)!)
  const query = writeQuery(context, 'kubectl-taint', { fieldValidation: fieldValidation(context) })
  return { object: await patchObject(context, info, patch, { contentType: STRATEGIC, query }), operation }
}

function same(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect
}

function changed(
  old: readonly Taint[],
  add: readonly Taint[],
  remove: readonly Taint[],
  overwrite: boolean,
): { taints: Taint[]; operation: string } {
  let taints = [...add, ...old.filter((each) => !add.some((it) => same(it, each)))]
  const added = taints.length !== old.length
  let removed = false
  const missing: Error[] = []
  for (const each of remove) {
    const left = taints.filter((it) => it.key !== each.key || (each.effect !== '' && it.effect !== each.effect))
    removed = left.length !== taints.length
    if (!removed)
      missing.push(new CliFault(`taint ${quoted(`${each.key}${each.effect && `:${each.effect}`}`)} not found`))
    taints = left
  }
  throwAll(missing)
  return { taints, operation: (added && removed) || overwrite ? 'modified' : added ? 'tainted' : 'untainted' }
}
