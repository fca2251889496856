/**
 * helm_list, helm_status, helm_history and helm_rollback: releases, where their Secrets are in the cluster.
 *
 * The Secrets are read to find what Helm wrote there; values of a chart may hold passwords, so they are never shown.
 * A rollback is data like every other change: the manifests of the earlier revision, and the records of the release.
 * Source: Helm 3, pkg/storage/driver (secrets, util) and pkg/action (rollback).
 */
import { z } from 'zod'
import { parseAllDocuments } from 'yaml'
import type { Plan, Write } from '../changes/write.ts'
import { ToolError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import { pathOf, type KubeObject, type Target } from '../kube/object.ts'
import { kubePath } from '../kube/path.ts'
import { columnsText } from '../kube/rows.ts'
import { namespaceName, objectName } from './arguments.ts'
import { packed, unpacked, type Release } from './helm-release.ts'
import type { Services } from './services.ts'
import { placed, targetOf, type Lookup, type Placed } from './target.ts'
import { defineChange, defineTool, type Tool, type ToolAttributes } from './tool.ts'

const row = z.object({
  name: z.string(),
  namespace: z.string(),
  revision: z.int(),
  status: z.string(),
  chart: z.string(),
  appVersion: z.string(),
  updated: z.string(),
  description: z.string(),
})

const READS = [{ verbs: ['list'], apiGroups: [''], resources: ['secrets'] }]

export function helmList(): Tool {
  return defineTool({
    name: 'helm_list',
    title: 'List Helm releases',
    description: 'The latest revision of each Helm release.',
    level: 'read',
    inputSchema: z.strictObject({ namespace: namespaceName.optional().describe('Leave out for all namespaces') }),
    outputSchema: z.object({ releases: z.array(row) }),
    rbac: READS,
    attributes: ({ namespace }) => [secrets(namespace)],
    run: async ({ namespace }, { kube }) => {
      const latest = new Map<string, Release>()
      for (const release of await releasesIn(kube, namespace))
        latest.set(`${release.namespace}/${release.name}`, release)
      const releases = [...latest.values()].map(rowOf)
      return { structuredContent: { releases }, text: tableOf(releases) }
    },
  })
}

const named = { release: objectName, namespace: namespaceName }

export function helmStatus(): Tool {
  return defineTool({
    name: 'helm_status',
    title: 'Show a Helm release',
    description: 'The latest revision of one release, its notes, and the objects it made.',
    level: 'read',
    inputSchema: z.strictObject(named),
    outputSchema: row.extend({ objects: z.array(z.string()), notes: z.string() }),
    rbac: READS,
    attributes: ({ namespace }) => [secrets(namespace)],
    run: async (args, { kube }) => {
      const release = (await historyOf(kube, args)).at(-1)!
      const objects = objectsOf(release).map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      const content = { ...rowOf(release), objects, notes: release.info.notes ?? '' }
      return {
        structuredContent: content,
        text: [tableOf([rowOf(release)]), 'OBJECTS:', ...objects, 'NOTES:', content.notes].join('\n'),
      }
    },
  })
}

export function helmHistory(): Tool {
  return defineTool({
    name: 'helm_history',
    title: 'Show the history of a Helm release',
    description: 'All revisions of one release, oldest first.',
    level: 'read',
    inputSchema: z.strictObject(named),
    outputSchema: z.object({ revisions: z.array(row) }),
    rbac: READS,
    attributes: ({ namespace }) => [secrets(namespace)],
    run: async (args, { kube }) => {
      const revisions = (await historyOf(kube, args)).map(rowOf)
      return { structuredContent: { revisions }, text: tableOf(revisions) }
    },
  })
}

export function helmRollback({ discovery, now }: Services): Tool {
  return defineChange({
    name: 'helm_rollback',
    title: 'Roll back a Helm release',
    description:
      'Bring back an earlier revision of a release: apply its manifests, delete what it did not have, record a new revision.',
    level: 'dangerous',
    inputSchema: z.strictObject({ ...named, revision: z.int().min(1) }),
    rbac: [{ verbs: ['get', 'list', 'create', 'patch', 'delete'], apiGroups: ['*'], resources: ['*'] }],
    attributes: ({ namespace }) => [
      secrets(namespace),
      // Which kinds a chart holds, only its Secret tells, which may not be read before this was allowed.
      ...['get', 'create', 'patch', 'delete'].map((verb) => ({ verb, apiGroup: '*', resource: '*', namespace })),
    ],
    plan: async (args, { kube }) => rollback(args, { kube, discovery, now }),
  })
}

type RollbackArguments = { readonly release: string; readonly namespace: string; readonly revision: number }
type Context = Lookup & { readonly now: () => Date }

async function rollback(args: RollbackArguments, { kube, discovery, now }: Context): Promise<Plan> {
  const history = await historyOf(kube, args)
  const current = history.at(-1)!
  const wanted = history.find(({ version }) => version === args.revision)
  if (wanted === undefined || wanted === current)
    throw new ToolError(
      `release ${args.release}: expected an earlier revision, one of ${
        history
          .slice(0, -1)
          .map(({ version }) => version)
          .join(', ') || 'none'
      }`,
    )
  const targets = (release: Release): Promise<Placed[]> =>
    Promise.all(objectsOf(release).map((object) => placed(object, args.namespace, { kube, discovery })))
  const [before, after] = [await targets(current), await targets(wanted)]
  const kept = new Set(after.map(({ target }) => pathOf(target)))
  const gone = before.filter(({ target }) => !kept.has(pathOf(target)))
  return {
    summary: `roll back Helm release ${args.namespace}/${args.release} from revision ${current.version} to ${wanted.version}`,
    writes: [
      ...after.map(({ target, object }): Write => ({
        target,
        verb: 'patch',
        patch: { type: 'apply', body: object, force: true },
      })),
      ...gone.map(({ target }): Write => ({ target, verb: 'delete' })),
      ...(await records({ current, wanted, now }, { kube, discovery })),
    ],
  }
}

type Turn = { readonly current: Release; readonly wanted: Release; readonly now: () => Date }

/** The earlier revision comes back as a new one, and the one it replaces is superseded. */
async function records({ current, wanted, now }: Turn, lookup: Lookup): Promise<Write[]> {
  const at = now().toISOString()
  const info = { ...wanted.info, status: 'deployed', last_deployed: at, description: `Rollback to ${wanted.version}` }
  const next = { ...wanted, version: current.version + 1, info }
  const past = { ...current, info: { ...current.info, status: 'superseded' } }
  const target = async (release: Release): Promise<Target> =>
    targetOf({ kind: 'secret.', name: secretName(release), namespace: release.namespace }, lookup)
  const labels = {
    name: next.name,
    owner: 'helm',
    status: 'deployed',
    version: String(next.version),
    modifiedAt: seconds(at),
  }
  const metadata = { name: secretName(next), namespace: next.namespace, labels }
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata,
    data: { release: await packed(next) },
  }
  const body = { metadata: { labels: { status: 'superseded' } }, data: { release: await packed(past) } }
  return [
    { target: await target(next), verb: 'create', object },
    { target: await target(current), verb: 'patch', patch: { type: 'merge', body } },
  ]
}

function secretName({ name, version }: Release): string {
  return `sh.helm.release.v1.${name}.v${version}`
}

function seconds(at: string): string {
  return String(Math.floor(Date.parse(at) / 1000))
}

function secrets(namespace: string | undefined): ToolAttributes {
  return { verb: 'list', resource: 'secrets', ...(namespace !== undefined && { namespace }) }
}

/** Oldest first. */
async function historyOf(
  kube: KubeClient,
  { release, namespace }: { readonly release: string; readonly namespace: string },
): Promise<Release[]> {
  const found = (await releasesIn(kube, namespace, `,name=${release}`)).filter(({ name }) => name === release)
  if (found.length === 0)
    throw new ToolError(`release: not found: no Helm release ${release} in namespace ${namespace}`)
  return found
}

type SecretObject = { readonly data?: { readonly release?: string } }

async function releasesIn(kube: KubeClient, namespace?: string, selector = ''): Promise<Release[]> {
  const place = namespace === undefined ? '' : kubePath`/namespaces/${namespace}`
  const query = { labelSelector: `owner=helm${selector}` }
  const found = await kube.list<SecretObject>(`/api/v1${place}/secrets`, { query })
  const releases = await Promise.all(found.map(({ data }) => unpacked(data?.release ?? '')))
  return releases.toSorted((a, b) => a.version - b.version)
}

function rowOf({ name, namespace, version, info, chart }: Release): z.output<typeof row> {
  const { name: chartName = '', version: chartVersion = '', appVersion = '' } = chart.metadata ?? {}
  return {
    name,
    namespace,
    revision: version,
    status: info.status ?? '',
    chart: `${chartName}-${chartVersion}`,
    appVersion,
    updated: info.last_deployed ?? '',
    description: info.description ?? '',
  }
}

function tableOf(rows: readonly z.output<typeof row>[]): string {
  return rows.length === 0 ? 'no releases' : columnsText(rows.map((it) => ({ ...it, revision: String(it.revision) })))
}

function objectsOf({ manifest }: Release): KubeObject[] {
  const documents = parseAllDocuments(manifest)
  return ('empty' in documents ? [] : documents)
    .map((document) => document.toJS({ maxAliasCount: 100 }) as KubeObject | null)
    .filter((object) => object !== null)
}
