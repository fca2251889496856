/**
 * What `pnpm sim` starts from: a scenario, somebody's own manifests, or a cluster that was saved.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createCluster, type Cluster, type ClusterOptions, type Snapshot } from '@mcp-lab/fake-kubectl'
import * as z from 'zod'
import { clusterOf } from '../scenarios/cluster.ts'
import { loadScenario } from '../scenarios/library.ts'
import { createSimulatedCluster } from '../simulated-cluster.ts'
import { UserError } from '../user-error.ts'

export type Start = {
  readonly scenario: string | undefined
  readonly seed: number
  readonly manifests: readonly string[]
  readonly restore: string | undefined
}
export type Started = {
  readonly cluster: Cluster
  /** Whose images and places it has; an empty cluster's when absent. */
  readonly scenario: string | undefined
  readonly seed: number
  /** As a person is told of it. */
  readonly name: string
}

const DEFAULT = 'disk-pressure'
/** What manifests meet when no scenario is named: room, and nothing else. */
const EMPTY = { nodes: 3, metrics: true }

const Saved = z.strictObject({
  kind: z.literal('mcp-lab cluster'),
  scenario: z.string().nullable(),
  seed: z.number(),
  snapshot: z.looseObject({ format: z.literal(1) }),
})

/** @throws UserError for what cannot be started from */
export async function startCluster(
  { scenario, seed, manifests, restore }: Start,
  options: ClusterOptions,
): Promise<Started> {
  if (restore !== undefined) return restored(restore, options)
  const id = scenario ?? (manifests.length > 0 ? undefined : DEFAULT)
  const cluster =
    id === undefined
      ? createCluster({ ...options, world: EMPTY, seed })
      : await createSimulatedCluster({ scenario: id, seed }, options)
  for (const file of manifests) await applied(cluster, file)
  return { cluster, scenario: id, seed, name: id ?? manifests.join(', ') }
}

/** Writes the whole cluster to one file. @returns what was done, or why not */
export function save({ cluster, scenario, seed }: Started, file: string | undefined): string {
  if (file === undefined) return 'save needs a file: save my-cluster.json'
  const saved: z.input<typeof Saved> = {
    kind: 'mcp-lab cluster',
    scenario: scenario ?? null,
    seed,
    snapshot: cluster.snapshot(),
  }
  try {
    writeFileSync(file, JSON.stringify(saved))
    return `Saved to ${file}. Start from it with --restore ${file}.`
  } catch (fault) {
    return `It cannot be saved to ${file}: ${(fault as Error).message}`
  }
}

/** Its images behave as in the world it was saved from. */
async function restored(file: string, options: ClusterOptions): Promise<Started> {
  const saved = Saved.safeParse(parsed(file))
  if (!saved.success)
    throw new UserError(
      `${file} is no saved cluster: ${z.prettifyError(saved.error)}`,
      'Type "save FILE" into a running sim to make one.',
    )
  const { scenario, seed, snapshot } = saved.data
  const cluster =
    scenario === null
      ? createCluster({ ...options, world: EMPTY, seed })
      : clusterOf(loadScenario(scenario), { ...options, seed })
  cluster.restore(snapshot as unknown as Snapshot)
  return { cluster, scenario: scenario ?? undefined, seed, name: file }
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (fault) {
    throw new UserError(`${file} cannot be read: ${(fault as Error).message}`, 'Check the file after --restore.')
  }
}

/** As `kubectl apply` does it, with its words for what is wrong. */
async function applied(cluster: Cluster, place: string): Promise<void> {
  const { kubectl } = await import('../scenarios/kubectl.ts')
  for (const file of filesAt(place)) {
    const { code, stderr } = await kubectl(cluster, ['apply', '-f', '-'], { stdin: readFileSync(file, 'utf8') })
    if (code !== 0) throw new UserError(`${file} cannot be applied.`, stderr.trim())
  }
}

function filesAt(place: string): string[] {
  let isFolder: boolean
  try {
    isFolder = statSync(place).isDirectory()
  } catch (fault) {
    throw new UserError(`${place} cannot be read: ${(fault as Error).message}`, 'Check the place after --manifests.')
  }
  if (!isFolder) return [place]
  const names = readdirSync(place)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .toSorted()
  if (names.length === 0)
    throw new UserError(`${place} holds no manifests.`, 'Expected files that end in .yaml, .yml or .json.')
  // What a namespace holds needs the namespace's file; what has none comes first.
  return [
    ...names.filter((name) => name.startsWith('cluster.')),
    ...names.filter((name) => !name.startsWith('cluster.')),
  ].map((name) => path.join(place, name))
}
