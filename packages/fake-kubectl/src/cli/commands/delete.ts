/**
 * `kubectl delete`: away with objects, and waits until they are gone. Source: kubectl/pkg/cmd/delete/delete.go.
 */
import { chosenByFlags } from '../chosen.ts'
import type { Command, Context } from '../command.ts'
import { kindName, pathOf } from '../discovery.ts'
import { CliFault, isForbidden, isNotFound, StatusFault, throwAll } from '../errors.ts'
import { ALL, ALL_NAMESPACES, DRY_RUN, FIELD_SELECTOR, FILE_FLAGS, SELECTOR } from '../flag-rows.ts'
import { fetchSelected, type Named, type Selection } from '../selection.ts'
import { dryRunOf, withSource } from '../writing.ts'

const WEEK_MS = 168 * 3_600_000
const POLL_MS = 500
const NOTHING_FOUND = 'No resources found\n'
const AT_ONCE =
  'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.'

const PROPAGATION: Record<string, string> = {
  true: 'Background',
  false: 'Orphan',
  background: 'Background',
  orphan: 'Orphan',
  foreground: 'Foreground',
}

export const deleteCommand: Command = {
  name: 'delete',
  short: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  usage: '([-f FILENAME] | TYPE [(NAME | -l label | --all)])',
  flags: [
    ALL,
    ALL_NAMESPACES,
    DRY_RUN,
    FIELD_SELECTOR,
    SELECTOR,
    ...FILE_FLAGS,
    [
      'cascade',
      '',
      'string',
      'background',
      'background, orphan or foreground: what happens to what it owns.',
      'background',
    ],
    ['force', '', 'bool', 'false', 'With --grace-period=0: remove it from the API at once.'],
    ['grace-period', '', 'int', '-1', 'Seconds to end in.'],
    ['ignore-not-found', '', 'bool', 'false', 'What does not exist is no error.'],
    ['interactive', 'i', 'bool', 'false', 'Ask before deleting.'],
    ['now', '', 'bool', 'false', 'The same as --grace-period=1.'],
    ['output', 'o', 'string', '', 'name.'],
    ['raw', '', 'string', '', 'Path to send DELETE to.'],
    ['timeout', '', 'duration', '0s', 'How long to wait for it to be gone; 0 is for ever.'],
    ['wait', '', 'bool', 'true', 'Wait until it is gone.'],
  ],
  async run(context) {
    const grace = graceOf(context)
    if (context.flags.text('raw') !== '') return raw(context)
    if (context.flags.on('all') && context.flags.text('selector') !== '') {
      throw new CliFault("setting 'all' parameter but found a non empty selector. ")
    }
    const propagationPolicy = propagation(context)
    const selection = await chosenByFlags(context, { all: context.flags.on('all') })
    validate(context, grace)
    const body = { ...(grace >= 0 && { gracePeriodSeconds: grace }), propagationPolicy }
    await deleteAll(context, selection, body)
  },
}

async function raw({ flags, client, out }: Context): Promise<void> {
  out(await (await client.raw('DELETE', flags.text('raw'))).text())
}

function graceOf({ flags }: Context): number {
  const asked = flags.number('grace-period')
  if (flags.on('now') && asked !== -1) throw new CliFault('--now and --grace-period cannot be specified together')
  if (flags.on('now')) return 1
  const forced = flags.on('force')
  if (asked === 0 && !forced) return 1
  return forced && asked < 0 ? 0 : asked
}

function propagation({ flags }: Context): string {
  const found = PROPAGATION[flags.text('cascade')]
  if (found) return found
  throw new CliFault(
    `invalid cascade value (${flags.text('cascade')}). Must be "background", "foreground", or "orphan"`,
  )
}

function validate({ flags, err }: Context, grace: number): void {
  const output = flags.text('output')
  if (output !== '' && output !== 'name')
    throw new CliFault(`unexpected -o output mode: ${output}. We only support '-o name'`)
  if (flags.on('all') && flags.text('field-selector') !== '') {
    throw new CliFault('cannot set --all and --field-selector at the same time')
  }
  if (!flags.on('force')) return
  if (grace > 0) throw new CliFault('--force and --grace-period greater than 0 cannot be specified together')
  err(`Warning: ${AT_ONCE}\n`)
}

async function deleteAll(context: Context, selection: Selection, body: object): Promise<void> {
  const { flags, client, out } = context
  const { infos, faults } =
    selection.lists.length > 0 ? await fetchSelected(client, selection) : { infos: [...selection.named], faults: [] }
  if (flags.on('interactive') && !(await confirmed(context, infos))) return
  warnClusterScope(context, infos)
  const bulk = flags.on('all') || flags.text('selector') !== '' || flags.text('field-selector') !== ''
  const forgiving = flags.given('ignore-not-found') ? flags.on('ignore-not-found') : bulk
  const gone: { named: Named; uid: string }[] = []
  const failed: unknown[] = [...faults]
  for (const named of infos) {
    try {
      const uid = await deleteOne(context, named, body)
      gone.push({ named, uid })
    } catch (fault) {
      if (!(forgiving && isNotFound(fault))) failed.push(withSource(fault, 'deleting', named.source))
    }
  }
  throwAll(failed)
  if (infos.length === 0) return out(NOTHING_FOUND)
  if (flags.on('wait') && dryRunOf(context) === 'none') await waitUntilGone(context, gone)
}

async function confirmed({ out, ports }: Context, infos: readonly Named[]): Promise<boolean> {
  if (infos.length === 0) {
    out(NOTHING_FOUND)
    return false
  }
  const names = infos.map(({ resource, name }) => `${kindName(resource)}/${name}\n`).join('')
  out(`You are about to delete the following ${infos.length} resource(s):\n${names}Do you want to continue? (y/N): `)
  const agreed = /^y$/i.test((await ports.stdin()).split('\n')[0]!.trim())
  if (!agreed) out('deletion is cancelled\n')
  return agreed
}

function warnClusterScope({ connection, flags, err }: Context, infos: readonly Named[]): void {
  if (!connection.explicitNamespace || flags.on('all-namespaces')) return
  if (infos.some(({ resource }) => !resource.namespaced)) {
    err('Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n')
  }
}

async function deleteOne(context: Context, named: Named, body: object): Promise<string> {
  const { client } = context
  const dryRun = dryRunOf(context)
  if (dryRun === 'client') {
    told(context, named)
    return ''
  }
  const query = dryRun === 'server' ? { dryRun: 'All' } : {}
  const answer = await client.json('DELETE', pathOf(named.resource, named), {
    body: { ...body, ...(dryRun === 'server' && { dryRun: ['All'] }) },
    query,
  })
  told(context, named)
  return answer?.details?.uid ?? answer?.metadata?.uid ?? ''
}

function told(context: Context, { resource, namespace, name }: Named): void {
  const { flags, out } = context
  const kind = kindName(resource)
  if (flags.text('output') === 'name') return out(`${kind}/${name}\n`)
  const operation = graceOf(context) === 0 ? 'force deleted' : 'deleted'
  const where = resource.namespaced ? ` from ${namespace} namespace` : ''
  const dryRun = dryRunOf(context)
  const suffix = dryRun === 'none' ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)'
  out(`${kind} "${name}" ${operation}${where}${suffix}\n`)
}

/** Another object of the same name is not the one that was deleted. */
async function waitUntilGone(
  { client, ports, flags }: Context,
  gone: readonly { named: Named; uid: string }[],
): Promise<void> {
  const endsAtMs = ports.now() + (flags.duration('timeout') || WEEK_MS)
  for (const { named, uid } of gone) {
    for (;;) {
      try {
        const object = await client.json('GET', pathOf(named.resource, named))
        if (uid !== '' && object.metadata?.uid !== uid) break
      } catch (fault) {
        if (isNotFound(fault) || isForbidden(fault)) break
        if (fault instanceof StatusFault && fault.is('MethodNotAllowed')) break
        throw fault
      }
      if (ports.now() >= endsAtMs)
        throw new CliFault(`timed out waiting for the condition on ${named.resource.plural}/${named.name}`)
      await ports.wait(POLL_MS)
    }
  }
}
