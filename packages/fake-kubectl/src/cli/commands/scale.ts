/**
 * `kubectl scale`: how many. Source: kubectl/pkg/cmd/scale/scale.go, pkg/scale/scale.go.
 */
import { manifestsOf, type Command, type Context } from '../command.ts'
import { pathOf } from '../discovery.ts'
import { CliFault, isNotFound, StatusFault, throwAll } from '../errors.ts'
import { ALL, DRY_RUN, FILE_FLAGS, OUTPUT_FLAGS, RECORD, SELECTOR } from '../flag-rows.ts'
import { fetchSelected, select, type Info } from '../selection.ts'
import { donePrinter, dryRunOf, MERGE, patchObject } from '../writing.ts'

const RETRY_MS = 1000
const RETRIES_END_MS = 300_000

export const scale: Command = {
  name: 'scale',
  short: 'Set a new size for a deployment, replica set, or replication controller',
  usage: '[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  flags: [
    ALL,
    DRY_RUN,
    RECORD,
    SELECTOR,
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    ['current-replicas', '', 'int', '-1', 'Only if there are so many now.'],
    ['replicas', '', 'int', '0', 'How many there shall be.'],
    ['resource-version', '', 'string', '', 'Only if the object is still at this version.'],
    ['timeout', '', 'duration', '0s', 'How long to wait until it is so; 0 does not wait.'],
  ],
  async run(context) {
    const { flags, client, args, connection, discovery } = context
    if (!flags.given('replicas')) throw new CliFault('required flag(s) "replicas" not set')
    if (flags.number('replicas') < 0) {
      throw new CliFault('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0')
    }
    if (flags.number('current-replicas') < -1)
      throw new CliFault('The --current-replicas must specify an integer of -1 or greater')
    const done = donePrinter(context)
    const manifests = await manifestsOf(context)
    const query = {
      args,
      namespace: connection.namespace,
      labels: flags.text('selector'),
      typeMeansAll: flags.on('all'),
    }
    const { infos, faults } = await fetchSelected(
      client,
      await select(discovery, { ...query, ...(manifests && { manifests }) }),
    )
    if (flags.text('resource-version') !== '' && infos.length > 1) {
      throw new CliFault('cannot use --resource-version with multiple resources')
    }
    if (infos.length === 0) {
      throwAll(faults)
      throw new CliFault('no objects passed to scale')
    }
    for (const info of infos) {
      if (dryRunOf(context) !== 'client') await scaleOne(context, info)
      const sized = { ...info.object, spec: { ...info.object.spec, replicas: flags.number('replicas') } }
      done(['apps', ''].includes(info.resource.group) ? sized : info.object, 'scaled')
    }
    throwAll(faults)
  },
}

async function scaleOne(context: Context, info: Info): Promise<void> {
  const { flags, client, ports } = context
  const replicas = flags.number('replicas')
  const query = dryRunOf(context) === 'server' ? { dryRun: 'All' } : {}
  const conditional = flags.number('current-replicas') !== -1 || flags.text('resource-version') !== ''
  const path = pathOf(info.resource, { ...info, subresource: 'scale' })
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      if (!conditional)
        await patchObject(context, info, { spec: { replicas } }, { contentType: MERGE, query, subresource: 'scale' })
      else {
        const current = await client.json('GET', path)
        confirmPreconditions(context, current)
        await client.json('PUT', path, { body: { ...current, spec: { ...current.spec, replicas } }, query })
      }
      break
    } catch (fault) {
      if (isNotFound(fault) && (fault as Error).message.startsWith('the server could not find')) throw fault
      if (!(fault instanceof StatusFault) || !fault.is('Conflict') || waitedMs >= RETRIES_END_MS) throw fault
      await ports.wait(RETRY_MS)
    }
  }
  if (flags.duration('timeout') > 0 && dryRunOf(context) === 'none') await waitForSize(context, path, replicas)
}

function confirmPreconditions(
  { flags }: Context,
  { metadata, spec }: { metadata: { resourceVersion: string }; spec: { replicas?: number } },
): void {
  const [size, version] = [flags.number('current-replicas'), flags.text('resource-version')]
  if (size !== -1 && (spec.replicas ?? 0) !== size) {
    throw new CliFault(`Expected replicas to be ${size}, was ${spec.replicas ?? 0}`)
  }
  if (version !== '' && version !== metadata.resourceVersion) {
    throw new CliFault(`Expected resource version to be ${version}, was ${metadata.resourceVersion}`)
  }
}

async function waitForSize({ client, ports, flags }: Context, path: string, replicas: number): Promise<void> {
  const endsAtMs = ports.now() + flags.duration('timeout')
  for (;;) {
    const { spec, status } = await client.json('GET', path)
    if ((spec.replicas ?? 0) === replicas && (status.replicas ?? 0) === replicas) return
    if (ports.now() >= endsAtMs) throw new CliFault('timed out waiting for the condition')
    await ports.wait(RETRY_MS)
  }
}
