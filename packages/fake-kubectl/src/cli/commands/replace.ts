/**
 * `kubectl replace`: the object in the file instead of the one there is. Source: kubectl/pkg/cmd/replace/replace.go.
 */
import { manifestsOf, type Command, type Context } from '../command.ts'
import { pathOf } from '../discovery.ts'
import { CliFault, isNotFound, throwAll } from '../errors.ts'
import { DRY_RUN, FIELD_MANAGER, FILE_FLAGS, OUTPUT_FLAGS, SAVE_CONFIG, SUBRESOURCE, VALIDATE } from '../flag-rows.ts'
import { annotated, LAST_APPLIED } from '../last-applied.ts'
import { select, type Named } from '../selection.ts'
import type { Wire } from '../wire.ts'
import { donePrinter, dryRunOf, fieldValidation, withSource, writeQuery } from '../writing.ts'

const POLL_MS = 500

export const replace: Command = {
  name: 'replace',
  short: 'Replace a resource by file name or stdin',
  usage: '-f FILENAME',
  flags: [
    DRY_RUN,
    FIELD_MANAGER,
    SAVE_CONFIG,
    SUBRESOURCE,
    VALIDATE,
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    ['cascade', '', 'string', 'background', 'With --force: what happens to what it owns.', 'background'],
    ['force', '', 'bool', 'false', 'Delete it and create it again.'],
    ['grace-period', '', 'int', '-1', 'With --force: seconds to end in.'],
    ['raw', '', 'string', '', 'Declined: use the stock kubectl.'],
    ['timeout', '', 'duration', '0s', 'With --force: how long to wait for the deletion.'],
    ['wait', '', 'bool', 'false', 'With --force: wait for the deletion.'],
  ],
  async run(context) {
    const { flags, discovery, connection, args } = context
    if (flags.on('force') && dryRunOf(context) !== 'none')
      throw new CliFault('--dry-run can not be used when --force is set')
    fieldValidation(context)
    if (flags.text('kustomize') !== '') throw new CliFault('the fake kubectl has no kustomize; use the stock kubectl')
    if (flags.list('filename').length === 0) throw new CliFault('must specify one of -f and -k')
    const done = donePrinter(context)
    const manifests = (await manifestsOf(context)) ?? []
    const { named } = await select(discovery, { args, manifests, namespace: connection.namespace })
    const faults: unknown[] = []
    for (const each of named) {
      const replaced = flags.on('force') ? byForce(context, each) : replaceOne(context, each)
      await replaced.then(
        (object) => done(object, 'replaced'),
        (fault) => faults.push(fault),
      )
    }
    throwAll(faults)
    if (named.length === 0) throw new CliFault('no objects passed to replace')
  },
}

async function replaceOne(context: Context, named: Named): Promise<Wire> {
  const { flags, client } = context
  const keeps = flags.on('save-config') || named.object.metadata?.annotations?.[LAST_APPLIED] !== undefined
  const object = keeps ? annotated(named.object) : named.object
  if (dryRunOf(context) === 'client') return object
  const path = pathOf(named.resource, { ...named, subresource: flags.text('subresource') })
  const query = writeQuery(context, 'kubectl-replace', { fieldValidation: fieldValidation(context) })
  try {
    // Without a version of its own, it replaces whatever is there.
    const version = object.metadata?.resourceVersion ?? (await client.json('GET', path)).metadata.resourceVersion
    const body = { ...object, metadata: { ...object.metadata, resourceVersion: version } }
    return await client.json('PUT', path, { body, query })
  } catch (fault) {
    throw withSource(fault, 'replacing', named.source)
  }
}

async function byForce(context: Context, named: Named): Promise<Wire> {
  const { flags, client, ports, out } = context
  const path = pathOf(named.resource, named)
  const grace = flags.number('grace-period')
  const body = {
    propagationPolicy: 'Background',
    ...(grace >= 0 ? { gracePeriodSeconds: grace } : { gracePeriodSeconds: 0 }),
  }
  const { kind, group, namespaced } = named.resource
  const from = namespaced ? ` from ${named.namespace} namespace` : ''
  const deleted = `${kind.toLowerCase()}${group && `.${group}`} "${named.name}" deleted${from}`
  await client.json('DELETE', path, { body }).then(
    () => out(`${deleted}\n`),
    (fault) => {
      if (!isNotFound(fault)) throw fault
    },
  )
  while (
    await client.json('GET', path).then(
      () => true,
      (fault) => !isNotFound(fault),
    )
  )
    await ports.wait(POLL_MS)
  const query = writeQuery(context, 'kubectl-replace', { fieldValidation: fieldValidation(context) })
  return client.json('POST', pathOf(named.resource, { namespace: named.namespace }), { body: named.object, query })
}
