/**
 * `kubectl apply view-last-applied` and `set-last-applied`. Source: kubectl/pkg/cmd/apply.
 */
import { equal } from '../../api/meta.ts'
import { manifestsOf, type Command, type Context } from '../command.ts'
import { pathOf } from '../discovery.ts'
import { CliFault, isNotFound } from '../errors.ts'
import { ALL, DRY_RUN, FILE_FLAGS, OUTPUT_FLAGS, SELECTOR } from '../flag-rows.ts'
import { jsonText } from '../printers/json.ts'
import { yamlText } from '../printers/yaml.ts'
import { fetchAll, select } from '../selection.ts'
import type { Wire } from '../wire.ts'
import { donePrinter, dryRunOf, MERGE, patchObject } from '../writing.ts'
import { annotated, LAST_APPLIED } from '../last-applied.ts'

export const lastApplied: readonly Command[] = [
  {
    name: 'view-last-applied',
    short: 'View the latest last-applied-configuration annotations by resource/object',
    usage: '(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
    flags: [ALL, SELECTOR, ...FILE_FLAGS, ['output', 'o', 'string', 'yaml', 'yaml or json.']],
    run: view,
  },
  {
    name: 'set-last-applied',
    short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
    usage: '-f FILENAME',
    flags: [
      DRY_RUN,
      ...FILE_FLAGS,
      ...OUTPUT_FLAGS,
      ['create-annotation', '', 'bool', 'false', 'Also where there is none yet.'],
    ],
    run: set,
  },
]

async function view(context: Context): Promise<void> {
  const { flags, args, connection, discovery, client, out, path } = context
  const format = flags.text('output')
  if (!['json', 'yaml'].includes(format)) {
    throw new CliFault(
      `Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json\nSee '${path} -h' for help and examples`,
    )
  }
  const manifests = await manifestsOf(context)
  const query = { args, namespace: connection.namespace, labels: flags.text('selector'), typeMeansAll: flags.on('all') }
  const infos = await fetchAll(client, await select(discovery, { ...query, ...(manifests && { manifests }) }))
  for (const info of infos) {
    const text = info.object.metadata.annotations?.[LAST_APPLIED]
    if (text === undefined) continue
    const object = JSON.parse(text)
    out(format === 'json' ? jsonText(object).replaceAll('    ', '  ') : yamlText(object))
  }
}

async function set(context: Context): Promise<void> {
  const { flags, client } = context
  const done = donePrinter(context)
  for (const manifest of (await manifestsOf(context)) ?? []) {
    const object = await client.json('GET', pathOf(manifest.resource, manifest)).catch((fault) => {
      throw isNotFound(fault) ? new CliFault(`Error from server (NotFound): ${fault.message}`) : fault
    })
    const current = object.metadata.annotations?.[LAST_APPLIED]
    if (current === undefined && !flags.on('create-annotation')) {
      throw new CliFault(
        `no last-applied-configuration annotation found on resource: ${manifest.name}, to create the annotation, run the command with --create-annotation`,
      )
    }
    const text = configurationOf(manifest.object)
    if (current !== undefined && equal(JSON.parse(text), JSON.parse(current))) {
      context.out(`set-last-applied ${manifest.name}: no changes required.\n`)
      continue
    }
    const patch = { metadata: { annotations: { [LAST_APPLIED]: text } } }
    const query = dryRunOf(context) === 'server' ? { dryRun: 'All' } : {}
    const made =
      dryRunOf(context) === 'client'
        ? object
        : await patchObject(context, manifest, patch, { contentType: MERGE, query })
    done(made, 'configured')
  }
}

/** As the command itself encodes it: without annotations where the file has none. */
function configurationOf(object: Wire): string {
  const text: string = annotated(object).metadata.annotations[LAST_APPLIED]
  const { metadata, ...rest } = JSON.parse(text)
  if (Object.keys(metadata.annotations).length > 0) return text
  const { annotations: _, ...named } = metadata
  return `${JSON.stringify({ ...rest, metadata: named })}\n`
}
