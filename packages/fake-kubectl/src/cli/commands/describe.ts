/**
 * `kubectl describe`: one object after the other, told at length. Source: kubectl/pkg/cmd/describe/describe.go.
 */
import { manifestsOf, type Command, type Context } from '../command.ts'
import { describe as description } from '../describe/describers.ts'
import { CliFault, isNotFound, messageOf, throwAll } from '../errors.ts'
import { ALL_NAMESPACES, CHUNK_SIZE, FILE_FLAGS, SELECTOR } from '../flag-rows.ts'
import { fetchSelected, select, type Info, type Query } from '../selection.ts'

export const describe: Command = {
  name: 'describe',
  short: 'Show details of a specific resource or group of resources',
  usage: '(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  flags: [
    ALL_NAMESPACES,
    CHUNK_SIZE,
    SELECTOR,
    ...FILE_FLAGS,
    ['show-events', '', 'bool', 'true', 'The events of the object, too.'],
  ],
  async run(context) {
    const { args, flags } = context
    const manifests = await manifestsOf(context)
    if (args.length === 0 && !manifests) {
      throw new CliFault(
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
      )
    }
    const { infos, faults } = await chosen(context, { ...queryOf(context), args, ...(manifests && { manifests }) })
    const several = (faults.length > 0 || infos.length > 1) && !flags.given('show-events')
    const showEvents = flags.on('show-events') && !several
    if (faults.length === 1 && isNotFound(faults[0]) && args.length === 2)
      return byPrefix(context, faults[0], showEvents)
    await describeAll(context, infos, showEvents, [...faults])
    if (infos.length > 0 || faults.length > 0) return
    context.err(
      flags.on('all-namespaces')
        ? 'No resources found\n'
        : `No resources found in ${context.connection.namespace} namespace.\n`,
    )
  },
}

function queryOf({ flags, connection }: Context): Omit<Query, 'args'> {
  return {
    namespace: connection.namespace,
    allNamespaces: flags.on('all-namespaces'),
    labels: flags.text('selector'),
    typeMeansAll: true,
  }
}

async function chosen(context: Context, query: Query): Promise<{ infos: Info[]; faults: unknown[] }> {
  const selection = await select(context.discovery, query)
  return fetchSelected(context.client, selection, { chunkSize: context.flags.number('chunk-size') })
}

async function describeAll(
  context: Context,
  infos: readonly Info[],
  showEvents: boolean,
  faults: unknown[],
): Promise<void> {
  let first = true
  for (const info of infos) {
    try {
      const text = await describeOne(context, info, showEvents)
      context.out(first ? text : `\n\n${text}`)
      first = false
    } catch (fault) {
      if (!faults.some((known) => messageOf(known) === messageOf(fault))) faults.push(fault)
    }
  }
  throwAll(faults)
}

function describeOne(
  { client, ports, flags }: Context,
  { resource, namespace, name }: Info,
  showEvents: boolean,
): Promise<string> {
  return description(
    client,
    resource,
    { namespace, name },
    { nowMs: ports.now(), showEvents, chunkSize: flags.number('chunk-size') },
  )
}

/** A name that is not there may be the beginning of some that are. */
async function byPrefix(context: Context, notFound: unknown, showEvents: boolean): Promise<void> {
  const [type = '', prefix = ''] = context.args
  const { infos, faults } = await chosen(context, { ...queryOf(context), args: [type] })
  throwAll(faults)
  const found = infos.filter(({ name }) => name.startsWith(prefix))
  if (found.length === 0) throw notFound
  for (const info of found) context.out(`${await describeOne(context, info, showEvents)}\n`)
}
