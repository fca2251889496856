/**
 * `kubectl apply`: makes the cluster what the files say, and leaves alone what others have added.
 * Source: kubectl/pkg/cmd/apply/apply.go, patcher.go.
 */
import type { Fields } from '../../api/meta.ts'
import { withoutNulls } from '../../api/patch/merge.ts'
import { createThreeWayPatch } from '../../api/patch/strategic-diff.ts'
import { manifestsOf, type Command, type Context } from '../command.ts'
import { pathOf } from '../discovery.ts'
import { CliFault, isNotFound, StatusFault, throwAll } from '../errors.ts'
import { ALL, DRY_RUN, FIELD_MANAGER, FILE_FLAGS, OUTPUT_FLAGS, SELECTOR, VALIDATE } from '../flag-rows.ts'
import { annotated, LAST_APPLIED } from '../last-applied.ts'
import { compactJson } from '../printers/json.ts'
import { infoName, select, type Named } from '../selection.ts'
import type { Wire } from '../wire.ts'
import {
  donePrinter,
  dryRunOf,
  fieldValidation,
  MERGE,
  patchObject,
  STRATEGIC,
  typeOf,
  withSource,
  writeQuery,
} from '../writing.ts'
import { lastApplied } from './last-applied-commands.ts'
import { applyOnServer, type Applied } from './apply-server-side.ts'
import { patchedLocally } from './patch-local.ts'

const MANAGER = 'kubectl-client-side-apply'
const TRIES = 5

export const apply: Command = {
  name: 'apply',
  short: 'Apply a configuration to a resource by file name or stdin',
  usage: '-f FILENAME',
  commands: lastApplied,
  flags: [
    ALL,
    DRY_RUN,
    FIELD_MANAGER,
    SELECTOR,
    VALIDATE,
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    ['cascade', '', 'string', 'background', 'With --force: what happens to what it owns.', 'background'],
    ['force', '', 'bool', 'false', 'Declined: delete and create by hand.'],
    ['force-conflicts', '', 'bool', 'false', "With --server-side: take over others' fields."],
    ['grace-period', '', 'int', '-1', 'With --force: seconds to end in.'],
    ['openapi-patch', '', 'bool', 'true', 'Taken and not used: patches are made from the built-in types.'],
    ['overwrite', '', 'bool', 'true', 'Taken and not used: what differs is always overwritten.'],
    ['prune', '', 'bool', 'false', 'Declined: use the stock kubectl.'],
    ['prune-allowlist', '', 'array', '', 'Declined: use the stock kubectl.'],
    ['server-side', '', 'bool', 'false', 'Let the server merge.'],
    ['subresource', '', 'string', '', 'Subresource to apply to, with --server-side.'],
    ['timeout', '', 'duration', '0s', 'With --force: how long to wait for the deletion.'],
    ['wait', '', 'bool', 'false', 'With --force: wait for the deletion.'],
  ],
  async run(context) {
    validate(context)
    const manifests = (await manifestsOf(context)) ?? []
    const selection = await select(context.discovery, {
      args: [],
      manifests,
      namespace: context.connection.namespace,
      labels: context.flags.text('selector'),
    })
    if (selection.named.length === 0) throw new CliFault('no objects passed to apply')
    const done = objectsOr(context)
    const faults: unknown[] = []
    for (const named of selection.named) {
      const applied = context.flags.on('server-side') ? applyOnServer(context, named) : applyOne(context, named)
      await applied.then(({ object, operation }) => done.tell(object, operation)).catch((fault) => faults.push(fault))
    }
    done.end(faults.length)
    throwAll(faults)
  },
}

function validate(context: Context): void {
  const { flags, args, path } = context
  const usage = (text: string): CliFault => new CliFault(`${text}\nSee '${path} -h' for help and examples`)
  if (args.length > 0) throw usage(`Unexpected args: [${args.join(' ')}]`)
  if (flags.text('kustomize') !== '') throw new CliFault('the fake kubectl has no kustomize; use the stock kubectl')
  if (flags.list('filename').length === 0) throw new CliFault('must specify one of -f and -k')
  if (flags.on('force') && flags.on('server-side')) throw new CliFault('--force cannot be used with --server-side')
  if (flags.on('force-conflicts') && !flags.on('server-side'))
    throw new CliFault('--force-conflicts only works with --server-side')
  if (dryRunOf(context) === 'client' && flags.on('server-side')) {
    throw new CliFault("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
  }
  if (flags.on('prune')) throw new CliFault('the fake kubectl does not prune; use the stock kubectl')
  if (flags.on('force'))
    throw new CliFault('the fake kubectl does not replace by force; delete the object and apply again')
  fieldValidation(context)
}

/** With -o json and the like, several objects come as one List at the end. */
function objectsOr(context: Context): { tell(object: Wire, operation: string): void; end(faults: number): void } {
  const tell = donePrinter(context)
  const format = context.flags.text('output')
  if (format === '' || format === 'name') return { tell, end: () => {} }
  const objects: Wire[] = []
  return {
    tell: (object) => void objects.push(object),
    end() {
      if (objects.length === 1) tell(objects[0], '')
      else if (objects.length > 1)
        tell({ apiVersion: 'v1', items: objects, kind: 'List', metadata: { resourceVersion: '' } }, '')
    },
  }
}

async function applyOne(context: Context, named: Named): Promise<Applied> {
  const { client } = context
  const { metadata } = named.object
  if (!named.name && metadata?.generateName)
    throw new CliFault(`from ${metadata.generateName}: cannot use generate name with apply`)
  try {
    const current = await client.json('GET', pathOf(named.resource, named))
    return await change(context, named, current)
  } catch (fault) {
    if (!isNotFound(fault) || (fault as StatusFault).message.startsWith('error when')) throw fault
    return create(context, named)
  }
}

async function create(context: Context, named: Named): Promise<Applied> {
  const object = withoutNulls(annotated(named.object))
  if (dryRunOf(context) === 'client') return { object, operation: 'created' }
  const query = writeQuery(context, MANAGER, { fieldValidation: fieldValidation(context) })
  const made = await context.client
    .json('POST', pathOf(named.resource, { namespace: named.namespace }), { body: object, query })
    .catch((fault) => Promise.reject(withSource(fault, 'creating', named.source)))
  return { object: made, operation: 'created' }
}

async function change(context: Context, named: Named, found: Wire): Promise<Applied> {
  if (found.metadata.annotations?.[LAST_APPLIED] === undefined) {
    context.err(
      `Warning: resource ${infoName(named)} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    )
  }
  let current = found
  for (let tries = 1; ; tries++) {
    const patch = patchFor(named, current)
    if (Object.keys(patch).length === 0) return { object: current, operation: 'unchanged' }
    if (dryRunOf(context) === 'client')
      return { object: patchedLocally(named.resource, current, patch), operation: 'configured' }
    try {
      return { object: await send(context, named, patch), operation: 'configured' }
    } catch (fault) {
      const isConflict = fault instanceof StatusFault && fault.is('Conflict')
      if (!isConflict || tries > TRIES) throw about(named, patch, fault)
      current = await context.client.json('GET', pathOf(named.resource, named))
    }
  }
}

/** What `kubectl apply` would send. */
export function patchFor(named: Named, current: Wire): Fields {
  const original = JSON.parse(current.metadata?.annotations?.[LAST_APPLIED] ?? '{}') as Fields
  return createThreeWayPatch({ original, modified: annotated(named.object), current }, typeOf(named.resource))
}

function send(context: Context, named: Named, patch: Fields): Promise<Wire> {
  const contentType = typeOf(named.resource) ? STRATEGIC : MERGE
  const query = writeQuery(context, MANAGER, { fieldValidation: fieldValidation(context) })
  return patchObject(context, named, patch, { contentType, query })
}

function about(named: Named, patch: Fields, fault: unknown): unknown {
  const { resource, name, namespace, source } = named
  const version = `${resource.group}/${resource.version}`
  const info = `Resource: "${version}, Resource=${resource.plural}", GroupVersionKind: "${version}, Kind=${resource.kind}"\nName: "${name}", Namespace: "${namespace}"`
  return withSource(
    withSource(fault, 'patching', source),
    `applying patch:\n${compactJson(patch)}\nto:\n${info}\nfor:`,
    source,
  )
}
