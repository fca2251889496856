/**
 * `kubectl diff`: what an apply would change. Source: kubectl/pkg/cmd/diff/diff.go.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createThreeWayPatch } from '../../api/patch/strategic-diff.ts'
import { manifestsOf, type Command, type Context } from '../command.ts'
import { pathOf } from '../discovery.ts'
import { CliFault, ExitFault, isNotFound, SilentExit } from '../errors.ts'
import { FIELD_MANAGER, FILE_FLAGS, SELECTOR } from '../flag-rows.ts'
import { LAST_APPLIED } from '../last-applied.ts'
import { yamlText } from '../printers/yaml.ts'
import { select, type Named } from '../selection.ts'
import { unifiedDiff } from '../unified-diff.ts'
import type { Wire } from '../wire.ts'
import { APPLY, MERGE, patchObject, STRATEGIC, typeOf } from '../writing.ts'

export const diff: Command = {
  name: 'diff',
  short: 'Diff the live version against a would-be applied version',
  usage: '-f FILENAME',
  faultExitCode: 2,
  flags: [
    FIELD_MANAGER,
    SELECTOR,
    ...FILE_FLAGS,
    ['concurrency', '', 'int', '1', 'Taken and not used.'],
    ['force-conflicts', '', 'bool', 'false', "With --server-side: take over others' fields."],
    ['prune', '', 'bool', 'false', 'Declined: use the stock kubectl.'],
    ['server-side', '', 'bool', 'false', 'Let the server merge.'],
    ['show-managed-fields', '', 'bool', 'false', 'Who owns which fields, too.'],
    ['show-secrets', '', 'bool', 'false', 'The values of Secrets, too.'],
  ],
  async run(context) {
    const { flags, args, discovery, connection } = context
    if (args.length > 0)
      throw new CliFault(`Unexpected args: [${args.join(' ')}]\nSee '${context.path} -h' for help and examples`)
    if (flags.text('kustomize') !== '') throw new CliFault('the fake kubectl has no kustomize; use the stock kubectl')
    if (flags.list('filename').length === 0) throw new CliFault('must specify one of -f and -k')
    if (flags.on('force-conflicts') && !flags.on('server-side'))
      throw new CliFault('--force-conflicts only works with --server-side')
    if (flags.on('prune')) throw new CliFault('the fake kubectl does not prune; use the stock kubectl')
    const manifests = (await manifestsOf(context)) ?? []
    const { named } = await select(discovery, {
      args: [],
      manifests,
      namespace: connection.namespace,
      labels: flags.text('selector'),
    })
    const versions: Versions[] = []
    for (const each of named) versions.push(await versionsOf(context, each))
    compare(context, versions)
  },
}

type Versions = { readonly name: string; readonly live: string; readonly merged: string }

async function versionsOf(context: Context, named: Named): Promise<Versions> {
  const { resource, namespace, name } = named
  const live = await context.client.json('GET', pathOf(resource, named)).catch((fault) => {
    if (!isNotFound(fault)) throw fault
    return undefined
  })
  const merged = await mergedWith(context, named, live)
  const [before, after] = masked(context, resource.kind, live, merged)
  const group = resource.group === '' ? '' : `${resource.group}.`
  return {
    name: `${group}${resource.version}.${resource.kind}.${namespace}.${name}`,
    live: before === undefined ? '' : yamlText(shown(context, before)),
    merged: yamlText(shown(context, after)),
  }
}

async function mergedWith(context: Context, named: Named, live: Wire): Promise<Wire> {
  const { flags, client } = context
  const manager = flags.text('field-manager') || (flags.on('server-side') ? 'kubectl' : 'kubectl-client-side-apply')
  const query = { dryRun: 'All', fieldManager: manager }
  if (flags.on('server-side')) {
    return patchObject(context, named, named.object, {
      contentType: APPLY,
      query: { ...query, force: String(flags.on('force-conflicts')) },
    })
  }
  if (live === undefined)
    return client.json('POST', pathOf(named.resource, { namespace: named.namespace }), { body: named.object, query })
  const { [LAST_APPLIED]: text = '{}' } = live.metadata.annotations ?? {}
  const { [LAST_APPLIED]: _, ...annotations } = named.object.metadata?.annotations ?? {}
  const modified = { ...named.object, metadata: { ...named.object.metadata, annotations } }
  const type = typeOf(named.resource)
  const patch: Wire = createThreeWayPatch({ original: JSON.parse(text), modified, current: live }, type)
  if (Object.keys(patch).length === 0) return live
  const versioned = { ...patch, metadata: { ...patch.metadata, resourceVersion: live.metadata.resourceVersion } }
  return patchObject(context, named, versioned, { contentType: type ? STRATEGIC : MERGE, query })
}

function shown({ flags }: Context, object: Wire): Wire {
  if (flags.on('show-managed-fields')) return object
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** Values of a Secret are asterisks, and tell only whether they differ. */
function masked({ flags }: Context, kind: string, live: Wire, merged: Wire): [Wire, Wire] {
  if (kind !== 'Secret' || flags.on('show-secrets')) return [live, merged]
  const [before, after] = [live?.data ?? {}, merged.data ?? {}]
  const mask = (own: Wire, other: Wire, changed: string): Wire =>
    Object.fromEntries(
      Object.keys(own).map((key) => [key, Object.hasOwn(other, key) && other[key] !== own[key] ? changed : '***']),
    )
  const hidden = (object: Wire, data: Wire): Wire => (object?.data ? { ...object, data } : object)
  return [hidden(live, mask(before, after, '*** (before)')), hidden(merged, mask(after, before, '*** (after)'))]
}

/** By the program `diff`, as kubectl does; by our own where there is none. */
function compare(context: Context, versions: readonly Versions[]): void {
  const [live, merged] = ['LIVE-', 'MERGED-'].map((prefix) => mkdtempSync(path.join(os.tmpdir(), prefix))) as [
    string,
    string,
  ]
  try {
    for (const { name, ...texts } of versions) {
      mkdirSync(live, { recursive: true })
      if (texts.live !== '') writeFileSync(path.join(live, name), texts.live)
      else writeFileSync(path.join(live, name), '')
      writeFileSync(path.join(merged, name), texts.merged)
    }
    report(context, live, merged)
  } finally {
    rmSync(live, { recursive: true, force: true })
    rmSync(merged, { recursive: true, force: true })
  }
}

function report(context: Context, live: string, merged: string): void {
  const [program = 'diff', ...rest] = (context.ports.env['KUBECTL_EXTERNAL_DIFF'] ?? 'diff -u -N').split(' ')
  const safe = rest.filter((word) => /^[a-zA-Z0-9-=]+$/.test(word))
  const { status, stdout, stderr, error } = spawnSync(program, [...safe, live, merged], {
    encoding: 'utf8',
    env: { ...context.ports.env },
  })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT' && program === 'diff')
    return ownReport(context, live, merged)
  if (error) throw new CliFault(`failed to run ${JSON.stringify(program)}: ${error.message}`)
  context.out(stdout)
  context.err(stderr)
  if (status === 1) throw new SilentExit(1)
  if (status !== 0) throw new ExitFault(`failed to run ${JSON.stringify(program)}: exit status ${status}`, status ?? 2)
}

function ownReport({ out }: Context, live: string, merged: string): void {
  const texts = readdirSync(merged)
    .sort()
    .map((name) => {
      const [before, after] = [path.join(live, name), path.join(merged, name)]
      const text = unifiedDiff(readFileSync(before, 'utf8'), readFileSync(after, 'utf8'), { before, after })
      return text === '' ? '' : `diff -u -N ${before} ${after}\n${text}`
    })
  out(texts.join(''))
  if (texts.some((text) => text !== '')) throw new SilentExit(1)
}
