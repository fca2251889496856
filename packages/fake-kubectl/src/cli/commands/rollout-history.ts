/**
 * Revisions: of Deployments in their ReplicaSets, of DaemonSets and StatefulSets in ControllerRevisions.
 * Source: kubectl/pkg/polymorphichelpers/history.go, rollback.go.
 */
import { equal } from '../../api/meta.ts'
import { strategicMergePatch } from '../../api/patch/strategic.ts'
import type { Context } from '../command.ts'
import { controllerOf, Description, selectorText } from '../describe/description.ts'
import { describeTemplate } from '../describe/pod.ts'
import { withoutHash } from '../describe/workloads.ts'
import { CliFault } from '../errors.ts'
import { LAST_APPLIED } from '../last-applied.ts'
import { pages, type Info } from '../selection.ts'
import { align, DESCRIPTION } from '../tab-writer.ts'
import { quoted, type Wire } from '../wire.ts'
import { dryRunOf, JSON_PATCH, patchObject, STRATEGIC, typeOf } from '../writing.ts'

const REVISION = 'deployment.kubernetes.io/revision'
const CHANGE_CAUSE = 'kubernetes.io/change-cause'
/** What a ReplicaSet has of its own, and a Deployment is not given back. */
const KEPT = [
  LAST_APPLIED,
  REVISION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]

/** One revision: the object that keeps it, and the pod template it stands for. */
type Revision = { readonly number: number; readonly keeper: Wire; readonly template: Wire }

export async function historyText(context: Context, info: Info, revision: number): Promise<string> {
  const found = await revisionsOf(context, info)
  if (found.length === 0) return 'No rollout history found.'
  if (revision > 0) return templateText(context, one(found, revision).template)
  const rows = found.map(
    ({ number, keeper }) => `${number}\t${keeper.metadata.annotations?.[CHANGE_CAUSE] || '<none>'}\n`,
  )
  return align(`REVISION\tCHANGE-CAUSE\n${rows.join('')}`, DESCRIPTION)
}

export async function objectsOfHistory(context: Context, info: Info, revision: number): Promise<Wire[]> {
  const found = await revisionsOf(context, info)
  const chosen = revision > 0 ? [one(found, revision)] : found
  if (info.resource.kind === 'Deployment') {
    return chosen.map(({ keeper }) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', ...keeper }))
  }
  return chosen.map(({ template }) => ({ ...info.object, spec: { ...info.object.spec, template } }))
}

/** What kubectl says of kinds it does not know there. */
function unvisited(what: string, { group, kind }: Info['resource']): string {
  const qualified = group === '' ? kind : `${kind}.${group}`
  return `error retrieving ${what} for ${quoted(qualified)}, no visitor method exists for {${group} ${kind}}`
}

function one(revisions: readonly Revision[], wanted: number): Revision {
  const found = revisions.find(({ number }) => number === wanted)
  if (found) return found
  throw new CliFault('unable to find the specified revision')
}

/** Not lined up: kubectl writes it without its tab writer. */
function templateText({ ports }: Context, template: Wire): string {
  const text = new Description(ports.now())
  describeTemplate(text, template)
  return text.unaligned()
}

async function revisionsOf({ client }: Context, { resource, object }: Info): Promise<Revision[]> {
  const plural = { Deployment: 'replicasets', DaemonSet: 'controllerrevisions', StatefulSet: 'controllerrevisions' }[
    resource.kind
  ]
  if (!plural) throw new CliFault(unvisited('history', resource))
  const list = {
    resource: { group: 'apps', version: 'v1', plural, namespaced: true } as never,
    namespace: object.metadata.namespace,
  }
  const keepers: Wire[] = []
  for await (const page of pages(client, list, { labels: selectorText(object.spec.selector, ''), fields: '' }))
    keepers.push(...page.items)
  return keepers
    .filter((keeper) => controllerOf(keeper.metadata)?.uid === object.metadata.uid)
    .map((keeper) =>
      plural === 'replicasets' ? ofReplicaSet(keeper) : ofControllerRevision(keeper, { resource, object }),
    )
    .sort((a, b) => a.number - b.number)
}

function ofReplicaSet(keeper: Wire): Revision {
  const cause = keeper.metadata.annotations?.[CHANGE_CAUSE]
  const { metadata = {}, spec } = keeper.spec.template
  const annotations = cause ? { ...metadata.annotations, [CHANGE_CAUSE]: cause } : metadata.annotations
  const template = { metadata: { ...metadata, ...(annotations && { annotations }) }, spec }
  return { number: Number(keeper.metadata.annotations?.[REVISION] ?? 0), keeper, template }
}

function ofControllerRevision(keeper: Wire, { resource, object }: Pick<Info, 'resource' | 'object'>): Revision {
  const applied: Wire = strategicMergePatch(object, keeper.data, typeOf(resource)!)
  return { number: keeper.revision, keeper, template: applied.spec.template }
}

/** @returns what was done, as it is printed behind the object's name */
export async function rollBack(context: Context, info: Info): Promise<string> {
  const { flags } = context
  const wanted = flags.number('to-revision')
  const kind = info.resource.kind
  if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(kind)) {
    throw new CliFault(unvisited('rollbacker', info.resource))
  }
  const revision = chosen(await revisionsOf(context, info), info, wanted)
  if (dryRunOf(context) === 'client') return templateText(context, revision.template)
  if (kind === 'Deployment' && info.object.spec.paused) {
    throw new CliFault(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    )
  }
  if (equal(withoutHash(ownTemplate(kind, revision)), withoutHash(info.object.spec.template))) {
    return `skipped rollback (current template already matches revision ${wanted})`
  }
  await restore(context, info, revision).catch((fault: Error) => {
    throw new CliFault(`failed restoring revision ${wanted}: ${fault.message}`)
  })
  return 'rolled back'
}

function ownTemplate(kind: string, { keeper, template }: Revision): Wire {
  return kind === 'Deployment' ? keeper.spec.template : template
}

function chosen(revisions: readonly Revision[], { resource, name }: Info, wanted: number): Revision {
  if (wanted === 0 && resource.kind === 'Deployment' && revisions.length < 2) {
    throw new CliFault(`no rollout history found for deployment ${quoted(name)}`)
  }
  if (wanted === 0 && revisions.length < 2) throw new CliFault('no last revision to roll back to')
  const found = wanted === 0 ? revisions.at(-2) : revisions.find(({ number }) => number === wanted)
  if (found) return found
  throw new CliFault(`unable to find specified revision ${wanted} in history`)
}

function restore(context: Context, info: Info, { keeper }: Revision): Promise<Wire> {
  const query = dryRunOf(context) === 'server' ? { dryRun: 'All' } : {}
  if (info.resource.kind !== 'Deployment') {
    return patchObject(context, info, keeper.data, { contentType: STRATEGIC, query })
  }
  const own = Object.entries(info.object.metadata.annotations ?? {}).filter(([key]) => KEPT.includes(key))
  const its = Object.entries(keeper.metadata.annotations ?? {}).filter(([key]) => !KEPT.includes(key))
  const patch = [
    { op: 'replace', path: '/spec/template', value: withoutHash(keeper.spec.template) },
    { op: 'replace', path: '/metadata/annotations', value: Object.fromEntries([...own, ...its]) },
  ]
  return patchObject(context, info, patch, { contentType: JSON_PATCH, query })
}
