/**
 * `kubectl patch`: changes some fields of objects. Source: kubectl/pkg/cmd/patch/patch.go.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseDocument } from 'yaml'
import { equal } from '../../api/meta.ts'
import { manifestsOf, type Command, type Context } from '../command.ts'
import { CliFault, StatusFault, throwAll } from '../errors.ts'
import { DRY_RUN, FIELD_MANAGER, FILE_FLAGS, LOCAL, OUTPUT_FLAGS, RECORD, SUBRESOURCE } from '../flag-rows.ts'
import { fetchSelected, select, type Info } from '../selection.ts'
import type { Wire } from '../wire.ts'
import { donePrinter, dryRunOf, JSON_PATCH, MERGE, patchObject, STRATEGIC, writeQuery } from '../writing.ts'
import { patchedLocally } from './patch-local.ts'

const TYPES: Record<string, string> = { json: JSON_PATCH, merge: MERGE, strategic: STRATEGIC }

export const patch: Command = {
  name: 'patch',
  short: 'Update fields of a resource',
  usage: '(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  flags: [
    DRY_RUN,
    FIELD_MANAGER,
    LOCAL,
    RECORD,
    SUBRESOURCE,
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    ['patch', 'p', 'string', '', 'The patch, as JSON or YAML.'],
    ['patch-file', '', 'string', '', 'File with the patch.'],
    ['type', '', 'string', 'strategic', 'json, merge or strategic.'],
  ],
  async run(context) {
    const contentType = validate(context)
    const { client, flags } = context
    const change = patchOf(context)
    // It loses the dry run's mark, as kubectl does.
    const done = donePrinter(context, { marksDryRun: false })
    const manifests = await manifestsOf(context)
    const query = {
      args: context.args,
      namespace: context.connection.namespace,
      subresource: flags.text('subresource'),
    }
    const selection = await select(context.discovery, { ...query, ...(manifests && { manifests }) })
    const { infos, faults } = await fetchSelected(client, selection)
    for (const info of infos) {
      await patched(context, info, change, contentType).then(
        (object) => done(object, equal(object, info.object) ? 'patched (no change)' : 'patched'),
        (fault) => faults.push(fault),
      )
    }
    throwAll(faults)
    if (infos.length === 0) throw new CliFault('no objects passed to patch')
  },
}

/** @returns the patch's media type */
function validate(context: Context): string {
  const { flags, args } = context
  const [text, file] = [flags.text('patch'), flags.text('patch-file')]
  if (text !== '' && file !== '') throw new CliFault('cannot specify --patch and --patch-file together')
  if (text === '' && file === '') {
    throw new CliFault('must specify --patch or --patch-file containing the contents of the patch')
  }
  if (flags.on('local') && args.length > 0) throw new CliFault('cannot specify --local and server resources')
  if (flags.on('local') && dryRunOf(context) === 'server') {
    throw new CliFault('cannot specify --local and --dry-run=server - did you mean --dry-run=client?')
  }
  const type = TYPES[flags.text('type').toLowerCase()]
  if (type) return type
  throw new CliFault(`--type must be one of [json merge strategic], not ${JSON.stringify(flags.text('type'))}`)
}

function patchOf({ flags, ports }: Context): Wire {
  const file = flags.text('patch-file')
  const text = file === '' ? flags.text('patch') : readPatch(path.resolve(ports.cwd, file), file)
  const document = parseDocument(text, { version: '1.1' })
  const [fault] = document.errors
  if (!fault) return document.toJS()
  const line = fault.linePos?.[0].line ?? 1
  throw new CliFault(
    `unable to parse ${JSON.stringify(flags.text('patch'))}: yaml: line ${line}: ${fault.message.split(' at line')[0]!.toLowerCase()}`,
  )
}

function readPatch(place: string, name: string): string {
  try {
    return readFileSync(place, 'utf8')
  } catch {
    throw new CliFault(`unable to read patch file: open ${name}: no such file or directory`)
  }
}

async function patched(context: Context, info: Info, change: Wire, contentType: string): Promise<Wire> {
  if (context.flags.on('local') || dryRunOf(context) === 'client') {
    return patchedLocally(info.resource, info.object, change, contentType)
  }
  const query = writeQuery(context, 'kubectl-patch')
  const body = JSON.stringify(change)
  return patchObject(context, info, body, { contentType, query, subresource: context.flags.text('subresource') }).catch(
    (fault) => {
      if (!(fault instanceof StatusFault) || !fault.is('UnsupportedMediaType')) throw fault
      const { group, version, kind } = info.resource
      throw new CliFault(`${contentType} is not supported by ${group}/${version}, Kind=${kind}: ${fault.message}`)
    },
  )
}
