/**
 * `kubectl cordon`, `uncordon` and `drain`: taking a node out of service. Source: kubectl/pkg/cmd/drain, pkg/drain.
 */
import type { Command, Context } from '../command.ts'
import { CliFault, ManyFaults } from '../errors.ts'
import { CHUNK_SIZE, DRY_RUN, SELECTOR } from '../flag-rows.ts'
import { printerFor } from '../printers/printer.ts'
import { fetchAll, fetchOne, select, type Info } from '../selection.ts'
import { dryRunOf, patchObject, STRATEGIC } from '../writing.ts'
import { evictAll, podsToEvict } from './evict.ts'

export const cordon: Command = {
  name: 'cordon',
  short: 'Mark node as unschedulable',
  usage: 'NODE',
  flags: [DRY_RUN, SELECTOR],
  run: async (context) => setSchedulable(context, await nodesOf(context, 'cordon NODE'), true),
}

export const uncordon: Command = {
  name: 'uncordon',
  short: 'Mark node as schedulable',
  usage: 'NODE',
  flags: [DRY_RUN, SELECTOR],
  run: async (context) => setSchedulable(context, await nodesOf(context, 'uncordon NODE'), false),
}

export const drain: Command = {
  name: 'drain',
  short: 'Drain node in preparation for maintenance',
  usage: 'NODE',
  flags: [
    CHUNK_SIZE,
    DRY_RUN,
    SELECTOR,
    ['delete-emptydir-data', '', 'bool', 'false', 'Also pods with emptyDir volumes.'],
    ['disable-eviction', '', 'bool', 'false', 'Delete instead of evicting.'],
    ['force', '', 'bool', 'false', 'Also pods without a controller.'],
    ['grace-period', '', 'int', '-1', 'Seconds for each pod to end in.'],
    ['ignore-daemonsets', '', 'bool', 'false', 'Leave the pods of DaemonSets.'],
    ['pod-selector', '', 'string', '', 'Only pods with these labels.'],
    ['skip-wait-for-delete-timeout', '', 'int', '0', 'Do not wait for pods that have been ending for so many seconds.'],
    ['timeout', '', 'duration', '0s', 'How long to wait; 0 is for ever.'],
  ],
  async run(context) {
    const nodes = await nodesOf(context, 'drain NODE')
    await setSchedulable(context, nodes, true)
    const failed: { name: string; fault: Error }[] = []
    for (const node of nodes) {
      try {
        await drainOne(context, node)
        context.out(printerFor(noOutput(context), `drained${suffixOf(context)}`)(node.object))
      } catch (fault) {
        const { message } = fault as Error
        context.err(
          `error: unable to drain node ${JSON.stringify(node.name)} due to error: ${message}, continuing command...\n`,
        )
        failed.push({ name: node.name, fault: fault as Error })
      }
    }
    if (failed.length > 0)
      context.err(`There are pending nodes to be drained:\n${failed.map(({ name }) => ` ${name}\n`).join('')}`)
    if (failed.length === 1) throw failed[0]!.fault
    if (failed.length > 1) throw new ManyFaults(failed.map(({ fault }) => fault))
  },
}

/** These commands have no -o. */
function noOutput(context: Context): Context {
  const flags: Context['flags'] = { ...context.flags, text: () => '' }
  return { ...context, flags }
}

function suffixOf(context: Context): string {
  const dryRun = dryRunOf(context)
  return dryRun === 'none' ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)'
}

async function nodesOf(context: Context, use: string): Promise<Info[]> {
  const { args, flags, discovery, client, connection, path } = context
  const usage = (text: string): CliFault => new CliFault(`${text}\nSee '${path} -h' for help and examples`)
  if (args.length === 0 && !flags.given('selector')) throw usage(`USAGE: ${use} [flags]`)
  if (args.length > 0 && flags.text('selector') !== '')
    throw usage('error: cannot specify both a node name and a --selector option')
  dryRunOf(context)
  const named = args.map((arg) => (arg.includes('/') ? arg : `node/${arg}`))
  const query = args.length > 0 ? { args: named } : { args: ['nodes'], labels: flags.text('selector') }
  const selection = await select(discovery, { ...query, namespace: connection.namespace })
  if (args.length === 0) return fetchAll(client, selection)
  // The first that is not there ends it.
  const nodes: Info[] = []
  for (const each of selection.named) nodes.push(await fetchOne(client, each))
  return nodes
}

async function setSchedulable(context: Context, nodes: readonly Info[], unschedulable: boolean): Promise<void> {
  const word = unschedulable ? 'cordon' : 'uncordon'
  const tell = (node: Info, operation: string): void =>
    context.out(printerFor(noOutput(context), `${operation}${suffixOf(context)}`)(node.object))
  for (const node of nodes) {
    if ((node.object.spec?.unschedulable === true) === unschedulable) {
      tell(node, `already ${word}ed`)
      continue
    }
    try {
      const query = dryRunOf(context) === 'server' ? { dryRun: 'All' } : {}
      const patch = { spec: { unschedulable: unschedulable || null } }
      if (dryRunOf(context) !== 'client') await patchObject(context, node, patch, { contentType: STRATEGIC, query })
      tell(node, `${word}ed`)
    } catch (fault) {
      context.err(`error: unable to ${word} node ${JSON.stringify(node.name)}: ${(fault as Error).message}\n`)
    }
  }
}

async function drainOne(context: Context, node: Info): Promise<void> {
  const { pods, warnings } = await podsToEvict(context, node.name)
  if (warnings !== '') context.err(`Warning: ${warnings}\n`)
  if (dryRunOf(context) !== 'client') return evictAll(context, node.name, pods)
  for (const { metadata } of pods) context.out(`evicting pod ${metadata.namespace}/${metadata.name} (dry run)\n`)
}
